//! Networks in Rust: what a network file says, in the same words, with units that the compiler checks.
//!
//! It knows no model: [`Neuron`] and [`Synapse`] carry names and values, and the typed models of the catalogue turn
//! into them.

mod parts;
mod typed;

#[cfg(test)]
mod tests;

pub(crate) use parts::ONTO;
pub use parts::{NamedConnect, Neuron, Synapse};
pub(super) use typed::in_own_unit;
pub use typed::{Typed, exponential, lognormal, normal, truncated_normal, uniform};

use super::{
    End, GAP_JUNCTION, ItemWiring, Network, Part, Population, Port, Positions, Projection, Record, Stimulus, Storage,
    Value,
};
use crate::Result;
use crate::memory::needs;
use std::collections::BTreeMap;
use std::ops::Range;
use uom::si::f64::Time;

/// \[bytes\] What an element of a network takes, and what lowering it for an item of its own does, at least.
const ELEMENT: u64 = 4096;

/// Building a network, in the words of a network file:
///
/// ```
/// use neuropil::network::{Connect, Network, Neuron, PoissonInput, Population, Port, Record, normal};
/// use neuropil::units::Literal;
///
/// let mut net = Network::new(0.1.ms()).seed(42).duration(1.0.s());
/// let exc = net.add(
///     Population::new("exc", 3200, Neuron::from("lif_ref").param("tau", 20.0.ms()))
///         .init("v", normal((-55.0).mv(), 2.0.mv()))
///         .port("ampa", Port::expon(5.0.ms()).coba(0.0.mv())),
/// );
/// net.connect(&exc, &exc, "ampa", Connect::pairwise_bernoulli(0.02), 6.0.nanosiemens(), 0.1.ms());
/// net.stimulate(PoissonInput::new(&exc, 1000, 8.0.hz(), 0.1.mv()));
/// net.record(Record::new(&exc, ["spikes", "v"]).every(1.0.ms()).neurons([0, 1, 2]));
/// net.check()?;
/// # Ok::<(), neuropil::Error>(())
/// ```
impl Network {
    /// An empty network with this time step and seed 0.
    pub fn new(dt: Time) -> Self {
        Self {
            dt: dt.into(),
            duration: None,
            until: None,
            seed: 0,
            wiring_seed: None,
            wiring: ItemWiring::default(),
            populations: Vec::new(),
            projections: Vec::new(),
            stimuli: Vec::new(),
            records: Vec::new(),
        }
    }

    /// The seed of every random number of the network, but for those of `wiring_seed`, where that is set.
    pub fn seed(mut self, seed: u64) -> Self {
        self.seed = seed;
        self
    }

    /// The seed that synapses and drawn parameters have.
    pub(crate) fn seed_of_wiring(&self) -> &u64 {
        self.wiring_seed.as_ref().unwrap_or(&self.seed)
    }

    /// The seed of synapses and of parameters that are drawn. With the same one, networks of other seeds have the same synapses.
    pub fn wiring_seed(mut self, seed: u64) -> Self {
        self.wiring_seed = Some(seed);
        self
    }

    /// Do items of a batch share their synapses, and the parameters that are drawn?
    pub fn wiring(mut self, wiring: ItemWiring) -> Self {
        self.wiring = wiring;
        self
    }

    /// Each item of a batch as the network that it is, where items have wirings of their own; none where they share one.
    ///
    /// # Errors
    /// [`Error::HostMemory`](crate::Error::HostMemory).
    pub(crate) fn of_own_wirings(&self, batch: u32) -> Result<Option<Vec<Self>>> {
        if self.wiring == ItemWiring::Shared || batch < 2 {
            return Ok(None);
        }
        let Self { populations, projections, stimuli, records, .. } = self;
        let elements = [populations.len(), projections.len(), stimuli.len(), records.len()].iter().sum::<usize>();
        let bytes = u64::from(batch).saturating_mul(elements as u64 + 1).saturating_mul(ELEMENT);
        needs(bytes, &format!("{batch} items with wirings of their own"), "a smaller batch, or wiring = \"shared\"")?;
        let item = |item: u32| {
            let plus = |seed: &u64| seed.wrapping_add(item.into());
            let (seed, wiring_seed) = (plus(&self.seed), Some(plus(self.seed_of_wiring())));
            Self { seed, wiring_seed, ..self.clone() }
        };
        Ok(Some((0..batch).map(item).collect()))
    }

