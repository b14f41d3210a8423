//! A condition that ends a run, lowered to counts of spikes, and what runs have seen of it.
//!
//! Whoever runs goes from look to look, counts the spikes of each stretch between, and asks at its end. So what a condition means depends
//! on no executor, schedule or submission, and on no rounding but that of the bounds here.

use super::period::steps;
use super::print::several;
use super::resolve::in_unit;
use super::{Plan, ms};
use crate::network::{self, Comparison, Measure, Network};
use crate::units::{Quantity, Unit};
use crate::{Result, Warning};
use std::fmt;
use std::ops::Range;

/// \[ms\] The length of a stretch unless somebody says otherwise.
const OVER_MS: f64 = 10.0;

/// When a run ends before its time.
#[derive(Debug, Clone, PartialEq)]
pub struct Until {
    /// As a network file says it.
    condition: String,
    /// \[ms\] length of a step.
    dt_ms: f64,
    /// What is counted.
    pub measure: Measure,
    /// Index of the population whose spikes are counted.
    pub population: usize,
    /// Its neurons that count.
    pub neurons: Range<u32>,
    /// \[steps\] the first step of the first stretch.
    pub start: u32,
    /// \[steps\] the length of a stretch.
    pub over: u32,
    /// The fewest spikes, of a stretch or since the start, with which it holds.
    pub least: u64,
    /// The most.
    pub most: u64,
}

impl Until {
    /// As a network says it.
    pub(super) fn lower(
        asked: &network::Until,
        network: &Network,
        (dt_ms, duration): (f64, Option<u32>),
        warnings: &mut Vec<Warning>,
    ) -> Result<Self> {
        let population = network.population_index("until", &asked.of.population)?;
        let neurons = asked.of.among(&network.populations[population]);
        let over = match &asked.over {
            Some(over) => steps(over, dt_ms, "until.over", "", warnings)?,
            None => default_over(dt_ms),
        };
        let start = asked.start.as_ref();
        let start = start.map_or(Ok(0), |start| steps(start, dt_ms, "until.start", "0 ms, or ", warnings))?;
        let (condition, measure) = (asked.to_string(), asked.measure);
        let until = Self { condition, dt_ms, measure, population, neurons, start, over, least: 0, most: 0 };
        let spikes = match measure {
            Measure::Rate => in_unit(&asked.bound, &Unit::HERTZ, "until")? / until.hz(1, over),
            Measure::Spikes => in_unit(&asked.bound, &Unit::ONE, "until")?,
        };
        let (least, most) = bounds(asked.comparison, spikes);
        let until = Self { least, most, ..until };
        warnings.extend(until.suspicious(&asked.of.to_string(), duration));
        let first_look = u64::from(until.start).saturating_add(until.over.into());
        if let Some(duration) = duration.filter(|duration| u64::from(*duration) < first_look) {
            let problem = format!("the run ends after {}, before the first stretch does", until.ms(duration));
            warnings.push(Warning::new("until", problem, "a shorter `over`, or an earlier `start`"));
        }
        Ok(until)
    }

    /// What is legal, but surely not meant.
    fn suspicious(&self, of: &str, duration: Option<u32>) -> Option<Warning> {
        let once = "a neuron spikes once in a step at most, so";
        let (possible, legal) = match self.measure {
            Measure::Rate => {
                let possible = self.possible(self.over);
                let hz = Quantity::new(self.hz(possible, self.over), &Unit::HERTZ);
                (possible, format!("{once} the rate of `{of}` is 0 Hz to {hz}"))
            }
            Measure::Spikes => {
                let possible = duration.map_or(u64::MAX, |end| self.possible(end.saturating_sub(self.start)));
                let spikes = duration.map_or_else(|| "or more".to_owned(), |_| format!("to {possible}"));
                (possible, format!("{once} those of `{of}` in the run are 0 {spikes}"))
            }
        };
        let problem = match (self.least, self.most) {
            (least, most) if least > most.min(possible) => "can never hold",
            (0, most) if most >= possible => "always holds, so a run ends with its first stretch",
            _ => return None,
        };
        Some(Warning::new("until", format!("`{}` {problem}", self.condition), legal))
    }

    /// Spikes of so many steps at most.
    fn possible(&self, steps: u32) -> u64 {
        u64::from(self.neurons.end.saturating_sub(self.neurons.start)).saturating_mul(steps.into())
    }

    /// \[Hz\] The rate that so many spikes of so many steps are.
    fn hz(&self, spikes: u64, steps: u32) -> f64 {
        spikes as f64 / (self.possible(steps) as f64 * self.dt_ms / 1e3)
    }

