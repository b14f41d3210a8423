//! Kernels and what they are bound to: compiled once per device, checked when made.
//!
//! The layout is stated by the caller, not guessed from the text, so that kernels with equal lists of bindings share
//! their bind groups.

use super::buffer::Binding;
use super::{Gpu, Limits};
use crate::{Error, Result};
use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// How a kernel uses the buffer at a binding of group 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Access {
    /// `var<storage, read>`. Dispatches that only read a buffer need not wait for one another.
    ReadOnly,
    /// `var<storage, read_write>`.
    ReadWrite,
    /// `var<uniform>`.
    Uniform,
}

/// A compiled kernel. Clones are cheap.
#[derive(Debug, Clone)]
pub(crate) struct Pipeline {
    pub(super) raw: wgpu::ComputePipeline,
    pub(super) id: u64,
    pub(super) layout: Arc<BindingLayout>,
    pub(super) label: Arc<str>,
}

#[derive(Debug)]
pub(super) struct BindingLayout {
    pub(super) id: u64,
    group_id: u64,
    group: wgpu::BindGroupLayout,
    pipeline: wgpu::PipelineLayout,
    accesses: Vec<Access>,
    pub(super) immediates: u32,
}

/// Buffers bound for kernels of one list of bindings. Clones are cheap.
#[derive(Debug, Clone)]
pub(crate) struct BindGroup {
    pub(super) raw: wgpu::BindGroup,
    pub(super) id: u64,
    pub(super) layout: u64,
}

impl Pipeline {
    /// Whether the group's buffers are in the order and of the kinds that this kernel expects.
    pub(super) fn takes(&self, group: &BindGroup) -> bool {
        self.layout.group_id == group.layout
    }
}

/// What was compiled on a device.
#[derive(Default)]
pub(super) struct Cache {
    next: AtomicU64,
    made: Mutex<Made>,
}

#[derive(Default)]
struct Made {
    modules: HashMap<String, (u64, wgpu::ShaderModule)>,
    groups: HashMap<Vec<Access>, (u64, wgpu::BindGroupLayout)>,
    layouts: HashMap<(Vec<Access>, u32), Arc<BindingLayout>>,
    pipelines: HashMap<(u64, String, u64), Pipeline>,
}

impl Cache {
    /// Numbers begin at 1: 0 means none.
    fn id(&self) -> u64 {
        self.next.fetch_add(1, Ordering::Relaxed) + 1
    }

