//! What the benches ask of an engine: bare windows, timed, and how a run is dispatched.

use super::Engine;
use crate::Result;
use crate::gpu::Timing;

impl Engine {
    /// Times the next windows on the device, without reading anything back. They count as run.
    ///
    /// # Errors
    /// [`Error::Request`](crate::Error::Request) for more windows than a submission may have; what a run may fail with.
    #[expect(clippy::arithmetic_side_effects, reason = "benches are far from the last step, and a plan has slots")]
    pub(crate) fn time(&mut self, windows: u32) -> Result<Timing> {
        let window = self.plan.window;
        let first_step = self.step;
        let mut recorder = self.gpu.recorder("clear");
        recorder.clear(&self.program.spikes, 0..self.spike_words(windows * window));
        let cleared = recorder.submit()?;
        self.gpu.wait(&cleared)?;
        let timing = self.gpu.time("steps", |pass| {
            for index in 0..windows {
                let step = first_step + index * window;
                self.program.window(pass, index, [step, window, step % self.plan.slots, first_step]);
            }
        })?;
        self.step += windows * window;
        Ok(timing)
    }

    /// Spikes of the windows that were [timed](Self::time) last, `windows` of them.
    ///
    /// # Errors
    /// [`Error::DeviceLost`](crate::Error::DeviceLost), [`Error::OutOfMemory`](crate::Error::OutOfMemory).
    #[expect(clippy::arithmetic_side_effects, reason = "as many as a submission has")]
    pub(crate) fn count_spikes(&self, windows: u32) -> Result<u64> {
        let words = self.gpu.read(&self.program.spikes, 0..self.spike_words(windows * self.plan.window))?;
        Ok(words.into_iter().map(|word| u64::from(word.count_ones())).sum())
    }

    /// The workgroups of each dispatch of a window.
    pub(crate) fn dispatches(&self) -> Vec<[u32; 3]> {
        self.program.dispatches()
    }

    /// Windows of the next submission.
    pub(crate) fn windows_per_submission(&self) -> u32 {
        self.pace.windows()
    }
}
