//! How many windows go into one submission: short enough for a responsive device, long enough to hide its start.

use std::time::Duration;

/// What a submission should take; drivers reset a device whose submissions take seconds.
const AIM: Duration = Duration::from_millis(25);

/// The number of windows of the next submission, adapted to the time that the last ones took.
#[derive(Debug, Clone)]
pub(super) struct Pace {
    windows: u32,
    largest: u32,
    fixed: bool,
}

impl Pace {
    /// Starts with one; `fixed` windows if stated, never more than `largest`.
    pub(super) fn new(largest: u32, fixed: Option<u32>) -> Self {
        let windows = fixed.unwrap_or(1).clamp(1, largest);
        Self { windows, largest, fixed: fixed.is_some() }
    }

    /// Windows of the next submission.
    pub(super) fn windows(&self) -> u32 {
        self.windows
    }

    /// Takes note of a submission of `windows` windows that took `time`.
    pub(super) fn took(&mut self, windows: u32, time: Duration) {
        if self.fixed || windows < self.windows {
            return;
        }
        let ratio = AIM.as_secs_f64() / time.as_secs_f64().max(1e-6);
        let next = f64::from(self.windows) * ratio.clamp(0.5, 2.0);
        self.windows = (next as u32).clamp(1, self.largest);
    }
}
