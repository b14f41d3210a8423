//! How far a run is: a bar on a terminal, a line now and then elsewhere.

use super::report::say;
use indicatif::{ProgressBar, ProgressStyle};
use std::time::{Duration, Instant};

/// Between two lines where there is no terminal.
const LINES: Duration = Duration::from_secs(10);

/// Says that the network is being built, until it is cleared; on a terminal only.
pub fn building() -> ProgressBar {
    let spinner = ProgressBar::new_spinner().with_message("building the network");
    spinner.enable_steady_tick(Duration::from_millis(100));
    spinner
}

/// The progress of a run of a number of steps.
pub struct Progress {
    bar: ProgressBar,
    steps: u32,
    dt_ms: f64,
    start: Instant,
    last_line: Instant,
}

impl Progress {
    /// Nothing done yet of `steps` steps.
    pub fn new(steps: u32, dt_ms: f64) -> Self {
        // It draws on standard error, if that is a terminal.
        let bar = ProgressBar::new(u64::from(steps));
        if let Ok(style) = ProgressStyle::with_template("{bar:24} {msg}") {
            bar.set_style(style);
        }
        Self { bar, steps, dt_ms, start: Instant::now(), last_line: Instant::now() }
    }

    /// So many of the steps are done.
    pub fn at(&mut self, done: u32) {
        if !self.bar.is_hidden() {
            self.bar.set_message(self.text(done, self.start.elapsed()));
            self.bar.set_position(u64::from(done));
        } else if self.last_line.elapsed() >= LINES {
            say(&self.text(done, self.start.elapsed()));
            self.last_line = Instant::now();
        }
    }

    /// Clears the bar.
    pub fn finish(self) {
        self.bar.finish_and_clear();
    }

    fn text(&self, done: u32, elapsed: Duration) -> String {
        let ms = |steps: u32| (f64::from(steps) * self.dt_ms * 1e6).round() / 1e6;
        let (elapsed, fraction) = (elapsed.as_secs_f64(), f64::from(done) / f64::from(self.steps.max(1)));
        let rate = ms(done) / 1e3 / elapsed;
        let left = elapsed * (1.0 - fraction) / fraction;
        format!("{} of {} ms, {rate:.3} s a second, {} left", ms(done), ms(self.steps), time(left))
    }
}

/// Seconds for people.
fn time(seconds: f64) -> String {
    // A cast saturates; infinite where nothing is done yet.
    match seconds.ceil() as u64 {
        seconds @ 0..60 => format!("{seconds} s"),
        seconds @ 60..3600 => format!("{} min {} s", seconds / 60, seconds % 60),
        seconds @ 3600..360_000 => format!("{} h {} min", seconds / 3600, seconds / 60 % 60),
        _ => "days".to_owned(),
    }
}
