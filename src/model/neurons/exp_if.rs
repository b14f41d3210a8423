//! `exp_if`: τ dV/dt = −(V − V_rest) + Δ_T exp((V − V_T)/Δ_T) + R·I.
//! Source: Fourcaud-Trocmé, Hansel, van Vreeswijk & Brunel 2003, J. Neurosci. 23:11628.

use crate::model::twin::{Input, NeuronTwin, exp_relative, named};
use crate::model::typed::typed_neuron;
use uom::si::f64::{ElectricPotential, ElectricalResistance, Time};

typed_neuron! {
    /// Exponential integrate-and-fire neuron.
    ExpIf = "exp_if" in "neurons" {
        /// Membrane time constant; default 10 ms.
        tau: Time,
        /// Membrane resistance; default 1 Ω.
        r: ElectricalResistance,
        /// Resting potential; default −65 mV.
        v_rest: ElectricPotential,
        /// Potential where the upswing starts; default −59.9 mV.
        v_t: ElectricPotential,
        /// Sharpness of the upswing; default 3.48 mV.
        delta_t: ElectricPotential,
        /// Reset potential; default −68 mV.
        v_reset: ElectricPotential,
        /// V that is a spike; default −30 mV.
        v_peak: ElectricPotential,
        /// Refractory period; default 1.7 ms.
        tau_ref: Time,
    }
}

/// One exponential-Euler step of V from its derivative by time, f, and that by V, j; V ends at `highest`.
pub(super) fn upswing(v: f64, [f, j]: [f64; 2], jump: f64, highest: f64, dt: f64) -> f64 {
    let v = v + dt * exp_relative(dt * j) * f + jump;
    // Not `min`: of NaN and a number it is the number.
    if v > highest { highest } else { v }
}

pub(crate) struct Equations;

impl NeuronTwin for Equations {
    fn reset(&self, p: &[f64], s: &mut [f64]) {
        let [_tau, _r, _v_rest, _v_t, _delta_t, v_reset, _v_peak, held_steps] = named(p);
        s.copy_from_slice(&[v_reset, held_steps]);
    }

    fn update(&self, p: &[f64], s: &mut [f64], input: Input, dt: f64) {
        let [tau, r, v_rest, v_t, delta_t, _v_reset, v_peak, _held_steps] = named(p);
        if s[1] > 0.0 {
            s[1] -= 1.0;
            return;
        }
        let v = s[0];
        let exponential = ((v - v_t) / delta_t).exp();
        let derivative = (-(v - v_rest) + delta_t * exponential + r * input.current) / tau;
        let jacobian = (-1.0 + exponential + r * input.slope) / tau;
        s[0] = upswing(v, [derivative, jacobian], input.jump, v_peak + delta_t, dt);
    }

    fn above_threshold(&self, p: &[f64], s: &[f64]) -> f64 {
        s[0] - p[6]
    }
}
