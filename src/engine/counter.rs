//! What the device has counted when all that was submitted is done: steps, and workgroups. Both may wrap.
//! So work that a driver gave up in silence is seen, and work of which it skipped a part.

use super::Work;
use crate::program::report;

/// The host's side of the first words of the report.
#[derive(Debug, Default)]
pub(super) struct Counter {
    steps: u32,
    workgroups: u32,
}

impl From<u32> for Counter {
    fn from(steps: u32) -> Self {
        Self { steps, workgroups: 0 }
    }
}

impl Counter {
    /// The steps.
    pub(super) fn steps(&self) -> u32 {
        self.steps
    }

    /// What the report holds.
    pub(super) fn words(&self) -> [u32; report::WORDS] {
        let mut words = [0; report::WORDS];
        (words[report::REACHED], words[report::WORKGROUPS_DONE]) = (self.steps, self.workgroups);
        words
    }

    /// What the kernel is told that ends a submission: the steps before and after it, the workgroups after.
    pub(super) fn told(&self, work: Work) -> [u32; 3] {
        let after = self.steps.wrapping_add(work.steps);
        // Its own is counted by nobody.
        [self.steps, after, self.workgroups.wrapping_add(work.workgroups)]
    }

    /// So much more is submitted.
    pub(super) fn submitted(&mut self, work: Work) {
        [_, self.steps, self.workgroups] = self.told(work);
    }
}
