//! Partners by distance: of `pairwise_bernoulli` each with a probability that falls off, of fixed degrees so many, drawn in
//! proportion to it.
//!
//! Who is near is found in cells that a space is cut into. That only saves looking at all: a pair is decided by a word of its own,
//! and partners of a fixed degree are drawn among those in reach in the order of their numbers.

use super::Wiring;
use super::space::{Point, Space};
use super::words::{mirrored, pick};
use crate::network::Rule;
use crate::random::{Purpose, Stream, Words};
use rayon::prelude::*;
use std::ops::Range;
use std::sync::Arc;

/// Cells along a reach.
const FINENESS: f64 = 3.0;
/// Steps in which the largest probability at a distance is tabulated.
const STEPS: usize = 512;
/// [parts of 2³²] No exponential is off by more: a probability is not above that of a shorter distance and this.
const SLACK: u64 = 16;

/// What is drawn of those in reach.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Take {
    /// Each with its probability.
    Chance,
    /// So many targets of a source.
    Targets(u32),
    /// So many sources of a target.
    Sources(u32),
}

/// All that may be partners, by where they are.
pub(super) struct Neighbours {
    pub(super) take: Take,
    space: Arc<Space>,
    /// The probability at no distance.
    p: f64,
    /// The square of the distance up to which there are partners.
    reach: f64,
    cells: Cells,
    /// For squares of distances in equal steps up to the reach a probability that none exceeds.
    bounds: Vec<u64>,
}

/// Neurons by the cells of a space.
struct Cells {
    /// \[mm\] Where they begin, and how wide they are.
    low: Point,
    width: Point,
    /// Along each dimension.
    counts: [usize; 3],
    wraps: [bool; 3],
    /// Neurons by cell, and where they are.
    order: Vec<u32>,
    points: Vec<Point>,
    /// Where the neurons of each cell begin in that order.
    starts: Vec<u32>,
}

/// Those in reach of a neuron.
#[derive(Default)]
pub(super) struct Near {
    /// The square of the distance, and the number.
    found: Vec<(u32, f64)>,
    squares: Vec<f64>,
    chances: Vec<u64>,
    words: Vec<u32>,
    numbers: Vec<u32>,
    tree: Tree,
}

impl Neighbours {
    /// Of a wiring where distance decides who is connected; none of another.
    pub(super) fn of(wiring: &Wiring) -> Option<Self> {
        let space = wiring.space.as_ref().filter(|space| space.decides())?.clone();
        let (take, p) = match wiring.rule {
            Rule::PairwiseBernoulli(p) => (Take::Chance, p),
            Rule::FixedOutdegree(k) => (Take::Targets(k), 1.0),
            Rule::FixedIndegree(k) => (Take::Sources(k), 1.0),
            _ => return None,
        };
        let others = if matches!(take, Take::Sources(_)) { space.sources() } else { space.targets() };
        let reach = space.reach(p);
        let cells = Cells::new(others, &space.period, reach);
        let reach = reach.min(space.longest() * (1.0 + 1e-6) + f64::MIN_POSITIVE);
        let reach = reach * reach;
        let mut bounds = Vec::new();
        let step = |step: usize| reach * step as f64 / STEPS as f64;
        space.chances(p, &(0..STEPS).map(step).collect::<Vec<_>>(), &mut bounds);
        Some(Self { take, space, p, reach, cells, bounds })
    }

    /// Draws the partners of a row (or a column); with their numbers, where these are not 0, 1, 2 ….
    pub(super) fn draw(&self, wiring: &Wiring, number: u32, near: &mut Near, drawn: [&mut Vec<u32>; 2]) {
        let [partners, numbers] = drawn;
        self.find(wiring, number, near);
        match self.take {
            Take::Chance => {
                self.by_chance(wiring, number, near, partners);
                numbers.extend_from_slice(partners);
            }
            Take::Targets(many) | Take::Sources(many) => self.some(wiring, (number, many), near, partners),
        }
    }

    /// Is there a row, or a column, without enough to draw from? The first, with how many it has.
    pub(super) fn lacking(&self, wiring: &Wiring) -> Option<(u32, u32)> {
        let (wanted, rows) = match self.take {
            Take::Chance => return None,
            Take::Targets(many) => (many, wiring.sides.n_pre),
            Take::Sources(many) => (many, wiring.sides.n_post),
        };
        let wanted = if wiring.sides.multapses { wanted.min(1) } else { wanted };
        let there = |near: &mut Near, number: u32| {
            self.find(wiring, number, near);
            self.weigh(near);
            let there = near.chances.iter().filter(|&&chance| chance > 0).count();
            (number, u32::try_from(there).unwrap_or(u32::MAX))
        };
        (0..rows).into_par_iter().map_init(Near::default, there).find_first(|(_, there)| *there < wanted)
    }

