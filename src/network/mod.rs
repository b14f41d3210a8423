//! What the user says, in physical units: populations, projections, stimuli, recorders.
//!
//! Pure data. Nothing here knows a model's equations, a time step in floating point or a device; names are
//! resolved and dimensions checked when a network is lowered to a plan.

mod build;
mod check;
mod file;
mod path;
mod running;
mod sides;
mod space;
pub mod stimuli;
mod supplied;
mod until;
mod value;

pub use build::{NamedConnect, Neuron, Synapse, Typed, exponential, lognormal, normal, truncated_normal, uniform};
pub use file::{NetworkFile, markdown};
pub use path::{Setting, Written};
pub use space::{Conduction, Kernel, Layout, Mask, Positions, conduction};
pub use stimuli::Stimulus;
pub use stimuli::kinds::*;
pub use supplied::Supplied;
pub use until::{Comparison, Measure, Until};
pub use value::{Array, Distribution, Initialiser, Scheme, Value};

pub(crate) use build::ONTO;
pub(crate) use check::{
    check_coordinates, check_dimensions, check_pairs, check_sides, kept_as_they_are, pairs, repeated,
};
#[cfg(test)]
pub(crate) use file::tests::EXAMPLE;
pub(crate) use file::{
    Argument, BESIDE, ENDS_OF_PROJECTIONS, FLAGS, FORMS, KERNELS, LAYOUTS, MASKS, Named, OFFSET, RULES, SPACE, Said,
    Shape, UNIT, tables,
};
pub(crate) use running::{Before, Running, kinds};
pub(crate) use sides::Sides;
pub(crate) use space::dimensions_of;

use crate::units::{Quantity, Unit};
use std::collections::BTreeMap;
use std::fmt;
use std::ops::Range;
use std::path::PathBuf;

/// A network: what is simulated, with which time step.
#[derive(Debug, Clone, PartialEq)]
pub struct Network {
    /// The time step.
    pub dt: Quantity,
    /// How long `neuropil run` simulates unless told otherwise.
    pub duration: Option<Quantity>,
    /// What ends a run before its time.
    pub until: Option<Until>,
    /// The seed of noise and of initial values that are drawn; in a batch that of its first item, whose number is added to it.
    pub seed: u64,
    /// The seed of synapses and of parameters that are drawn; `seed` if `None`.
    pub wiring_seed: Option<u64>,
    /// Do items of a batch share what is drawn from the wiring seed?
    pub wiring: ItemWiring,
    /// The populations, in order.
    pub populations: Vec<Population>,
    /// The projections, in order.
    pub projections: Vec<Projection>,
    /// The stimuli, in order.
    pub stimuli: Vec<Stimulus>,
    /// What is recorded, in order. Where no record names `spikes`, the spikes of all populations are.
    pub records: Vec<Record>,
}

/// What items of a batch have of synapses and of parameters that are drawn. It changes nothing of a network that runs alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ItemWiring {
    /// All have the same, of one wiring seed: synapses are drawn and held once.
    #[default]
    Shared,
    /// Each has its own: item i of a batch of one network has the wiring seed of item 0 plus i, and items of an
    /// [`Ensemble`](crate::Ensemble) may have wiring seeds, connection rules, weights and delays of their own.
    Own,
}

/// Neurons of one model.
#[derive(Debug, Clone, PartialEq)]
pub struct Population {
    /// Its name, unique in the network.
    pub name: String,
    /// Number of neurons.
    pub size: u32,
    /// The model of its neurons.
    pub model: Model,
    /// Parameters by name; the model's default where absent.
    pub params: BTreeMap<String, Value>,
    /// Initial values of state variables by name; the model's default where absent.
    pub init: BTreeMap<String, Value>,
    /// Receptor ports by name.
    pub ports: BTreeMap<String, Port>,
    /// Where its neurons are, if anywhere.
    pub positions: Option<Positions>,
}

/// Where the equations of a neuron, a synapse, an output or a stimulus come from.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Model {
    /// A model of the catalogue.
    Catalogue(String),
    /// A user's WGSL file.
    File(PathBuf),
    /// A user's WGSL text.
    Source {
        /// The model's name: the prefix of its functions.
        name: String,
        /// The WGSL text.
        text: String,
    },
}

impl fmt::Display for Model {
    /// What a network file calls it: a name of the catalogue, the path of a file, or the name of a text.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Catalogue(name) | Self::Source { name, .. } => f.write_str(name),
            Self::File(path) => path.display().fmt(f),
        }
    }
}

impl From<&str> for Model {
    /// A model of the catalogue by its name.
    fn from(name: &str) -> Self {
        Self::Catalogue(name.to_owned())
    }
}

