//! The builder of `poisson_spikes`, a model of the catalogue: its keys are the parameters of its WGSL file.

use crate::network::stimuli::builder::builder;
use crate::network::{Stimulus, StimulusKind, Typed, Value};
use uom::si::f64::Frequency;

/// Poisson spikes of fixed rates.
#[derive(Debug, Clone, PartialEq)]
pub struct PoissonSpikes(Stimulus);

impl PoissonSpikes {
    /// In each step each neuron of `target` gets an event with probability rate·dt. Its weight jumps V, unless a port
    /// is named.
    pub fn new(target: impl AsRef<str>, rate: impl Into<Typed<Frequency>>, weight: impl Into<Value>) -> Self {
        let stimulus = Stimulus::new(target, StimulusKind::named("poisson_spikes"));
        Self(stimulus.param("rate", Value::from(rate.into())).param("weight", weight))
    }
}

builder! {
    PoissonSpikes {
        /// The targeted neurons, each once; all unless given.
        neurons;
        /// The port that events enter; the weight is then in its unit.
        port;
    }
}
