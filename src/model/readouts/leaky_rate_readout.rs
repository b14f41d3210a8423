//! `leaky_rate_readout`: r⁺ = e^(−dt/τ)·r + x·W. Source: `brainstate.nn.LeakyRateReadout`.

use crate::model::formulas::{NeuronEquations, fields};
use crate::model::twin::Input;
use crate::model::typed::typed_neuron;
use crate::number::Number;
use uom::si::f64::Time;

typed_neuron! {
    /// Leaky sum of its weighted inputs: a readout of rates, which never spikes.
    LeakyRateReadout = "leaky_rate_readout" in "readouts" {
        /// Time constant of the leak; default 5 ms.
        tau: Time,
    }
}

fields!(Params { tau });
fields!(State { r });

pub(crate) struct Equations;

impl NeuronEquations for Equations {
    type Params<N: Number> = Params<N>;
    type State<N: Number> = State<N>;
    /// What is left of the sum after a step.
    type Derived<N: Number> = N;
    type Response<N: Number> = ();
    const SPIKES: bool = false;

    #[inline(always)]
    fn derive<N: Number>(p: &Params<N>, dt: N) -> N {
        (-dt / p.tau).exponential()
    }

    #[inline(always)]
    fn response<N: Number>(_p: &Params<N>, _kept: &N, _slope: N) {}

    #[inline(always)]
    fn reset<N: Number>(_p: &Params<N>, s: State<N>) -> State<N> {
        s
    }

    #[inline(always)]
    fn update<N: Number>(_p: &Params<N>, kept: &N, _response: &(), s: State<N>, input: Input<N>) -> State<N> {
        State { r: *kept * s.r + input.jump }
    }

    #[inline(always)]
    fn distance<N: Number>(_p: &Params<N>, _s: &State<N>) -> N {
        N::of(f64::NEG_INFINITY)
    }
}
