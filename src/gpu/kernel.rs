//! Kernels and what they are bound to: compiled once per device, checked when made.
//!
//! Kernels whose modules declare the same bindings, at the same numbers and of the same kinds, share their bind groups.

use super::buffer::Binding;
use super::{Gpu, Limits};
use crate::options::Arithmetic;
use crate::shader::{Access, Inexact, Kernel, Portable, portable};
use crate::{Error, Result};
use naga::Module;
use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// A compiled kernel. Clones are cheap.
#[derive(Debug, Clone)]
pub(crate) struct Pipeline {
    pub(super) raw: wgpu::ComputePipeline,
    pub(super) id: u64,
    pub(super) layout: Arc<BindingLayout>,
    pub(super) label: Arc<str>,
    inexact: Arc<[Inexact]>,
}

/// A binding's number, and what is done with what is bound there.
type Slot = (u32, Access);

#[derive(Debug)]
pub(super) struct BindingLayout {
    group_id: u64,
    group: wgpu::BindGroupLayout,
    pipeline: wgpu::PipelineLayout,
    slots: Vec<Slot>,
    /// Bytes that a dispatch gives, and those of its kernel: further ones are 0.
    pub(super) immediates: u32,
    pub(super) all_immediates: u32,
}

/// Buffers bound for kernels of one list of bindings. Clones are cheap.
#[derive(Debug, Clone)]
pub(crate) struct BindGroup {
    pub(super) raw: wgpu::BindGroup,
    pub(super) id: u64,
    pub(super) layout: u64,
}

impl Pipeline {
    /// What of its text has last bits that are the driver's, though its arithmetic is portable.
    pub(crate) fn inexact(&self) -> &[Inexact] {
        &self.inexact
    }

    /// What it was called.
    pub(crate) fn label(&self) -> &str {
        &self.label
    }

    /// How many buffers it is bound to.
    pub(crate) fn bindings(&self) -> usize {
        self.layout.slots.len()
    }

    /// \[bytes\] its immediate data.
    pub(crate) fn immediates(&self) -> usize {
        self.layout.immediates as usize
    }

    /// Whether the group's buffers are in the order and of the kinds that this kernel expects.
    pub(super) fn takes(&self, group: &BindGroup) -> bool {
        self.layout.group_id == group.layout
    }
}

/// A module that was compiled.
#[derive(Clone)]
struct Compiled {
    id: u64,
    module: wgpu::ShaderModule,
    /// [bytes] its immediates, where words were added to them; else 0.
    immediates: u32,
    inexact: Arc<[Inexact]>,
}

/// What was compiled on a device.
#[derive(Default)]
pub(super) struct Cache {
    next: AtomicU64,
    made: Mutex<Made>,
}

/// Modules that are kept for whoever asks again. Those whose kernels are in use are held there, too.
const KEPT: usize = 128;

#[derive(Default)]
struct Made {
    /// Those that are kept, each with when it was last asked for.
    modules: HashMap<(Arc<str>, Arithmetic), (Compiled, u64)>,
    asked: u64,
    groups: HashMap<Vec<Slot>, (u64, wgpu::BindGroupLayout)>,
    layouts: HashMap<(Vec<Slot>, [u32; 2]), Arc<BindingLayout>>,
    pipelines: HashMap<(u64, &'static str), Pipeline>,
}

impl Cache {
    /// Numbers begin at 1: 0 means none.
    fn id(&self) -> u64 {
        self.next.fetch_add(1, Ordering::Relaxed) + 1
    }

    fn lock(&self) -> MutexGuard<'_, Made> {
        self.made.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// How many modules are kept, and how many of their kernels.
    #[cfg(test)]
    pub(super) fn kept(&self) -> [usize; 2] {
        let made = self.lock();
        [made.modules.len(), made.pipelines.len()]
    }
}

impl Made {
    /// The module of a text, if it is kept.
    fn known(&mut self, written: &(Arc<str>, Arithmetic)) -> Option<Compiled> {
        self.asked = self.asked.wrapping_add(1);
        let (known, asked) = self.modules.get_mut(written)?;
        *asked = self.asked;
        Some(known.clone())
    }

    /// Keeps a module, and lets go of that which nobody has asked for the longest where there are too many.
    fn keep(&mut self, written: (Arc<str>, Arithmetic), module: Compiled) {
        self.modules.insert(written, (module, self.asked));
        while self.modules.len() > KEPT {
            let oldest = self.modules.iter().min_by_key(|(_, (_, asked))| *asked).map(|(written, _)| written.clone());
            let Some((gone, _)) = oldest.and_then(|written| self.modules.remove(&written)) else { return };
            self.pipelines.retain(|(module, _), _| *module != gone.id);
        }
    }
}

impl Gpu {
    /// Compiles a kernel, or finds it among those already compiled.
    ///
    /// # Errors
    /// [`Error::Request`] if the adapter allows fewer buffers or immediates; [`Error::Validation`] if it is refused.
    pub(crate) fn pipeline(&self, label: &str, kernel: &Kernel) -> Result<Pipeline> {
        let action = action(label);
        let cache = &self.inner.kernels;
        let mut made = cache.lock();
        let written = (kernel.text.clone(), self.usable.arithmetic);
        let Compiled { id: module_id, module, immediates, inexact } = match made.known(&written) {
            Some(known) => known,
            None => {
                let (module, immediates, inexact) = self.computing_as_meant(&action, kernel)?;
                let source = wgpu::ShaderSource::Naga(Cow::Owned(module));
                let wanted = wgpu::ShaderModuleDescriptor { label: Some(label), source };
                let module = self.guarded(&action, None, || self.inner.device.create_shader_module(wanted))?;
                let known = Compiled { id: cache.id(), module, immediates, inexact };
                made.keep(written, known.clone());
                known
            }
        };
        let key = (module_id, kernel.entry);
        if let Some(known) = made.pipelines.get(&key) {
            return Ok(known.clone());
        }
        let layout = self.layout(&mut made, &action, kernel, immediates)?;
        let wanted = wgpu::ComputePipelineDescriptor {
            label: Some(label),
            layout: Some(&layout.pipeline),
            module: &module,
            entry_point: Some(kernel.entry),
            compilation_options: wgpu::PipelineCompilationOptions::default(),
            cache: None,
        };
        let raw = self.guarded(&action, None, || self.inner.device.create_compute_pipeline(&wanted))?;
        let pipeline = Pipeline { raw, id: cache.id(), layout, label: label.into(), inexact };
        made.pipelines.insert(key, pipeline.clone());
        Ok(pipeline)
    }