    fn lock(&self) -> MutexGuard<'_, Made> {
        self.made.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Gpu {
    /// Compiles an entry point of a WGSL text, or finds it among those already compiled.
    ///
    /// Binding i of group 0 has `bindings[i]`; the kernel may ignore some. `immediates` is the size in bytes of its
    /// `var<immediate>`, a multiple of 4.
    ///
    /// # Errors
    /// [`Error::TooLarge`] if the adapter allows fewer buffers or immediates; [`Error::Validation`] if the text is
    /// refused.
    pub(crate) fn pipeline(
        &self,
        label: &str,
        text: &str,
        entry: &str,
        bindings: &[Access],
        immediates: u32,
    ) -> Result<Pipeline> {
        let action = format!("kernel `{label}`");
        let cache = &self.inner.kernels;
        let mut made = cache.lock();
        let layout = self.layout(&mut made, &action, bindings, immediates)?;
        let (module_id, module) = match made.modules.get(text) {
            Some(known) => known.clone(),
            None => {
                let source = wgpu::ShaderSource::Wgsl(text.into());
                let wanted = wgpu::ShaderModuleDescriptor { label: Some(label), source };
                let module = self.guarded(&action, None, || self.inner.device.create_shader_module(wanted))?;
                let known = (cache.id(), module);
                made.modules.insert(text.to_owned(), known.clone());
                known
            }
        };
        let key = (module_id, entry.to_owned(), layout.id);
        if let Some(known) = made.pipelines.get(&key) {
            return Ok(known.clone());
        }
        let wanted = wgpu::ComputePipelineDescriptor {
            label: Some(label),
            layout: Some(&layout.pipeline),
            module: &module,
            entry_point: Some(entry),
            compilation_options: wgpu::PipelineCompilationOptions::default(),
            cache: None,
        };
        let raw = self.guarded(&action, None, || self.inner.device.create_compute_pipeline(&wanted))?;
        let pipeline = Pipeline { raw, id: cache.id(), layout, label: label.into() };
        made.pipelines.insert(key, pipeline.clone());
        Ok(pipeline)
    }

    fn layout(
        &self,
        made: &mut Made,
        action: &str,
        bindings: &[Access],
        immediates: u32,
    ) -> Result<Arc<BindingLayout>> {
        let key = (bindings.to_vec(), immediates);
        if let Some(known) = made.layouts.get(&key) {
            return Ok(known.clone());
        }
        let Limits { max_storage_buffers, max_immediates, .. } = *self.limits();
        let storage = bindings.iter().filter(|access| **access != Access::Uniform).count();
        if storage > max_storage_buffers as usize {
            let problem = format!("it uses {storage} storage buffers");
            return Err(Error::request(action, problem, format!("at most {max_storage_buffers} on this adapter")));
        }
        if immediates > max_immediates || !immediates.is_multiple_of(4) {
            let problem = format!("it takes {immediates} bytes of immediate data");
            let legal = format!("a multiple of 4, at most {max_immediates} on this adapter");
            return Err(Error::request(action, problem, legal));
        }
        let cache = &self.inner.kernels;
        let device = &self.inner.device;
        let (group_id, group) = match made.groups.get(bindings) {
            Some(known) => known.clone(),
            None => {
                let entries: Vec<_> = bindings.iter().zip(0..).map(|(access, at)| entry(*access, at)).collect();
                let wanted = wgpu::BindGroupLayoutDescriptor { label: None, entries: &entries };
                let group = self.guarded(action, None, || device.create_bind_group_layout(&wanted))?;
                let known = (cache.id(), group);
                made.groups.insert(bindings.to_vec(), known.clone());
                known
            }
        };
        let wanted = wgpu::PipelineLayoutDescriptor {
            label: None,
            bind_group_layouts: &[Some(&group)],
            immediate_size: immediates,
        };
        let pipeline = self.guarded(action, None, || device.create_pipeline_layout(&wanted))?;
        let id = cache.id();
        let layout = Arc::new(BindingLayout { id, group_id, group, pipeline, accesses: bindings.to_vec(), immediates });
        made.layouts.insert(key, layout.clone());
        Ok(layout)
    }

    /// Binds buffers, or parts of them, for a kernel and all others with the same list of bindings.
    ///
    /// # Errors
    /// [`Error::Request`] for a wrong number of buffers or a part that begins at an illegal place;
    /// [`Error::TooLarge`] for a part above the largest binding; [`Error::Validation`] for a buffer made for other uses.
    pub(crate) fn bind(&self, pipeline: &Pipeline, buffers: &[&dyn Binding]) -> Result<BindGroup> {
        let action = format!("the buffers of kernel `{}`", pipeline.label);
        let layout = &pipeline.layout;
        if buffers.len() != layout.accesses.len() {
            let problem = format!("{} are given", buffers.len());
            return Err(Error::request(action, problem, layout.accesses.len().to_string()));
        }
        let limits = self.limits();
        let parts: Vec<_> = buffers.iter().map(|buffer| buffer.part()).collect();
        for (part, access) in parts.iter().zip(&layout.accesses) {
            match access {
                Access::Uniform => {
                    self.fits(&part.what, part.bytes, "max_uniform_buffer_binding_size", limits.max_uniform)?;
                }
                Access::ReadOnly | Access::ReadWrite => {
                    self.fits(&part.what, part.bytes, "max_storage_buffer_binding_size", limits.max_binding)?;
                }
            }
            if !part.offset.is_multiple_of(u64::from(limits.min_offset_alignment)) {
                let problem = format!("{} is bound from byte {}", part.what, part.offset);
                return Err(Error::request(action, problem, format!("a multiple of {}", limits.min_offset_alignment)));
            }
        }
        let entries: Vec<_> = parts
            .iter()
            .zip(0..)
            .map(|(part, binding)| wgpu::BindGroupEntry {
                binding,
                resource: wgpu::BindingResource::Buffer(wgpu::BufferBinding {
                    buffer: &part.raw,
                    offset: part.offset,
                    size: std::num::NonZeroU64::new(part.bytes),
                }),
            })
            .collect();
        let wanted =
            wgpu::BindGroupDescriptor { label: Some(&pipeline.label), layout: &layout.group, entries: &entries };
        let raw = self.guarded(&action, None, || self.inner.device.create_bind_group(&wanted))?;
        Ok(BindGroup { raw, id: self.inner.kernels.id(), layout: layout.group_id })
    }
}

fn entry(access: Access, binding: u32) -> wgpu::BindGroupLayoutEntry {
    wgpu::BindGroupLayoutEntry {
        binding,
        visibility: wgpu::ShaderStages::COMPUTE,
        ty: wgpu::BindingType::Buffer {
            ty: match access {
                Access::ReadOnly => wgpu::BufferBindingType::Storage { read_only: true },
                Access::ReadWrite => wgpu::BufferBindingType::Storage { read_only: false },
                Access::Uniform => wgpu::BufferBindingType::Uniform,
            },
            has_dynamic_offset: false,
            min_binding_size: None,
        },
        count: None,
    }
}