impl From<String> for Model {
    /// A model of the catalogue by its name.
    fn from(name: String) -> Self {
        Self::Catalogue(name)
    }
}

impl Network {
    /// The first model that is given as WGSL alone, which the CPU cannot run.
    pub fn model_in_wgsl_alone(&self) -> Option<String> {
        let of_ports =
            |port: &'_ Port| [port.synapse.as_ref().map(|part| part.model.clone()), Some(port.output.model.clone())];
        let of_populations = self.populations.iter().flat_map(|population| {
            std::iter::once(population.model.clone()).chain(population.ports.values().flat_map(of_ports).flatten())
        });
        let of_stimuli = self.stimuli.iter().filter_map(|stimulus| match &stimulus.kind {
            StimulusKind::Model(model) => Some(model.clone()),
            _ => None,
        });
        let of_projections =
            self.projections.iter().filter_map(|projection| Some(projection.model.as_ref()?.model.clone()));
        let mut own = of_populations
            .chain(of_stimuli)
            .chain(of_projections)
            .filter(|model| !matches!(model, Model::Catalogue(_)));
        own.next().map(|model| model.to_string())
    }
}

/// A receptor port: what arriving weights become.
#[derive(Debug, Clone, PartialEq)]
pub struct Port {
    /// The synapse that filters arrivals; none: the sum of arrivals itself.
    pub synapse: Option<Part>,
    /// How the filtered sum acts on the neuron: `coba`, `mg_block`, `cuba`, `delta` or `sum`.
    pub output: Part,
}

/// A synapse, an output or a projection's model with its parameters.
#[derive(Debug, Clone, PartialEq)]
pub struct Part {
    /// The model.
    pub model: Model,
    /// Parameters by name. The key `""` stands for the model's first parameter (`output = { coba = "0 mV" }`).
    pub params: BTreeMap<String, Value>,
}

/// One end of a projection: a population, or a part of one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct End {
    /// Name of the population.
    pub population: String,
    /// The neurons that the projection sees, as if the population had no others; all if `None`.
    pub neurons: Option<Range<u32>>,
}

impl fmt::Display for End {
    /// As a network file says it: `exc`, `exc[0..400]`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.population)?;
        self.neurons.as_ref().map_or(Ok(()), |neurons| write!(f, "[{}..{}]", neurons.start, neurons.end))
    }
}

/// Synapses from one population to a port of another.
#[derive(Debug, Clone, PartialEq)]
pub struct Projection {
    /// Its name; unless it has one, it is called `pre→post.port`, or `pre→post.gap_junction`.
    pub name: Option<String>,
    /// The source population.
    pub pre: End,
    /// The target population.
    pub post: End,
    /// Name of the target's port; empty for gap junctions, which act on V.
    pub port: String,
    /// Who is connected to whom, by numbers that count from the first neuron of each end.
    pub connect: Connect,
    /// Weight of each synapse, in the port's unit (mS for `coba` and `mg_block`, mA for `cuba`, mV for `delta`, none for `sum`), in mS for
    /// gap junctions. An array has one value for each synapse, or for all-to-all the shape `[n_pre, n_post]` of the ends.
    pub weight: Value,
    /// Delay of each synapse; at least one time step. Gap junctions have none: it is 0 ms then.
    pub delay: Value,
    /// How precisely weights that differ are kept; [`Precision::Compact`] where that moves none by more than 2⁻¹⁰ of itself,
    /// else [`Precision::Exact`], if `None`.
    pub precision: Option<Precision>,
    /// Are the synapses held, or drawn again whenever a source spikes?
    pub storage: Storage,
    /// What becomes of its sources' spikes, as short-term plasticity, or which value its sources give in each step (a *graded* projection): a
    /// model whose parameters may have a value for each source. Without, each spike brings whole weights (`static`). The word
    /// [`GAP_JUNCTION`] makes gap junctions of its synapses.
    pub model: Option<Part>,
}

/// What a projection names in place of a model whose synapses are gap junctions: into each target flows weight·(V of the source − V).
pub const GAP_JUNCTION: &str = "gap_junction";

/// The word for a projection without a model.
pub(crate) const STATIC: &str = "static";

impl Projection {
    /// Are its synapses gap junctions?
    pub fn is_gap_junction(&self) -> bool {
        let word = |part: &Part| matches!(&part.model, Model::Catalogue(name) if name == GAP_JUNCTION);
        self.model.as_ref().is_some_and(word)
    }