    /// Compiles an entry point of a text.
    ///
    /// # Errors
    /// As those of [`pipeline`](Self::pipeline).
    pub(crate) fn compile(&self, label: &str, text: &str, entry: &'static str) -> Result<Pipeline> {
        let kernel = Kernel::of_text(text, entry);
        let kernel = kernel.map_err(|message| Error::Validation { action: action(label), message })?;
        self.pipeline(label, &kernel)
    }

    /// The kernel's module with the device's arithmetic, the bytes of immediates where words were added, and what is not exact.
    fn computing_as_meant(&self, action: &str, kernel: &Kernel) -> Result<(Module, u32, Arc<[Inexact]>)> {
        if self.usable.arithmetic == Arithmetic::Fast {
            return Ok((Module::clone(&kernel.module), 0, Arc::default()));
        }
        let refused = |message| Error::Validation { action: action.to_owned(), message };
        let Portable { module, immediates, drivers } = portable(&kernel.module).map_err(refused)?;
        let own =
            |name: String| kernel.renames.iter().find(|(new, _)| *new == name).map_or(name, |(_, own)| own.clone());
        let named = drivers.into_iter().map(|Inexact { function, calls }| Inexact { function: own(function), calls });
        Ok((module, immediates, named.collect()))
    }

    fn layout(&self, made: &mut Made, action: &str, kernel: &Kernel, added: u32) -> Result<Arc<BindingLayout>> {
        let slots: Vec<Slot> = kernel.bindings.iter().map(|bound| (bound.number, bound.access)).collect();
        let given = 4 * kernel.immediates.len() as u32;
        let immediates = given.max(added);
        let key = (slots, [given, immediates]);
        let Limits { max_storage_buffers, max_immediates, .. } = *self.limits();
        let slots = &key.0;
        let storage = slots.iter().filter(|(_, access)| *access != Access::Uniform).count();
        if storage > max_storage_buffers as usize {
            let problem = format!("it uses {storage} storage buffers");
            return Err(Error::request(action, problem, format!("at most {max_storage_buffers} on this adapter")));
        }
        if immediates > max_immediates {
            let problem = format!("it takes {immediates} bytes of immediate data");
            let legal = format!("at most {max_immediates} on this adapter");
            return Err(Error::request(action, problem, legal));
        }
        // Limits may be narrower than when it was made.
        if let Some(known) = made.layouts.get(&key) {
            return Ok(known.clone());
        }
        let cache = &self.inner.kernels;
        let device = &self.inner.device;
        let (group_id, group) = match made.groups.get(slots) {
            Some(known) => known.clone(),
            None => {
                let entries: Vec<_> = slots.iter().copied().map(entry).collect();
                let wanted = wgpu::BindGroupLayoutDescriptor { label: None, entries: &entries };
                let group = self.guarded(action, None, || device.create_bind_group_layout(&wanted))?;
                let known = (cache.id(), group);
                made.groups.insert(slots.clone(), known.clone());
                known
            }
        };
        let wanted = wgpu::PipelineLayoutDescriptor {
            label: None,
            bind_group_layouts: &[Some(&group)],
            immediate_size: immediates,
        };
        let pipeline = self.guarded(action, None, || device.create_pipeline_layout(&wanted))?;
        let (slots, immediates, all_immediates) = (key.0.clone(), given, immediates);
        let layout = Arc::new(BindingLayout { group_id, group, pipeline, slots, immediates, all_immediates });
        made.layouts.insert(key, layout.clone());
        Ok(layout)
    }

    /// Binds buffers, or parts of them, for a kernel and all others with the same bindings, in the order of their numbers.
    ///
    /// # Errors
    /// [`Error::Request`] for a wrong number of buffers or a part that begins at an illegal place;
    /// [`Error::TooLarge`] for a part above the largest binding; [`Error::Validation`] for a buffer made for other uses.
    pub(crate) fn bind(&self, pipeline: &Pipeline, buffers: &[&dyn Binding]) -> Result<BindGroup> {
        let action = format!("the buffers of kernel `{}`", pipeline.label);
        let layout = &pipeline.layout;
        if buffers.len() != layout.slots.len() {
            let problem = format!("{} are given", buffers.len());
            return Err(Error::request(action, problem, layout.slots.len().to_string()));
        }
        let limits = self.limits();
        let parts: Vec<_> = buffers.iter().map(|buffer| buffer.part()).collect();
        for (part, (_, access)) in parts.iter().zip(&layout.slots) {
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
            .zip(&layout.slots)
            .map(|(part, (binding, _))| wgpu::BindGroupEntry {
                binding: *binding,
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

/// What messages call a kernel.
fn action(label: &str) -> String {
    format!("kernel `{label}`")
}

fn entry((binding, access): Slot) -> wgpu::BindGroupLayoutEntry {
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
