//! The synapses of one projection by their targets, for who gathers what its sources give in each step: of each target they come in the
//! order of their sources, and of one source in that of the draws. Weights are numbers here, not counts: f32, as whoever gathers takes them.

use super::counter::Counter;
use super::drawing::{Drawing, Scratch, countable};
use super::failure::{Failure, Watch};
use super::partners::{Partners, Row};
use super::weigh::finest_of;
use super::{Progress, Values, Wiring};
use crate::memory::{bytes_of, needs};
use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;

/// The synapses of a projection by their targets.
#[derive(Debug, Clone, PartialEq)]
pub struct Incoming {
    /// Its sources, by their numbers in the population.
    pub sources: Range<u32>,
    /// Its targets, by their numbers in the population.
    pub targets: Range<u32>,
    /// Synapses.
    pub synapses: u64,
    /// The weight of all; `None` where each has its own.
    pub weight: Option<f32>,
    /// \[steps\] The delay of all; `None` where each has its own.
    pub delay: Option<u32>,
    /// \[steps\] the least delay but 0, `u32::MAX` where there is none, and the greatest.
    pub delays: [u32; 2],
    /// Who they come from.
    pub entries: Entries,
}

/// Who the synapses of each target come from.
#[derive(Debug, Clone, PartialEq)]
pub enum Entries {
    /// All sources, with one weight; but the neuron itself, where `apart`.
    All {
        /// Has no neuron a synapse with itself?
        apart: bool,
    },
    /// All sources, with these weights `[source, target]`; but the neuron itself, where `apart`: its weight says nothing.
    Matrix {
        /// The weights.
        weights: Vec<f32>,
        /// Has no neuron a synapse with itself?
        apart: bool,
    },
    /// Some.
    Listed {
        /// Where those of each target begin, and those of the last end.
        starts: Vec<u32>,
        /// The source of each, by its number in the population.
        sources: Vec<u32>,
        /// The weight of each; none where all have one.
        weights: Vec<f32>,
        /// \[steps\] The delay of each; none where all have one.
        delays: Vec<u32>,
    },
}

impl Incoming {
    /// Draws a projection; `index` is its place among all, for messages.
    ///
    /// # Errors
    /// [`Failure`] says why not.
    pub(crate) fn draw(wiring: &Arc<Wiring>, index: usize, progress: &Progress) -> Result<Self, Failure> {
        countable(wiring, index)?;
        let drawing = Drawing::new(wiring.clone(), index)?;
        let watch = Watch { progress, done: AtomicU64::new(0), all: drawing.expected() };
        let weights = Weights::of(&drawing);
        let sides = wiring.sides;
        let delay = match wiring.delays {
            Values::Constant(steps) if wiring.conduction().is_none() => Some(steps),
            _ => None,
        };
        let all = matches!(drawing.partners, Partners::All);
        let (entries, synapses) = match (delay, weights.same) {
            (Some(_), Some(_)) if all => (Entries::All { apart: sides.skip_self() }, sides.pairs()),
            (Some(_), None) if all => (matrix(&drawing, &weights, &watch)?, sides.pairs()),
            _ => listed(&drawing, &weights, delay, &watch)?,
        };
        let own = match &entries {
            Entries::Listed { delays, .. } => delays.as_slice(),
            Entries::All { .. } | Entries::Matrix { .. } => &[],
        };
        let steps = || own.iter().copied().chain(delay.filter(|_| synapses > 0));
        let delays = [steps().filter(|&steps| steps > 0).min().unwrap_or(u32::MAX), steps().max().unwrap_or(0)];
        let (sources, targets) = (sides.sources(), sides.targets());
        Ok(Self { sources, targets, synapses, weight: weights.same, delay, delays, entries })
    }

    /// Calls `found` with source, weight and delay of each synapse onto a target, by its number in the population.
    pub(crate) fn each(&self, target: u32, mut found: impl FnMut(u32, f32, u32)) {
        if !self.targets.contains(&target) {
            return;
        }
        let at = target.saturating_sub(self.targets.start) as usize;
        let (weight, delay) = (self.weight.unwrap_or(0.0), self.delay.unwrap_or(0));
        match &self.entries {
            Entries::All { apart } => {
                let others = self.sources.clone().filter(|&source| !apart || source != target);
                others.for_each(|source| found(source, weight, delay));
            }
            Entries::Matrix { weights, apart } => {
                let column = weights.iter().skip(at).step_by(self.targets.len().max(1));
                let others = self.sources.clone().zip(column).filter(|(source, _)| !apart || *source != target);
                others.for_each(|(source, &weight)| found(source, weight, delay));
            }
            Entries::Listed { starts, sources, weights, delays } => {
                let own = starts[at] as usize..starts[at.saturating_add(1)] as usize;
                for (entry, &source) in own.clone().zip(&sources[own]) {
                    let own = (weights.get(entry).copied(), delays.get(entry).copied());
                    found(source, own.0.unwrap_or(weight), own.1.unwrap_or(delay));
                }
            }
        }
    }

