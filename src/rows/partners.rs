//! The partners of one row: the targets of a source; or, for `fixed_indegree`, the sources of a target.
//!
//! Rows with multapses and those of `pairwise_bernoulli` are drawn from words at known places, as `shaders/rows/draw.wgsl`
//! does it too. Those without multapses draw until all differ, which a host alone can do.

use super::Wiring;
use super::degrees::{hypergeometric, multinomial};
use super::neighbours::{Near, Neighbours, Take, pair_words};
use super::words::fill;
use crate::counts::{self, CountTable, Guided};
use crate::network::{Rule, Sampler};
use crate::random::{Purpose, Stream, Words};
use rayon::prelude::*;
use std::ops::Range;

/// Above so many neurons one word does not tell them all as evenly; two do.
const ONE_WORD: u32 = 1 << 20;
/// Successes that are expected in a stretch of `pairwise_bernoulli`.
const PER_STRETCH: f64 = 3.0;
/// [bits] A stretch has 2⁵ numbers: one for its count (which no synapse has), and more than it can have synapses.
const CELL_BITS: u32 = 5;

/// How rows are drawn.
pub(super) enum Partners {
    /// All there are.
    All,
    /// The one of the same number.
    One,
    /// Each with a probability.
    Bernoulli(Stretches),
    /// So many in each row.
    Equal(u32),
    /// So many in the row of that number.
    Lengths(Vec<u32>),
    /// So many sources of each target: these rows are columns.
    Columns(u32),
    /// Those that are near.
    Near(Neighbours),
    /// Each with a probability, in parts of 2³²; and of each the other way round.
    Mirrored(u64),
    /// Those of a list: where the pairs of each source begin, and the pairs in that order; none where they lie so.
    Listed { firsts: Vec<u32>, order: Vec<u32> },
}

/// The partners of `pairwise_bernoulli` in stretches of equal size. How many of a stretch are taken is drawn first, then which.
pub(super) struct Stretches {
    pub(super) stretches: u32,
    pub(super) size: u32,
    pub(super) last_size: u32,
    /// How many are taken of a stretch, and of the last one.
    pub(super) taken: [Guided; 2],
}

#[expect(
    clippy::arithmetic_side_effects,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "stretches of all partners, whose synapses a network's check has found to have numbers"
)]
impl Stretches {
    /// For so many partners; `None` where none is ever taken.
    fn new(p: f64, partners: u32) -> Option<Self> {
        if p == 0.0 || partners == 0 {
            return None;
        }
        let size = ((PER_STRETCH / p).ceil() as u32).min(partners);
        let stretches = partners.div_ceil(size);
        let last_size = partners - (stretches - 1) * size;
        let taken = |size| counts::table(size, p, Sampler::Binomial).unwrap_or_else(|_| CountTable::always(0));
        Some(Self { stretches, size, last_size, taken: [size, last_size].map(|size| Guided::new(taken(size), 8)) })
    }

    /// The stretches of these partners.
    fn of(&self, partners: &Range<u32>) -> Range<u32> {
        (partners.start / self.size).min(self.stretches)..partners.end.div_ceil(self.size).min(self.stretches)
    }

    /// Appends what is taken of some stretches.
    fn draw(&self, words: Words, stretches: Range<u32>, row: &mut Row) {
        for stretch in stretches {
            let last = stretch == self.stretches - 1;
            let (size, taken) = if last { (self.last_size, &self.taken[1]) } else { (self.size, &self.taken[0]) };
            let block = |number: u32| words.block((stretch << (CELL_BITS - 2)) + number / 4);
            let mut random = block(0);
            let count = taken.count(random[0]);
            let begin = row.partners.len();
            // Floyd's sample of different numbers (Bentley, Commun. ACM 30, 1987:754).
            for number in 1..=count {
                if number % 4 == 0 {
                    random = block(number);
                }
                let last = size - count + number - 1;
                let drawn = high(random[number as usize % 4], last + 1);
                let first = stretch * self.size;
                let known = row.partners[begin..].contains(&(first + drawn));
                row.partners.push(first + if known { last } else { drawn });
                row.numbers.push((stretch << CELL_BITS) + number);
            }
        }
    }
}

