//! Equations, each written once: over [`Number`], from the model's source.
//!
//! From them follow the twin in f64 that the reference steps ([`super::twin`]), and loops over numbers side by side, which the CPU
//! engine steps ([`block`]). What is computed is rounded as the model's WGSL has it, so operations stand in its order.
//!
//! A type of parameters or of state has the fields of its WGSL struct, in order.

pub(crate) mod block;
mod fields;
mod twins;

pub(crate) use fields::{Fields, Sink, Source, fields};

use super::twin::{Current, Input, Unfit};
use crate::number::Number;

/// A neuron's equations.
pub(crate) trait NeuronEquations: Sync + 'static {
    /// Its `Params`.
    type Params<N: Number>: Fields<N>;
    /// Its `State`.
    type State<N: Number>: Fields<N>;
    /// What follows from the parameters and the length of a step.
    type Derived<N: Number>: Copy + Send + Sync;
    /// What follows from these and the slope of the current: the same in all steps of a neuron without conductances.
    type Response<N: Number>: Copy + Send + Sync;
    /// Does it ever spike?
    const SPIKES: bool = true;

    /// What is derived, for steps of `dt` \[ms\].
    fn derive<N: Number>(p: &Self::Params<N>, dt: N) -> Self::Derived<N>;
    /// What follows from the slope \[mA/mV\] of the current.
    fn response<N: Number>(p: &Self::Params<N>, derived: &Self::Derived<N>, slope: N) -> Self::Response<N>;
    /// The lazy reset of a spike of the step before.
    fn reset<N: Number>(p: &Self::Params<N>, s: Self::State<N>) -> Self::State<N>;
    /// One step.
    fn update<N: Number>(
        p: &Self::Params<N>,
        derived: &Self::Derived<N>,
        response: &Self::Response<N>,
        s: Self::State<N>,
        input: Input<N>,
    ) -> Self::State<N>;
    /// Whether its variables are held in the step that begins in this state; `None`: never.
    #[inline(always)]
    fn held<N: Number>(_p: &Self::Params<N>, _s: &Self::State<N>) -> Option<N::Mask> {
        None
    }
    /// [threshold's unit] How far the state lies above the threshold.
    fn distance<N: Number>(p: &Self::Params<N>, s: &Self::State<N>) -> N;
    /// Whether it spikes.
    #[inline(always)]
    fn threshold<N: Number>(p: &Self::Params<N>, s: &Self::State<N>) -> N::Mask {
        Self::distance(p, s).at_least(N::of(0.0))
    }
}

/// A synapse's equations.
pub(crate) trait SynapseEquations: Sync + 'static {
    /// Its `Params`.
    type Params<N: Number>: Fields<N>;
    /// Its `State`.
    type State<N: Number>: Fields<N>;
    /// What follows from the parameters and the length of a step.
    type Derived<N: Number>: Copy + Send + Sync;
    /// The unit of the ports that it is for; `None`: any.
    const UNIT: Option<&'static str> = None;

    /// What is derived, for steps of `dt` \[ms\].
    fn derive<N: Number>(p: &Self::Params<N>, dt: N) -> Self::Derived<N>;
    /// One step: decay, then add what arrives.
    fn update<N: Number>(derived: &Self::Derived<N>, s: Self::State<N>, arrivals: N) -> Self::State<N>;
    /// What the port's output receives.
    fn output<N: Number>(s: &Self::State<N>) -> N;
}

/// How a port acts on its neuron.
pub(crate) trait OutputEquations: Sync + 'static {
    /// Its `Params`.
    type Params<N: Number>: Fields<N>;
    /// Does its current depend on V?
    const CONDUCTANCE: bool = false;

    /// What it makes of the synapse's output g.
    fn act<N: Number>(p: &Self::Params<N>, g: N, v: N) -> Action<N>;
}

/// What an output makes.
pub(crate) enum Action<N> {
    /// A current.
    Current(Current<N>),
    /// \[mV\] A jump of V, or of the variable that the port names.
    Jump(N),
}

/// A stimulus' equations.
pub(crate) trait StimulusEquations: Sync + 'static {
    /// Its `Params`.
    type Params<N: Number>: Fields<N>;
    /// Its `State`; `()` where it has none.
    type State<N: Number>: Fields<N>;
    /// What follows from the parameters and the length of a step.
    type Derived<N: Number>: Copy + Send + Sync;
    /// Does it draw a random word?
    const RANDOM: bool = false;

    /// What is derived, for steps of `dt` \[ms\].
    fn derive<N: Number>(p: &Self::Params<N>, dt: N) -> Self::Derived<N>;
    /// One step: its state afterwards, and its number; `random` is the uniform word of the neuron and step, `data` the plan's.
    fn step<N: Number>(
        p: &Self::Params<N>,
        derived: &Self::Derived<N>,
        s: Self::State<N>,
        site: Site,
        random: N::Word,
        data: &[u32],
    ) -> (Self::State<N>, N);
    /// Its parameters of unit \[word\], as [`StimulusTwin::words`](super::StimulusTwin::words); all others are in `p`.
    ///
    /// # Errors
    /// [`Unfit`] where the others cannot be had.
    fn words(_p: &[f64], _dt: f64) -> Result<Vec<u32>, Unfit> {
        Ok(Vec::new())
    }
}

/// The equations of a projection's model, for each of its source neurons.
pub(crate) trait ProjectionEquations: Sync + 'static {
    /// Its `Params`.
    type Params<N: Number>: Fields<N>;
    /// Its `State`.
    type State<N: Number>: Fields<N>;
    /// What follows from the parameters and the length of a step.
    type Derived<N: Number>: Copy + Send + Sync;
    /// Does it give a value in each step, in place of amplitudes of spikes?
    const GRADED: bool = false;

    /// What is derived, for steps of `dt` \[ms\].
    fn derive<N: Number>(p: &Self::Params<N>, dt: N) -> Self::Derived<N>;
    /// The part of its weights that a spike brings in the step that begins in this state; nobody asks a graded one.
    #[inline(always)]
    fn amplitude<N: Number>(_p: &Self::Params<N>, _derived: &Self::Derived<N>, _s: &Self::State<N>) -> N {
        N::of(0.0)
    }
    /// The value that it gives in the step that ends in this state; nobody asks one that is not graded.
    #[inline(always)]
    fn value<N: Number>(_s: &Self::State<N>) -> N {
        N::of(0.0)
    }
    /// One step, in which the source spiked or did not.
    fn update<N: Number>(
        p: &Self::Params<N>,
        derived: &Self::Derived<N>,
        s: Self::State<N>,
        spiked: N::Mask,
    ) -> Self::State<N>;
}

/// The step that a stimulus is drawn for.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Site {
    /// Item of the batch.
    pub(crate) batch: u32,
    /// Number of the step.
    pub(crate) step: u32,
}
