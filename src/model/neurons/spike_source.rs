//! `spike_source`: fires in each step in which its input reaches the threshold; nothing lasts.

use crate::model::twin::{Input, NeuronTwin};
use crate::model::typed::typed_neuron;
use uom::si::f64::ElectricPotential;

typed_neuron! {
    /// Source of spikes: fires in the steps in which its input reaches the threshold, and has no memory.
    SpikeSource = "spike_source" in "neurons" {
        /// The sum of jumps from which on it fires; default 1 mV.
        v_th: ElectricPotential,
    }
}

pub(crate) struct Equations;

impl NeuronTwin for Equations {
    fn reset(&self, _p: &[f64], _s: &mut [f64]) {}

    fn update(&self, _p: &[f64], s: &mut [f64], input: Input, _dt: f64) {
        s[0] = input.jump;
    }

    fn above_threshold(&self, p: &[f64], s: &[f64]) -> f64 {
        s[0] - p[0]
    }
}
