//! `alif`: τ dV/dt = −(V − V_rest) + R·I, τ_a da/dt = −a; it spikes where V ≥ V_th + β·a. Source: `brainstate.nn.ALIF`.

use super::lif::leaky_step;
use crate::model::twin::{Input, NeuronTwin, named};
use crate::model::typed::{Reset, typed_neuron};
use uom::si::f64::{ElectricPotential, ElectricalResistance, Time};

typed_neuron! {
    /// Leaky integrate-and-fire neuron whose threshold rises with each spike.
    Alif = "alif" in "neurons" {
        /// Membrane time constant; default 5 ms.
        tau: Time,
        /// Membrane resistance; default 1 Ω.
        r: ElectricalResistance,
        /// Threshold without adaptation; default 1 mV.
        v_th: ElectricPotential,
        /// Reset potential; default 0 mV.
        v_reset: ElectricPotential,
        /// Resting potential; default 0 mV.
        v_rest: ElectricPotential,
        /// What a spike subtracts from V; default soft.
        reset: Reset,
        /// Time constant of adaptation; default 100 ms.
        tau_a: Time,
        /// Rise of the threshold for each unit of a; default 0.1 mV.
        beta: ElectricPotential,
    }
}

pub(crate) struct Equations;

impl NeuronTwin for Equations {
    fn reset(&self, p: &[f64], s: &mut [f64]) {
        let [_tau, _r, v_th, v_reset, _v_rest, hard, _tau_a, _beta] = named(p);
        s[0] -= if hard == 1.0 { s[0] } else { v_th } - v_reset;
        s[1] += 1.0;
    }

    fn update(&self, p: &[f64], s: &mut [f64], input: Input, dt: f64) {
        let [tau, r, _v_th, _v_reset, v_rest, _hard, tau_a, _beta] = named(p);
        s[0] = leaky_step(s[0], tau, r, v_rest, input, dt) + input.jump;
        s[1] *= (-dt / tau_a).exp();
    }

    fn above_threshold(&self, p: &[f64], s: &[f64]) -> f64 {
        let [_tau, _r, v_th, _v_reset, _v_rest, _hard, _tau_a, beta] = named(p);
        s[0] - (v_th + beta * s[1])
    }
}
