//! Partners by distance: of `pairwise_bernoulli` each with a probability that falls off, of fixed degrees so many, drawn in
//! proportion to it.
//!
//! Who is near is found in cells that a space is cut into. That only saves looking at all: a pair is decided by a word of its own,
//! and partners of a fixed degree are drawn among those in reach in the order of their numbers. All in reach of a neuron are weighed for
//! few that are drawn, so a row that was drawn is kept for the next time, where that was asked for.

mod cells;
mod tree;

use self::cells::Cells;
use self::tree::Tree;
use super::Wiring;
use super::space::{Point, Space};
use super::words::{mirrored, pick};
use crate::memory::bytes_of;
use crate::network::Rule;
use crate::random::{Purpose, Stream, Words};
use rayon::prelude::*;
use std::sync::{Arc, OnceLock};

/// Steps in which the largest probability at a distance is tabulated.
const STEPS: usize = 512;
/// [parts of 2³²] No exponential is off by more: a probability is not above that of a shorter distance and this.
const SLACK: u64 = 16;
/// Found neurons whose order costs as much as going through so many words of bits.
const WORDS_OF_ONE: usize = 16;

/// The partners of a row that was drawn.
type Kept = OnceLock<Box<[u32]>>;

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
    /// The square of a distance up to which no probability is 0; below 0 if there is none.
    sure: f64,
    /// The rows that were drawn; none where they are not kept.
    kept: Vec<Kept>,
}

/// Those in reach of a neuron.
#[derive(Default)]
pub(super) struct Near {
    /// Their numbers, and the squares of their distances.
    numbers: Vec<u32>,
    squares: Vec<f64>,
    chances: Vec<u64>,
    words: Vec<u32>,
    tree: Tree,
    /// For each number a bit, and the square of a distance; all bits are unset between rows.
    marks: Vec<u64>,
    by_number: Vec<f64>,
    pairs: Vec<(u32, f64)>,
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
        let [_, others] = ends(take, &space);
        let reach = space.reach(p);
        let cells = Cells::new(others, &space.period, reach);
        let reach = reach.min(space.longest() * (1.0 + 1e-6) + f64::MIN_POSITIVE);
        let reach = reach * reach;
        let mut bounds = Vec::new();
        let step = |step: usize| reach * step as f64 / STEPS as f64;
        space.chances(p, &(0..STEPS).map(step).collect::<Vec<_>>(), &mut bounds);
        let sure = bounds.iter().rposition(|&bound| bound > SLACK).map_or(-1.0, step);
        Some(Self { take, space, p, reach, cells, bounds, sure, kept: Vec::new() })
    }

    /// \[bytes\] that it takes to keep so many rows, with so many partners together.
    pub(super) fn kept_bytes(rows: u32, partners: u64) -> u64 {
        // Each is allocated by itself.
        bytes_of::<[Kept; 2]>(rows.into()).saturating_add(bytes_of::<u32>(partners))
    }

    /// Keeps so many rows from now on.
    pub(super) fn keep(&mut self, rows: u32) {
        self.kept.resize_with(rows as usize, Kept::new);
    }

    /// Draws the partners of a row (or a column); with their numbers, where these are not 0, 1, 2 ….
    pub(super) fn draw(&self, wiring: &Wiring, number: u32, near: &mut Near, drawn: [&mut Vec<u32>; 2]) {
        let [partners, numbers] = drawn;
        let kept = self.kept.get(number as usize);
        if let Some(row) = kept.and_then(Kept::get) {
            partners.extend_from_slice(row);
        } else {
            self.anew(wiring, number, near, partners);
            kept.into_iter().for_each(|kept| _ = kept.set(partners.as_slice().into()));
        }
        if self.take == Take::Chance {
            numbers.extend_from_slice(partners);
        }
    }

    fn anew(&self, wiring: &Wiring, number: u32, near: &mut Near, partners: &mut Vec<u32>) {
        self.find(wiring, number, near);
        match self.take {
            Take::Chance => self.by_chance(wiring, number, near, partners),
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
            if self.surely(wiring, number, wanted) {
                return (number, wanted);
            }
            self.find(wiring, number, near);
            self.weigh(near);
            let there = near.chances.iter().filter(|&&chance| chance > 0).count();
            (number, u32::try_from(there).unwrap_or(u32::MAX))
        };
        (0..rows).into_par_iter().map_init(Near::default, there).find_first(|(_, there)| *there < wanted)
    }

    /// Has a neuron so many around it that need not be weighed? Looks at no more than it takes to know.
    #[expect(clippy::arithmetic_side_effects, reason = "neurons are counted one by one")]
    fn surely(&self, wiring: &Wiring, number: u32, wanted: u32) -> bool {
        let [own, _] = ends(self.take, &self.space);
        let (at, skip) = (&own[number as usize], wiring.sides.skip_self());
        let mut there = 0;
        self.cells.each(at, self.reach.sqrt(), |others, points| {
            let near = |(other, point): &(&u32, &Point)| {
                self.space.square_within(at, point) <= self.sure && !(skip && **other == number)
            };
            there += others.iter().zip(points).filter(near).count();
            there < wanted as usize
        });
        there >= wanted as usize
    }

    /// Finds those in reach: where all cells are, in the order of their numbers.
    #[expect(clippy::arithmetic_side_effects, reason = "no more are kept than there are")]
    fn find(&self, wiring: &Wiring, number: u32, near: &mut Near) {
        let [own, others] = ends(self.take, &self.space);
        let (at, skip, reach) = (&own[number as usize], wiring.sides.skip_self(), self.reach.sqrt());
        let Near { numbers, squares, .. } = near;
        numbers.clear();
        squares.clear();
        let square = |point: &Point| self.space.square_within(at, point);
        if self.cells.all(at, reach) {
            numbers.extend((0..).zip(others).map(|(number, _): (u32, _)| number));
            squares.extend(others.iter().map(square));
        } else {
            self.cells.each(at, reach, |others, points| {
                numbers.extend_from_slice(others);
                squares.extend(points.iter().map(square));
                true
            });
        }
        let mut kept = 0;
        for place in 0..numbers.len() {
            let (other, square) = (numbers[place], squares[place]);
            (numbers[kept], squares[kept]) = (other, square);
            kept += usize::from((square <= self.reach) & !(skip & (other == number)));
        }
        numbers.truncate(kept);
        squares.truncate(kept);
    }

    /// Each with its probability: there if a word of the pair is below it.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        clippy::arithmetic_side_effects,
        reason = "a place in a table, and parts of 2³²"
    )]
    fn by_chance(&self, wiring: &Wiring, number: u32, near: &mut Near, partners: &mut Vec<u32>) {
        let Near { numbers, squares, chances, words, .. } = near;
        pair_words(wiring, Purpose::Partners, number, numbers, words);
        // Most are ruled out by what the probability is at most.
        let scale = STEPS as f64 / self.reach;
        let mut kept = 0;
        for place in 0..numbers.len() {
            let (other, square, word) = (numbers[place], squares[place], words[place]);
            (numbers[kept], squares[kept], words[kept]) = (other, square, word);
            let step = ((square * scale) as usize).min(STEPS - 1);
            kept += usize::from(u64::from(word) < self.bounds[step] + SLACK);
        }
        numbers.truncate(kept);
        squares.truncate(kept);
        self.space.chances(self.p, squares, chances);
        let pairs = numbers.iter().zip(&*words).zip(&*chances);
        let drawn = pairs.filter(|((_, word), chance)| u64::from(**word) < **chance);
        partners.extend(drawn.map(|((other, _), _)| *other));
        partners.sort_unstable();
    }

    /// So many, drawn one after the other in proportion to their probabilities; again where there may be multapses.
    fn some(&self, wiring: &Wiring, (number, many): (u32, u32), near: &mut Near, partners: &mut Vec<u32>) {
        near.order(ends(self.take, &self.space)[1].len());
        self.weigh(near);
        let Near { numbers, chances, tree, .. } = near;
        tree.fill(chances);
        let mut stream = Stream::new(wiring.seed, Purpose::Partners, wiring.index, u64::from(number));
        for _ in 0..many {
            let drawn = u64::from(stream.word()) << 32 | u64::from(stream.word());
            let Some(at) = tree.find(drawn) else { return };
            partners.push(numbers[at]);
            if !wiring.sides.multapses {
                tree.take(at, chances[at]);
            }
        }
    }

    fn weigh(&self, near: &mut Near) {
        self.space.chances(self.p, &near.squares, &mut near.chances);
    }
}

