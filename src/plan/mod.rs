//! What the device will do, as plain data: slabs of neurons, synapse tables, ring slots, whole steps.
//!
//! A plan is a network lowered: names resolved, units gone, every table laid out. The simulator executes it on a
//! device in f32, the CPU engine in f32 or f64, the reference in f64. Nothing here names wgpu; only sizes meet an adapter's limits.
//!
//! What is counted here becomes words of 32 bits: no cast and no sum may wrap in silence.
#![cfg_attr(not(test), warn(clippy::arithmetic_side_effects, clippy::cast_possible_truncation, clippy::cast_sign_loss))]

mod arrays;
mod cache;
mod carries;
mod changed;
mod column;
mod columns;
mod connectivity;
mod difference;
mod estimate;
mod fingerprint;
mod finite;
mod given;
mod held;
mod host;
mod items;
mod limits;
mod lower;
mod memory;
mod outline;
mod period;
mod print;
mod recorders;
mod recordings;
mod resolve;
mod shapes;
mod slabs;
mod sources;
mod space;
mod state;
mod stimulus;
mod suspicious;
mod synapses;
mod until;
mod values;
mod variable;
mod window;
mod wiring;

pub use column::Column;
pub use connectivity::Synapses;
pub use difference::Difference;
pub use host::{HostTable, Phase};
pub use lower::{Examined, LowerOptions};
pub use memory::{Memory, Sizes};
pub use state::State;
pub use stimulus::HeldRates;
pub use until::{Stopped, Until};
pub use values::{Channel, Gather, Gives};
pub use variable::Variable;

pub(crate) use difference::{alike, difference};
pub use finite::Ended;
pub(crate) use finite::{NotFinite, Watch};
pub(crate) use items::of_item;
pub(crate) use recordings::Sampled;
pub(crate) use stimulus::acts_by;

use crate::Warning;
use crate::model::Definition;
use crate::recording::Period;
use crate::rows::{Scale, Table};
use std::ops::Range;
use std::sync::Arc;

/// A network, lowered.
#[derive(Debug, Clone)]
pub struct Plan {
    /// \[ms\] length of a step.
    pub dt_ms: f64,
    /// The seed of each item's noise and initial values. An item is, bit for bit, the network alone with that seed, its own values and
    /// its wiring seed.
    pub seeds: Vec<u64>,
    /// The seed of synapses and of parameters that are drawn: one that all items share, or that of each.
    pub wiring_seeds: Vec<u64>,
    /// Items of the batch: copies of the network that run side by side.
    pub batch: u32,
    /// Does an item whose state becomes infinite or no number end alone, and the others go on? Else it ends the run.
    pub items_end: bool,
    /// Threads of the CPU engine that it was lowered for, at most; none: it is for a device, or for the reference.
    pub(crate) threads: Option<usize>,
    /// \[steps\] the window W: within it no spike can reach anybody.
    pub window: u32,
    /// Windows of a submission at most: as many as their recordings have room for.
    pub submission: u32,
    /// \[steps\] slots of the delay ring; step k arrives from slot k mod `slots`.
    pub slots: u32,
    /// *Inlets*, each a port of a neuron: what arrives there in a step is one number of the ring for each slot and batch item.
    pub inlets: u32,
    /// \[steps\] the duration that the network asks for.
    pub duration: Option<u32>,
    /// What ends a run before its time.
    pub until: Option<Until>,
    /// Populations, in the network's order.
    pub populations: Vec<PopulationPlan>,
    /// Populations of one neuron model with the same kinds of ports: one update dispatch each, in the order of levels.
    pub slabs: Vec<SlabPlan>,
    /// What each projection is called in messages.
    pub(crate) projections: Vec<String>,
    /// All synapses that spikes go through.
    pub synapses: Arc<Table>,
    /// What neurons give in each step besides spikes.
    pub channels: Vec<Channel>,
    /// The projections whose targets gather it, in the network's order.
    pub gathers: Vec<Gather>,
    /// \[steps\] slots of the ring of what was given: step k leaves it in slot k mod `value_slots`; 0 where nobody gathers.
    pub value_slots: u32,
    /// Synapses whose weight is rounded to 10 significant bits, which moves it by 2⁻¹⁰ of itself at most unless the network asks for it.
    pub rounded: u64,
    /// A number that follows from all that synapses are drawn from.
    pub(crate) wired: u64,
    /// Bulk words that stimuli read: current traces, count tables, arrival steps.
    pub data: Vec<u32>,
    /// The rates of stimuli that the host may set; several of one stimulus where items have rates of their own.
    pub held_rates: Vec<HeldRates>,
    /// Who records what; the spikes of a population at most once.
    pub recorders: Vec<Recorder>,
    /// Tells this network from others, whatever it records: see [`State::fingerprint`].
    pub fingerprint: u64,
    /// What is legal in the network, but suspicious.
    pub warnings: Vec<Warning>,
}

