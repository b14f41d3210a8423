//! `adex`: C dV/dt = −g_L (V − E_L) + g_L Δ_T exp((V − V_T)/Δ_T) − w + I, τ_w dw/dt = a (V − E_L) − w.
//! Source: Brette & Gerstner 2005, J. Neurophysiol. 94:3637.

use super::exp_if::cut_off;
use super::lif_ref::one_step_less;
use crate::model::formulas::{NeuronEquations, fields};
use crate::model::twin::Input;
use crate::model::typed::typed_neuron;
use crate::number::Number;
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

fields!(Params { c, g_l, e_l, v_t, delta_t, tau_w, a, b, v_reset, v_peak, tau_ref: word });
fields!(State { v, w, held: word });

pub(crate) struct Equations;

/// Picoamperes in a milliampere, nanosiemens in a siemens (mA/mV).
const NANO: f64 = 1e9;

impl NeuronEquations for Equations {
    type Params<N: Number> = Params<N>;
    type State<N: Number> = State<N>;
    /// dt/C, and how far a step of w goes.
    type Derived<N: Number> = [N; 2];
    /// The slope itself: how far a step goes depends on V too.
    type Response<N: Number> = N;

    #[inline(always)]
    fn derive<N: Number>(p: &Params<N>, dt: N) -> [N; 2] {
        [dt / p.c, (dt / p.tau_w).exp_step(N::of(-1.0))]
    }

    #[inline(always)]
    fn response<N: Number>(_p: &Params<N>, _derived: &[N; 2], slope: N) -> N {
        slope
    }

    #[inline(always)]
    fn reset<N: Number>(p: &Params<N>, s: State<N>) -> State<N> {
        State { v: p.v_reset, w: s.w + p.b, held: p.tau_ref }
    }

    #[inline(always)]
    fn update<N: Number>(p: &Params<N>, [h, far_w]: &[N; 2], slope: &N, s: State<N>, input: Input<N>) -> State<N> {
        let upswing = ((s.v - p.v_t) / p.delta_t).exponential();
        let leak = p.g_l * (p.e_l - s.v + p.delta_t * upswing);
        // pA/pF = mV/ms.
        let slope = p.g_l * (upswing - N::of(1.0)) + N::of(NANO) * *slope;
        let change = h.exp_step(slope) * (leak - s.w + N::of(NANO) * input.current);
        // w' is linear in w, and goes on while V is held.
        let w = s.w + *far_w * (p.a * (s.v - p.e_l) - s.w);
        let v = cut_off(s.v + change + input.jump, p.v_peak + p.delta_t);
        let (held, left) = one_step_less::<N>(s.held);
        State { v: N::select(held, s.v, v), w, held: left }
    }

    #[inline(always)]
    fn distance<N: Number>(p: &Params<N>, s: &State<N>) -> N {
        s.v - p.v_peak
    }
}