/// Where those are that draw, and those that are drawn.
fn ends(take: Take, space: &Space) -> [&[Point]; 2] {
    match take {
        Take::Sources(_) => [space.targets(), space.sources()],
        Take::Chance | Take::Targets(_) => [space.sources(), space.targets()],
    }
}

#[expect(clippy::arithmetic_side_effects, reason = "numbers of neurons, and a bit that is set is taken from bits")]
impl Near {
    /// Puts those that were found into the order of their numbers, of so many.
    fn order(&mut self, all: usize) {
        let Self { numbers, squares, marks, by_number, pairs, .. } = self;
        if numbers.is_sorted() {
            return;
        }
        if numbers.len().saturating_mul(WORDS_OF_ONE) < all / 64 {
            pairs.clear();
            pairs.extend(numbers.iter().copied().zip(squares.iter().copied()));
            pairs.sort_unstable_by_key(|(number, _)| *number);
            numbers.iter_mut().zip(squares).zip(pairs).for_each(|((number, square), pair)| (*number, *square) = *pair);
            return;
        }
        marks.resize(all.div_ceil(64), 0);
        by_number.resize(all, 0.0);
        for (&number, &square) in numbers.iter().zip(&*squares) {
            marks[number as usize / 64] |= 1 << (number % 64);
            by_number[number as usize] = square;
        }
        let mut place = 0;
        for (word, first) in marks.iter_mut().zip((0u32..).step_by(64)) {
            let mut bits = std::mem::take(word);
            while bits != 0 {
                let number = first | bits.trailing_zeros();
                (numbers[place], squares[place]) = (number, by_number[number as usize]);
                place += 1;
                bits &= bits - 1;
            }
        }
    }
}

/// The words of pairs of a row's neuron with others: of both directions the same, where they are mirrored.
pub(super) fn pair_words(wiring: &Wiring, purpose: Purpose, row: u32, others: &[u32], into: &mut Vec<u32>) {
    into.clear();
    into.resize(others.len(), 0);
    let words = Words::new(wiring.seed, purpose, wiring.index, u64::from(row));
    if wiring.symmetric { mirrored(words, row, others, into) } else { pick(words, others, into) }
}

#[cfg(test)]
mod tests;
