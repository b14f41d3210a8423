//! Recording work for the device: clears and copies, and passes of thousands of dispatches.
//!
//! A mistake in a recording is kept and returned when it is submitted, so that recording itself stays a plain loop; the
//! work of a faulty recording is never started.

use super::{BindGroup, Buffer, Gpu, Pipeline};
use crate::{Error, Result};
use bytemuck::Pod;
use std::ops::Range;
use std::sync::{Arc, OnceLock};

/// Work being recorded. Dropped without [`submit`](Self::submit), it never happens.
pub(crate) struct Recorder {
    pub(super) gpu: Gpu,
    pub(super) encoder: wgpu::CommandEncoder,
    /// Told to whoever waits for this work, once it is submitted.
    pub(super) submitted: Arc<OnceLock<Ticket>>,
    label: String,
    problem: Option<Error>,
}

/// A submission, to be waited for with [`Gpu::wait`].
#[derive(Debug, Clone)]
pub(crate) struct Ticket {
    pub(super) index: wgpu::SubmissionIndex,
}

/// A series of dispatches, each of which sees what those before it wrote.
pub(crate) struct Pass<'r> {
    pub(super) raw: wgpu::ComputePass<'r>,
    problem: &'r mut Option<Error>,
    max_workgroups: u32,
    pipeline: u64,
    group: u64,
    immediates: Vec<u8>,
}

impl Gpu {
    /// Begins a recording. The label stands in messages.
    pub(crate) fn recorder(&self, label: &str) -> Recorder {
        let wanted = wgpu::CommandEncoderDescriptor { label: Some(label) };
        Recorder {
            gpu: self.clone(),
            encoder: self.inner.device.create_command_encoder(&wanted),
            submitted: Arc::default(),
            label: label.to_owned(),
            problem: None,
        }
    }
}

impl Recorder {
    /// Sets a range of elements to zero.
    pub(crate) fn clear<T: Pod>(&mut self, buffer: &Buffer<T>, range: Range<usize>) {
        match buffer.span(range) {
            Ok(bytes) if bytes.is_empty() => {}
            Ok(bytes) => self.encoder.clear_buffer(&buffer.raw, bytes.start, Some(bytes.end - bytes.start)),
            Err(problem) => self.fail(problem),
        }
    }

    /// Copies a range of elements of one buffer to another one, from its element `at` on.
    pub(crate) fn copy<T: Pod>(&mut self, from: &Buffer<T>, range: Range<usize>, to: &Buffer<T>, at: usize) {
        let end = at.saturating_add(range.len());
        match (from.span(range), to.span(at..end)) {
            (Ok(source), Ok(_)) if source.is_empty() => {}
            (Ok(source), Ok(target)) => {
                // Their ends are padded differently if one range ends with its buffer: the padding is not data.
                let bytes = (source.end - source.start).min(target.end - target.start);
                self.encoder.copy_buffer_to_buffer(&from.raw, source.start, &to.raw, target.start, bytes);
            }
            (Err(problem), _) | (_, Err(problem)) => self.fail(problem),
        }
    }

    /// Begins a pass; it ends when dropped.
    pub(crate) fn pass(&mut self, label: &str) -> Pass<'_> {
        self.pass_with(label, None)
    }

    pub(super) fn pass_with(&mut self, label: &str, times: Option<wgpu::ComputePassTimestampWrites<'_>>) -> Pass<'_> {
        let wanted = wgpu::ComputePassDescriptor { label: Some(label), timestamp_writes: times };
        Pass {
            raw: self.encoder.begin_compute_pass(&wanted),
            problem: &mut self.problem,
            max_workgroups: self.gpu.limits().max_workgroups,
            pipeline: 0,
            group: 0,
            immediates: Vec::new(),
        }
    }

    pub(super) fn fail(&mut self, problem: Error) {
        self.problem.get_or_insert(problem);
    }

    /// Hands the work to the device and returns at once.
    ///
    /// # Errors
    /// The first mistake of the recording; [`Error::Validation`], [`Error::DeviceLost`]. Then nothing was started.
    pub(crate) fn submit(self) -> Result<Ticket> {
        if let Some(problem) = self.problem {
            return Err(problem);
        }
        let action = format!("the recording `{}`", self.label);
        let commands = self.gpu.guarded(&action, None, || self.encoder.finish())?;
        let index = self.gpu.guarded(&action, None, || self.gpu.inner.queue.submit([commands]))?;
        let ticket = Ticket { index };
        // Set once: a recorder submits once.
        let _ = self.submitted.set(ticket.clone());
        Ok(ticket)
    }
}

impl Pass<'_> {
    /// Runs a kernel over `workgroups`, none if one of them is 0. `immediates` are the bytes of its `var<immediate>`.
    ///
    /// What did not change since the dispatch before costs nothing.
    pub(crate) fn dispatch(&mut self, pipeline: &Pipeline, group: &BindGroup, immediates: &[u8], workgroups: [u32; 3]) {
        if immediates.len() != pipeline.layout.immediates as usize
            || !pipeline.takes(group)
            || workgroups.iter().any(|n| *n > self.max_workgroups)
        {
            self.fail(pipeline, group, immediates.len(), workgroups);
            return;
        }
        if workgroups.contains(&0) {
            return;
        }
        let other = self.pipeline != pipeline.id;
        if other {
            self.raw.set_pipeline(&pipeline.raw);
            self.pipeline = pipeline.id;
        }
        if self.group != group.id {
            self.raw.set_bind_group(0, &group.raw, &[]);
            self.group = group.id;
        }
        // A kernel with another layout starts with zeros.
        let all = pipeline.layout.all_immediates as usize;
        if all > 0 && (other || !self.immediates.starts_with(immediates) || self.immediates.len() != all) {
            self.immediates.clear();
            self.immediates.extend_from_slice(immediates);
            self.immediates.resize(all, 0);
            self.raw.set_immediates(0, &self.immediates);
        }
        self.raw.dispatch_workgroups(workgroups[0], workgroups[1], workgroups[2]);
        #[cfg(test)]
        super::tests::given::dispatched(&pipeline.label, immediates, workgroups);
    }

    #[cold]
    fn fail(&mut self, pipeline: &Pipeline, group: &BindGroup, immediates: usize, workgroups: [u32; 3]) {
        let what = format!("a dispatch of kernel `{}`", pipeline.label);
        let wanted = pipeline.layout.immediates;
        self.problem.get_or_insert(if immediates != wanted as usize {
            Error::request(what, format!("{immediates} bytes of immediate data"), wanted.to_string())
        } else if !pipeline.takes(group) {
            Error::request(what, "its buffers were bound for a kernel with other bindings", "")
        } else {
            Error::request(what, format!("{workgroups:?} workgroups"), format!("at most {} each", self.max_workgroups))
        });
    }
}