    /// How long `neuropil run` simulates unless told otherwise.
    pub fn duration(mut self, duration: Time) -> Self {
        self.duration = Some(duration.into());
        self
    }

    /// Adds a population and returns its name, by which the rest of the network refers to it.
    pub fn add(&mut self, population: Population) -> String {
        let name = population.name.clone();
        self.populations.push(population);
        name
    }

    /// Connects `pre` to the port of `post`, populations by name, or parts of them as [`End::part`].
    ///
    /// The weight is in the port's unit: a conductance for `coba`, a current for `cuba`, a voltage for `delta`.
    pub fn connect(
        &mut self,
        pre: impl Into<End>,
        post: impl Into<End>,
        port: impl Into<String>,
        connect: impl Into<NamedConnect>,
        weight: impl Into<Value>,
        delay: impl Into<Typed<Time>>,
    ) -> &mut Self {
        let NamedConnect { name, connect, model } = connect.into();
        self.projections.push(Projection {
            name,
            pre: pre.into(),
            post: post.into(),
            port: port.into(),
            connect,
            weight: weight.into(),
            delay: delay.into().into(),
            precision: None,
            storage: Storage::default(),
            model,
        });
        self
    }

    /// Couples `pre` to `post` by gap junctions, populations by name, or parts of them as [`End::part`]: into each target flows
    /// weight·(V of the source − V). The weight is a conductance. What flows back is another projection's, or that of
    /// [`Connect::symmetric`](super::Connect::symmetric).
    ///
    /// ```
    /// use neuropil::network::{Connect, Network, Population};
    /// use neuropil::units::Literal;
    /// let mut net = Network::new(0.1.ms());
    /// let cells = net.add(Population::new("cells", 100, "lif"));
    /// net.couple(&cells, &cells, Connect::pairwise_bernoulli(0.1).symmetric(true), 0.02.millisiemens());
    /// # net.check()?;
    /// # Ok::<(), neuropil::Error>(())
    /// ```
    pub fn couple(
        &mut self,
        pre: impl Into<End>,
        post: impl Into<End>,
        connect: impl Into<NamedConnect>,
        weight: impl Into<Value>,
    ) -> &mut Self {
        let NamedConnect { name, connect, model: _ } = connect.into();
        self.projections.push(Projection {
            name,
            pre: pre.into(),
            post: post.into(),
            port: String::new(),
            connect,
            weight: weight.into(),
            delay: Projection::no_delay(),
            precision: None,
            storage: Storage::default(),
            model: Some(Part::new(GAP_JUNCTION)),
        });
        self
    }

    /// Adds a stimulus: any builder of one, such as [`PoissonInput`](super::PoissonInput), or one of the catalogue by its name as a
    /// [`StimulusModel`](super::StimulusModel).
    pub fn stimulate(&mut self, stimulus: impl Into<Stimulus>) -> &mut Self {
        self.stimuli.push(stimulus.into());
        self
    }

    /// Adds a record. Where none names `spikes`, the spikes of all populations are recorded.
    pub fn record(&mut self, record: Record) -> &mut Self {
        self.records.push(record);
        self
    }
}

