//! Values of parameters, initial states, weights and delays, drawn from a distribution.
//!
//! Each element has its own stream: the n-th value is the same however many are drawn, on however many threads.
//! Knows nothing of units or of what a value is for.

use crate::network::Distribution;
use crate::random::{Purpose, Stream};
use rand::RngExt;
use rand_distr::{Exp1, StandardNormal};
use rayon::prelude::*;

/// A distribution of plain numbers.
pub type Law = Distribution<f64>;

impl Law {
    /// One value.
    fn value(self, stream: &mut Stream) -> f64 {
        match self {
            Self::Normal { mean, sd } => mean + sd * stream.sample::<f64, _>(StandardNormal),
            Self::Uniform { low, high } => low + (high - low) * stream.open_unit(),
            Self::Exponential { mean } => mean * stream.sample::<f64, _>(Exp1),
            Self::Lognormal { median, sigma } => median * (sigma * stream.sample::<f64, _>(StandardNormal)).exp(),
            Self::TruncatedNormal { mean, sd, low, high } => {
                let z = truncated((low - mean) / sd, (high - mean) / sd, stream);
                (mean + sd * z).max(low).min(high)
            }
        }
    }
}

/// A standard normal between `low` < `high`: uniform proposals, of which the fraction that the density says is taken.
/// Where the density is below e^−40 of its largest value nothing is proposed, so that few are refused however far out
/// the bounds lie.
fn truncated(low: f64, high: f64, stream: &mut Stream) -> f64 {
    let mode = 0f64.max(low).min(high);
    let reach = mode.hypot(80f64.sqrt());
    let (low, high) = (low.max(-reach), high.min(reach));
    if low >= high {
        // The bounds lie so far out that nothing but the nearest is left.
        return mode;
    }
    loop {
        let z = low + (high - low) * stream.open_unit();
        if stream.open_unit() < ((mode - z) * (mode + z) / 2.0).exp() {
            return z;
        }
    }
}

/// Draws `n` values (at most 2³²: an element's number is one word of the random counter).
///
/// `index` (below 2²⁴) tells apart what is drawn for one purpose.
pub fn draw(law: Law, n: usize, seed: u64, purpose: Purpose, index: u32) -> Vec<f64> {
    (0..n)
        .into_par_iter()
        .with_min_len(1 << 10)
        .map(|element| law.value(&mut Stream::new(seed, purpose, index, element as u64)))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const N: usize = 200_000;

    fn values(law: Law) -> Vec<f64> {
        draw(law, N, 11, Purpose::InitialValues, 3)
    }

    /// Mean and variance, with five standard errors of room; `kurtosis` is that of the law (3 for a normal).
    fn check_moments(law: Law, mean: f64, variance: f64, kurtosis: f64) {
        let (values, n) = (values(law), N as f64);
        let m = values.iter().sum::<f64>() / n;
        let v = values.iter().map(|x| (x - m).powi(2)).sum::<f64>() / n;
        assert!((m - mean).abs() < 5.0 * (variance / n).sqrt(), "{law:?}: mean {m}, not {mean}");
        assert!((v / variance - 1.0).abs() < 5.0 * ((kurtosis - 1.0) / n).sqrt(), "{law:?}: variance {v}");
    }

    #[test]
    fn moments_are_those_of_the_law() {
        check_moments(Law::Normal { mean: -55.0, sd: 2.0 }, -55.0, 4.0, 3.0);
        check_moments(Law::Uniform { low: -2.0, high: 4.0 }, 1.0, 3.0, 1.8);
        check_moments(Law::Exponential { mean: 0.5 }, 0.5, 0.25, 9.0);
        let (sigma, w) = (0.5f64, 0.25f64.exp());
        let variance = 4.0 * w * (w - 1.0);
        let kurtosis = w.powi(4) + 2.0 * w.powi(3) + 3.0 * w.powi(2) - 3.0;
        // Truncated at ±2σ: variance 0.7737, kurtosis 2.37. Far out it is nearly exponential, of mean 1/10.
        check_moments(Law::TruncatedNormal { mean: 3.0, sd: 2.0, low: -1.0, high: 7.0 }, 3.0, 4.0 * 0.773_741_3, 2.37);
        let far = values(Law::TruncatedNormal { mean: 0.0, sd: 1.0, low: 10.0, high: 1e9 });
        let mean = far.iter().sum::<f64>() / N as f64;
        // E[z − 10] = pdf(10)/(1 − cdf(10)) − 10 = 0.098093.
        assert!((mean - 10.098_093).abs() < 5.0 * 0.1 / (N as f64).sqrt(), "{mean}");
        check_moments(Law::Lognormal { median: 2.0, sigma }, 2.0 * w.sqrt(), variance, kurtosis);
    }

    #[test]
    fn values_stay_in_the_law_s_range() {
        assert!(values(Law::Uniform { low: -2.0, high: 4.0 }).iter().all(|x| (-2.0..=4.0).contains(x)));
        assert!(values(Law::Exponential { mean: 0.5 }).iter().all(|&x| x >= 0.0));
        let positive = values(Law::Lognormal { median: 2.0, sigma: 1.0 });
        assert!(positive.iter().all(|&x| x > 0.0));
        let mirrored: Vec<f64> = positive.into_iter().map(|x| -x).collect();
        assert_eq!(values(Law::Lognormal { median: -2.0, sigma: 1.0 }), mirrored);
        for (low, high) in [(-2.0, 2.0), (1.0, 1.001), (-60.0, -50.0), (-1e300, 1e300), (1e200, 1e201)] {
            let law = Law::TruncatedNormal { mean: 0.0, sd: 1.0, low, high };
            assert!(values(law).iter().all(|x| (low..=high).contains(x)), "{law:?}");
        }
        assert_eq!(draw(Law::Normal { mean: 1.0, sd: 0.0 }, 3, 1, Purpose::Weights, 0), [1.0; 3]);
    }

    #[test]
    fn a_value_depends_on_its_place_alone() {
        let law = Law::Normal { mean: 0.0, sd: 1.0 };
        let all = values(law);
        assert_eq!(draw(law, 1000, 11, Purpose::InitialValues, 3), all[..1000]);
        let alone = rayon::ThreadPoolBuilder::new().num_threads(1).build().unwrap();
        assert_eq!(alone.install(|| values(law)), all);
        let other = |seed, purpose, index| draw(law, 1, seed, purpose, index)[0];
        let others = [
            other(12, Purpose::InitialValues, 3),
            other(11, Purpose::Parameters, 3),
            other(11, Purpose::InitialValues, 4),
        ];
        assert!(others.iter().all(|&x| x != all[0]), "{others:?}");
    }
}
