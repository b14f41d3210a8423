//! `alif`: τ dV/dt = −(V − V_rest) + R·I, τ_a da/dt = −a; it spikes where V ≥ V_th + β·a. Source: `brainstate.nn.ALIF`.

use crate::model::formulas::{NeuronEquations, fields};
use crate::model::twin::Input;
use crate::model::typed::{Reset, typed_neuron};
use crate::number::{Number, Word};
use uom::si::f64::{ElectricPotential, ElectricalResistance, Time};

typed_neuron! {
    /// Leaky integrate-and-fire neuron whose threshold rises with each spike.
    Alif = "alif" in "neurons" {
        /// Membrane time constant; default 5 ms.
        tau: Time,
        /// Membrane resistance; default 1 Ω.
        r: ElectricalResistance,
        /// Threshold without adaptation; default 1 mV.
        v_th: ElectricPotential,
        /// Reset potential; default 0 mV.
        v_reset: ElectricPotential,
        /// Resting potential; default 0 mV.
        v_rest: ElectricPotential,
        /// What a spike subtracts from V; default soft.
        reset: Reset,
        /// Time constant of adaptation; default 100 ms.
        tau_a: Time,
        /// Rise of the threshold for each unit of a; default 0.1 mV.
        beta: ElectricPotential,
    }
}

fields!(Params { tau, r, v_th, v_reset, v_rest, reset: word, tau_a, beta });
fields!(State { v, a });

pub(crate) struct Equations;

impl NeuronEquations for Equations {
    type Params<N: Number> = Params<N>;
    type State<N: Number> = State<N>;
    /// dt/τ, and how far a step of a goes.
    type Derived<N: Number> = [N; 2];
    /// How far a step of V goes.
    type Response<N: Number> = N;

    #[inline(always)]
    fn derive<N: Number>(p: &Params<N>, dt: N) -> [N; 2] {
        [dt / p.tau, (dt / p.tau_a).exp_step(N::of(-1.0))]
    }

    #[inline(always)]
    fn response<N: Number>(p: &Params<N>, [h, _]: &[N; 2], slope: N) -> N {
        h.exp_step(p.r * slope - N::of(1.0))
    }

    #[inline(always)]
    fn reset<N: Number>(p: &Params<N>, s: State<N>) -> State<N> {
        let v = s.v - (N::select(p.reset.equals(Word::of(1)), s.v, p.v_th) - p.v_reset);
        State { v, a: s.a + N::of(1.0) }
    }

    #[inline(always)]
    fn update<N: Number>(p: &Params<N>, [_, fade]: &[N; 2], far: &N, s: State<N>, input: Input<N>) -> State<N> {
        let change = *far * (p.v_rest - s.v + p.r * input.current);
        State { v: s.v + change + input.jump, a: s.a - *fade * s.a }
    }

    #[inline(always)]
    fn distance<N: Number>(p: &Params<N>, s: &State<N>) -> N {
        s.v - (p.v_th + p.beta * s.a)
    }
}