/// One row as it is drawn, and what is needed for that.
#[derive(Default)]
pub(super) struct Row {
    /// The partners, in the order of the draws.
    pub(super) partners: Vec<u32>,
    /// The number of each synapse in its row; none where they are 0, 1, 2 ….
    pub(super) numbers: Vec<u32>,
    words: Vec<u32>,
    marks: Marks,
    near: Near,
}

impl Row {
    /// The number of a synapse of the row.
    #[inline]
    #[expect(clippy::cast_possible_truncation, reason = "a row has no more synapses than a u32 counts")]
    pub(super) fn number(&self, at: usize) -> u32 {
        self.numbers.get(at).copied().unwrap_or(at as u32)
    }

    /// A row's own neuron is never drawn, where there are no autapses: the others close ranks, and move up again.
    #[expect(clippy::arithmetic_side_effects, reason = "one neuron fewer than there are was drawn")]
    fn skip_self(&mut self, wiring: &Wiring, number: u32) {
        if wiring.sides.skip_self() {
            self.partners.iter_mut().for_each(|partner| *partner += u32::from(*partner >= number));
        }
    }

    /// Keeps the partners that are among these, with their numbers.
    #[expect(
        clippy::arithmetic_side_effects,
        clippy::cast_possible_truncation,
        reason = "a row has no more synapses than a u32 counts"
    )]
    fn keep(&mut self, targets: &Range<u32>) {
        if self.numbers.is_empty() {
            self.numbers.extend(0..self.partners.len() as u32);
        }
        let mut kept = 0;
        for at in 0..self.partners.len() {
            let partner = self.partners[at];
            (self.partners[kept], self.numbers[kept]) = (partner, self.numbers[at]);
            // One comparison, and no branch: which are kept is chance.
            kept += usize::from(partner.wrapping_sub(targets.start) < targets.end - targets.start);
        }
        self.partners.truncate(kept);
        self.numbers.truncate(kept);
    }
}

impl Partners {
    /// For a wiring whose rule can be obeyed.
    pub(super) fn of(wiring: &Wiring) -> Self {
        let (sides, seed, index) = (wiring.sides, wiring.seed, wiring.index);
        let partners = sides.partners(sides.n_post);
        if let Some(neighbours) = Neighbours::of(wiring) {
            return Self::Near(neighbours);
        }
        match &wiring.rule {
            Rule::AllToAll => Self::All,
            Rule::PairwiseBernoulli(p) if wiring.symmetric => Self::Mirrored(parts(*p)),
            Rule::OneToOne => Self::One,
            Rule::PairwiseBernoulli(p) => Stretches::new(*p, partners).map_or(Self::Equal(0), Self::Bernoulli),
            Rule::FixedOutdegree(k) => Self::Equal(*k),
            Rule::FixedIndegree(k) => Self::Columns(*k),
            Rule::FixedTotalNumber(number) if sides.multapses => {
                Self::Lengths(multinomial(*number, sides.n_pre, seed, index))
            }
            Rule::FixedTotalNumber(number) => {
                let mut stream = Stream::new(seed, Purpose::RowLengths, index, 0);
                Self::Lengths(hypergeometric(*number, sides.n_pre, partners, &mut stream))
            }
            Rule::List(pairs) => {
                let (firsts, order) = by_source(pairs, sides.n_pre);
                Self::Listed { firsts, order }
            }
        }
    }

    /// Are its rows columns?
    pub(super) fn by_columns(&self) -> bool {
        match self {
            Self::Columns(_) => true,
            Self::Near(neighbours) => matches!(neighbours.take, Take::Sources(_)),
            _ => false,
        }
    }

