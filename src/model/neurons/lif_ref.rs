//! `lif_ref`: the leaky integrate-and-fire neuron, held for ⌈τ_ref/dt⌉ − 1 steps after a spike's step.
//! Source: `brainstate.nn.LIFRef`.

use super::lif::leaky_step;
use crate::model::twin::{Input, NeuronTwin, named};
use crate::model::typed::{Reset, typed_neuron};
use uom::si::f64::{ElectricPotential, ElectricalResistance, Time};

typed_neuron! {
    /// Leaky integrate-and-fire neuron with an absolute refractory period.
    LifRef = "lif_ref" in "neurons" {
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
        /// Refractory period; default 5 ms.
        tau_ref: Time,
    }
}

pub(crate) struct Equations;

impl NeuronTwin for Equations {
    fn reset(&self, p: &[f64], s: &mut [f64]) {
        let [_tau, _r, v_th, v_reset, _v_rest, hard, held_steps] = named(p);
        s[0] -= if hard == 1.0 { s[0] } else { v_th } - v_reset;
        s[1] = held_steps;
    }

    fn update(&self, p: &[f64], s: &mut [f64], input: Input, dt: f64) {
        let [tau, r, _v_th, _v_reset, v_rest, _hard, _held_steps] = named(p);
        if s[1] > 0.0 {
            s[1] -= 1.0;
        } else {
            s[0] = leaky_step(s[0], tau, r, v_rest, input, dt) + input.jump;
        }
    }

    fn above_threshold(&self, p: &[f64], s: &[f64]) -> f64 {
        s[0] - p[2]
    }
}
