//! `iaf_psc_exp`: τ_m dV/dt = −(V − E_L) + (I + I_e) τ_m/C_m, exact for a current that is constant in the step; held for
//! round(t_ref/dt) steps after a spike's step. Source: NEST's model of that name (Rotter & Diesmann 1999).
//!
//! NEST keeps the exponential currents in the neuron; here they are ports with the synapse `psc_exp`, whose output is
//! the constant current that has the same effect on V.

use super::lif::leaky_step;
use crate::model::twin::{Input, NeuronTwin, named};
use crate::model::typed::typed_neuron;
use uom::si::f64::{Capacitance, ElectricCurrent, ElectricPotential, Time};

typed_neuron! {
    /// Leaky integrate-and-fire neuron of NEST, for exponential postsynaptic currents.
    IafPscExp = "iaf_psc_exp" in "neurons" {
        /// Membrane capacitance; default 250 pF.
        c_m: Capacitance,
        /// Membrane time constant; default 10 ms.
        tau_m: Time,
        /// Resting potential; default −70 mV.
        e_l: ElectricPotential,
        /// Threshold; default −55 mV.
        v_th: ElectricPotential,
        /// Reset potential; default −70 mV.
        v_reset: ElectricPotential,
        /// Constant current; default 0 pA.
        i_e: ElectricCurrent,
        /// Refractory period; default 2 ms.
        t_ref: Time,
    }
}

pub(crate) struct Equations;

impl NeuronTwin for Equations {
    fn reset(&self, p: &[f64], s: &mut [f64]) {
        let [_c_m, _tau_m, _e_l, _v_th, v_reset, _i_e, held_steps] = named(p);
        s.copy_from_slice(&[v_reset, held_steps]);
    }

    fn update(&self, p: &[f64], s: &mut [f64], input: Input, dt: f64) {
        let [c_m, tau_m, e_l, _v_th, _v_reset, i_e, _held_steps] = named(p);
        if s[1] > 0.0 {
            s[1] -= 1.0;
            return;
        }
        // ms/pF = GΩ, and mV/GΩ = pA; 1 mA = 1e9 pA, and 1 mA/mV = 1e9 nS.
        let picoamperes = Input { current: input.current * 1e9 + i_e, slope: input.slope * 1e9, jump: 0.0 };
        s[0] = leaky_step(s[0], tau_m, tau_m / c_m, e_l, picoamperes, dt) + input.jump;
    }

    fn above_threshold(&self, p: &[f64], s: &[f64]) -> f64 {
        s[0] - p[3]
    }
}
