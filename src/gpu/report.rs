//! The report of a submission: words that its kernels write for the host. The first two show that all of it was done.
//!
//! Each workgroup adds 1 when it is done, and the last dispatch writes the step that was reached if the sum is what the
//! host expects. What further words mean is their kernels' affair.

use super::{BindGroup, Buffer, Gpu, Pass, Pipeline, Usage};
use crate::Result;

pub(crate) use crate::program::report::REPORT;
const FINISH: &str = include_str!("../../shaders/kernels/finish.wgsl");

/// The words, and the kernel that ends a submission.
pub(crate) struct Report {
    words: Buffer<u32>,
    pipeline: Pipeline,
    group: BindGroup,
}

impl Report {
    /// The word of the step that was reached.
    pub(crate) const REACHED: usize = 0;
    /// Words that every report has.
    pub(crate) const WORDS: usize = 2;

    /// A report with so many words more.
    ///
    /// # Errors
    /// As those of [`Gpu::buffer`] and [`Gpu::pipeline`].
    pub(crate) fn new(gpu: &Gpu, more: usize) -> Result<Self> {
        let text = [&Self::binding(0), REPORT.1, FINISH].concat();
        let pipeline = gpu.compile("finish", &text, "finish")?;
        let words = gpu.buffer("the report of a submission", Self::WORDS + more, Usage::Storage)?;
        let group = gpu.bind(&pipeline, &[&words])?;
        Ok(Self { words, pipeline, group })
    }

    /// WGSL that says at which binding a kernel has it.
    pub(crate) fn binding(at: usize) -> String {
        format!("const REPORT = {at}u;\n")
    }

    /// The words.
    pub(crate) fn words(&self) -> &Buffer<u32> {
        &self.words
    }

    /// Records that step `after` is reached, if the device is at step `before` and so many workgroups are done, in all since
    /// the words were 0. That number must not come from the dispatches that were recorded: one that is missing would not be
    /// seen. All may wrap.
    pub(crate) fn finish(&self, pass: &mut Pass<'_>, [before, after]: [u32; 2], workgroups: u32) {
        pass.dispatch(&self.pipeline, &self.group, bytemuck::bytes_of(&[before, after, workgroups]), [1, 1, 1]);
    }
}

/// Workgroups of a dispatch, counted as the device counts them.
pub(crate) fn count(workgroups: [u32; 3]) -> u32 {
    workgroups.into_iter().fold(1, u32::wrapping_mul)
}
