//! What the benches ask of an engine: bare windows, timed whole or dispatch by dispatch, trials of all schedules, and how a run is
//! dispatched.

use super::{Engine, record, windows_of};
use crate::Result;
use crate::gpu::{Clock, Timing};
use crate::sim::{Chosen, Schedule};
use std::ops::Range;
use std::time::Duration;

/// No trial is left out for want of time.
const ENOUGH: Duration = Duration::from_secs(24 * 3600);

/// A dispatch of each window, and what it took.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Dispatched {
    /// The kernel's name.
    pub kernel: String,
    /// Its workgroups along three axes.
    pub workgroups: [u32; 3],
    /// \[ns\] in all windows together.
    pub ns: f64,
}

impl Engine {
    /// Times the next windows on the device, without reading anything back. They count as run.
    ///
    /// # Errors
    /// [`Error::Request`](crate::Error::Request) for more windows than a submission may have; what a run may fail with.
    #[expect(clippy::arithmetic_side_effects, reason = "benches are far from the last step")]
    pub(crate) fn time(&mut self, windows: u32) -> Result<Timing> {
        let steps = windows * self.plan.window;
        let all = self.step..self.step + steps;
        self.clear_spikes(windows)?;
        self.step = all.end;
        let (plan, tuning, window) = (&self.plan, &self.tuning, self.places.window);
        self.executor.time(steps, |windows| record(plan, tuning, window, windows, all))
    }

    /// Times each dispatch of the next windows, in as many portions as they are submitted in, without reading anything back. They
    /// count as run.
    ///
    /// # Errors
    /// What a run may fail with.
    #[expect(
        clippy::arithmetic_side_effects,
        clippy::cast_possible_truncation,
        reason = "benches are far from the last step, and the windows of a portion are a u32"
    )]
    pub(crate) fn time_each(&mut self, clock: Clock, windows: u32) -> Result<Vec<Dispatched>> {
        let labels = self.executor.labels(self.places.window).into_iter().map(str::to_owned).collect::<Vec<_>>();
        let known = labels.into_iter().zip(self.dispatches());
        let mut found: Vec<_> = known.map(|(kernel, workgroups)| Dispatched { kernel, workgroups, ns: 0.0 }).collect();
        let most = (clock.most() / found.len().max(1)).max(1) as u32;
        let mut left = windows;
        while left > 0 {
            let portion = left.min(most).min(self.executor.windows_per_submission());
            let all = self.step..self.step + portion * self.plan.window;
            self.clear_spikes(portion)?;
            let clocks: Vec<_> =
                windows_of(&self.plan, &self.tuning, all.clone()).map(|window| window.clock().to_vec()).collect();
            let times = self.executor.time_each(clock, all.end - all.start, self.places.window, &clocks)?;
            for (number, ns) in times.into_iter().enumerate() {
                let dispatch = number % found.len();
                found[dispatch].ns += ns;
            }
            self.step = all.end;
            left -= portion;
        }
        Ok(found)
    }

    /// Tries all that may be faster on the next steps, as a long run does, and goes on with the fastest.
    ///
    /// # Errors
    /// What a run may fail with.
    #[expect(clippy::arithmetic_side_effects, reason = "benches are far from the last step")]
    pub(crate) fn try_all(&mut self, steps: u32) -> Result<Chosen> {
        let mut recording = self.plan.outline(self.step, steps)?;
        self.try_schedules(self.step + steps, ENOUGH, &mut recording, &mut |_| ())?;
        Ok(self.choice.chosen.clone())
    }

    fn clear_spikes(&mut self, windows: u32) -> Result<()> {
        let mut recorder = self.executor.recorder("clear");
        recorder.clear(self.executor.buffer(self.places.spikes), self.spike_words(windows));
        let cleared = recorder.submit()?;
        self.executor.gpu().wait(&cleared)
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

    /// How often the [dispatches](Self::dispatches) are repeated in so many steps, and in a submission of them.
    pub(crate) fn repeated(&self, steps: u32) -> [u32; 2] {
        let together = self.executor.windows_per_submission();
        let windows = steps.div_ceil(self.plan.window);
        if self.tuning.schedule == Schedule::Resident { [windows.div_ceil(together), 1] } else { [windows, together] }
    }
}