    /// Draws a row (or a column).
    pub(super) fn draw(&self, wiring: &Wiring, number: u32, row: &mut Row) {
        let sides = wiring.sides;
        row.partners.clear();
        row.numbers.clear();
        let others = if self.by_columns() { sides.n_pre } else { sides.n_post };
        let partners = sides.partners(others);
        let words = Words::new(wiring.seed, Purpose::Partners, wiring.index, u64::from(number));
        let length = match self {
            Self::All => {
                row.partners.extend(0..partners);
                0
            }
            Self::One => {
                row.partners.push(number);
                return;
            }
            Self::Bernoulli(stretches) => {
                stretches.draw(words, 0..stretches.stretches, row);
                0
            }
            Self::Near(neighbours) => {
                let Row { partners, numbers, near, .. } = row;
                return neighbours.draw(wiring, number, near, [partners, numbers]);
            }
            Self::Mirrored(chance) => return either_way(wiring, *chance, number, row),
            Self::Listed { firsts, order } => return listed(wiring, [firsts, order], number, row),
            Self::Equal(length) | Self::Columns(length) => *length,
            Self::Lengths(lengths) => lengths[number as usize],
        };
        if length == partners && !sides.multapses {
            row.partners.extend(0..partners);
        } else if length > 0 && sides.multapses {
            any(partners, length as usize, words, row);
        } else if length > 0 {
            let mut stream = Stream::new(wiring.seed, Purpose::Partners, wiring.index, u64::from(number));
            row.partners.resize(length as usize, 0);
            distinct(partners, &mut stream, &mut row.marks, &mut row.partners);
        }
        row.skip_self(wiring, number);
    }

    /// Draws those partners of a row that are among these.
    pub(super) fn draw_onto(&self, wiring: &Wiring, number: u32, targets: &Range<u32>, row: &mut Row) {
        if let Self::Bernoulli(stretches) = self {
            row.partners.clear();
            row.numbers.clear();
            let words = Words::new(wiring.seed, Purpose::Partners, wiring.index, u64::from(number));
            // Where the row's own neuron is skipped, a partner may have been the one before.
            let partners = targets.start.saturating_sub(1)..targets.end;
            stretches.draw(words, stretches.of(&partners), row);
            row.skip_self(wiring, number);
        } else {
            self.draw(wiring, number, row);
        }
        row.keep(targets);
    }
}

/// A probability in parts of 2³².
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a probability is not below 0")]
fn parts(p: f64) -> u64 {
    (p * 4_294_967_296.0 + 0.5) as u64
}

/// Each with a probability, by a word of the pair that is the same in both directions.
fn either_way(wiring: &Wiring, chance: u64, number: u32, row: &mut Row) {
    let (sides, words) = (wiring.sides, &mut row.words);
    row.partners.extend((0..sides.n_post).filter(|other| !(sides.skip_self() && *other == number)));
    pair_words(wiring, Purpose::Partners, number, &row.partners, words);
    let mut words = words.iter();
    row.partners.retain(|_| words.next().is_some_and(|word| u64::from(*word) < chance));
    row.numbers.extend_from_slice(&row.partners);
}

/// Any of `partners`, so many times.
#[expect(clippy::arithmetic_side_effects, reason = "lengths that are in memory")]
fn any(partners: u32, length: usize, words: Words, row: &mut Row) {
    if partners <= ONE_WORD {
        row.partners.resize(length, 0);
        fill(words, &mut row.partners);
        row.partners.iter_mut().for_each(|partner| *partner = high(*partner, partners));
    } else {
        row.words.resize(2 * length, 0);
        fill(words, &mut row.words);
        row.partners
            .extend(row.words.as_chunks().0.iter().map(|&[first, second]| high_of_two(first, second, partners)));
    }
}

/// The upper word of a product: of 0 … n − 1 as good as any.
#[inline]
#[expect(clippy::arithmetic_side_effects, reason = "two u32 have their product in a u64")]
fn high(word: u32, n: u32) -> u32 {
    ((u64::from(word) * u64::from(n)) >> 32) as u32
}

/// The same of two words, of which the first is the upper one.
#[inline]
#[expect(clippy::arithmetic_side_effects, reason = "two u32 have their product in a u64, with room for one more")]
fn high_of_two(upper: u32, lower: u32, n: u32) -> u32 {
    let carried = (u64::from(lower) * u64::from(n)) >> 32;
    ((u64::from(upper) * u64::from(n) + carried) >> 32) as u32
}

