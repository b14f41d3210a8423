//! A projection ready to be drawn: its rows, its laws as tables, and where its values of single synapses begin.

use super::counter::Counter;
use super::failure::Failure;
use super::neighbours::{Neighbours, Take, pair_words};
use super::partners::{Partners, Row};
use super::quantiles::{self, Quantiles};
use super::words;
use super::{Values, Wiring};
use crate::counts::Guided;
use crate::memory::bytes_of;
use crate::network::Storage;
use crate::random::{Purpose, Words};
use rayon::prelude::*;
use std::ops::Range;
use std::sync::Arc;

/// [synapses] of a job: enough to outweigh its start, few enough to keep all threads busy until the end.
const JOB: u64 = 1 << 15;

/// A projection ready to be drawn.
pub(crate) struct Drawing {
    pub(super) wiring: Arc<Wiring>,
    pub(super) partners: Partners,
    pub(super) quantiles: Option<Quantiles>,
    /// Where delays are drawn.
    pub(super) delays: Option<Guided>,
    /// The synapses of all rows before each; none where no value is given one by one, or rows are equally long.
    firsts: Vec<u64>,
}

impl Drawing {
    /// `index` is its place among all, for messages.
    pub(super) fn new(wiring: Arc<Wiring>, index: usize) -> Result<Self, Failure> {
        let quantiles = match wiring.weights {
            Values::Drawn(law) => Some(Quantiles::of(law)),
            Values::Constant(_) | Values::Each(_) => None,
        };
        let delays = match wiring.delays {
            Values::Drawn(law) => Some(quantiles::delays(law)),
            Values::Constant(_) | Values::Each(_) => None,
        };
        let partners = Partners::of(&wiring);
        if let Partners::Near(neighbours) = &partners
            && let Some((neuron, there)) = neighbours.lacking(&wiring)
        {
            return Err(Failure::Near { wiring: index, neuron, there });
        }
        let mut drawing = Self { wiring, partners, quantiles, delays, firsts: Vec::new() };
        drawing.check_values(index)?;
        Ok(drawing)
    }

    /// Are there as many values as synapses, where each has its own?
    #[expect(clippy::arithmetic_side_effects, reason = "rows that a u32 counts, with no more each")]
    fn check_values(&mut self, index: usize) -> Result<(), Failure> {
        let given = [
            ("weight", self.wiring.weights.each().map(<[f64]>::len)),
            ("delay", self.wiring.delays.each().map(<[u32]>::len)),
        ];
        if given.iter().all(|(_, given)| given.is_none()) {
            return Ok(());
        }
        let sides = self.wiring.sides;
        let uneven = self.uneven();
        let synapses = if uneven {
            let rows = 0..sides.n_pre;
            let length = |row: &mut Row, number| {
                self.partners.draw(&self.wiring, number, row);
                row.partners.len() as u64
            };
            let lengths: Vec<u64> = rows.into_par_iter().map_init(Row::default, length).collect();
            let mut sum = 0;
            for length in lengths {
                self.firsts.push(sum);
                sum += length;
            }
            sum
        } else {
            self.expected()
        };
        for (what, given) in given {
            let Some(given) = given.filter(|given| *given as u64 != synapses) else { continue };
            return Err(Failure::Values { wiring: index, what, given, synapses });
        }
        Ok(())
    }

    /// Are rows of different lengths drawn?
    fn uneven(&self) -> bool {
        match &self.partners {
            Partners::Bernoulli(_) | Partners::Lengths(_) | Partners::Mirrored(_) => true,
            Partners::Near(neighbours) => neighbours.take == Take::Chance,
            Partners::All | Partners::One | Partners::Equal(_) | Partners::Columns(_) | Partners::Listed { .. } => {
                false
            }
        }
    }

    /// How many synapses there will be, or are expected.
    pub(super) fn expected(&self) -> u64 {
        self.wiring.expected()
    }

    /// The least of its weights and the greatest; 0 where that is beyond 0.
    pub(super) fn weights(&self) -> [f64; 2] {
        let weights = match &self.wiring.weights {
            Values::Constant(weight) => std::slice::from_ref(weight),
            Values::Drawn(_) => self.quantiles.as_ref().map_or(&[][..], Quantiles::values),
            Values::Each(weights) => weights,
        };
        weights.iter().fold([0.0; 2], |[least, greatest], &weight| [weight.min(least), weight.max(greatest)])
    }

    /// The neurons whose rows (or columns) there are.
    pub(super) fn rows(&self) -> Range<u32> {
        let sides = self.wiring.sides;
        if self.by_columns() { sides.targets() } else { sides.sources() }
    }

