//! Distributions as tables that a random word is looked up in: weights by their quantiles, delays by thresholds.
//!
//! The tables are made in f64, on the host alone; what is looked up is whole numbers, so that host and device draw the same
//! from the same word. Knows laws in plain numbers, and nothing of synapses.

use super::normal::{above, probit};
use crate::counts::{CountTable, Guided, standard_normal_below};
use crate::draw::Law;

/// [bits] An octave of probability has 2⁶ segments.
pub(super) const SEGMENT_BITS: u32 = 6;
/// Octaves on either side of the median: the outermost is as narrow as a word can tell.
pub(super) const OCTAVES: u32 = 32;
/// Quantiles of one side: where segments begin, and the median.
pub(super) const SIDE: usize = ((OCTAVES << SEGMENT_BITS) + 1) as usize;
/// Where a truncated normal begins so far out that it is exponential in z² for all that can be seen.
const FAR: f64 = 30.0;

/// The quantiles of a distribution: of each side, from the tail to the median, octaves of probability in equal segments.
/// Between quantiles values are interpolated: for a normal they are off by 1.5·10⁻⁵ standard deviations at most.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Quantiles(Vec<f64>);

impl Quantiles {
    #[expect(
        clippy::arithmetic_side_effects,
        clippy::cast_possible_truncation,
        reason = "places among the quantiles, of which there are few"
    )]
    pub(super) fn of(law: Law) -> Self {
        let tail = |at: usize| {
            let (octave, segment) = (at >> SEGMENT_BITS, at & ((1 << SEGMENT_BITS) - 1));
            let within = 1.0 + segment as f64 / f64::from(1 << SEGMENT_BITS);
            within * 2f64.powi(octave as i32 - OCTAVES as i32 - 1)
        };
        let lower = (0..SIDE).map(|at| quantile(law, tail(at), false));
        let upper = (0..SIDE).map(|at| quantile(law, tail(at), true));
        Self(lower.chain(upper).collect())
    }

    /// Lower side, then upper side.
    pub(super) fn values(&self) -> &[f64] {
        &self.0
    }
}

/// The place of a word among the quantiles, and how far it lies towards the next, in units of 2⁻³².
#[inline]
#[expect(clippy::arithmetic_side_effects, reason = "the octaves and segments of a word")]
pub(super) fn place(word: u32) -> (usize, u32) {
    let upper = word >> 31 != 0;
    // The middle of the word's part of its side: never 0.
    let tail = (if upper { !word } else { word }) << 1 | 1;
    let octave = tail.leading_zeros();
    let within = tail << octave << 1;
    let segment = ((OCTAVES - 1 - octave) << SEGMENT_BITS) + (within >> (32 - SEGMENT_BITS));
    (segment as usize + if upper { SIDE } else { 0 }, within << SEGMENT_BITS)
}

/// The smallest and the largest value that a word of a law can stand for.
pub(crate) fn extremes(law: Law) -> [f64; 2] {
    [false, true].map(|upper| quantile(law, 2f64.powi(-33), upper))
}

/// The value that a law does not exceed with probability `p` (not above ½), or, on the upper side, is not below of.
fn quantile(law: Law, p: f64, upper: bool) -> f64 {
    let sign = if upper { -1.0 } else { 1.0 };
    match law {
        Law::Normal { mean, sd } => mean + sd * sign * probit(p),
        Law::Uniform { low, high } if upper => high - (high - low) * p,
        Law::Uniform { low, high } => low + (high - low) * p,
        Law::Exponential { mean } if upper => -mean * p.ln(),
        Law::Exponential { mean } => -mean * (-p).ln_1p(),
        // The lowest of negative values are the largest in size.
        Law::Lognormal { median, sigma } => median * (median.signum() * sigma * sign * probit(p)).exp(),
        Law::TruncatedNormal { mean, sd, low, high } => {
            let (a, b) = ((low - mean) / sd, (high - mean) / sd);
            let z = if upper { -truncated(p, -b, -a) } else { truncated(p, a, b) };
            (mean + sd * z).max(low).min(high)
        }
    }
}

/// The lower quantile of a standard normal between `a` and `b`.
fn truncated(p: f64, a: f64, b: f64) -> f64 {
    // With a density of z·e^(−z²/2), as it nearly has far out.
    let exponential = |p: f64, a: f64, b: f64| {
        let mass = -((a - b) * (a + b) / 2.0).exp_m1();
        // However far out: no square is taken.
        a.hypot((-2.0 * (-p * mass).ln_1p()).sqrt())
    };
    if a > FAR {
        exponential(p, a, b)
    } else if b < -FAR {
        -exponential(1.0 - p, -b, -a)
    } else if a > 0.0 {
        -probit(above(a) - p * (above(a) - above(b)))
    } else {
        probit(above(-a) + p * (above(-b) - above(-a)))
    }
}

/// Delays in whole steps: the nearest, and 1 at least. `law` counts in steps. None where a delay may be more than `most`.
#[expect(
    clippy::arithmetic_side_effects,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "whole numbers from 1 to a u32"
)]
pub(super) fn delays(law: Law) -> Guided {
    // What comes less often than a word can tell does not come.
    let [low, high] = extremes(law).map(|steps| steps.round().max(1.0));
    let cumulative: Vec<f64> = (low as u32..=high as u32)
        .map(|steps| if f64::from(steps) >= high { 1.0 } else { below(law, f64::from(steps) + 0.5) })
        .collect();
    let table = CountTable::new(low as u32, &cumulative);
    let bits = (table.bits() + 4).clamp(1, 12);
    Guided::new(table, bits)
}

/// The probability of a value below `x`.
fn below(law: Law, x: f64) -> f64 {
    let normal =
        |z: f64, sd: f64| if sd == 0.0 { f64::from(u8::from(z >= 0.0)) } else { standard_normal_below(z / sd) };
    match law {
        Law::Normal { mean, sd } => normal(x - mean, sd),
        Law::Uniform { low, high } if high > low => ((x - low) / (high - low)).clamp(0.0, 1.0),
        Law::Uniform { low, .. } => f64::from(u8::from(x >= low)),
        Law::Exponential { mean } => -(-x.max(0.0) / mean).exp_m1(),
        // No delay is below 0.
        Law::Lognormal { median, sigma } => normal((x / median).ln(), sigma),
        Law::TruncatedNormal { mean, sd, low, high } => {
            let [a, b, z] = [low, high, x].map(|x| (x - mean) / sd);
            between(a, b, z.clamp(a, b))
        }
    }
}

/// The probability that a standard normal between `a` and `b` lies below `z`.
fn between(a: f64, b: f64, z: f64) -> f64 {
    let exponential = |a: f64, b: f64, z: f64| ((a - z) * (a + z) / 2.0).exp_m1() / ((a - b) * (a + b) / 2.0).exp_m1();
    if a > FAR {
        exponential(a, b, z)
    } else if b < -FAR {
        1.0 - exponential(-b, -a, -z)
    } else if a > 0.0 {
        (above(a) - above(z)) / (above(a) - above(b))
    } else {
        (above(-z) - above(-a)) / (above(-b) - above(-a))
    }
}

#[cfg(test)]
pub(super) mod tests;