    /// Does it hold with so many spikes?
    fn holds(&self, spikes: u64) -> bool {
        (self.least..=self.most).contains(&spikes)
    }

    /// The end of the stretch that has a step; of what comes before the first, its beginning.
    fn look_after(&self, step: u32) -> u64 {
        let (start, over) = (u64::from(self.start), u64::from(self.over.max(1)));
        let since = u64::from(step).checked_sub(start);
        since.map_or(start, |since| start.saturating_add(since.div_euclid(over).saturating_add(1).saturating_mul(over)))
    }

    /// The first step of the stretch that ends before a step, if one does.
    fn stretch_before(&self, step: u32) -> Option<u32> {
        let since =
            step.checked_sub(self.start).filter(|since| *since > 0 && since.is_multiple_of(self.over.max(1)))?;
        Some(self.start.saturating_add(since.saturating_sub(self.over)))
    }

    /// For `neuropil plan`.
    pub(super) fn in_counts(&self) -> String {
        let neurons = self.neurons.end.saturating_sub(self.neurons.start);
        let (possible, since) = match self.measure {
            Measure::Rate => (self.possible(self.over), ""),
            Measure::Spikes => (u64::MAX, " since the start"),
        };
        let holds = match (self.least, self.most) {
            (least, most) if least > most.min(possible) => "never holds".to_owned(),
            (least, u64::MAX) => format!("holds with {least} or more spikes of {}{since}", several(neurons, "neuron")),
            (_, most) => format!("holds with {most} or fewer spikes of {}{since}", several(neurons, "neuron")),
        };
        let start = if self.start > 0 { format!(" from step {} on", self.start) } else { String::new() };
        let steps = several(self.over, "step");
        let looked = if self.measure == Measure::Rate { format!("looked at every {steps}") } else { steps };
        format!("{self}: {looked}{start}, {holds}")
    }

    /// The time of a step.
    fn ms(&self, step: u32) -> Quantity {
        Quantity::new(ms(step, self.dt_ms), &Unit::MILLISECOND)
    }
}

impl fmt::Display for Until {
    /// `rate(exc) > 200 Hz over 10 ms`, `spikes(exc) >= 100 looked at every 10 ms`
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let word = if self.measure == Measure::Rate { "over" } else { "looked at every" };
        write!(f, "{} {word} {}", self.condition, self.ms(self.over))?;
        if self.start > 0 { write!(f, " from {} on", self.ms(self.start)) } else { Ok(()) }
    }
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "above 0, and a cast saturates")]
fn default_over(dt_ms: f64) -> u32 {
    (OVER_MS / dt_ms).round().max(1.0) as u32
}

/// The fewest and the most spikes that compare so with this many; numbers that differ from a whole one by rounding alone are that one.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "not negative, and a cast saturates")]
fn bounds(comparison: Comparison, spikes: f64) -> (u64, u64) {
    let whole = spikes.round();
    let spikes = if (spikes - whole).abs() <= 1e-9 * whole.max(1.0) { whole } else { spikes };
    let (below, above) = (spikes.floor() as u64, spikes.ceil() as u64);
    match comparison {
        Comparison::Above => (below.saturating_add(1), u64::MAX),
        Comparison::AtLeast => (above, u64::MAX),
        Comparison::AtMost => (0, below),
        // Nothing is below 0.
        Comparison::Below => above.checked_sub(1).map_or((1, 0), |most| (0, most)),
    }
}

/// A batch item whose condition held, so that it stopped.
///
/// From its step on it has no spikes in the recording of that run, and its samples are no numbers.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct Stopped {
    /// Item of the batch.
    pub item: u32,
    /// \[steps\] the step after its last.
    pub step: u32,
    /// What was counted: spikes of the stretch that ended there, or since the start.
    pub spikes: u64,
    /// \[Hz\] the rate in that stretch; of a condition on a number of spikes, in the time that they were counted.
    pub rate_hz: f64,
}

/// What runs of a plan have seen of its condition.
#[derive(Debug, Clone, Default)]
pub(crate) struct Looks {
    /// The first step whose spikes were seen since the state was another one.
    seen_from: u32,
    /// Spikes of each item in the present stretch, or since the start.
    spikes: Vec<u64>,
    /// The step at which the condition ended a run: from there on spikes are counted anew.
    counted_from: u32,
    /// The items that have stopped, in their order.
    stopped: Vec<Stopped>,
    /// The last run ended by it.
    over: bool,
}

impl Looks {
    /// Another run begins: all go on, if the one before ended because all had stopped.
    pub(super) fn begin(&mut self) {
        if std::mem::take(&mut self.over) {
            self.stopped.clear();
            self.spikes.clear();
        }
    }

