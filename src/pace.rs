//! How many windows go into one submission: short enough for a responsive device, long enough to hide its start.

use std::time::Duration;

/// What a submission should take; drivers reset a device whose submissions take seconds.
const AIM: Duration = Duration::from_millis(25);

/// The number of windows of the next submission, adapted to the time that the last ones took.
#[derive(Debug, Clone)]
pub(crate) struct Pace {
    windows: u32,
    largest: u32,
    fixed: bool,
}

impl Pace {
    /// Starts with one; `fixed` windows if stated, never more than `largest`.
    pub(crate) fn new(largest: u32, fixed: Option<u32>) -> Self {
        let windows = fixed.unwrap_or(1).clamp(1, largest);
        Self { windows, largest, fixed: fixed.is_some() }
    }

    /// Windows of the next submission.
    pub(crate) fn windows(&self) -> u32 {
        self.windows
    }

    /// Takes note of a submission of `windows` windows that took `time`.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "not negative, and cut off at `largest`"
    )]
    pub(crate) fn took(&mut self, windows: u32, time: Duration) {
        if self.fixed || windows < self.windows {
            return;
        }
        let ratio = AIM.as_secs_f64() / time.as_secs_f64().max(1e-6);
        let next = f64::from(self.windows) * ratio.clamp(0.5, 2.0);
        self.windows = (next as u32).clamp(1, self.largest);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The windows of the next submission, after full ones that took so many milliseconds.
    fn after(mut pace: Pace, times: &[u64]) -> u32 {
        for &ms in times {
            pace.took(pace.windows(), Duration::from_millis(ms));
        }
        pace.windows()
    }

    #[test]
    fn it_is_adapted_to_the_time_that_submissions_take() {
        let pace = || Pace::new(1000, None);
        assert_eq!(after(pace(), &[]), 1);
        assert_eq!(after(pace(), &[1; 3]), 8, "at most doubled");
        assert_eq!(after(pace(), &[1, 1, 1, 1, 1, 100]), 16, "at most halved");
        assert_eq!(after(pace(), &[1, 1, 1, 1, 1, 100, 50, 50]), 4);
        assert_eq!(after(pace(), &[1, 1, 1, 1, 1, 25]), 32, "as long as it should");
        assert_eq!(after(pace(), &[1, 1, 1, 1, 1, 20]), 40);
        assert_eq!(after(pace(), &[1000; 20]), 1);
        assert_eq!(after(pace(), &[0; 20]), 1000);
    }

    #[test]
    fn a_shorter_submission_says_nothing() {
        let mut pace = Pace::new(1000, None);
        (0..4).for_each(|_| pace.took(pace.windows(), Duration::from_millis(1)));
        pace.took(15, Duration::from_millis(1));
        assert_eq!(pace.windows(), 16);
    }

    #[test]
    fn what_is_stated_stays() {
        assert_eq!(after(Pace::new(1000, Some(7)), &[1, 1, 1000]), 7);
        assert_eq!((Pace::new(5, Some(7)).windows(), Pace::new(5, Some(0)).windows()), (5, 1));
    }
}
