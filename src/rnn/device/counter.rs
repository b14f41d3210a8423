//! The device's count of steps, written last in each submission: a submission that a driver gave up in silence is seen.

use crate::gpu::{Access, BindGroup, Buffer, Gpu, Pass, Pipeline, Usage};
use crate::shader::Composer;
use crate::{Error, Result};

const COUNT: (&str, &str) =
    ("shaders/kernels/count_steps.wgsl", include_str!("../../../shaders/kernels/count_steps.wgsl"));

/// Counts on the device and on the host. Both may wrap.
pub(super) struct Counter {
    pipeline: Pipeline,
    group: BindGroup,
    reached: Buffer<u32>,
    expected: u32,
}

impl Counter {
    /// No step is counted yet.
    pub fn new(gpu: &Gpu) -> Result<Self> {
        let composed = Composer::new().plain(COUNT.0, COUNT.1).finish();
        let pipeline = gpu.pipeline("count", composed.text(), "count_steps", &[Access::ReadWrite], 8)?;
        let reached = gpu.buffer("the step counter", 1, Usage::Storage)?;
        let group = gpu.bind(&pipeline, &[&reached])?;
        Ok(Self { pipeline, group, reached, expected: 0 })
    }

    /// Where the device counts.
    pub fn reached(&self) -> &Buffer<u32> {
        &self.reached
    }

    /// What the device has counted when all that was submitted is done.
    pub fn expected(&self) -> u32 {
        self.expected
    }

    /// Records that so many more steps are done.
    pub fn record(&self, pass: &mut Pass<'_>, steps: usize) {
        let words = [self.expected, steps as u32];
        pass.dispatch(&self.pipeline, &self.group, bytemuck::bytes_of(&words), [1, 1, 1]);
    }

    /// What was recorded is submitted.
    pub fn submitted(&mut self, steps: usize) {
        self.expected = self.expected.wrapping_add(steps as u32);
    }

    /// Counts anew, for a state that does not depend on what was counted.
    ///
    /// # Errors
    /// [`Error::DeviceLost`].
    pub fn restart(&mut self, gpu: &Gpu) -> Result<()> {
        gpu.write(&self.reached, 0, &[0])?;
        self.expected = 0;
        Ok(())
    }

    /// Whether all steps that were submitted are done.
    ///
    /// # Errors
    /// [`Error::Unfinished`], [`Error::DeviceLost`].
    pub fn check(&self, gpu: &Gpu) -> Result<()> {
        check(gpu, &self.reached, self.expected)
    }
}

/// Whether a copy of the count, or the count itself, is what it should be.
///
/// # Errors
/// [`Error::Unfinished`], [`Error::DeviceLost`].
pub(super) fn check(gpu: &Gpu, reached: &Buffer<u32>, expected: u32) -> Result<()> {
    let reached = gpu.read(reached, 0..1)?;
    reached.first().map_or(Ok(()), |reached| compare(expected, *reached))
}

/// # Errors
/// [`Error::Unfinished`] if the device reached another step than expected.
pub(super) fn compare(expected: u32, reached: u32) -> Result<()> {
    if reached == expected {
        return Ok(());
    }
    Err(Error::Unfinished { expected: u64::from(expected), reached: u64::from(reached) })
}
