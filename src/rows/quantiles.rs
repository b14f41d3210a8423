//! Distributions as tables that a random word is looked up in: weights by their quantiles, delays by thresholds.
//!
//! The tables are made in f64, on the host alone; what is looked up is whole numbers, so that host and device draw the same
//! from the same word. Knows laws in plain numbers, and nothing of synapses.

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
/// Between quantiles values are interpolated: for a normal they are off by 10⁻⁵ standard deviations at most.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Quantiles(Vec<f64>);

impl Quantiles {
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

    /// The largest size that a value can have.
    pub(super) fn largest(&self) -> f64 {
        self.0.iter().fold(0.0, |largest, value| largest.max(value.abs()))
    }
}

/// The place of a word among the quantiles, and how far it lies towards the next, in units of 2⁻³².
#[inline]
pub(super) fn place(word: u32) -> (usize, u32) {
    let upper = word >> 31 != 0;
    // The middle of the word's part of its side: never 0.
    let tail = (if upper { !word } else { word }) << 1 | 1;
    let octave = tail.leading_zeros();
    let within = tail << octave << 1;
    let segment = ((OCTAVES - 1 - octave) << SEGMENT_BITS) + (within >> (32 - SEGMENT_BITS));
    (segment as usize + if upper { SIDE } else { 0 }, within << SEGMENT_BITS)
}

/// The smallest and the largest value that a word can stand for.
pub(super) fn extremes(law: Law) -> [f64; 2] {
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
        Law::Lognormal { median, sigma } => median * (sigma * sign * probit(p)).exp(),
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

/// The probability that a standard normal is above `z`, to 10⁻¹² of itself.
fn above(z: f64) -> f64 {
    if z < 3.0 {
        return 1.0 - standard_normal_below(z);
    }
    // Laplace's continued fraction.
    let rest = (1..200).rev().fold(0.0, |rest, k| f64::from(k) / (z + rest));
    (-0.5 * z * z).exp() / (2.0 * std::f64::consts::PI).sqrt() / (z + rest)
}

/// The z below which a standard normal lies with probability `p` (Wichura, "Algorithm AS 241", Appl. Stat. 37, 1988:
/// PPND16), to 10⁻¹⁵ of itself.
fn probit(p: f64) -> f64 {
    let polynomial = |coefficients: &[f64], x: f64| coefficients.iter().rev().fold(0.0, |sum, c| sum * x + c);
    let q = p - 0.5;
    if q.abs() <= 0.425 {
        let r = 0.180625 - q * q;
        return q * polynomial(&CENTRAL[0], r) / polynomial(&CENTRAL[1], r);
    }
    let r = (-p.min(1.0 - p).ln()).sqrt();
    let z = if r <= 5.0 {
        polynomial(&MIDDLE[0], r - 1.6) / polynomial(&MIDDLE[1], r - 1.6)
    } else {
        polynomial(&OUTER[0], r - 5.0) / polynomial(&OUTER[1], r - 5.0)
    };
    if q < 0.0 { -z } else { z }
}

const CENTRAL: [[f64; 8]; 2] = [
    [
        3.387_132_872_796_366_608,
        133.141_667_891_784_377_45,
        1_971.590_950_306_551_442_7,
        13_731.693_765_509_461_125,
        45_921.953_931_549_871_457,
        67_265.770_927_008_700_853,
        33_430.575_583_588_128_105,
        2_509.080_928_730_122_672_7,
    ],
    [
        1.0,
        42.313_330_701_600_911_252,
        687.187_007_492_057_908_3,
        5_394.196_021_424_751_107_7,
        21_213.794_301_586_595_867,
        39_307.895_800_092_710_61,
        28_729.085_735_721_942_674,
        5_226.495_278_852_854_561,
    ],
];
const MIDDLE: [[f64; 8]; 2] = [
    [
        1.423_437_110_749_683_577_34,
        4.630_337_846_156_545_295_9,
        5.769_497_221_460_691_405_5,
        3.647_848_324_763_204_605_04,
        1.270_458_252_452_368_382_58,
        0.241_780_725_177_450_611_77,
        0.022_723_844_989_269_184_583_3,
        7.745_450_142_783_414_076_4e-4,
    ],
    [
        1.0,
        2.053_191_626_637_758_821_87,
        1.676_384_830_183_803_849_4,
        0.689_767_334_985_100_004_55,
        0.148_103_976_427_480_074_59,
        0.015_198_666_563_616_457_2,
        5.475_938_084_995_344_946e-4,
        1.050_750_071_644_416_843_24e-9,
    ],
];
const OUTER: [[f64; 8]; 2] = [
    [
        6.657_904_643_501_103_777_2,
        5.463_784_911_164_114_369_9,
        1.784_826_539_917_291_335_8,
        0.296_560_571_828_504_891_23,
        0.026_532_189_526_576_123_093,
        0.001_242_660_947_388_078_438_6,
        2.711_555_568_743_487_578_15e-5,
        2.010_334_399_292_288_132_65e-7,
    ],
    [
        1.0,
        0.599_832_206_555_887_937_69,
        0.136_929_880_922_735_805_31,
        0.014_875_361_290_850_615_025,
        7.868_691_311_456_132_591e-4,
        1.846_318_317_510_054_681_8e-5,
        1.421_511_758_316_445_888_7e-7,
        2.044_263_103_389_939_785_64e-15,
    ],
];

/// Delays in whole steps: the nearest, and 1 at least. `law` counts in steps. None where a delay may be more than `most`.
pub(super) fn delays(law: Law, most: u32) -> Option<Guided> {
    // What comes less often than a word can tell does not come.
    let [low, high] = extremes(law).map(|steps| steps.round().max(1.0));
    if high > f64::from(most) {
        return None;
    }
    let cumulative: Vec<f64> = (low as u32..=high as u32)
        .map(|steps| if f64::from(steps) >= high { 1.0 } else { below(law, f64::from(steps) + 0.5) })
        .collect();
    let table = CountTable::new(low as u32, &cumulative);
    let bits = (table.bits() + 4).clamp(1, 12);
    Some(Guided::new(table, bits))
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
mod tests;
