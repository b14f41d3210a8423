//! Stimuli, each with what it may be told; they become [`Stimulus`] when they are added to a network.

use super::typed::{Typed, in_own_unit};
use crate::network::{Array, Sampler, Stimulus, StimulusKind, Value};
use uom::si::f64::{ElectricCurrent, Frequency, Time};

/// Independent Poisson sources, summed.
#[derive(Debug, Clone, PartialEq)]
pub struct PoissonInput {
    target: String,
    neurons: Option<Vec<u32>>,
    port: Option<String>,
    sources: u32,
    rate: Value,
    weight: Value,
    sampler: Sampler,
}

impl PoissonInput {
    /// Each neuron of `target` gets `sources` sources of this rate. An event's weight jumps V, unless a port is named.
    pub fn new(
        target: impl AsRef<str>,
        sources: u32,
        rate: impl Into<Typed<Frequency>>,
        weight: impl Into<Value>,
    ) -> Self {
        Self {
            target: target.as_ref().to_owned(),
            neurons: None,
            port: None,
            sources,
            rate: rate.into().into(),
            weight: weight.into(),
            sampler: Sampler::default(),
        }
    }

    /// The targeted neurons; all unless given. A duplicate counts twice.
    pub fn neurons(mut self, neurons: impl IntoIterator<Item = u32>) -> Self {
        self.neurons = Some(neurons.into_iter().collect());
        self
    }

    /// The port that events enter; the weight is then in its unit.
    pub fn port(mut self, port: impl Into<String>) -> Self {
        self.port = Some(port.into());
        self
    }

    /// How the number of events of a step is drawn.
    pub fn sampler(mut self, sampler: Sampler) -> Self {
        self.sampler = sampler;
        self
    }
}

impl From<PoissonInput> for Stimulus {
    fn from(input: PoissonInput) -> Self {
        let PoissonInput { target, neurons, port, sources, rate, weight, sampler } = input;
        Self { target, neurons, kind: StimulusKind::PoissonInput { port, sources, rate, weight, sampler } }
    }
}

/// A current into a population.
///
/// ```
/// use neuropil::network::{Array, Current, Network};
/// use neuropil::units::Literal;
/// let mut net = Network::new(0.1.ms());
/// net.stimulate(Current::new("exc", 2.0.ma()).neurons(0..10));
/// net.stimulate(Current::trace("exc", Array::npy("i.npy", "mA")?));
/// # Ok::<(), neuropil::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Current {
    target: String,
    neurons: Option<Vec<u32>>,
    kind: StimulusKind,
}

impl Current {
    /// A constant current.
    pub fn new(target: impl AsRef<str>, current: impl Into<Typed<ElectricCurrent>>) -> Self {
        let kind = StimulusKind::Current { value: current.into().into() };
        Self { target: target.as_ref().to_owned(), neurons: None, kind }
    }

    /// A current given for each step: `[T, n]`, or `[T]` for all; zero after its end.
    pub fn trace(target: impl AsRef<str>, trace: Array) -> Self {
        Self { target: target.as_ref().to_owned(), neurons: None, kind: StimulusKind::Trace { trace } }
    }

    /// The targeted neurons; all unless given. A duplicate counts twice.
    pub fn neurons(mut self, neurons: impl IntoIterator<Item = u32>) -> Self {
        self.neurons = Some(neurons.into_iter().collect());
        self
    }
}

impl From<Current> for Stimulus {
    fn from(Current { target, neurons, kind }: Current) -> Self {
        Self { target, neurons, kind }
    }
}

/// Given spikes.
///
/// ```
/// use neuropil::network::{Network, SpikeTimes};
/// use neuropil::units::Literal;
/// let mut net = Network::new(0.1.ms());
/// net.stimulate(SpikeTimes::new("exc", [(0, 1.0.ms()), (3, 2.5.ms())], 6.0.nanosiemens()).port("ampa"));
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct SpikeTimes {
    target: String,
    neurons: Vec<u32>,
    times: Array,
    port: Option<String>,
    weight: Value,
}

impl SpikeTimes {
    /// Spikes `(neuron, time)` that arrive at neurons of `target`. Their weight jumps V, unless a port is named.
    pub fn new(
        target: impl AsRef<str>,
        spikes: impl IntoIterator<Item = (u32, Time)>,
        weight: impl Into<Value>,
    ) -> Self {
        let (neurons, times): (Vec<u32>, Vec<Time>) = spikes.into_iter().unzip();
        let times = in_own_unit(&times);
        Self { target: target.as_ref().to_owned(), neurons, times, port: None, weight: weight.into() }
    }

    /// The port that spikes enter; the weight is then in its unit.
    pub fn port(mut self, port: impl Into<String>) -> Self {
        self.port = Some(port.into());
        self
    }
}

impl From<SpikeTimes> for Stimulus {
    fn from(SpikeTimes { target, neurons, times, port, weight }: SpikeTimes) -> Self {
        Self { target, neurons: Some(neurons), kind: StimulusKind::SpikeTimes { port, times, weight } }
    }
}

/// Analog input through a dense matrix.
///
/// ```
/// use neuropil::network::{Array, Dense, Initialiser, Network, Scheme};
/// use neuropil::units::Literal;
/// let mut net = Network::new(1.0.ms());
/// let weight = Initialiser::new(Scheme::KaimingNormal, 1.0.ma());
/// net.stimulate(Dense::new("hidden", Array::npy("x.npy", "1")?, weight));
/// # Ok::<(), neuropil::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Dense {
    target: String,
    neurons: Option<Vec<u32>>,
    port: Option<String>,
    input: Array,
    weight: Value,
}

impl Dense {
    /// Each neuron of `target` gets its column of x·W: `input` is x, `[T, n_in]` or `[T, batch, n_in]`, and `weight` is
    /// W, `[n_in, n]`. Weights in mA make a current; others jump V, unless a port is named.
    pub fn new(target: impl AsRef<str>, input: Array, weight: impl Into<Value>) -> Self {
        Self { target: target.as_ref().to_owned(), neurons: None, port: None, input, weight: weight.into() }
    }

    /// The targeted neurons, one for each column of W; all unless given.
    pub fn neurons(mut self, neurons: impl IntoIterator<Item = u32>) -> Self {
        self.neurons = Some(neurons.into_iter().collect());
        self
    }

    /// The port that x·W enters; the weights are then in its unit.
    pub fn port(mut self, port: impl Into<String>) -> Self {
        self.port = Some(port.into());
        self
    }
}

impl From<Dense> for Stimulus {
    fn from(Dense { target, neurons, port, input, weight }: Dense) -> Self {
        Self { target, neurons, kind: StimulusKind::Dense { port, input, weight } }
    }
}
