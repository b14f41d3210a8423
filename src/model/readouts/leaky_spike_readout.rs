//! `leaky_spike_readout`: τ dV/dt = −V + x·W. Source: `brainstate.nn.LeakySpikeReadout`.

use crate::model::formulas::{NeuronEquations, fields};
use crate::model::twin::Input;
use crate::model::typed::{Reset, typed_neuron};
use crate::number::{Number, Word};
use uom::si::f64::{ElectricPotential, Time};

typed_neuron! {
    /// Leaky readout that spikes: what arrives at `delta` ports drives V, it does not jump.
    LeakySpikeReadout = "leaky_spike_readout" in "readouts" {
        /// Membrane time constant; default 5 ms.
        tau: Time,
        /// Threshold; default 1 mV.
        v_th: ElectricPotential,
        /// What a spike subtracts from V; default soft.
        reset: Reset,
    }
}

fields!(Params { tau, v_th, reset: word });
fields!(State { v });

pub(crate) struct Equations;

impl NeuronEquations for Equations {
    type Params<N: Number> = Params<N>;
    type State<N: Number> = State<N>;
    /// dt/τ.
    type Derived<N: Number> = N;
    /// How far a step goes; currents act through 1 ohm: mA are mV.
    type Response<N: Number> = N;

    #[inline(always)]
    fn derive<N: Number>(p: &Params<N>, dt: N) -> N {
        dt / p.tau
    }

    #[inline(always)]
    fn response<N: Number>(_p: &Params<N>, h: &N, slope: N) -> N {
        h.exp_step(slope - N::of(1.0))
    }

    #[inline(always)]
    fn reset<N: Number>(p: &Params<N>, s: State<N>) -> State<N> {
        State { v: s.v - N::select(p.reset.equals(Word::of(1)), s.v, p.v_th) }
    }

    #[inline(always)]
    fn update<N: Number>(_p: &Params<N>, _h: &N, far: &N, s: State<N>, input: Input<N>) -> State<N> {
        State { v: s.v + *far * (input.jump + input.current - s.v) }
    }

    #[inline(always)]
    fn distance<N: Number>(p: &Params<N>, s: &State<N>) -> N {
        s.v - p.v_th
    }
}
