//! `current_sine`: the phase is a whole number of 2⁻⁶⁴ turns, so that no number of steps makes it drift.

use crate::model::formulas::{Site, StimulusEquations, fields};
use crate::model::twin::Unfit;
use crate::number::{Number, Word};
use std::f64::consts::TAU;

/// The parts of a turn in which phases are counted, and those in which the turns of one step are.
const PARTS: f64 = 4_294_967_296.0;
const FINE_PARTS: f64 = PARTS * PARTS;

fields!(Params { amplitude, frequency, phase, offset, turn: word, turn_high: word, turn_low: word });

pub(crate) struct Equations;

impl StimulusEquations for Equations {
    type Params<N: Number> = Params<N>;
    type State<N: Number> = ();
    type Derived<N: Number> = ();

    #[inline(always)]
    fn derive<N: Number>(_p: &Params<N>, _dt: N) {}

    #[inline(always)]
    fn step<N: Number>(p: &Params<N>, _derived: &(), _s: (), site: Site, _random: N::Word, _data: &[u32]) -> ((), N) {
        let each = |[turn, high, low]: [u32; 3]| {
            let passed = (u64::from(high) << 32 | u64::from(low)).wrapping_mul(u64::from(site.step));
            turn.wrapping_add((passed >> 32) as u32)
        };
        let turn = N::Word::each([p.turn, p.turn_high, p.turn_low], each);
        ((), p.amplitude.fma(N::sine_of_turn(turn), p.offset))
    }

    fn words(p: &[f64], dt: f64) -> Result<Vec<u32>, Unfit> {
        let [frequency, phase] = [p[1], p[2]];
        // Whole turns of a step change nothing.
        let each = ((frequency * dt / 1e3).rem_euclid(1.0) * FINE_PARTS) as u64;
        let turn = (phase / TAU).rem_euclid(1.0) * PARTS;
        Ok(vec![turn as u32, (each >> 32) as u32, each as u32])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::twin::{Site, StimulusTwin};

    #[test]
    fn the_phase_is_right_after_any_number_of_steps() {
        let mut p = vec![2.0, 7.3, 0.5, 1.0];
        p.extend(StimulusTwin::words(&Equations, &p, 0.1).unwrap().into_iter().map(f64::from));
        for step in [0, 1, 12_345, 100_000_000, 4_000_000_000] {
            let site = Site { neuron: 0, batch: 0, step, dt: 0.1 };
            // 7.3 Hz in steps of 0.1 ms are 73 turns in 100,000 steps.
            let turns = (u64::from(step) * 73 % 100_000) as f64 / 1e5;
            let expected = 1.0 + 2.0 * (TAU * turns + 0.5).sin();
            let found = Equations.advance(&p, &mut [], site, 0, &[]);
            assert!((found - expected).abs() < 1e-5, "step {step}: {found}, expected {expected}");
        }
    }
}