    /// Finds those in reach, in the order of cells.
    fn find(&self, wiring: &Wiring, number: u32, near: &mut Near) {
        let own = if matches!(self.take, Take::Sources(_)) { self.space.targets() } else { self.space.sources() };
        let (at, skip) = (&own[number as usize], wiring.sides.skip_self());
        let found = &mut near.found;
        found.clear();
        self.cells.each(at, self.reach.sqrt(), |run| {
            for (&other, point) in self.cells.order[run.clone()].iter().zip(&self.cells.points[run]) {
                let square = self.space.square(at, point);
                if square <= self.reach && !(skip && other == number) {
                    found.push((other, square));
                }
            }
        });
    }

    /// Each with its probability: there if a word of the pair is below it.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        clippy::arithmetic_side_effects,
        reason = "a place in a table, and parts of 2³²"
    )]
    fn by_chance(&self, wiring: &Wiring, number: u32, near: &mut Near, partners: &mut Vec<u32>) {
        let Near { found, squares, chances, words, numbers, .. } = near;
        numbers.clear();
        numbers.extend(found.iter().map(|(other, _)| *other));
        pair_words(wiring, Purpose::Partners, number, numbers, words);
        // Most are ruled out by what the probability is at most.
        let scale = STEPS as f64 / self.reach;
        let mut kept = 0;
        for at in 0..found.len() {
            let (other, square) = found[at];
            let step = ((square * scale) as usize).min(STEPS - 1);
            if u64::from(words[at]) < self.bounds[step] + SLACK {
                (found[kept], words[kept]) = ((other, square), words[at]);
                kept += 1;
            }
        }
        found.truncate(kept);
        squares.clear();
        squares.extend(found.iter().map(|(_, square)| *square));
        self.space.chances(self.p, squares, chances);
        let pairs = found.iter().zip(&*words).zip(&*chances);
        partners.extend(pairs.filter(|((_, word), chance)| u64::from(**word) < **chance).map(|((pair, _), _)| pair.0));
        partners.sort_unstable();
    }

    /// So many, drawn one after the other in proportion to their probabilities; again where there may be multapses.
    fn some(&self, wiring: &Wiring, (number, many): (u32, u32), near: &mut Near, partners: &mut Vec<u32>) {
        near.found.sort_unstable_by_key(|(other, _)| *other);
        self.weigh(near);
        let Near { found, chances, tree, .. } = near;
        tree.fill(chances);
        let mut stream = Stream::new(wiring.seed, Purpose::Partners, wiring.index, u64::from(number));
        for _ in 0..many {
            let drawn = u64::from(stream.word()) << 32 | u64::from(stream.word());
            let Some(at) = tree.find(drawn) else { return };
            partners.push(found[at].0);
            if !wiring.sides.multapses {
                tree.take(at, chances[at]);
            }
        }
    }

    fn weigh(&self, near: &mut Near) {
        near.squares.clear();
        near.squares.extend(near.found.iter().map(|(_, square)| *square));
        self.space.chances(self.p, &near.squares, &mut near.chances);
    }
}

/// The words of pairs of a row's neuron with others: of both directions the same, where they are mirrored.
pub(super) fn pair_words(wiring: &Wiring, purpose: Purpose, row: u32, others: &[u32], into: &mut Vec<u32>) {
    into.clear();
    into.resize(others.len(), 0);
    let words = Words::new(wiring.seed, purpose, wiring.index, u64::from(row));
    if wiring.symmetric { mirrored(words, row, others, into) } else { pick(words, others, into) }
}

#[expect(
    clippy::arithmetic_side_effects,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "cells by number, of which there are no more than a few for each neuron"
)]
impl Cells {
    /// Of neurons at these points, where one looks this far.
    fn new(points: &[Point], period: &Point, reach: f64) -> Self {
        let wraps = period.map(f64::is_finite);
        let (mut low, mut span) = ([0.0; 3], [0.0; 3]);
        for axis in 0..3 {
            let of = |[low, high]: [f64; 2], point: &Point| [low.min(point[axis]), high.max(point[axis])];
            let [first, last] = points.iter().fold([f64::INFINITY, f64::NEG_INFINITY], of);
            low[axis] = if wraps[axis] { -period[axis] / 2.0 } else { first };
            span[axis] = if wraps[axis] { period[axis] } else { (last - first).max(0.0) };
        }
        // No more cells than neurons.
        let axes = span.iter().filter(|span| **span > 0.0).count().max(1);
        let most = (points.len() as f64).powf(1.0 / axes as f64).ceil();
        let counts = span.map(|span| (span * FINENESS / reach).floor().clamp(1.0, most) as usize);
        let width: Point = std::array::from_fn(|axis| span[axis] / counts[axis] as f64);
        let mut cells = Self { low, width, counts, wraps, order: Vec::new(), points: Vec::new(), starts: Vec::new() };
        let cell = |point: &Point| {
            let place = |axis: usize| cells.place(point[axis], axis).clamp(0, counts[axis] as i64 - 1) as usize;
            (place(0) * counts[1] + place(1)) * counts[2] + place(2)
        };
        let of: Vec<u32> = points.iter().map(|point| cell(point) as u32).collect();
        let mut starts = vec![0u32; counts.iter().product::<usize>() + 1];
        of.iter().for_each(|&cell| starts[cell as usize + 1] += 1);
        starts.iter_mut().fold(0, |sum, start| {
            *start += sum;
            *start
        });
        let mut order: Vec<u32> = (0..points.len() as u32).collect();
        order.sort_by_key(|&neuron| of[neuron as usize]);
        cells.points = order.iter().map(|&neuron| points[neuron as usize]).collect();
        (cells.order, cells.starts) = (order, starts);
        cells
    }