/// The pairs of a source, in the order of the list.
#[expect(
    clippy::arithmetic_side_effects,
    clippy::cast_possible_truncation,
    reason = "a list has no more pairs than a u32 counts, each of neurons that are there"
)]
fn listed(wiring: &Wiring, [firsts, order]: [&Vec<u32>; 2], source: u32, row: &mut Row) {
    let Rule::List(pairs) = &wiring.rule else { return };
    let range = firsts[source as usize] as usize..firsts[source as usize + 1] as usize;
    if order.is_empty() {
        row.numbers.extend(range.start as u32..range.end as u32);
        row.partners.extend(pairs[range].iter().map(|pair| pair[1]));
    } else {
        row.numbers.extend_from_slice(&order[range]);
        row.partners.extend(row.numbers.iter().map(|&at| pairs[at as usize][1]));
    }
}

/// Where the pairs of each source begin, and the pairs in that order; none where they lie so.
#[expect(
    clippy::arithmetic_side_effects,
    reason = "a list has no more pairs than a u32 counts, each of neurons that are there"
)]
fn by_source(pairs: &[[u32; 2]], n_pre: u32) -> (Vec<u32>, Vec<u32>) {
    let mut firsts = vec![0u32; n_pre as usize + 1];
    pairs.iter().for_each(|pair| firsts[pair[0] as usize + 1] += 1);
    firsts.iter_mut().fold(0, |sum, first| {
        *first += sum;
        *first
    });
    if pairs.par_windows(2).all(|two| two[0][0] <= two[1][0]) {
        return (firsts, Vec::new());
    }
    let mut ends = firsts.clone();
    let mut order = vec![0; pairs.len()];
    for (at, pair) in (0..).zip(pairs) {
        let end = &mut ends[pair[0] as usize];
        order[*end as usize] = at;
        *end += 1;
    }
    (firsts, order)
}

/// One mark per neuron; all unset between rows.
#[derive(Default)]
struct Marks(Vec<u64>);

impl Marks {
    /// Sets a mark; was it unset?
    fn set(&mut self, neuron: u32) -> bool {
        let (word, bit) = (&mut self.0[neuron as usize / 64], 1u64 << (neuron % 64));
        let unset = *word & bit == 0;
        *word |= bit;
        unset
    }

    /// Unsets all marks, and writes the neurons below `n` that had none, in ascending order.
    #[expect(clippy::arithmetic_side_effects, reason = "a bit that is set is taken from bits")]
    fn take_unmarked(&mut self, n: u32, into: &mut [u32]) {
        let mut places = into.iter_mut();
        for (first, word) in (0..n).step_by(64).zip(&mut self.0) {
            let mut bits = !*word;
            *word = 0;
            while bits != 0 {
                // Bits past the n-th neuron come last, when no place is left.
                let Some(place) = places.next() else { break };
                *place = first | bits.trailing_zeros();
                bits &= bits - 1;
            }
        }
    }
}

/// Fills a row with different neurons below `n`, all sets of them equally likely.
#[expect(clippy::arithmetic_side_effects, reason = "no more are wanted than there are")]
fn distinct(n: u32, stream: &mut Stream, marks: &mut Marks, into: &mut [u32]) {
    if marks.0.len() < n.div_ceil(64) as usize {
        marks.0.resize(n.div_ceil(64) as usize, 0);
    }
    // Of a row that holds more than half, draw those that it does not hold: then few draws hit a marked neuron.
    let complement = into.len() > n as usize / 2;
    let wanted = if complement { n as usize - into.len() } else { into.len() };
    let mut draw = || loop {
        let neuron = stream.below(n);
        if marks.set(neuron) {
            break neuron;
        }
    };
    if complement {
        (0..wanted).for_each(|_| _ = draw());
        marks.take_unmarked(n, into);
    } else {
        into.iter_mut().for_each(|neuron| *neuron = draw());
        into.iter().for_each(|&neuron| marks.0[neuron as usize / 64] = 0);
    }
}

#[cfg(test)]
mod tests;