    /// Are its rows columns?
    pub(super) fn by_columns(&self) -> bool {
        self.partners.by_columns()
    }

    /// How many rows make a job.
    #[expect(
        clippy::arithmetic_side_effects,
        clippy::cast_possible_truncation,
        reason = "a mean is no more than all, and above 0; a job has few bits"
    )]
    pub(super) fn rows_of_job(&self) -> u32 {
        let mean = self.expected() / (self.rows().len() as u64).max(1) + 1;
        (JOB / mean).max(1) as u32
    }

    pub(super) fn stored(&self) -> bool {
        self.wiring.storage == Storage::Stored
    }

    /// How many synapses there are in the rows before, where rows of different lengths have values given one by one.
    fn first(&self, row: u32) -> u64 {
        self.firsts.get(row as usize).copied().unwrap_or(0)
    }

    /// The number of a row's synapse among all values given one by one.
    #[inline]
    #[expect(
        clippy::arithmetic_side_effects,
        reason = "two u32 have their product in a u64, and `check_values` has found all to be there"
    )]
    pub(super) fn element(&self, row: u32, drawn: &Row, at: usize) -> u64 {
        let sides = self.wiring.sides;
        let first = match &self.partners {
            Partners::Listed { .. } => return u64::from(drawn.number(at)),
            Partners::Bernoulli(_) | Partners::Lengths(_) | Partners::Mirrored(_) => self.first(row),
            Partners::Near(neighbours) => match neighbours.take {
                Take::Chance => self.first(row),
                Take::Targets(length) | Take::Sources(length) => u64::from(row) * u64::from(length),
            },
            Partners::All => u64::from(row) * u64::from(sides.partners(sides.n_post)),
            Partners::One => u64::from(row),
            Partners::Equal(length) | Partners::Columns(length) => u64::from(row) * u64::from(*length),
        };
        first + at as u64
    }

    /// The random words of a row's synapses, one for each.
    pub(super) fn words(&self, purpose: Purpose, row: u32, drawn: &Row, into: &mut Vec<u32>) {
        if self.wiring.symmetric {
            return pair_words(&self.wiring, purpose, row, &drawn.partners, into);
        }
        into.clear();
        into.resize(drawn.partners.len(), 0);
        // A list has numbers of its own.
        let key = if matches!(self.partners, Partners::Listed { .. }) { 0 } else { u64::from(row) };
        let of_row = Words::new(self.wiring.seed, purpose, self.wiring.index, key);
        if drawn.numbers.is_empty() {
            words::fill(of_row, into);
        } else {
            words::pick(of_row, &drawn.numbers, into);
        }
    }

    /// The weights of a row's synapses in whole numbers; none where all have the same.
    pub(super) fn counts(&self, counter: &Counter, row: u32, drawn: &Row, scratch: &mut Scratch) {
        scratch.counts.clear();
        match counter {
            Counter::Constant(_) => {}
            Counter::Drawn { .. } => {
                self.words(Purpose::Weights, row, drawn, &mut scratch.words);
                scratch.counts.extend(scratch.words.iter().map(|&word| counter.count(word, 0)));
            }
            Counter::Each { .. } => {
                let element = |at| self.element(row, drawn, at);
                scratch.counts.extend((0..drawn.partners.len()).map(|at| counter.count(0, element(at))));
            }
        }
    }

    /// The delays of a row's synapses; none where all have the same.
    #[expect(clippy::cast_possible_truncation, reason = "values that are in memory")]
    pub(super) fn delays(&self, row: u32, drawn: &Row, scratch: &mut Scratch) {
        scratch.delays.clear();
        if let Some((space, conduction)) = self.wiring.conduction() {
            let by_columns = self.by_columns();
            let delay = |&partner: &u32| {
                let (source, target) = if by_columns { (partner, row) } else { (row, partner) };
                space.delay(conduction, source, target)
            };
            scratch.delays.extend(drawn.partners.iter().map(delay));
        } else if let Some(table) = &self.delays {
            self.words(Purpose::Delays, row, drawn, &mut scratch.words);
            scratch.delays.extend(scratch.words.iter().map(|&word| table.count(word)));
        } else if let Some(steps) = self.wiring.delays.each() {
            let step = |at| steps[self.element(row, drawn, at) as usize];
            scratch.delays.extend((0..drawn.partners.len()).map(step));
        }
    }

    /// Draws the row (or the column) of a neuron: partner, delay and count of each synapse, in the order of the draws.
    #[inline]
    pub(super) fn synapses<'s>(
        &self,
        counter: &Counter,
        neuron: u32,
        (row, scratch): (&'s mut Row, &'s mut Scratch),
    ) -> impl ExactSizeIterator<Item = (u32, u32, i32)> + use<'s> {
        let number = neuron.wrapping_sub(self.rows().start);
        self.partners.draw(&self.wiring, number, row);
        self.values(counter, number, (row, scratch))
    }

    /// The same of the synapses onto some targets of a neuron; there may be others among them.
    #[inline]
    pub(super) fn synapses_onto<'s>(
        &self,
        counter: &Counter,
        neuron: u32,
        targets: &Range<u32>,
        (row, scratch): (&'s mut Row, &'s mut Scratch),
    ) -> impl ExactSizeIterator<Item = (u32, u32, i32)> + use<'s> {
        let sides = self.wiring.sides;
        let number = neuron.wrapping_sub(self.rows().start);
        let place = |target: u32| target.saturating_sub(sides.first_post).min(sides.n_post);
        let targets = place(targets.start)..place(targets.end);
        // Values given one by one are counted from a row's first synapse.
        let given = self.wiring.weights.each().is_some() || self.wiring.delays.each().is_some();
        if given || targets == (0..sides.n_post) {
            self.partners.draw(&self.wiring, number, row);
        } else {
            self.partners.draw_onto(&self.wiring, number, &targets, row);
        }
        self.values(counter, number, (row, scratch))
    }

    /// Draws delays and counts for the partners of a row.
    #[inline]
    fn values<'s>(
        &self,
        counter: &Counter,
        number: u32,
        (row, scratch): (&'s mut Row, &'s mut Scratch),
    ) -> impl ExactSizeIterator<Item = (u32, u32, i32)> + use<'s> {
        self.counts(counter, number, row, scratch);
        self.delays(number, row, scratch);
        let (row, scratch, delay, count) = (&*row, &*scratch, self.delay(), counter.constant());
        let sides = self.wiring.sides;
        let first = if self.by_columns() { sides.first_pre } else { sides.first_post };
        row.partners.iter().enumerate().map(move |(at, &partner)| {
            let own = (scratch.delays.get(at), scratch.counts.get(at));
            (first.wrapping_add(partner), own.0.copied().unwrap_or(delay), own.1.copied().unwrap_or(count))
        })
    }

    /// The delay of all.
    pub(super) fn delay(&self) -> u32 {
        match self.wiring.delays {
            Values::Constant(delay) => delay,
            Values::Drawn(_) | Values::Each(_) => 0,
        }
    }

    /// Jobs of whole rows, by their neurons.
    pub(super) fn jobs(&self) -> impl Iterator<Item = Range<u32>> + use<> {
        let (rows, size) = (self.rows(), self.rows_of_job());
        let end = rows.end;
        rows.step_by(size as usize).map(move |first| first..first.saturating_add(size).min(end))
    }
}

