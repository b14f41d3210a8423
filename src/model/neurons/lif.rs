//! `lif`: τ dV/dt = −(V − V_rest) + R·I. Source: `brainstate.nn.LIF`.

use crate::model::twin::{Input, NeuronTwin, exp_relative, named};
use crate::model::typed::{Reset, typed_neuron};
use uom::si::f64::{ElectricPotential, ElectricalResistance, Time};

typed_neuron! {
    /// Leaky integrate-and-fire neuron.
    Lif = "lif" in "neurons" {
        /// Membrane time constant; default 5 ms.
        tau: Time,
        /// Membrane resistance; default 1 Ω.
        r: ElectricalResistance,
        /// Threshold; default 1 mV.
        v_th: ElectricPotential,
        /// Reset potential; default 0 mV.
        v_reset: ElectricPotential,
        /// Resting potential; default 0 mV.
        v_rest: ElectricPotential,
        /// What a spike subtracts from V; default soft.
        reset: Reset,
    }
}

/// One exponential-Euler step of a leaky membrane that starts at `v`.
pub(super) fn leaky_step(v: f64, tau: f64, r: f64, v_rest: f64, input: Input, dt: f64) -> f64 {
    let derivative = (-(v - v_rest) + r * input.current) / tau;
    let jacobian = (-1.0 + r * input.slope) / tau;
    v + dt * exp_relative(dt * jacobian) * derivative
}

pub(crate) struct Equations;

impl NeuronTwin for Equations {
    fn reset(&self, p: &[f64], s: &mut [f64]) {
        let [_tau, _r, v_th, v_reset, _v_rest, hard] = named(p);
        s[0] -= if hard == 1.0 { s[0] } else { v_th } - v_reset;
    }

    fn update(&self, p: &[f64], s: &mut [f64], input: Input, dt: f64) {
        let [tau, r, _v_th, _v_reset, v_rest, _hard] = named(p);
        s[0] = leaky_step(s[0], tau, r, v_rest, input, dt) + input.jump;
    }

    fn above_threshold(&self, p: &[f64], s: &[f64]) -> f64 {
        s[0] - p[2]
    }
}
