//! When something is recorded.

use std::ops::Range;

/// The steps in which something is recorded; all unless it was asked for otherwise.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Period {
    /// The first step.
    pub start: u32,
    /// The step after the last.
    pub stop: u32,
}

impl Default for Period {
    fn default() -> Self {
        Self { start: 0, stop: u32::MAX }
    }
}

impl Period {
    /// Is this step in it?
    pub fn contains(self, step: u32) -> bool {
        (self.start..self.stop).contains(&step)
    }

    /// Which multiples of an interval are sampled in these steps.
    pub(crate) fn samples(self, every: u32, steps: Range<u32>) -> Range<u32> {
        steps.start.max(self.start).div_ceil(every)..steps.end.min(self.stop).div_ceil(every)
    }

    /// How many samples so many steps have at most, whatever step is the first.
    pub(crate) fn most_samples(self, every: u32, steps: u32) -> u32 {
        steps.min(self.stop.saturating_sub(self.start)).div_ceil(every)
    }

    /// Of these steps those that are in it.
    pub(crate) fn of(self, steps: Range<u64>) -> Range<u64> {
        let start = steps.start.max(self.start.into());
        start..steps.end.min(self.stop.into()).max(start)
    }
}