    /// \[bytes\] What its tables take.
    pub(crate) fn bytes(&self) -> u64 {
        let words = match &self.entries {
            Entries::All { .. } => 0,
            Entries::Matrix { weights, .. } => weights.len(),
            Entries::Listed { starts, sources, weights, delays } => {
                [starts.len(), sources.len(), weights.len(), delays.len()].into_iter().fold(0, usize::saturating_add)
            }
        };
        bytes_of::<u32>(words as u64)
    }
}

/// Targets whose synapses stand side by side on a device.
pub(crate) const SLICE: usize = 32;

impl Incoming {
    /// Words of each synapse in the lists of a device: its source, and what is its own.
    pub(crate) fn entry_words(&self) -> usize {
        [true, self.weight.is_none(), self.delay.is_none()].into_iter().map(usize::from).sum()
    }

    /// The largest |weight|.
    pub(crate) fn largest_weight(&self) -> f32 {
        let own: &[f32] = match &self.entries {
            Entries::All { .. } => &[],
            Entries::Matrix { weights, .. } | Entries::Listed { weights, .. } => weights,
        };
        own.iter().copied().chain(self.weight).fold(0.0, |largest, weight| largest.max(weight.abs()))
    }

    /// Synapses of the target that has most, or a few more.
    pub(crate) fn most_sources(&self) -> u32 {
        match &self.entries {
            Entries::Listed { .. } => self.longest_of_slices().max().unwrap_or(0),
            Entries::All { .. } | Entries::Matrix { .. } => self.sources.end.saturating_sub(self.sources.start),
        }
    }

    /// Synapses of the target of a slice that has most, for each slice of [`SLICE`] targets; none where nothing is listed.
    pub(crate) fn longest_of_slices(&self) -> impl Iterator<Item = u32> + '_ {
        let starts = match &self.entries {
            Entries::Listed { starts, .. } => starts.as_slice(),
            Entries::All { .. } | Entries::Matrix { .. } => &[],
        };
        let slices = starts.len().saturating_sub(1).div_ceil(SLICE);
        (0..slices).map(move |slice| {
            let first = slice.saturating_mul(SLICE);
            let end = first.saturating_add(SLICE).min(starts.len().saturating_sub(1));
            let lengths = starts[first..=end].windows(2).map(|two| two[1].saturating_sub(two[0]));
            lengths.max().unwrap_or(0)
        })
    }

    /// Words that a device has of it: a matrix; or where each slice begins, how many synapses each target has, and slices in which the
    /// first synapses of all targets come first, then the second, and so on, as many as the target has that has most.
    pub(crate) fn device_words(&self) -> u64 {
        match &self.entries {
            Entries::All { .. } => 0,
            Entries::Matrix { weights, .. } => weights.len() as u64,
            Entries::Listed { starts, .. } => {
                let targets = starts.len().saturating_sub(1) as u64;
                let slots = self.longest_of_slices().map(u64::from).fold(0, u64::saturating_add);
                let each = (SLICE as u64).saturating_mul(self.entry_words() as u64);
                slots.saturating_mul(each).saturating_add(targets).saturating_add(targets.div_ceil(SLICE as u64))
            }
        }
    }
}

/// How the weights of a projection are had.
struct Weights {
    /// That of all.
    same: Option<f32>,
    counter: Counter,
    /// What a count of 1 weighs, where they are drawn.
    unit: f64,
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "weights are rounded to f32, and values given one by one are in memory"
)]
impl Weights {
    fn of(drawing: &Drawing) -> Self {
        let wiring = &drawing.wiring;
        let scale = finest_of(std::iter::once(drawing.weights()));
        let same = match wiring.weights {
            Values::Constant(weight) => Some(weight as f32),
            Values::Drawn(_) | Values::Each(_) => None,
        };
        let drawn = matches!(wiring.weights, Values::Drawn(_));
        let counter = if drawn { Counter::of(wiring, drawing.quantiles.as_ref(), scale, None) } else { None };
        Self { same, counter: counter.unwrap_or(Counter::Constant(0)), unit: scale.weight(1) }
    }

