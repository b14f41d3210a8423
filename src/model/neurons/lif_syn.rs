//! `lif_syn`: τ_m dV/dt = V_rest − V + g + R·I and τ_s dg/dt = −g, exact; V and g are held for ⌊t_ref/dt⌋ − 1 steps after a
//! spike's step. Source: Shiu et al. 2024, Nature 634:210, in the order of a step of Brian2.

use super::lif::leaky_step;
use crate::model::twin::{Input, NeuronTwin, exp_relative, named};
use crate::model::typed::typed_neuron;
use uom::si::f64::{ElectricPotential, ElectricalResistance, Time};

typed_neuron! {
    /// Leaky integrate-and-fire neuron with an exponential synapse of its own, both held while refractory.
    LifSyn = "lif_syn" in "neurons" {
        /// Membrane time constant; default 20 ms.
        tau_m: Time,
        /// Time constant of g; default 5 ms.
        tau_s: Time,
        /// Membrane resistance, for currents; default 1 Ω.
        r: ElectricalResistance,
        /// Resting potential; default −52 mV.
        v_rest: ElectricPotential,
        /// Threshold; default −45 mV.
        v_th: ElectricPotential,
        /// Reset potential; default −52 mV.
        v_reset: ElectricPotential,
        /// Refractory period; default 2.2 ms.
        t_ref: Time,
    }
}

pub(crate) struct Equations;

impl NeuronTwin for Equations {
    fn reset(&self, p: &[f64], s: &mut [f64]) {
        let [_tau_m, _tau_s, _r, _v_rest, _v_th, v_reset, held_steps] = named(p);
        s.copy_from_slice(&[v_reset, 0.0, 0.0, held_steps]);
    }

    fn held(&self, _p: &[f64], s: &[f64]) -> bool {
        s[3] > 0.0
    }

    fn update(&self, p: &[f64], s: &mut [f64], input: Input, dt: f64) {
        let [tau_m, tau_s, r, v_rest, _v_th, _v_reset, _held_steps] = named(p);
        let [v, g, jump, held] = named(s);
        if held > 0.0 {
            s.copy_from_slice(&[v, g, 0.0, held - 1.0]);
            return;
        }
        let v = v + jump;
        let current = Input { current: input.current + input.slope * jump, ..input };
        // The rates in 1/ms at which V forgets and g decays: ∫e^(−a(dt − t))·e^(−b t) dt is the same with a and b exchanged.
        let (a, b) = ((1.0 - r * input.slope) / tau_m, 1.0 / tau_s);
        let integral = (-a.min(b) * dt).exp() * dt * exp_relative(-(a - b).abs() * dt);
        s[0] = leaky_step(v, tau_m, r, v_rest, current, dt) + g / tau_m * integral;
        s[1] = (-b * dt).exp() * g;
        s[2] = input.jump;
    }

    fn above_threshold(&self, p: &[f64], s: &[f64]) -> f64 {
        // Strictly above: at the threshold itself it is just below 0.
        (s[0] - p[4]).next_down()
    }
}
