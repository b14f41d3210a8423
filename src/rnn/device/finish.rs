//! The device's count of steps, written last in each submission: a submission that a driver gave up in silence is seen.

use crate::gpu::{Access, BindGroup, Buffer, Gpu, Pass, Pipeline, Usage};
use crate::shader::Composer;
use crate::{Error, Result};

const IMMEDIATES: &str = "struct Window {\n    step: u32,\n    steps: u32,\n}\n\nvar<immediate> window: Window;\n";

/// The kernel that counts.
pub(super) struct Finish {
    pipeline: Pipeline,
    group: BindGroup,
    reached: Buffer<u32>,
    expected: u32,
}

impl Finish {
    /// No step is counted yet.
    pub fn new(gpu: &Gpu) -> Result<Self> {
        let text = include_str!("../../../shaders/kernels/finish.wgsl");
        let composed = Composer::new().glue("window", IMMEDIATES).plain("shaders/kernels/finish.wgsl", text).finish();
        let pipeline = gpu.pipeline("finish", composed.text(), "finish", &[Access::ReadWrite], 8)?;
        let reached = gpu.buffer("the step counter", 1, Usage::Storage)?;
        let group = gpu.bind(&pipeline, &[&reached])?;
        Ok(Self { pipeline, group, reached, expected: 0 })
    }

    /// Where the device counts.
    pub fn reached(&self) -> &Buffer<u32> {
        &self.reached
    }

    /// Records that so many more steps are done, and returns their number since the beginning, which may wrap.
    pub fn record(&mut self, pass: &mut Pass<'_>, steps: usize) -> u32 {
        let words = [self.expected, steps as u32];
        pass.dispatch(&self.pipeline, &self.group, bytemuck::bytes_of(&words), [1, 1, 1]);
        self.expected = self.expected.wrapping_add(steps as u32);
        self.expected
    }

    /// Whether all steps that were submitted are done.
    ///
    /// # Errors
    /// [`Error::Unfinished`], [`Error::DeviceLost`].
    pub fn check(&self, gpu: &Gpu) -> Result<()> {
        let reached = gpu.read(&self.reached, 0..1)?;
        reached.first().map_or(Ok(()), |reached| Self::compare(self.expected, *reached))
    }

    /// # Errors
    /// [`Error::Unfinished`] if the device reached another step than expected.
    pub fn compare(expected: u32, reached: u32) -> Result<()> {
        if reached == expected {
            return Ok(());
        }
        Err(Error::Unfinished { expected: u64::from(expected), reached: u64::from(reached) })
    }
}