impl End {
    /// A part of a population: the connection rule, the weights and the delays of a projection count from its first neuron, as if
    /// the population had no others.
    ///
    /// ```
    /// use neuropil::network::{Connect, End, Network, Population, Port};
    /// use neuropil::units::Literal;
    /// let mut net = Network::new(0.1.ms());
    /// let exc = net.add(Population::new("exc", 1000, "lif").port("in", Port::delta()));
    /// let (first, second) = (End::part(&exc, 0..400), End::part(&exc, 400..800));
    /// net.connect(first, second, "in", Connect::one_to_one(), 0.5.mv(), 1.0.ms());
    /// # net.check()?;
    /// # Ok::<(), neuropil::Error>(())
    /// ```
    pub fn part(population: impl AsRef<str>, neurons: Range<u32>) -> Self {
        Self { population: population.as_ref().to_owned(), neurons: Some(neurons) }
    }
}

impl<S: AsRef<str>> From<S> for End {
    /// A whole population by its name.
    fn from(population: S) -> Self {
        Self { population: population.as_ref().to_owned(), neurons: None }
    }
}

impl Population {
    /// `size` neurons of one model: a typed model, a [`Neuron`], or the name of a catalogue model.
    pub fn new(name: impl Into<String>, size: u32, neuron: impl Into<Neuron>) -> Self {
        let Neuron { model, params } = neuron.into();
        Self { name: name.into(), size, model, params, init: BTreeMap::new(), ports: BTreeMap::new(), positions: None }
    }

    /// The initial value of a state variable.
    pub fn init(mut self, variable: impl Into<String>, value: impl Into<Value>) -> Self {
        self.init.insert(variable.into(), value.into());
        self
    }

    /// Where its neurons are.
    pub fn positions(mut self, positions: Positions) -> Self {
        self.positions = Some(positions);
        self
    }

    /// A receptor port.
    pub fn port(mut self, name: impl Into<String>, port: Port) -> Self {
        self.ports.insert(name.into(), port);
        self
    }
}

impl Record {
    /// Records `spikes`, state variables (`v`), or variables of ports (`ampa.g`).
    pub fn new<S: Into<String>>(population: impl AsRef<str>, what: impl IntoIterator<Item = S>) -> Self {
        Self {
            population: population.as_ref().to_owned(),
            projection: None,
            what: what.into_iter().map(Into::into).collect(),
            every: None,
            start: None,
            stop: None,
            neurons: None,
        }
    }

    /// Records variables of a projection's model, of its source neurons; the projection by its name, or as paths call it.
    ///
    /// ```
    /// use neuropil::model::Stp;
    /// use neuropil::network::{Connect, Network, Population, Port, Record};
    /// use neuropil::units::Literal;
    /// let mut net = Network::new(0.1.ms());
    /// let exc = net.add(Population::new("exc", 100, "lif").port("in", Port::delta()));
    /// let recurrent = Connect::fixed_indegree(10).name("recurrent").model(Stp::new().u(0.2));
    /// net.connect(&exc, &exc, "in", recurrent, 0.5.mv(), 1.0.ms());
    /// net.record(Record::of_projection("recurrent", ["u", "x"]).every(1.0.ms()));
    /// net.check()?;
    /// # Ok::<(), neuropil::Error>(())
    /// ```
    pub fn of_projection<S: Into<String>>(projection: impl Into<String>, what: impl IntoIterator<Item = S>) -> Self {
        Self { projection: Some(projection.into()), ..Self::new("", what) }
    }

    /// The interval between samples of variables; each step unless given.
    pub fn every(mut self, interval: Time) -> Self {
        self.every = Some(interval.into());
        self
    }

    /// When recording begins, rounded to whole steps: with the run unless given. Records of one population's spikes have the same times.
    pub fn start(mut self, start: Time) -> Self {
        self.start = Some(start.into());
        self
    }

    /// When recording ends, rounded to whole steps: with the run unless given.
    pub fn stop(mut self, stop: Time) -> Self {
        self.stop = Some(stop.into());
        self
    }

    /// The neurons of which it is recorded; all unless given. Records of one population's spikes are one record of all their
    /// neurons together.
    pub fn neurons(mut self, neurons: impl IntoIterator<Item = u32>) -> Self {
        self.neurons = Some(neurons.into_iter().collect());
        self
    }
}
