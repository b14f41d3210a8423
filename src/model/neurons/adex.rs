//! `adex`: C dV/dt = −g_L (V − E_L) + g_L Δ_T exp((V − V_T)/Δ_T) − w + I, τ_w dw/dt = a (V − E_L) − w.
//! Source: Brette & Gerstner 2005, J. Neurophysiol. 94:3637.

use super::exp_if::upswing;
use crate::model::twin::{Input, NeuronTwin, named};
use crate::model::typed::typed_neuron;
use uom::si::f64::{Capacitance, ElectricCurrent, ElectricPotential, ElectricalConductance, Time};

typed_neuron! {
    /// Adaptive exponential integrate-and-fire neuron.
    AdEx = "adex" in "neurons" {
        /// Membrane capacitance; default 281 pF.
        c: Capacitance,
        /// Leak conductance; default 30 nS.
        g_l: ElectricalConductance,
        /// Leak reversal potential; default −70.6 mV.
        e_l: ElectricPotential,
        /// Potential where the upswing starts; default −50.4 mV.
        v_t: ElectricPotential,
        /// Sharpness of the upswing; default 2 mV.
        delta_t: ElectricPotential,
        /// Time constant of adaptation; default 144 ms.
        tau_w: Time,
        /// Adaptation by V; default 4 nS.
        a: ElectricalConductance,
        /// Adaptation by a spike; default 80.5 pA.
        b: ElectricCurrent,
        /// Reset potential; default −70.6 mV.
        v_reset: ElectricPotential,
        /// V that is a spike; default 20 mV.
        v_peak: ElectricPotential,
        /// Refractory period, in which V is held; default 0 ms.
        tau_ref: Time,
    }
}

pub(crate) struct Equations;

impl NeuronTwin for Equations {
    fn reset(&self, p: &[f64], s: &mut [f64]) {
        let [_c, _g_l, _e_l, _v_t, _delta_t, _tau_w, _a, b, v_reset, _v_peak, held_steps] = named(p);
        s.copy_from_slice(&[v_reset, s[1] + b, held_steps]);
    }

    fn update(&self, p: &[f64], s: &mut [f64], input: Input, dt: f64) {
        let [c, g_l, e_l, v_t, delta_t, tau_w, a, _b, _v_reset, v_peak, _held_steps] = named(p);
        let [v, w, held] = named(s);
        // w' is linear in w, so its step is an exponential approach to where w' vanishes.
        let w_end = a * (v - e_l);
        s[1] = w_end + (w - w_end) * (-dt / tau_w).exp();
        if held > 0.0 {
            s[2] = held - 1.0;
            return;
        }
        let exponential = ((v - v_t) / delta_t).exp();
        // pA/pF = mV/ms; 1 mA = 1e9 pA, and 1 mA/mV = 1e9 nS.
        let current = g_l * (e_l - v + delta_t * exponential) - w + input.current * 1e9;
        let conductance = g_l * (exponential - 1.0) + input.slope * 1e9;
        s[0] = upswing(v, [current / c, conductance / c], input.jump, v_peak + delta_t, dt);
    }

    fn above_threshold(&self, p: &[f64], s: &[f64]) -> f64 {
        s[0] - p[9]
    }
}
