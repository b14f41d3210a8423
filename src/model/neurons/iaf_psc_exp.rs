//! `iaf_psc_exp`: τ_m dV/dt = −(V − E_L) + (I + I_e) τ_m/C_m, exact for a current that is constant in the step; held for
//! round(t_ref/dt) steps after a spike's step. Source: NEST's model of that name (Rotter & Diesmann 1999).
//!
//! NEST keeps the exponential currents in the neuron; here they are ports with the synapse `psc_exp`, whose output is
//! the constant current that has the same effect on V.

use super::lif_ref::one_step_less;
use crate::model::formulas::{NeuronEquations, fields};
use crate::model::twin::Input;
use crate::model::typed::typed_neuron;
use crate::number::Number;
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

fields!(Params { c_m, tau_m, e_l, v_th, v_reset, i_e, t_ref: word });
fields!(State { v, held: word });

pub(crate) struct Equations;

/// Picoamperes in a milliampere, nanosiemens in a siemens (mA/mV).
const NANO: f64 = 1e9;

impl NeuronEquations for Equations {
    type Params<N: Number> = Params<N>;
    type State<N: Number> = State<N>;
    /// dt/τ, and the resistance \[GΩ\], for ms/pF = GΩ.
    type Derived<N: Number> = [N; 2];
    /// How far a step goes.
    type Response<N: Number> = N;

    #[inline(always)]
    fn derive<N: Number>(p: &Params<N>, dt: N) -> [N; 2] {
        [dt / p.tau_m, p.tau_m / p.c_m]
    }

    #[inline(always)]
    fn response<N: Number>(_p: &Params<N>, [h, r]: &[N; 2], slope: N) -> N {
        h.exp_step(*r * N::of(NANO) * slope - N::of(1.0))
    }

    #[inline(always)]
    fn reset<N: Number>(p: &Params<N>, _s: State<N>) -> State<N> {
        State { v: p.v_reset, held: p.t_ref }
    }

    #[inline(always)]
    fn update<N: Number>(p: &Params<N>, [_, r]: &[N; 2], far: &N, s: State<N>, input: Input<N>) -> State<N> {
        let change = *far * (p.e_l - s.v + *r * (N::of(NANO) * input.current + p.i_e));
        let (held, left) = one_step_less::<N>(s.held);
        State { v: N::select(held, s.v, s.v + change + input.jump), held: left }
    }

    #[inline(always)]
    fn distance<N: Number>(p: &Params<N>, s: &State<N>) -> N {
        s.v - p.v_th
    }
}