/// Keeps partners that take long to draw from the survey to the filling, where there is room for them beside the entries of all.
pub(super) fn keep_partners(drawings: &mut [Drawing], room: impl Fn(u64) -> bool) {
    let synapses = drawings.iter().map(Drawing::expected).fold(0, u64::saturating_add);
    // No entry is longer.
    let mut taken = bytes_of::<[u32; 2]>(synapses);
    for drawing in drawings.iter_mut() {
        let (rows, expected) = (drawing.rows().len(), drawing.expected());
        let (Partners::Near(neighbours), Ok(rows)) = (&mut drawing.partners, u32::try_from(rows)) else { continue };
        let all = taken.saturating_add(Neighbours::kept_bytes(rows, expected));
        if room(all) {
            neighbours.keep(rows);
            taken = all;
        }
    }
}

/// Values of one row, and words that they are drawn by.
#[derive(Default)]
pub(super) struct Scratch {
    pub(super) words: Vec<u32>,
    pub(super) counts: Vec<i32>,
    pub(super) delays: Vec<u32>,
}

/// Are there no more synapses than can be counted? More are not even drawn.
///
/// Of what is not held, rows may have half as many in the mean, and so none as many; and all together as many as there are random
/// bits to share them out among rows.
pub(super) fn countable(wiring: &Wiring, index: usize) -> Result<(), Failure> {
    let synapses = wiring.expected();
    let most = match wiring.storage {
        Storage::Stored => u64::from(u32::MAX),
        Storage::Procedural => (u64::from(wiring.sides.n_pre) << 31).min(1 << 39),
    };
    if synapses > most { Err(Failure::TooMany { wiring: index, synapses, most }) } else { Ok(()) }
}
