//! `if`: τ dV/dt = −V + R·I. Source: `brainstate.nn.IF`, which leaks too.

use super::lif::leaky_step;
use crate::model::twin::{Input, NeuronTwin, named};
use crate::model::typed::{Reset, typed_neuron};
use uom::si::f64::{ElectricPotential, ElectricalResistance, Time};

typed_neuron! {
    /// Integrate-and-fire neuron that rests at 0 mV.
    If = "if" in "neurons" {
        /// Membrane time constant; default 5 ms.
        tau: Time,
        /// Membrane resistance; default 1 Ω.
        r: ElectricalResistance,
        /// Threshold; default 1 mV.
        v_th: ElectricPotential,
        /// What a spike subtracts from V; default soft.
        reset: Reset,
    }
}

pub(crate) struct Equations;

impl NeuronTwin for Equations {
    fn reset(&self, p: &[f64], s: &mut [f64]) {
        let [_tau, _r, v_th, hard] = named(p);
        s[0] = if hard == 1.0 { 0.0 } else { s[0] - v_th };
    }

    fn update(&self, p: &[f64], s: &mut [f64], input: Input, dt: f64) {
        let [tau, r, _v_th, _hard] = named(p);
        s[0] = leaky_step(s[0], tau, r, 0.0, input, dt) + input.jump;
    }

    fn above_threshold(&self, p: &[f64], s: &[f64]) -> f64 {
        s[0] - p[2]
    }
}
