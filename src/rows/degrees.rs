//! How many synapses each row gets, where a rule fixes their number for all rows together.

use crate::random::{Purpose, Stream, Words};
use rayon::prelude::*;

/// [synapses] shared out by one job; fewer are shared out one by one.
const JOB: u64 = 1 << 16;
/// [blocks of words] of a piece of a job.
const PIECE: u64 = 1 << 9;

/// The lengths of `rows` rows that `number` synapses fall into, each row as likely as any other.
///
/// Synapses are halved between the halves of 2ᵇ rows, by as many random bits as they are, down to single rows. What falls
/// beyond the last row falls again.
#[expect(clippy::arithmetic_side_effects, reason = "rows are one at least; each round leaves less to share")]
pub(super) fn multinomial(number: u64, rows: u32, seed: u64, projection: u32) -> Vec<u32> {
    let mut lengths = vec![0u32; rows as usize];
    let halving = Halving { seed, projection };
    let (mut left, mut round) = (number, 0);
    while left > 0 && rows > 0 {
        let levels = u32::BITS - (rows - 1).leading_zeros();
        left = halving.share(left, levels, (round, 1), &mut lengths);
        round += 1;
    }
    lengths
}

struct Halving {
    seed: u64,
    projection: u32,
}

#[expect(
    clippy::arithmetic_side_effects,
    clippy::cast_possible_truncation,
    reason = "2^levels rows share no more than 2³⁹ synapses, so that a row has no more than a u32 counts: `countable` refuses others"
)]
impl Halving {
    /// Shares synapses among 2^`levels` rows, of which the first are there; returns how many fell beyond them. `node` is the
    /// round, and the number of these rows among those of their size, as in a heap.
    fn share(&self, number: u64, levels: u32, node: (u64, u64), rows: &mut [u32]) -> u64 {
        if number == 0 || rows.is_empty() {
            return number;
        }
        if levels == 0 {
            rows[0] += number as u32;
            return 0;
        }
        let left = self.heads(number, node);
        let half = rows.len().min(1 << (levels - 1));
        let (low, high) = rows.split_at_mut(half);
        let (round, at) = node;
        let mut low = || self.share(left, levels - 1, (round, 2 * at), low);
        let mut high = || self.share(number - left, levels - 1, (round, 2 * at + 1), high);
        let (low, high) = if number > JOB { rayon::join(&mut low, &mut high) } else { (low(), high()) };
        low + high
    }

    /// How many of `number` random bits are set.
    fn heads(&self, number: u64, (round, at): (u64, u64)) -> u64 {
        let words = Words::new(self.seed, Purpose::RowLengths, self.projection, round << 40 | at);
        let block = |block: u64| words.block(block as u32).iter().map(|word| u64::from(word.count_ones())).sum::<u64>();
        let whole = number / 128;
        let bits = (number % 128) as u32;
        let last = words.block(whole as u32);
        let rest = (0..4).map(|word: u32| {
            let kept = bits.saturating_sub(32 * word).min(32);
            u64::from((u64::from(last[word as usize]) & ((1 << kept) - 1)).count_ones())
        });
        let heads = if number > JOB {
            (0..whole.div_ceil(PIECE))
                .into_par_iter()
                .map(|piece| {
                    let first = piece * PIECE;
                    (first..whole.min(first + PIECE)).map(block).sum::<u64>()
                })
                .sum::<u64>()
        } else {
            (0..whole).map(block).sum()
        };
        heads + rest.sum::<u64>()
    }
}

/// The lengths of rows that `number` different pairs of a matrix of `rows` times `columns` fall into, all sets of
/// pairs being equally likely.
#[expect(
    clippy::arithmetic_side_effects,
    reason = "two u32 have their product in a u64, of which no more than all are drawn"
)]
pub(super) fn hypergeometric(number: u64, rows: u32, columns: u32, stream: &mut Stream) -> Vec<u32> {
    let pairs = u64::from(rows) * u64::from(columns);
    let complement = number > pairs / 2;
    let mut lengths = vec![0u32; rows as usize];
    for _ in 0..if complement { pairs - number } else { number } {
        // A row is taken with a probability in proportion to its free pairs.
        let row = loop {
            let row = stream.below(rows) as usize;
            if stream.below(columns) >= lengths[row] {
                break row;
            }
        };
        lengths[row] += 1;
    }
    lengths.into_iter().map(|length| if complement { columns - length } else { length }).collect()
}

#[cfg(test)]
mod tests;