    /// The name of its port, or what stands in its place.
    pub(crate) fn ending(&self) -> &str {
        if self.is_gap_junction() { GAP_JUNCTION } else { &self.port }
    }

    /// The delay of gap junctions, which have none.
    pub(crate) fn no_delay() -> Value {
        Value::Constant(Quantity::new(0.0, &Unit::MILLISECOND))
    }
}

/// How precisely the weights of a projection are kept. (A weight that all its synapses share is always exact.)
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Precision {
    /// To 10 significant bits, so that a synapse takes 4 bytes as a rule.
    Compact,
    /// As exact as its port counts.
    Exact,
}

/// Where the synapses of a projection are. It changes no bit of a result.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Storage {
    /// In memory.
    #[default]
    Stored,
    /// Nowhere: each row is drawn again whenever its source spikes, which costs time instead of memory. For
    /// `pairwise_bernoulli`, and `fixed_outdegree` and `fixed_total_number` with multapses, whose weights and delays are
    /// constants or distributions.
    Procedural,
}

/// A connection rule.
#[derive(Debug, Clone, PartialEq)]
pub struct Connect {
    /// The rule itself.
    pub rule: Rule,
    /// May a neuron be connected to itself? Only asked where source and target are one population.
    pub autapses: bool,
    /// May two neurons be connected more than once?
    pub multapses: bool,
    /// How probabilities fall off with distance; not at all if `None`.
    pub kernel: Option<Kernel>,
    /// Who may be connected at all, by where they are; anybody if `None`.
    pub mask: Option<Mask>,
    /// Does each synapse have one from its target to its source, of the same weight and delay?
    pub symmetric: bool,
}

/// Who is connected to whom; `L` is how pairs are listed, here as an array that may stand in a file.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Rule<L = Array> {
    /// Every source with every target.
    AllToAll,
    /// Source i with target i; ends of equal size.
    OneToOne,
    /// Every pair independently with this probability.
    PairwiseBernoulli(f64),
    /// Every target draws this many sources.
    FixedIndegree(u32),
    /// Every source draws this many targets.
    FixedOutdegree(u32),
    /// This many pairs are drawn.
    FixedTotalNumber(u64),
    /// These pairs, of shape `[n, 2]`: source, target. Weight and delay arrays have one value per pair.
    List(L),
}

impl<L> Rule<L> {
    /// The same rule of a list that is only looked at.
    pub(crate) fn as_ref(&self) -> Rule<&L> {
        match self {
            Self::AllToAll => Rule::AllToAll,
            Self::OneToOne => Rule::OneToOne,
            Self::PairwiseBernoulli(p) => Rule::PairwiseBernoulli(*p),
            Self::FixedIndegree(sources) => Rule::FixedIndegree(*sources),
            Self::FixedOutdegree(targets) => Rule::FixedOutdegree(*targets),
            Self::FixedTotalNumber(pairs) => Rule::FixedTotalNumber(*pairs),
            Self::List(list) => Rule::List(list),
        }
    }

    /// The same rule, with another kind of list.
    pub(crate) fn with_list<M, E>(
        self,
        list: impl FnOnce(L) -> std::result::Result<M, E>,
    ) -> std::result::Result<Rule<M>, E> {
        Ok(match self {
            Self::AllToAll => Rule::AllToAll,
            Self::OneToOne => Rule::OneToOne,
            Self::PairwiseBernoulli(p) => Rule::PairwiseBernoulli(p),
            Self::FixedIndegree(sources) => Rule::FixedIndegree(sources),
            Self::FixedOutdegree(targets) => Rule::FixedOutdegree(targets),
            Self::FixedTotalNumber(pairs) => Rule::FixedTotalNumber(pairs),
            Self::List(pairs) => Rule::List(list(pairs)?),
        })
    }
}

/// What is recorded.
#[derive(Debug, Clone, PartialEq)]
pub struct Record {
    /// Name of the population; empty where it is a record of a projection.
    pub population: String,
    /// What a path calls the projection of whose model variables are recorded, of its sources; none where it is a record of a population.
    pub projection: Option<String>,
    /// `spikes`, a state variable of the neuron (`v`), or `<port>.<variable>`; of a projection variables of its model.
    pub what: Vec<String>,
    /// Interval between samples of variables; each step if absent.
    pub every: Option<Quantity>,
    /// When recording begins; with the run if absent. Records of one population's spikes have the same times.
    pub start: Option<Quantity>,
    /// When recording ends; with the run if absent.
    pub stop: Option<Quantity>,
    /// The neurons of which it is recorded; all if absent. Records of one population's spikes are one record of all their
    /// neurons together.
    pub neurons: Option<Vec<u32>>,
}
