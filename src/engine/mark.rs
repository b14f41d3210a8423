//! What shows whether numbers that stay on a device are those of steps that were done.

use super::submit::compare;
use super::{Executor, Work};
use crate::Result;
use crate::gpu::{Buffer, Gpu, Recorder, Usage};
use crate::program::{Program, report};

/// The step that the device had reached when it left something, and the one that it should have.
#[derive(Debug, Clone)]
pub(crate) struct Mark {
    gpu: Gpu,
    reached: Buffer<u32>,
    expected: u32,
}

impl Executor {
    /// Records a mark behind this work, which is not submitted yet.
    ///
    /// # Errors
    /// [`Error::OutOfMemory`](crate::Error::OutOfMemory).
    pub(crate) fn mark(&self, recorder: &mut Recorder, work: Work) -> Result<Mark> {
        let reached = self.gpu.buffer("the step counter", 1, Usage::Storage)?;
        recorder.copy(self.buffer(Program::REPORT), report::REACHED..report::REACHED + 1, &reached, 0);
        let [_, expected, _] = self.counter.told(work);
        Ok(Mark { gpu: self.gpu.clone(), reached, expected })
    }
}

impl Mark {
    /// Whether the steps before it were done.
    ///
    /// # Errors
    /// [`Error::Unfinished`](crate::Error::Unfinished), [`Error::DeviceLost`](crate::Error::DeviceLost).
    pub(crate) fn check(&self) -> Result<()> {
        let reached = self.gpu.read(&self.reached, 0..1)?;
        compare(self.expected, reached[0])
    }
}
