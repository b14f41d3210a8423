//! Figures that sum up a population's recorded spikes: mean rate, irregularity, rate over time.
//!
//! All count steps, so that a bin or a transient never splits a step; a spike of step k stands for the time k·dt.

use super::{PopulationSpikes, Recording};
use std::ops::Range;

/// The smallest number of intervals between spikes for which a neuron's CV is counted.
pub const CV_MIN_INTERVALS: usize = 5;

/// A population's rate over time.
#[derive(Debug, Clone, PartialEq)]
pub struct PopulationRate {
    /// Steps in a bin; the last bin may be shorter.
    pub bin_steps: u32,
    /// \[ms\] the start of each bin, in the time of the simulation.
    pub start_ms: Vec<f64>,
    /// \[Hz\] mean rate of a recorded neuron in each bin.
    pub hz: Vec<f64>,
}

impl Recording {
    /// \[Hz\] the mean rate of a neuron of `population`, over its recorded neurons and batch items, from `from_ms` (in the
    /// time of the simulation; anything before the recording: all of it) to the end. `None` where there is nothing to count:
    /// no recorded neurons, or no time.
    pub fn rate_hz(&self, population: &PopulationSpikes, from_ms: f64) -> Option<f64> {
        let from = population.period.of(self.first_counted_step(from_ms)..self.end_step()).start;
        let counted = population.spikes.len() - population.spikes.step.partition_point(|&step| u64::from(step) < from);
        self.hz(counted, population, self.item_steps(population, None, from..self.end_step()))
    }

    /// The coefficient of variation of inter-spike intervals, averaged over recorded neurons.
    ///
    /// For each neuron (of each batch item) with at least [`CV_MIN_INTERVALS`] intervals between its spikes from
    /// `from_ms` on: the standard deviation of the intervals (of the population, that is divided by their number, as
    /// `numpy.std` does) over their mean. Then the mean over those neurons; `None` if there are none. 0 is a clock,
    /// 1 a Poisson process.
    pub fn cv_isi(&self, population: &PopulationSpikes, from_ms: f64) -> Option<f64> {
        let from = self.first_counted_step(from_ms);
        let counted =
            || population.spikes.iter().filter(|&(step, batch, _)| u64::from(step) >= from && batch < self.batch);
        // The room is known before it is taken.
        let mut spikes = vec![0; self.batch as usize];
        counted().for_each(|(_, batch, _)| spikes[batch as usize] += 1);
        let mut by_item: Vec<Vec<u64>> = spikes.into_iter().map(Vec::with_capacity).collect();
        for (step, batch, neuron) in counted() {
            by_item[batch as usize].push(u64::from(neuron) << 32 | u64::from(step));
        }
        let (mut sum, mut neurons) = (0.0, 0u64);
        for mut keys in by_item {
            keys.sort_unstable();
            for train in keys.chunk_by(|a, b| a >> 32 == b >> 32) {
                if train.len() > CV_MIN_INTERVALS {
                    sum += cv_of_train(train);
                    neurons += 1;
                }
            }
        }
        (neurons > 0).then(|| sum / neurons as f64)
    }

    /// The population's rate, as long as it is recorded, in bins of `bin_steps` steps (0 counts as 1), of one batch item, or the mean of all; `None`
    /// where no neuron is recorded.
    pub fn population_rate(
        &self,
        population: &PopulationSpikes,
        bin_steps: u32,
        item: Option<u32>,
    ) -> Option<PopulationRate> {
        if population.neurons.is_empty() {
            return None;
        }
        let bin_steps = bin_steps.max(1);
        let last = item.map_or(self.end_step(), |item| self.end_step_of(item));
        let Range { start: first, end } = population.period.of(self.first_step.into()..last);
        let recorded = end - first;
        let bins = recorded.div_ceil(bin_steps.into());
        let mut counts = vec![0usize; bins as usize];
        for (step, batch, _) in population.spikes.iter() {
            let bin = u64::from(step).checked_sub(first).map(|since| since / u64::from(bin_steps));
            if item.is_none_or(|item| item == batch)
                && let Some(count) = bin.and_then(|bin| counts.get_mut(bin as usize))
            {
                *count += 1;
            }
        }
        let starts = (0..bins).map(|bin| bin * u64::from(bin_steps));
        let hz = starts.clone().zip(counts).map(|(start, count)| {
            let steps = u64::from(bin_steps).min(recorded - start);
            let steps = first + start..first + start + steps;
            self.hz(count, population, self.item_steps(population, item, steps))
        });
        let hz = hz.collect::<Option<_>>()?;
        let start_ms = starts.clone().map(|start| (first + start) as f64 * self.dt_ms);
        Some(PopulationRate { bin_steps, start_ms: start_ms.collect(), hz })
    }

    /// The first step that begins at `from_ms` or later. The small allowance keeps 100 ms at dt = 0.1 ms at step 1000.
    fn first_counted_step(&self, from_ms: f64) -> u64 {
        let step = (from_ms / self.dt_ms - 1e-6).ceil();
        // A cast saturates: below 0 and NaN give 0.
        u64::from(self.first_step).max(step as u64)
    }

    /// How many of these steps an item was recorded, or all together.
    fn item_steps(&self, population: &PopulationSpikes, item: Option<u32>, steps: Range<u64>) -> u64 {
        let of = |end: u64| {
            let Range { start, end } = population.period.of(steps.start..steps.end.min(end).max(steps.start));
            end - start
        };
        match item {
            Some(item) => of(self.end_step_of(item)),
            None if self.ends.is_empty() => of(self.end_step()) * u64::from(self.batch),
            None => (0..self.batch).map(|item| of(self.end_step_of(item))).sum(),
        }
    }

    /// Of the spikes in so many steps of items together.
    fn hz(&self, spikes: usize, population: &PopulationSpikes, steps: u64) -> Option<f64> {
        let neuron_seconds = population.neurons.len() as f64 * steps as f64 * self.dt_ms / 1000.0;
        (neuron_seconds > 0.0).then(|| spikes as f64 / neuron_seconds)
    }
}

/// CV of the intervals between one neuron's spikes, sorted, with the step in the low 32 bits. At least 2 spikes.
fn cv_of_train(train: &[u64]) -> f64 {
    let intervals = train.windows(2).map(|pair| (pair[1] - pair[0]) as f64);
    let n = (train.len() - 1) as f64;
    let mean = intervals.clone().sum::<f64>() / n;
    let variance = intervals.map(|interval| (interval - mean).powi(2)).sum::<f64>() / n;
    if mean > 0.0 { variance.sqrt() / mean } else { 0.0 }
}
