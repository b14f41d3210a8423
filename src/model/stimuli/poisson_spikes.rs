//! `poisson_spikes`: an event where a uniform number in [0, 1) is below rate·dt.
//!
//! The probability is held in 2³² parts, so that the device and the twin compare the same whole numbers.

use crate::model::formulas::{Site, StimulusEquations, fields};
use crate::model::twin::Unfit;
use crate::number::{Number, Word};

fields!(Params { rate, weight, threshold: word });

pub(crate) struct Equations;

impl StimulusEquations for Equations {
    type Params<N: Number> = Params<N>;
    type State<N: Number> = ();
    type Derived<N: Number> = ();
    const RANDOM: bool = true;

    #[inline(always)]
    fn derive<N: Number>(_p: &Params<N>, _dt: N) {}

    #[inline(always)]
    fn step<N: Number>(p: &Params<N>, _derived: &(), _s: (), _site: Site, random: N::Word, _data: &[u32]) -> ((), N) {
        ((), N::select(fires::<N>(random, p.threshold), p.weight, N::of(0.0)))
    }

    fn words(p: &[f64], dt: f64) -> Result<Vec<u32>, Unfit> {
        threshold(p[0], dt).map(|word| vec![word])
    }
}

/// Is this random word an event?
#[inline(always)]
pub(super) fn fires<N: Number>(random: N::Word, threshold: N::Word) -> N::Mask {
    random.below(threshold) | threshold.equals(Word::of(u32::MAX))
}

/// The probability of an event in a step of `dt` \[ms\], in 2³² parts; the largest word stands for 1.
///
/// # Errors
/// Where the rate \[Hz\] is negative, or more than one event in a step.
pub(crate) fn threshold(rate: f64, dt: f64) -> Result<u32, Unfit> {
    let probability = rate * dt / 1e3;
    // 3333.3 Hz of 0.3 ms may come out a rounding error above 1.
    if (0.0..=1.0 + 1e-12).contains(&probability) {
        return Ok((probability * 4_294_967_296.0).round() as u32);
    }
    Err(Unfit {
        parameter: "rate",
        problem: format!("{rate} Hz is {probability} events in a step of {dt} ms"),
        legal: format!("at most one event in a step: 0 to {} Hz", 1e3 / dt),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_least_and_the_largest_rate() {
        assert_eq!(threshold(0.0, 0.1), Ok(0));
        assert!(!fires::<f64>(0, 0), "rate 0 never fires");
        assert_eq!(threshold(10_000.0, 0.1), Ok(u32::MAX));
        assert!(fires::<f64>(u32::MAX, u32::MAX), "a rate of one event a step always fires");
        assert_eq!(threshold(5000.0, 0.1), Ok(1 << 31));
        assert!(fires::<f64>((1 << 31) - 1, 1 << 31) && !fires::<f64>(1 << 31, 1 << 31), "strictly below");
        for rate in [10_001.0, -1.0, f64::NAN] {
            assert_eq!(threshold(rate, 0.1).unwrap_err().legal, "at most one event in a step: 0 to 10000 Hz");
        }
    }
}
