//! `izhikevich`: v' = 0.04 v² + 5 v + 140 − u + R·I, u' = a (b v − u), in mV and ms, by the steps of the paper's program.
//! Source: Izhikevich 2003, IEEE Transactions on Neural Networks 14:1569.

use crate::model::twin::{Input, NeuronTwin, named};
use crate::model::typed::typed_neuron;
use uom::si::f64::{ElectricPotential, ElectricalResistance, Frequency};

typed_neuron! {
    /// Izhikevich's two-variable neuron; by default it spikes regularly.
    Izhikevich = "izhikevich" in "neurons" {
        /// Rate of recovery; default 0.02 per ms, which is 20 Hz.
        a: Frequency,
        /// How far u follows v; default 0.2.
        b: f64,
        /// v after a spike; default −65 mV.
        c: ElectricPotential,
        /// What a spike adds to u; default 8 mV.
        d: ElectricPotential,
        /// Factor of the input current: r·I is the paper's I; default 1 Ω.
        r: ElectricalResistance,
        /// v that is a spike; default 30 mV.
        v_peak: ElectricPotential,
    }
}

pub(crate) struct Equations;

impl NeuronTwin for Equations {
    fn reset(&self, p: &[f64], s: &mut [f64]) {
        let [_a, _b, c, d, _r, _v_peak] = named(p);
        s[0] = c;
        s[1] += d;
    }

    fn update(&self, p: &[f64], s: &mut [f64], input: Input, dt: f64) {
        let [a, b, _c, _d, r, _v_peak] = named(p);
        let [start, u] = named(s);
        let mut v = start;
        for _ in 0..2 {
            let current = r * (input.current + input.slope * (v - start));
            v += dt / 2.0 * (0.04 * v * v + 5.0 * v + 140.0 - u + current);
        }
        s[1] = u + dt * a * (b * v - u);
        s[0] = v + input.jump;
    }

    fn above_threshold(&self, p: &[f64], s: &[f64]) -> f64 {
        s[0] - p[5]
    }
}
