//! How far a run is: a bar on a terminal, a line now and then elsewhere.

use super::report::say;
use indicatif::{ProgressBar, ProgressStyle};
use neuropil::sim::Chosen;
use std::sync::Mutex;
use std::time::{Duration, Instant};

/// Between two lines where there is no terminal.
const LINES: Duration = Duration::from_secs(10);

/// Says that something is being built, until it is cleared; on a terminal only.
pub fn building(what: &str) -> ProgressBar {
    let spinner = ProgressBar::new_spinner().with_message(format!("building {what}"));
    spinner.enable_steady_tick(Duration::from_millis(100));
    spinner
}

/// Tells how far drawing synapses has come: beside the spinner, or by a line now and then.
pub fn drawing(spinner: &ProgressBar) -> neuropil::rows::Progress {
    let (spinner, last_line) = (spinner.clone(), Mutex::new(Instant::now()));
    neuropil::rows::Progress::new(move |done, all| {
        let text = || format!("building the network, {} % of the synapses", 100 * done / all.max(1));
        if !spinner.is_hidden() {
            spinner.set_message(text());
        } else if let Ok(mut last) = last_line.try_lock()
            && last.elapsed() >= LINES
        {
            say(&text());
            *last = Instant::now();
        }
        true
    })
}

/// The progress of a run of a number of steps.
pub struct Progress {
    bar: ProgressBar,
    steps: u64,
    /// By which schedule, where one was chosen.
    schedule: Option<String>,
    measure: Measure,
    start: Instant,
    last_line: Instant,
}

/// In what the steps of a run are told.
enum Measure {
    /// Each takes so much model time \[ms\].
    ModelTime(f64),
    Steps,
    /// Each is a part of an item; so many were done before.
    Items {
        before: u64,
    },
}

/// Parts of an item that are told apart.
const PARTS: f64 = 1000.0;

impl Progress {
    /// Nothing done yet of `steps` steps of model time.
    pub fn of_model_time(steps: u32, dt_ms: f64) -> Self {
        Self::new(u64::from(steps), Measure::ModelTime(dt_ms))
    }

    /// Nothing done yet of `steps` steps that have no time.
    pub fn of_steps(steps: u64) -> Self {
        Self::new(steps, Measure::Steps)
    }

    /// `before` of all items were done by an earlier command.
    pub fn of_items(before: usize, all: usize) -> Self {
        let parts = |items: usize| (items as f64 * PARTS) as u64;
        Self::new(parts(all), Measure::Items { before: parts(before) })
    }

    /// So many items are done, the last of them in part.
    pub fn at_item(&mut self, done: f64) {
        self.at((done * PARTS) as u64);
    }

    fn new(steps: u64, measure: Measure) -> Self {
        // It draws on standard error, if that is a terminal.
        let bar = ProgressBar::new(steps);
        if let Ok(style) = ProgressStyle::with_template("{bar:24} {msg}") {
            bar.set_style(style);
        }
        Self { bar, steps, schedule: None, measure, start: Instant::now(), last_line: Instant::now() }
    }

    /// This schedule was found to be the fastest.
    pub fn by(&mut self, chosen: &Chosen) {
        self.schedule = Some(chosen.schedule.clone());
    }

    /// So many of the steps are done.
    pub fn at(&mut self, done: u64) {
        if !self.bar.is_hidden() {
            self.bar.set_message(self.text(done, self.start.elapsed()));
            self.bar.set_position(done);
        } else if self.last_line.elapsed() >= LINES {
            say(&self.text(done, self.start.elapsed()));
            self.last_line = Instant::now();
        }
    }

    /// Clears the bar.
    pub fn finish(self) {
        self.bar.finish_and_clear();
    }

    fn text(&self, done: u64, elapsed: Duration) -> String {
        let before = if let Measure::Items { before } = self.measure { before } else { 0 };
        let (own, all) = (done.saturating_sub(before), self.steps.saturating_sub(before));
        let (elapsed, fraction) = (elapsed.as_secs_f64(), own as f64 / all.max(1) as f64);
        let left = time(elapsed * (1.0 - fraction) / fraction);
        let schedule = self.schedule.as_ref().map_or(String::new(), |schedule| format!(", {schedule}"));
        match self.measure {
            Measure::ModelTime(dt_ms) => {
                let ms = |steps: u64| (steps as f64 * dt_ms * 1e6).round() / 1e6;
                let factor = realtime_factor(elapsed / (ms(done) / 1e3));
                format!("{} of {} ms, {factor}, {left} left{schedule}", ms(done), ms(self.steps))
            }
            Measure::Steps => {
                let rate = rate(done as f64 / elapsed);
                format!("{done} of {} steps, {rate} a second, {left} left", self.steps)
            }
            Measure::Items { .. } => {
                let (rate, items) = (rate(own as f64 / PARTS / elapsed), |parts: u64| parts as f64 / PARTS);
                format!("{:.0} of {} items, {rate} a second, {left} left", items(done).floor(), items(self.steps))
            }
        }
    }
}

/// A number of steps in each second, with as many digits as say something.
pub fn rate(steps: f64) -> String {
    if steps < 100.0 { format!("{steps:.2}") } else { format!("{steps:.0}") }
}

/// Wall-clock seconds for each second of model time, in the same words while a run goes and after it.
pub fn realtime_factor(factor: f64) -> String {
    let decimals = match factor {
        factor if factor >= 100.0 => 0,
        factor if factor >= 10.0 => 1,
        factor if factor >= 1.0 => 2,
        _ => 3,
    };
    format!("realtime factor {factor:.decimals$}")
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_done_is_told_with_its_rate() {
        let text = |progress: Progress, done| progress.text(done, Duration::from_secs(2));
        assert_eq!(text(Progress::of_model_time(1000, 0.1), 250), "25 of 100 ms, realtime factor 80.0, 6 s left");
        assert_eq!(
            text(Progress::of_model_time(50_000, 0.1), 40_000),
            "4000 of 5000 ms, realtime factor 0.500, 1 s left"
        );
        let mut chosen = Progress::of_model_time(1000, 0.1);
        let because = "it is the fastest of 3 that were tried".to_owned();
        chosen.by(&Chosen { schedule: "resident:64".to_owned(), because, trials: Vec::new() });
        assert_eq!(text(chosen, 250), "25 of 100 ms, realtime factor 80.0, 6 s left, resident:64");
        assert_eq!(text(Progress::of_steps(1000), 250), "250 of 1000 steps, 125 a second, 6 s left");
        assert_eq!(text(Progress::of_steps(1000), 1), "1 of 1000 steps, 0.50 a second, 33 min 18 s left");
        let items = Progress::of_items(40, 441);
        assert_eq!(text(items, 52_500), "52 of 441 items, 6.25 a second, 1 min 3 s left");
        assert_eq!(text(Progress::of_steps(5), 0), "0 of 5 steps, 0.00 a second, days left");
    }
}
