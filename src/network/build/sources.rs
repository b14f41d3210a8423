//! Stimuli by their catalogue names, and Poisson spikes: builders beside those of `stimuli`.

use super::typed::Typed;
use crate::network::{Array, Rates, Stimulus, StimulusKind, Value};
use std::collections::BTreeMap;
use uom::si::f64::Frequency;

/// A stimulus of the catalogue that needs its parameters alone: `current_step`, `current_ramp`, `current_sine`,
/// `ornstein_uhlenbeck`, `poisson_spikes`.
///
/// ```
/// use neuropil::network::{Network, StimulusModel};
/// use neuropil::units::Literal;
/// let mut net = Network::new(0.1.ms());
/// let noise = StimulusModel::new("exc", "ornstein_uhlenbeck").param("mean", 0.3.na()).param("sigma", 0.1.na());
/// net.stimulate(noise.param("tau", 5.0.ms()).neurons(0..10));
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct StimulusModel {
    target: String,
    neurons: Option<Vec<u32>>,
    name: String,
    port: Option<String>,
    params: BTreeMap<String, Value>,
}

impl StimulusModel {
    /// The stimulus of this catalogue name, with its default parameters.
    pub fn new(target: impl AsRef<str>, name: impl Into<String>) -> Self {
        let (target, name) = (target.as_ref().to_owned(), name.into());
        Self { target, neurons: None, name, port: None, params: BTreeMap::new() }
    }

    /// A parameter.
    pub fn param(mut self, name: impl Into<String>, value: impl Into<Value>) -> Self {
        self.params.insert(name.into(), value.into());
        self
    }

    /// The targeted neurons, each once; all unless given.
    pub fn neurons(mut self, neurons: impl IntoIterator<Item = u32>) -> Self {
        self.neurons = Some(neurons.into_iter().collect());
        self
    }

    /// The port that events enter; the weight is then in its unit. A current has none.
    pub fn port(mut self, port: impl Into<String>) -> Self {
        self.port = Some(port.into());
        self
    }
}

impl From<StimulusModel> for Stimulus {
    fn from(StimulusModel { target, neurons, name, port, params }: StimulusModel) -> Self {
        Self { target, neurons, kind: StimulusKind::Model { name, port, params } }
    }
}

/// Poisson spikes of fixed rates.
#[derive(Debug, Clone, PartialEq)]
pub struct PoissonSpikes(StimulusModel);

impl PoissonSpikes {
    /// In each step each neuron of `target` gets an event with probability rate·dt. Its weight jumps V, unless a port
    /// is named.
    pub fn new(target: impl AsRef<str>, rate: impl Into<Typed<Frequency>>, weight: impl Into<Value>) -> Self {
        let model = StimulusModel::new(target, "poisson_spikes");
        Self(model.param("rate", Value::from(rate.into())).param("weight", weight))
    }

    /// The targeted neurons, each once; all unless given.
    pub fn neurons(self, neurons: impl IntoIterator<Item = u32>) -> Self {
        Self(self.0.neurons(neurons))
    }

    /// The port that events enter; the weight is then in its unit.
    pub fn port(self, port: impl Into<String>) -> Self {
        Self(self.0.port(port))
    }
}

impl From<PoissonSpikes> for Stimulus {
    fn from(PoissonSpikes(model): PoissonSpikes) -> Self {
        model.into()
    }
}

/// Poisson spikes of rates that change: given for each step, or set between runs with
/// [`crate::Simulation::set_rates`].
#[derive(Debug, Clone, PartialEq)]
pub struct PoissonEncoder {
    target: String,
    neurons: Option<Vec<u32>>,
    port: Option<String>,
    rates: Rates,
    weight: Value,
}

impl PoissonEncoder {
    /// These rates, until others are set. An event's weight jumps V, unless a port is named.
    pub fn new(target: impl AsRef<str>, rate: impl Into<Typed<Frequency>>, weight: impl Into<Value>) -> Self {
        Self::of(target, Rates::Held(rate.into().into()), weight)
    }

    /// Rates given for each step: `[T, n]`, or `[T]` for all; zero after its end.
    pub fn trace(target: impl AsRef<str>, rates: Array, weight: impl Into<Value>) -> Self {
        Self::of(target, Rates::Each(rates), weight)
    }

    fn of(target: impl AsRef<str>, rates: Rates, weight: impl Into<Value>) -> Self {
        Self { target: target.as_ref().to_owned(), neurons: None, port: None, rates, weight: weight.into() }
    }

    /// The targeted neurons, each once; all unless given.
    pub fn neurons(mut self, neurons: impl IntoIterator<Item = u32>) -> Self {
        self.neurons = Some(neurons.into_iter().collect());
        self
    }

    /// The port that events enter; the weight is then in its unit.
    pub fn port(mut self, port: impl Into<String>) -> Self {
        self.port = Some(port.into());
        self
    }
}

impl From<PoissonEncoder> for Stimulus {
    fn from(PoissonEncoder { target, neurons, port, rates, weight }: PoissonEncoder) -> Self {
        Self { target, neurons, kind: StimulusKind::PoissonEncoder { port, rates, weight } }
    }
}
