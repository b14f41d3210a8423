//! `quadratic_if`: τ dV/dt = (V − V_rest)(V − V_c)/(V_c − V_rest) + R·I.
//! Source: Latham, Richmond, Nelson & Nirenberg 2000, J. Neurophysiol. 83:808.

use super::lif_ref::one_step_less;
use crate::model::formulas::{NeuronEquations, fields};
use crate::model::twin::Input;
use crate::model::typed::typed_neuron;
use crate::number::Number;
use uom::si::f64::{ElectricPotential, ElectricalResistance, Time};

typed_neuron! {
    /// Quadratic integrate-and-fire neuron.
    QuadraticIf = "quadratic_if" in "neurons" {
        /// Membrane time constant at rest; default 10 ms.
        tau: Time,
        /// Membrane resistance at rest; default 1 Ω.
        r: ElectricalResistance,
        /// Resting potential; default −65 mV.
        v_rest: ElectricPotential,
        /// Potential above which V runs away without input; default −50 mV.
        v_c: ElectricPotential,
        /// Reset potential; default −80 mV.
        v_reset: ElectricPotential,
        /// V that is a spike; default 20 mV.
        v_peak: ElectricPotential,
        /// Refractory period; default 0 ms.
        tau_ref: Time,
    }
}

fields!(Params { tau, r, v_rest, v_c, v_reset, v_peak, tau_ref: word });
fields!(State { v, held: word });

pub(crate) struct Equations;

impl NeuronEquations for Equations {
    type Params<N: Number> = Params<N>;
    type State<N: Number> = State<N>;
    /// dt/τ.
    type Derived<N: Number> = N;
    /// The slope itself: how far a step goes depends on V too.
    type Response<N: Number> = N;

    #[inline(always)]
    fn derive<N: Number>(p: &Params<N>, dt: N) -> N {
        dt / p.tau
    }

    #[inline(always)]
    fn response<N: Number>(_p: &Params<N>, _h: &N, slope: N) -> N {
        slope
    }

    #[inline(always)]
    fn reset<N: Number>(p: &Params<N>, _s: State<N>) -> State<N> {
        State { v: p.v_reset, held: p.tau_ref }
    }

    #[inline(always)]
    fn update<N: Number>(p: &Params<N>, h: &N, slope: &N, s: State<N>, input: Input<N>) -> State<N> {
        let range = p.v_c - p.v_rest;
        let (above_rest, above_c) = (s.v - p.v_rest, s.v - p.v_c);
        let far = h.exp_step((above_rest + above_c) / range + p.r * *slope);
        let change = far * (above_rest * above_c / range + p.r * input.current);
        let (held, left) = one_step_less::<N>(s.held);
        State { v: N::select(held, s.v, s.v + change + input.jump), held: left }
    }

    #[inline(always)]
    fn distance<N: Number>(p: &Params<N>, s: &State<N>) -> N {
        s.v - p.v_peak
    }
}