    /// Appends those of a row; none where all have one.
    fn append(&self, drawing: &Drawing, number: u32, row: &Row, scratch: &mut Scratch, to: &mut Vec<f32>) {
        if self.same.is_some() {
            return;
        }
        if let Some(given) = drawing.wiring.weights.each() {
            let weight = |at| given[drawing.element(number, row, at) as usize] as f32;
            to.extend((0..row.partners.len()).map(weight));
            return;
        }
        drawing.counts(&self.counter, number, row, scratch);
        to.extend(scratch.counts.iter().map(|&count| (f64::from(count) * self.unit) as f32));
    }
}

/// A matrix of all weights, of which the diagonal says nothing where there are no autapses.
fn matrix(drawing: &Drawing, weights: &Weights, watch: &Watch<'_>) -> Result<Entries, Failure> {
    let sides = drawing.wiring.sides;
    let (rows, columns) = (sides.n_pre as usize, sides.n_post as usize);
    let numbers = u64::from(sides.n_pre).saturating_mul(u64::from(sides.n_post));
    room(numbers)?;
    let mut all = vec![0.0; rows.saturating_mul(columns)];
    let (mut row, mut scratch, mut own) = (Row::default(), Scratch::default(), Vec::new());
    for (number, line) in (0..sides.n_pre).zip(all.chunks_exact_mut(columns.max(1))) {
        drawing.partners.draw(&drawing.wiring, number, &mut row);
        own.clear();
        weights.append(drawing, number, &row, &mut scratch, &mut own);
        row.partners.iter().zip(&own).for_each(|(&target, &weight)| line[target as usize] = weight);
        watch.done(row.partners.len() as u64)?;
    }
    Ok(Entries::Matrix { weights: all, apart: sides.skip_self() })
}

/// Synapses in the order in which they are drawn.
#[derive(Default)]
struct Drawn {
    sources: Vec<u32>,
    targets: Vec<u32>,
    weights: Vec<f32>,
    delays: Vec<u32>,
}

#[expect(
    clippy::arithmetic_side_effects,
    reason = "neurons that a u32 counts, and synapses that are found to be no more"
)]
fn listed(
    drawing: &Drawing,
    weights: &Weights,
    delay: Option<u32>,
    watch: &Watch<'_>,
) -> Result<(Entries, u64), Failure> {
    let sides = drawing.wiring.sides;
    room(drawing.expected().saturating_mul(8))?;
    let mut drawn = Drawn::default();
    let (mut row, mut scratch) = (Row::default(), Scratch::default());
    let rows = drawing.rows();
    for (number, neuron) in (0..).zip(rows) {
        drawing.partners.draw(&drawing.wiring, number, &mut row);
        weights.append(drawing, number, &row, &mut scratch, &mut drawn.weights);
        if delay.is_none() {
            drawing.delays(number, &row, &mut scratch);
            drawn.delays.extend_from_slice(&scratch.delays);
        }
        let same = std::iter::repeat_n(neuron, row.partners.len());
        if drawing.by_columns() {
            drawn.targets.extend(same.map(|target| target - sides.first_post));
            drawn.sources.extend(row.partners.iter().map(|partner| sides.first_pre + partner));
        } else {
            drawn.sources.extend(same);
            drawn.targets.extend(&row.partners);
        }
        watch.done(row.partners.len() as u64)?;
    }
    let synapses = drawn.sources.len() as u64;
    let Ok(last) = u32::try_from(synapses) else {
        let (wiring, most) = (drawing.wiring.index as usize, u64::from(u32::MAX));
        return Err(Failure::TooMany { wiring, synapses, most });
    };
    let mut order: Vec<u32> = (0..last).collect();
    // Rows come by their sources, but for columns, which draw sources as they like.
    if drawing.by_columns() {
        order.sort_by_key(|&at| (drawn.targets[at as usize], drawn.sources[at as usize]));
    } else {
        order.sort_by_key(|&at| drawn.targets[at as usize]);
    }
    let mut starts = vec![0u32; sides.n_post as usize + 1];
    drawn.targets.iter().for_each(|&target| starts[target as usize + 1] += 1);
    let mut sum = 0;
    for start in &mut starts {
        sum += *start;
        *start = sum;
    }
    let sources = in_order(&order, &drawn.sources);
    let (weights, delays) = (in_order(&order, &drawn.weights), in_order(&order, &drawn.delays));
    Ok((Entries::Listed { starts, sources, weights, delays }, synapses))
}

/// Values in this order; none where there are none.
fn in_order<T: Copy>(order: &[u32], values: &[T]) -> Vec<T> {
    if values.is_empty() { Vec::new() } else { order.iter().map(|&at| values[at as usize]).collect() }
}

fn room(words: u64) -> Result<(), Failure> {
    needs(bytes_of::<u32>(words), "the synapses of a graded projection", "fewer synapses").map_err(Failure::Memory)
}

#[cfg(test)]
mod tests;
