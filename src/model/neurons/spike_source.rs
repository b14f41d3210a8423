//! `spike_source`: fires in each step in which its input reaches the threshold; nothing lasts.

use crate::model::formulas::{NeuronEquations, fields};
use crate::model::twin::Input;
use crate::model::typed::typed_neuron;
use crate::number::Number;
use uom::si::f64::ElectricPotential;

typed_neuron! {
    /// Source of spikes: fires in the steps in which its input reaches the threshold, and has no memory.
    SpikeSource = "spike_source" in "neurons" {
        /// The sum of jumps from which on it fires; default 1 mV.
        v_th: ElectricPotential,
    }
}

fields!(Params { v_th });
fields!(State { v });

pub(crate) struct Equations;

impl NeuronEquations for Equations {
    type Params<N: Number> = Params<N>;
    type State<N: Number> = State<N>;
    type Derived<N: Number> = ();
    type Response<N: Number> = ();

    #[inline(always)]
    fn derive<N: Number>(_p: &Params<N>, _dt: N) {}

    #[inline(always)]
    fn response<N: Number>(_p: &Params<N>, _derived: &(), _slope: N) {}

    #[inline(always)]
    fn reset<N: Number>(_p: &Params<N>, s: State<N>) -> State<N> {
        s
    }

    #[inline(always)]
    fn update<N: Number>(_p: &Params<N>, _derived: &(), _response: &(), _s: State<N>, input: Input<N>) -> State<N> {
        State { v: input.jump }
    }

    #[inline(always)]
    fn distance<N: Number>(p: &Params<N>, s: &State<N>) -> N {
        s.v - p.v_th
    }
}
