//! What the benches ask of an engine: bare windows, timed, and how a run is dispatched.

use super::{Engine, record};
use crate::Result;
use crate::gpu::Timing;
use std::ops::Range;

impl Engine {
    /// Times the next windows on the device, without reading anything back. They count as run.
    ///
    /// # Errors
    /// [`Error::Request`](crate::Error::Request) for more windows than a submission may have; what a run may fail with.
    #[expect(clippy::arithmetic_side_effects, reason = "benches are far from the last step")]
    pub(crate) fn time(&mut self, windows: u32) -> Result<Timing> {
        let steps = windows * self.plan.window;
        let all = self.step..self.step + steps;
        let mut recorder = self.executor.recorder("clear");
        recorder.clear(self.executor.buffer(self.places.spikes), self.spike_words(windows));
        let cleared = recorder.submit()?;
        self.executor.gpu().wait(&cleared)?;
        self.step = all.end;
        let (plan, tuning, window) = (&self.plan, &self.tuning, self.places.window);
        self.executor.time(steps, |windows| record(plan, tuning, window, windows, all))
    }

    /// Spikes of the windows that were [timed](Self::time) last, `windows` of them.
    ///
    /// # Errors
    /// [`Error::DeviceLost`](crate::Error::DeviceLost), [`Error::OutOfMemory`](crate::Error::OutOfMemory).
    pub(crate) fn count_spikes(&self, windows: u32) -> Result<u64> {
        let words = self.executor.read(self.places.spikes, self.spike_words(windows))?;
        Ok(words.into_iter().map(|word| u64::from(word.count_ones())).sum())
    }

    /// Words of the spikes of so many windows.
    #[expect(clippy::arithmetic_side_effects, reason = "as many as a submission has")]
    fn spike_words(&self, windows: u32) -> Range<usize> {
        self.executor.words(self.places.spike_rows, 0..(windows * self.plan.window) as usize)
    }

    /// The workgroups of each dispatch of a window.
    pub(crate) fn dispatches(&self) -> Vec<[u32; 3]> {
        self.executor.dispatches(self.places.window).iter().map(|dispatch| dispatch.grid.workgroups(&[])).collect()
    }

    /// Windows of the next submission.
    pub(crate) fn windows_per_submission(&self) -> u32 {
        self.executor.windows_per_submission()
    }
}
