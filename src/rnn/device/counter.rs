//! The device's count of steps, written last in each submission: one that a driver gave up in silence, or of which it skipped
//! a part, is seen.

use crate::gpu::{Buffer, Gpu, Pass, Report};
use crate::{Error, Result};

/// Counts on the device and on the host. All may wrap.
pub(super) struct Counter {
    report: Report,
    expected: u32,
    /// Workgroups that are then done.
    workgroups: u32,
}

/// What a submission does.
#[derive(Debug, Clone, Copy)]
pub(super) struct Work {
    pub steps: usize,
    pub workgroups: u32,
}

impl Counter {
    /// No step is counted yet.
    pub fn new(gpu: &Gpu) -> Result<Self> {
        Ok(Self { report: Report::new(gpu, 0)?, expected: 0, workgroups: 0 })
    }

    /// Where the device counts: steps, and what all kernels add to.
    pub fn words(&self) -> &Buffer<u32> {
        self.report.words()
    }

    /// What the device has counted when all that was submitted is done.
    pub fn expected(&self) -> u32 {
        self.expected
    }

    /// Records that so much more is done.
    pub fn record(&self, pass: &mut Pass<'_>, work: Work) {
        let steps = [self.expected, self.expected.wrapping_add(work.steps as u32)];
        self.report.finish(pass, steps, self.workgroups.wrapping_add(work.workgroups));
    }

    /// What was recorded is submitted.
    pub fn submitted(&mut self, work: Work) {
        self.expected = self.expected.wrapping_add(work.steps as u32);
        self.workgroups = self.workgroups.wrapping_add(work.workgroups);
    }

    /// Counts anew, for a state that does not depend on what was counted.
    ///
    /// # Errors
    /// [`Error::DeviceLost`].
    pub fn restart(&mut self, gpu: &Gpu) -> Result<()> {
        gpu.write(self.words(), 0, &vec![0; self.words().len()])?;
        (self.expected, self.workgroups) = (0, 0);
        Ok(())
    }

    /// Whether all steps that were submitted are done.
    ///
    /// # Errors
    /// [`Error::Unfinished`], [`Error::DeviceLost`].
    pub fn check(&self, gpu: &Gpu) -> Result<()> {
        check(gpu, self.words(), self.expected)
    }
}

/// Whether the count, or a copy of it, is what it should be.
///
/// # Errors
/// [`Error::Unfinished`], [`Error::DeviceLost`].
pub(super) fn check(gpu: &Gpu, words: &Buffer<u32>, expected: u32) -> Result<()> {
    let reached = gpu.read(words, Report::REACHED..Report::REACHED + 1)?;
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
