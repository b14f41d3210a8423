//! `if`: τ dV/dt = −V + R·I. Source: `brainstate.nn.IF`, which leaks too.

use crate::model::formulas::{NeuronEquations, fields};
use crate::model::twin::Input;
use crate::model::typed::{Reset, typed_neuron};
use crate::number::{Number, Word};
use uom::si::f64::{ElectricPotential, ElectricalResistance, Time};

typed_neuron! {
    /// Integrate-and-fire neuron that rests at 0 mV.
    If = "if" in "neurons" {
        /// Membrane time constant; default 5 ms.
        tau: Time,
        /// Membrane resistance; default 1 Ω.
        r: ElectricalResistance,
        /// Threshold; default 1 mV.
        v_th: ElectricPotential,
        /// What a spike subtracts from V; default soft.
        reset: Reset,
    }
}

fields!(Params { tau, r, v_th, reset: word });
fields!(State { v });

pub(crate) struct Equations;

impl NeuronEquations for Equations {
    type Params<N: Number> = Params<N>;
    type State<N: Number> = State<N>;
    /// dt/τ.
    type Derived<N: Number> = N;
    /// How far a step goes.
    type Response<N: Number> = N;

    #[inline(always)]
    fn derive<N: Number>(p: &Params<N>, dt: N) -> N {
        dt / p.tau
    }

    #[inline(always)]
    fn response<N: Number>(p: &Params<N>, h: &N, slope: N) -> N {
        h.exp_step(p.r * slope - N::of(1.0))
    }

    #[inline(always)]
    fn reset<N: Number>(p: &Params<N>, s: State<N>) -> State<N> {
        State { v: s.v - N::select(p.reset.equals(Word::of(1)), s.v, p.v_th) }
    }

    #[inline(always)]
    fn update<N: Number>(p: &Params<N>, _h: &N, far: &N, s: State<N>, input: Input<N>) -> State<N> {
        State { v: s.v + *far * (p.r * input.current - s.v) + input.jump }
    }

    #[inline(always)]
    fn distance<N: Number>(p: &Params<N>, s: &State<N>) -> N {
        s.v - p.v_th
    }
}
