//! `leaky_rate_readout`: r⁺ = e^(−dt/τ)·r + x·W. Source: `brainstate.nn.LeakyRateReadout`.

use crate::model::twin::{Input, NeuronTwin};
use crate::model::typed::typed_neuron;
use uom::si::f64::Time;

typed_neuron! {
    /// Leaky sum of its weighted inputs: a readout of rates, which never spikes.
    LeakyRateReadout = "leaky_rate_readout" in "readouts" {
        /// Time constant of the leak; default 5 ms.
        tau: Time,
    }
}

pub(crate) struct Equations;

impl NeuronTwin for Equations {
    fn reset(&self, _p: &[f64], _s: &mut [f64]) {}

    fn update(&self, p: &[f64], s: &mut [f64], input: Input, dt: f64) {
        s[0] = (-dt / p[0]).exp() * s[0] + input.jump;
    }

    fn above_threshold(&self, _p: &[f64], _s: &[f64]) -> f64 {
        f64::NEG_INFINITY
    }

    fn spikes(&self) -> bool {
        false
    }
}
