//! `leaky_spike_readout`: τ dV/dt = −V + x·W. Source: `brainstate.nn.LeakySpikeReadout`.

use crate::model::twin::{Input, NeuronTwin, exp_relative, named};
use crate::model::typed::{Reset, typed_neuron};
use uom::si::f64::{ElectricPotential, Time};

typed_neuron! {
    /// Leaky readout that spikes: what arrives at `delta` ports drives V, it does not jump.
    LeakySpikeReadout = "leaky_spike_readout" in "readouts" {
        /// Membrane time constant; default 5 ms.
        tau: Time,
        /// Threshold; default 1 mV.
        v_th: ElectricPotential,
        /// What a spike subtracts from V; default soft.
        reset: Reset,
    }
}

pub(crate) struct Equations;

impl NeuronTwin for Equations {
    fn reset(&self, p: &[f64], s: &mut [f64]) {
        let [_tau, v_th, hard] = named(p);
        s[0] -= if hard == 1.0 { s[0] } else { v_th };
    }

    fn update(&self, p: &[f64], s: &mut [f64], input: Input, dt: f64) {
        // Currents act through 1 ohm: mA are mV.
        let derivative = (-s[0] + input.jump + input.current) / p[0];
        let jacobian = (-1.0 + input.slope) / p[0];
        s[0] += dt * exp_relative(dt * jacobian) * derivative;
    }

    fn above_threshold(&self, p: &[f64], s: &[f64]) -> f64 {
        s[0] - p[1]
    }
}
