//! `hodgkin_huxley`: the squid axon of Hodgkin & Huxley 1952, J. Physiol. 117:500, with V shifted to −65 mV at rest, with the
//! constants of NEST's `hh_psc_alpha`.

use crate::model::twin::{Input, NeuronTwin, exp_relative, named};
use crate::model::typed::typed_neuron;
use uom::si::f64::{Capacitance, ElectricPotential, ElectricalConductance};

typed_neuron! {
    /// Squid axon of Hodgkin and Huxley; it spikes where V rises through `v_th`.
    HodgkinHuxley = "hodgkin_huxley" in "neurons" {
        /// Membrane capacitance; default 100 pF.
        c: Capacitance,
        /// Greatest sodium conductance; default 12000 nS.
        g_na: ElectricalConductance,
        /// Greatest potassium conductance; default 3600 nS.
        g_k: ElectricalConductance,
        /// Leak conductance; default 30 nS.
        g_l: ElectricalConductance,
        /// Sodium reversal potential; default 50 mV.
        e_na: ElectricPotential,
        /// Potassium reversal potential; default −77 mV.
        e_k: ElectricPotential,
        /// Leak reversal potential; default −54.402 mV.
        e_l: ElectricPotential,
        /// V that counts as a spike where it is risen through; default 0 mV.
        v_th: ElectricPotential,
    }
}

/// x/(1 − e^−x), which is 1 at 0.
fn ramp(x: f64) -> f64 {
    if x == 0.0 { 1.0 } else { x / -(-x).exp_m1() }
}

/// \[1/ms\] Opening and closing rates of n, m and h at V.
fn rates(v: f64) -> [(f64, f64); 3] {
    [
        (0.1 * ramp((v + 55.0) / 10.0), 0.125 * (-(v + 65.0) / 80.0).exp()),
        (ramp((v + 40.0) / 10.0), 4.0 * (-(v + 65.0) / 18.0).exp()),
        (0.07 * (-(v + 65.0) / 20.0).exp(), 1.0 / (1.0 + (-(v + 35.0) / 10.0).exp())),
    ]
}

pub(crate) struct Equations;

impl NeuronTwin for Equations {
    fn reset(&self, _p: &[f64], _s: &mut [f64]) {}

    fn update(&self, p: &[f64], s: &mut [f64], input: Input, dt: f64) {
        let [c, g_na, g_k, g_l, e_na, e_k, e_l, _v_th] = named(p);
        let v = s[0];
        for (x, (alpha, beta)) in s[1..4].iter_mut().zip(rates(v)) {
            let end = alpha / (alpha + beta);
            *x = end + (*x - end) * (-dt * (alpha + beta)).exp();
        }
        let [_v, n, m, h, _before] = named(s);
        let (sodium, potassium) = (g_na * m.powi(3) * h, g_k * n.powi(4));
        // pA/pF = mV/ms; 1 mA = 1e9 pA, and 1 mA/mV = 1e9 nS.
        let current = -sodium * (v - e_na) - potassium * (v - e_k) - g_l * (v - e_l) + input.current * 1e9;
        let conductance = -(sodium + potassium + g_l) + input.slope * 1e9;
        s[4] = v;
        s[0] = v + dt * exp_relative(dt * conductance / c) * current / c + input.jump;
    }

    fn above_threshold(&self, p: &[f64], s: &[f64]) -> f64 {
        let (v, before, v_th) = (s[0], s[4], p[7]);
        // V that stays above is no spike, however close.
        if before < v_th { v - v_th } else { f64::NEG_INFINITY }
    }
}