impl Plan {
    /// \[ms\] When a step begins, without the last digits' noise.
    pub fn ms(&self, step: u32) -> f64 {
        ms(step, self.dt_ms)
    }

    /// Of each population whether its neurons ever spike.
    pub fn spiking(&self) -> Vec<bool> {
        self.populations.iter().map(|population| self.slabs[population.slab].neuron.spikes()).collect()
    }

    /// Is it told of each item whether its state is finite? Else of the first that is not: items that have stopped are computed on,
    /// and what becomes of them must hide nobody.
    pub(crate) fn items_apart(&self) -> bool {
        self.items_end || self.until.is_some()
    }

    /// Levels of the slabs: in each step (or window) the populations of one level are computed and their spikes
    /// delivered before those of the next.
    pub fn levels(&self) -> u32 {
        self.slabs.iter().map(|slab| slab.level).max().unwrap_or(0).saturating_add(1)
    }
}

/// \[ms\] So many steps, without the last digits' noise: 3 steps of 0.1 ms are 0.3 ms.
pub(crate) fn ms(steps: u32, dt_ms: f64) -> f64 {
    (f64::from(steps) * dt_ms * 1e9).round() / 1e9
}

/// Populations that one update dispatch serves.
#[derive(Debug, Clone)]
pub struct SlabPlan {
    /// The neurons' model.
    pub neuron: Arc<Definition>,
    /// Models of the ports, in order.
    pub ports: Vec<PortModels>,
    /// The stimuli that some of the populations have; each population says which it has, with its values.
    pub stimuli: Vec<StimulusSlot>,
    /// The models of projections that some of the populations are the sources of; each population says which it has, with its values.
    pub sources: Vec<Arc<Definition>>,
    /// Indices of its populations; their neurons follow each other in this order.
    pub populations: Vec<usize>,
    /// Neurons.
    pub size: u32,
    /// Its first inlet: port p of its i-th neuron has inlet `first_inlet + p·size + i`.
    pub first_inlet: u32,
    /// Its place in the order within a step: above that of all from which it has synapses without delay.
    pub level: u32,
}

/// The models of one port.
#[derive(Debug, Clone)]
pub struct PortModels {
    /// Filters arrivals; none: arrivals themselves are the output's input.
    pub synapse: Option<Arc<Definition>>,
    /// Acts on the neuron.
    pub output: Arc<Definition>,
    /// Index of the neuron's state variable that an output's jumps are added to, after its update; `None`: they are the
    /// neuron's own jumps, of V or the first variable.
    pub onto: Option<usize>,
}

/// A place for a stimulus in a slab.
#[derive(Debug, Clone)]
pub struct StimulusSlot {
    /// The stimulus' model.
    pub model: Arc<Definition>,
    /// What its number becomes.
    pub target: Target,
}

/// What a stimulus' number becomes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Target {
    /// \[mA\] a current into the neuron.
    Current,
    /// \[mV\] a jump of V.
    Jump,
    /// An arrival at the port of that index.
    Port(usize),
}

