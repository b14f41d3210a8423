//! `quadratic_if`: τ dV/dt = (V − V_rest)(V − V_c)/(V_c − V_rest) + R·I.
//! Source: Latham, Richmond, Nelson & Nirenberg 2000, J. Neurophysiol. 83:808.

use crate::model::twin::{Input, NeuronTwin, exp_relative, named};
use crate::model::typed::typed_neuron;
use uom::si::f64::{ElectricPotential, ElectricalResistance, Time};

typed_neuron! {
    /// Quadratic integrate-and-fire neuron.
    QuadraticIf = "quadratic_if" in "neurons" {
        /// Membrane time constant at rest; default 10 ms.
        tau: Time,
        /// Membrane resistance at rest; default 1 Ω.
        r: ElectricalResistance,
        /// Resting potential; default −65 mV.
        v_rest: ElectricPotential,
        /// Potential above which V runs away without input; default −50 mV.
        v_c: ElectricPotential,
        /// Reset potential; default −80 mV.
        v_reset: ElectricPotential,
        /// V that is a spike; default 20 mV.
        v_peak: ElectricPotential,
        /// Refractory period; default 0 ms.
        tau_ref: Time,
    }
}

pub(crate) struct Equations;

impl NeuronTwin for Equations {
    fn reset(&self, p: &[f64], s: &mut [f64]) {
        let [_tau, _r, _v_rest, _v_c, v_reset, _v_peak, held_steps] = named(p);
        s.copy_from_slice(&[v_reset, held_steps]);
    }

    fn update(&self, p: &[f64], s: &mut [f64], input: Input, dt: f64) {
        let [tau, r, v_rest, v_c, _v_reset, _v_peak, _held_steps] = named(p);
        if s[1] > 0.0 {
            s[1] -= 1.0;
            return;
        }
        let v = s[0];
        let curvature = 1.0 / (v_c - v_rest);
        let derivative = (curvature * (v - v_rest) * (v - v_c) + r * input.current) / tau;
        let jacobian = (curvature * (2.0 * v - v_rest - v_c) + r * input.slope) / tau;
        s[0] = v + dt * exp_relative(dt * jacobian) * derivative + input.jump;
    }

    fn above_threshold(&self, p: &[f64], s: &[f64]) -> f64 {
        s[0] - p[5]
    }
}