    /// The cell that a coordinate lies in, along a dimension.
    fn place(&self, at: f64, axis: usize) -> i64 {
        let width = self.width[axis];
        if width > 0.0 { ((at - self.low[axis]) / width).floor() as i64 } else { 0 }
    }

    /// Calls `run` with the neurons, by their places in the order, of all cells within `reach` of a point: some at a time.
    fn each(&self, at: &Point, reach: f64, mut run: impl FnMut(Range<usize>)) {
        let along = |axis: usize| self.along(at[axis], reach, axis);
        let [first, second, third] = [along(0), along(1), along(2)];
        for x in first.iter().flat_map(Range::clone) {
            for y in second.iter().flat_map(Range::clone) {
                let before = (x * self.counts[1] + y) * self.counts[2];
                for cells in &third {
                    let [start, end] = [cells.start, cells.end].map(|cell| self.starts[before + cell] as usize);
                    if start < end {
                        run(start..end);
                    }
                }
            }
        }
    }

    /// Cells along a dimension that come within `reach` of a coordinate: one range, or two where it goes round.
    fn along(&self, at: f64, reach: f64, axis: usize) -> [Range<usize>; 2] {
        let count = self.counts[axis] as i64;
        // A cell more on each side, for what is rounded.
        let slack = self.width[axis] * 1e-6;
        let [from, to] = [at - reach - slack, at + reach + slack].map(|at| self.place(at, axis));
        let range = |from: i64, to: i64| from.clamp(0, count) as usize..(to + 1).clamp(0, count) as usize;
        if !self.wraps[axis] {
            return [range(from.min(count - 1), to.max(0)), 0..0];
        }
        if to - from + 1 >= count {
            return [range(0, count - 1), 0..0];
        }
        let (from, to) = (from.rem_euclid(count), to.rem_euclid(count));
        if from <= to { [range(from, to), 0..0] } else { [range(from, count - 1), range(0, to)] }
    }
}

/// Whole numbers of which one is drawn in proportion to its size, and may be taken away (Fenwick, Softw. Pract. Exper. 24,
/// 1994:327).
#[derive(Default)]
struct Tree {
    /// From 1 on: sums of those before, as many as the lowest bit of the place says.
    sums: Vec<u64>,
    all: u64,
}

#[expect(clippy::arithmetic_side_effects, reason = "sums of fewer than 2³¹ numbers of 33 bits")]
impl Tree {
    fn fill(&mut self, numbers: &[u64]) {
        self.sums.clear();
        self.sums.push(0);
        self.sums.extend_from_slice(numbers);
        self.all = numbers.iter().sum();
        for at in 1..self.sums.len() {
            let above = at + (at & at.wrapping_neg());
            if above < self.sums.len() {
                self.sums[above] += self.sums[at];
            }
        }
    }

    /// The number that a word of 64 bits draws; none where there is nothing.
    fn find(&self, word: u64) -> Option<usize> {
        if self.all == 0 {
            return None;
        }
        let mut rest = ((u128::from(word) * u128::from(self.all)) >> 64) as u64;
        let (mut at, mut step) = (0, self.sums.len().next_power_of_two() / 2);
        while step > 0 {
            if let Some(&sum) = self.sums.get(at + step).filter(|sum| **sum <= rest) {
                rest -= sum;
                at += step;
            }
            step /= 2;
        }
        Some(at)
    }

    /// Takes a number away, of this size.
    fn take(&mut self, number: usize, size: u64) {
        self.all -= size;
        let mut at = number + 1;
        while at < self.sums.len() {
            self.sums[at] -= size;
            at += at & at.wrapping_neg();
        }
    }
}

#[cfg(test)]
mod tests;