/// One population's place and values. Columns follow the order of the WGSL files.
#[derive(Debug, Clone)]
pub struct PopulationPlan {
    /// Its name.
    pub name: String,
    /// Neurons.
    pub size: u32,
    /// Index of its slab.
    pub slab: usize,
    /// Index of its first neuron in the slab.
    pub first_in_slab: u32,
    /// Parameters of the neuron.
    pub params: Vec<Column>,
    /// Initial values of the neuron's state.
    pub init: Vec<Column>,
    /// Its ports.
    pub ports: Vec<PortPlan>,
    /// For each stimulus slot of the slab, this population's stimulus, if it has one there.
    pub stimuli: Vec<Option<StimulusPlan>>,
    /// For each slot of the slab's models of projections, that of this population's projection, if it has one there.
    pub sources: Vec<Option<SourcePlan>>,
}

/// One port's values.
#[derive(Debug, Clone)]
pub struct PortPlan {
    /// Its name.
    pub name: String,
    /// Parameters of the synapse; empty without one.
    pub synapse_params: Vec<Column>,
    /// Initial values of the synapse's state.
    pub synapse_init: Vec<Column>,
    /// Parameters of the output.
    pub output_params: Vec<Column>,
    /// Inlet of the port of the population's first neuron; the others follow.
    pub first_inlet: u32,
    /// Synapses that end here.
    pub synapses: u64,
    /// How their weights are counted in whole numbers, in the first batch item.
    pub scale: Scale,
    /// How each batch item counts them, where the items' weights make a difference; empty where all count as the first.
    pub item_scales: Vec<Scale>,
}

impl PortPlan {
    /// How a batch item counts weights.
    pub fn scale_of(&self, item: u32) -> Scale {
        self.item_scales.get(item as usize).copied().unwrap_or(self.scale)
    }
}

/// The values that a projection's model has of its source population: all neurons have some, and those outside the projection's part of
/// it nobody asks for.
#[derive(Debug, Clone)]
pub struct SourcePlan {
    /// Index of the projection.
    pub projection: usize,
    /// What the projection is called, as in the names of variables.
    pub name: String,
    /// Its number among the projections of the population that have a model.
    pub number: u32,
    /// The neurons from which it leads.
    pub neurons: Range<u32>,
    /// Its parameters.
    pub params: Vec<Column>,
    /// Initial values of its state.
    pub init: Vec<Column>,
}

/// One stimulus' values for one population.
#[derive(Debug, Clone)]
pub struct StimulusPlan {
    /// Its stream of random numbers.
    pub stream: u32,
    /// Its parameters.
    pub params: Vec<Column>,
    /// Initial values of its state; none where it has no state.
    pub init: Vec<Column>,
    /// 1 for the neurons that it acts on, 0 for the others.
    pub active: Column,
    /// The steps in which it acts.
    pub steps: Period,
    /// What it has of the plan's words.
    pub words: Words,
}

/// A stimulus' part of [`Plan::data`].
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Words {
    /// The place of its first.
    pub first: usize,
    /// How many there are.
    pub len: usize,
    /// How many there is room for.
    pub room: usize,
    /// Which of the stimulus' parameters are places of them.
    pub places: &'static [usize],
}

/// What is recorded of some neurons of a population.
#[derive(Debug, Clone)]
pub struct Recorder {
    /// Index of the population.
    pub population: usize,
    /// The projection whose model's variable is recorded, of its sources, by which the recording then calls it.
    pub projection: Option<String>,
    /// The recorded neurons, by index in the population; all if `None`. Those whose spikes are recorded ascend.
    pub neurons: Option<Vec<u32>>,
    /// When it records.
    pub period: Period,
    /// What is recorded of them.
    pub what: Recorded,
}

/// What a recorder records.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Recorded {
    /// Spikes.
    Spikes,
    /// A variable.
    Samples(Sampling),
}

/// A variable, and when it is sampled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sampling {
    /// Index of the variable, see [`Plan::variables`].
    pub variable: usize,
    /// \[steps\] interval: it is sampled after each step whose number is a multiple.
    pub every: u32,
}
