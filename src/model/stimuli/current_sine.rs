//! `current_sine`: the phase is a whole number of 2⁻⁶⁴ turns, so that no number of steps makes it drift.

use crate::model::twin::{Site, StimulusTwin, Unfit, named};
use std::f64::consts::TAU;

/// The parts of a turn in which phases are counted, and those in which the turns of one step are.
const PARTS: f64 = 4_294_967_296.0;
const FINE_PARTS: f64 = PARTS * PARTS;

pub(crate) struct Equations;

impl StimulusTwin for Equations {
    fn draw(&self, p: &[f64], site: Site, _random: u32, _data: &[u32]) -> f64 {
        let [amplitude, _frequency, _phase, offset, turn, high, low] = named(p);
        let each = (high as u64) << 32 | low as u64;
        let passed = each.wrapping_mul(u64::from(site.step)) as f64 / FINE_PARTS;
        offset + amplitude * (TAU * (turn / PARTS + passed)).sin()
    }

    fn words(&self, p: &[f64], dt: f64) -> Result<Vec<u32>, Unfit> {
        let [_amplitude, frequency, phase, _offset] = named(p);
        // Whole turns of a step change nothing.
        let each = ((frequency * dt / 1e3).rem_euclid(1.0) * FINE_PARTS) as u64;
        let turn = (phase / TAU).rem_euclid(1.0) * PARTS;
        Ok(vec![turn as u32, (each >> 32) as u32, each as u32])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_phase_is_right_after_any_number_of_steps() {
        let mut p = vec![2.0, 7.3, 0.5, 1.0];
        p.extend(Equations.words(&p, 0.1).unwrap().into_iter().map(f64::from));
        for step in [0, 1, 12_345, 100_000_000, 4_000_000_000] {
            let site = Site { neuron: 0, batch: 0, step, dt: 0.1 };
            // 7.3 Hz in steps of 0.1 ms are 73 turns in 100,000 steps.
            let turns = (u64::from(step) * 73 % 100_000) as f64 / 1e5;
            let expected = 1.0 + 2.0 * (TAU * turns + 0.5).sin();
            let found = Equations.draw(&p, site, 0, &[]);
            assert!((found - expected).abs() < 1e-5, "step {step}: {found}, expected {expected}");
        }
    }
}