    /// The state is another one, at a step.
    pub(super) fn restored(&mut self, step: u32) {
        *self = Self { seen_from: step, ..Self::default() };
    }

    /// The items that have stopped.
    pub(super) fn stopped(&self) -> &[Stopped] {
        &self.stopped
    }

    /// Whether an item has stopped.
    pub(super) fn has_stopped(&self, item: u32) -> bool {
        self.stopped.binary_search_by_key(&item, |stopped| stopped.item).is_ok()
    }

    /// Up to which step a run to `end` may go on now: to the next look.
    pub(super) fn next(plan: &Plan, step: u32, end: u32) -> u32 {
        let look = plan.until.as_ref().map_or(u64::MAX, |until| until.look_after(step));
        u32::try_from(look).unwrap_or(u32::MAX).min(end)
    }

    /// Adds spikes of an item, of steps between two looks.
    pub(super) fn add(&mut self, item: u32, spikes: u64) {
        let item = item as usize;
        if self.spikes.len() <= item {
            self.spikes.resize(item.saturating_add(1), 0);
        }
        self.spikes[item] = self.spikes[item].saturating_add(spikes);
    }

    /// Looks, where a stretch ends at this step; returns whether the run does: every item has stopped, but for those that `ended`
    /// otherwise.
    pub(super) fn look(&mut self, plan: &Plan, step: u32, ended: impl Fn(u32) -> bool) -> bool {
        let Some(until) = &plan.until else { return false };
        let Some(first) = until.stretch_before(step) else {
            if step <= until.start {
                self.spikes.clear();
            }
            return false;
        };
        let (spikes, counted) = match until.measure {
            Measure::Rate => (std::mem::take(&mut self.spikes), until.over),
            Measure::Spikes => {
                let from = self.counted_from.max(self.seen_from).max(until.start);
                (self.spikes.clone(), step.saturating_sub(from))
            }
        };
        // Of a stretch in which a state was restored nobody knows what came before.
        if first < self.seen_from {
            return false;
        }
        for item in (0..plan.batch).filter(|item| !ended(*item)) {
            let spikes = spikes.get(item as usize).copied().unwrap_or(0);
            // Without the last digits' noise.
            let rate_hz = (until.hz(spikes, counted) * 1e6).round() / 1e6;
            let stopped = Stopped { item, step, spikes, rate_hz };
            if until.holds(spikes)
                && let Err(at) = self.stopped.binary_search_by_key(&item, |stopped| stopped.item)
            {
                self.stopped.insert(at, stopped);
            }
        }
        self.over = !self.stopped.is_empty() && (0..plan.batch).all(|item| self.has_stopped(item) || ended(item));
        if self.over {
            self.counted_from = step;
        }
        self.over
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rate_is_compared_in_whole_spikes() {
        let of = |comparison| [0.0, 2.0, 2.0 - 1e-12, 2.0 + 1e-12, 2.5].map(|spikes| bounds(comparison, spikes));
        let most = u64::MAX;
        assert_eq!(of(Comparison::Above), [(1, most), (3, most), (3, most), (3, most), (3, most)]);
        assert_eq!(of(Comparison::AtLeast), [(0, most), (2, most), (2, most), (2, most), (3, most)]);
        assert_eq!(of(Comparison::AtMost), [(0, 0), (0, 2), (0, 2), (0, 2), (0, 2)]);
        assert_eq!(of(Comparison::Below), [(1, 0), (0, 1), (0, 1), (0, 1), (0, 2)]);
        assert_eq!(bounds(Comparison::Above, 1e300), (most, most));
    }

    #[test]
    fn stretches_follow_each_other_from_the_start_on() {
        let until = Until {
            condition: String::new(),
            dt_ms: 0.1,
            measure: Measure::Rate,
            population: 0,
            neurons: 0..1,
            start: 7,
            over: 10,
            least: 0,
            most: 0,
        };
        let looks = |until: &Until| [0, 6, 7, 16, 17, u32::MAX].map(|step| until.look_after(step));
        assert_eq!(looks(&until), [7, 7, 17, 17, 27, 4_294_967_297]);
        let before = |step| until.stretch_before(step);
        assert_eq!([0, 7, 8, 17, 18, 27].map(before), [None, None, None, Some(7), None, Some(17)]);
        let at_once = Until { start: 0, over: 1, ..until };
        assert_eq!(looks(&at_once), [1, 7, 8, 17, 18, 1 << 32]);
        assert_eq!([0, 1, 2].map(|step| at_once.stretch_before(step)), [None, Some(0), Some(1)]);
    }
}
