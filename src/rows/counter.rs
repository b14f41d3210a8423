//! Weights in whole numbers: how a port's scale counts them, and to how many bits they are rounded.

use super::quantiles::{Quantiles, SIDE, place};
use super::{Scale, Values, Wiring};
use std::sync::Arc;

/// [bits] What is kept of a weight that is rounded: a small float's 9 and the one before them, so that none moves by more
/// than 2⁻¹⁰ of itself.
pub(super) const SIGNIFICANT: u32 = 10;
/// Doublings between the smallest of such floats and the largest, beyond their significant bits.
const RANGE: u32 = 14;

/// How counts are rounded: to [`SIGNIFICANT`] bits, and to a multiple of 2^`shift`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Rounding {
    pub(crate) shift: u32,
}

#[expect(clippy::arithmetic_side_effects, reason = "bits of a u32, and sizes of 2³¹ at most with less than 2²² on top")]
impl Rounding {
    /// The finest at which counts up to this size keep within the range of small floats, rounded up too.
    pub(super) fn of(largest: u32) -> Self {
        let bits = u32::BITS - largest.leading_zeros();
        let half = (1u32 << bits.saturating_sub(SIGNIFICANT)) >> 1;
        let rounded = u32::BITS - largest.saturating_add(half).leading_zeros();
        Self { shift: rounded.saturating_sub(SIGNIFICANT + RANGE) }
    }

    /// Does a count of this size, and so any larger one, move by no more than 2⁻¹⁰ of itself?
    pub(super) fn keeps(self, smallest: u32) -> bool {
        self.shift == 0 || smallest >= 1 << (SIGNIFICANT - 1 + self.shift)
    }

    /// The nearest of the counts that are kept. Beyond ±(2³¹ − 2²⁰) that is −2³¹, whose size no sum of a port may have.
    #[inline]
    pub(super) fn round(self, count: i32) -> i32 {
        let size = count.unsigned_abs();
        let drop = (u32::BITS - size.leading_zeros()).saturating_sub(SIGNIFICANT).max(self.shift);
        let half = (1u32 << drop) >> 1;
        let rounded = (((size + half) >> drop) << drop) as i32;
        if count < 0 { rounded.wrapping_neg() } else { rounded }
    }
}

/// The weights of one projection, counted.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Counter {
    /// The same for all.
    Constant(i32),
    /// By a random word each.
    Drawn { quantiles: Vec<i32>, rounding: Option<Rounding> },
    /// One for each.
    Each { weights: Arc<[f64]>, scale: Scale, rounding: Option<Rounding> },
}

impl Counter {
    /// `None` where the scale cannot count a weight. `quantiles` are there if weights are drawn.
    pub(super) fn of(
        wiring: &Wiring,
        quantiles: Option<&Quantiles>,
        scale: Scale,
        rounding: Option<Rounding>,
    ) -> Option<Self> {
        Some(match &wiring.weights {
            Values::Constant(weight) => {
                let count = scale.count(*weight)?;
                Self::Constant(rounding.map_or(count, |rounding| rounding.round(count)))
            }
            Values::Each(weights) => Self::Each { weights: weights.clone(), scale, rounding },
            Values::Drawn(_) => {
                let values = quantiles.map_or(&[][..], Quantiles::values);
                let counts = values.iter().map(|&weight| scale.count(weight)).collect::<Option<_>>()?;
                Self::Drawn { quantiles: counts, rounding }
            }
        })
    }

    /// The count that all have; 0 where each has its own.
    pub(super) fn constant(&self) -> i32 {
        match self {
            Self::Constant(count) => *count,
            Self::Drawn { .. } | Self::Each { .. } => 0,
        }
    }

    /// The count of a synapse, by its random word, and its place among values given one by one.
    #[inline]
    #[expect(clippy::cast_possible_truncation, reason = "values that are in memory")]
    pub(super) fn count(&self, word: u32, element: u64) -> i32 {
        match self {
            Self::Constant(count) => *count,
            Self::Drawn { quantiles, rounding } => {
                let count = drawn(quantiles, word);
                rounding.map_or(count, |rounding| rounding.round(count))
            }
            Self::Each { weights, scale, rounding } => {
                // Survey and scale have found that it can be counted.
                let count = scale.count(weights[element as usize]).unwrap_or(i32::MAX);
                rounding.map_or(count, |rounding| rounding.round(count))
            }
        }
    }
}

/// Looks a word up in counted quantiles.
#[inline]
#[expect(
    clippy::arithmetic_side_effects,
    reason = "two u32 have their product in a u64, and no word is placed at the last quantile"
)]
fn drawn(quantiles: &[i32], word: u32) -> i32 {
    let (at, part) = place(word);
    debug_assert!(quantiles.len() == 2 * SIDE);
    let (from, to) = (quantiles[at], quantiles[at + 1]);
    let step = ((u64::from(from.abs_diff(to)) * u64::from(part)) >> 32) as u32;
    if to < from { from.wrapping_sub_unsigned(step) } else { from.wrapping_add_unsigned(step) }
}

#[cfg(test)]
mod tests;
