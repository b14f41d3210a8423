//! What a plan takes of the host's memory: while its network is lowered, from then on, and while it is executed.

use super::{Column, Plan, PopulationPlan, PortPlan, SourcePlan, StimulusPlan};
use crate::Result;
use crate::memory::{bytes_of, needs};
use crate::rows::Table;

/// When the host holds a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Phase {
    /// While the network is lowered.
    Lowering,
    /// From then on.
    Always,
    /// While the plan is executed.
    Running,
}

/// One table's size on the host.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HostTable {
    /// What it holds.
    pub name: &'static str,
    /// \[bytes\] all of it.
    pub bytes: u64,
    /// When it is there.
    pub phase: Phase,
}

impl PopulationPlan {
    /// [bytes] of its values of single neurons.
    fn value_bytes(&self) -> u64 {
        let ports = self.ports.iter().flat_map(PortPlan::columns);
        let sources = self.sources.iter().flatten().flat_map(SourcePlan::columns);
        self.params.iter().chain(&self.init).chain(ports).chain(sources).map(bytes).sum()
    }

    /// [bytes] of its stimuli's.
    fn stimulus_bytes(&self) -> u64 {
        self.stimuli.iter().flatten().flat_map(StimulusPlan::columns).map(bytes).sum()
    }
}

impl PortPlan {
    fn columns(&self) -> impl Iterator<Item = &Column> {
        self.synapse_params.iter().chain(&self.synapse_init).chain(&self.output_params)
    }
}

impl StimulusPlan {
    fn columns(&self) -> impl Iterator<Item = &Column> {
        self.params.iter().chain([&self.active])
    }
}

/// [bytes] that drawing rows takes beside them.
fn table_building(synapses: &Table) -> u64 {
    let inlets = synapses.blocks.iter().map(|block| u64::from(block.size)).max().unwrap_or(0);
    bytes_of::<u32>(synapses.starts.len() as u64).saturating_add(bytes_of::<[u64; 4]>(inlets))
}

fn bytes(column: &Column) -> u64 {
    match column {
        Column::Constant(_) | Column::Held(_) => 0,
        Column::Each(values) => bytes_of::<f64>(values.len() as u64),
    }
}

/// Neurons of a block of the CPU engine at most, and what a block takes however few it has.
const BLOCK_NEURONS: u64 = 1024;
const BLOCK_BYTES: u64 = 2048;

impl Plan {
    /// All tables of some size.
    pub(super) fn host_tables(&self) -> Vec<HostTable> {
        let all = |bytes: fn(&PopulationPlan) -> u64| self.populations.iter().map(bytes).fold(0, u64::saturating_add);
        let stimuli = all(PopulationPlan::stimulus_bytes).saturating_add(bytes_of::<u32>(self.data.len() as u64));
        let synapses = &self.synapses;
        let words = synapses.entries.len().saturating_add(synapses.starts.len()).saturating_add(synapses.ends.len());
        let table =
            bytes_of::<u32>(words as u64).saturating_add(synapses.item_bytes()).saturating_add(self.gather_bytes());
        // Where the next synapse of each row comes, and what reaches each neuron.
        let building = table_building(synapses);
        // Two of each: what runs, and what it starts from or is set to.
        let state = self.state_bytes().saturating_mul(2).saturating_add(bytes_of::<u64>(self.instances()));
        let ring = bytes_of::<i32>(self.ring_len()).saturating_mul(2);
        let host = |name, bytes, phase| HostTable { name, bytes, phase };
        let mut tables = vec![
            host("values of neurons", all(PopulationPlan::value_bytes), Phase::Always),
            host("stimuli", stimuli, Phase::Always),
            host("drawing synapses", building, Phase::Lowering),
            host("synapse table", table, Phase::Always),
            host("parameters", self.parameter_bytes(), Phase::Running),
            host("neuron state", state.saturating_add(self.engine_bytes()), Phase::Running),
            host("delay ring", ring, Phase::Running),
        ];
        tables.extend(self.threads.map(|_| host("samples of a portion", self.portion_bytes(), Phase::Running)));
        tables
    }

    /// [bytes] of what the CPU engine has of each neuron beside its state: parameters with what follows from them, in each batch item
    /// anew, where they are the neuron's own; what each block of neurons takes; and four random words for each stimulus.
    fn engine_bytes(&self) -> u64 {
        if self.threads.is_none() {
            return 0;
        }
        let blocks = |population: &PopulationPlan| u64::from(population.size).div_ceil(BLOCK_NEURONS);
        let blocks = self.populations.iter().map(blocks).fold(0, u64::saturating_add).saturating_mul(BLOCK_BYTES);
        let own =
            |population: &PopulationPlan| u64::from(population.size).saturating_mul(self.own_columns(population).0);
        let parameters = bytes_of::<f64>(self.populations.iter().map(own).fold(0, u64::saturating_add));
        let parameters = parameters.max(bytes_of::<u32>(self.data_words().div_ceil(u64::from(self.batch.max(1)))));
        let own = parameters.saturating_add(parameters / 2).saturating_add(blocks);
        own.saturating_mul(self.batch.into()).saturating_add(self.random_bytes())
    }

    /// [bytes] of the samples that the CPU engine has of a portion of a run.
    fn portion_bytes(&self) -> u64 {
        bytes_of::<f32>(self.sample_words(self.submission_steps()))
    }

    /// [bytes] of the random words that the CPU engine keeps: four for each neuron and stimulus.
    fn random_bytes(&self) -> u64 {
        let of = |population: &PopulationPlan| {
            let slots = self.slabs[population.slab].stimuli.iter().zip(&population.stimuli);
            let random = slots.filter(|(slot, own)| own.is_some() && slot.model.draws());
            bytes_of::<[u32; 4]>(u64::from(population.size).saturating_mul(random.count() as u64))
        };
        self.populations.iter().map(of).fold(0, u64::saturating_add).saturating_mul(self.batch.into())
    }

    /// Neurons of all batch items.
    pub(crate) fn instances(&self) -> u64 {
        let neurons: u64 = self.populations.iter().map(|population| u64::from(population.size)).sum();
        neurons.saturating_mul(u64::from(self.batch))
    }

    /// Columns of a population's parameters, and how many values the longest has; none where all are the same for all neurons.
    fn own_columns(&self, population: &PopulationPlan) -> (u64, u64) {
        let columns: Vec<_> = population.all_columns(&self.slabs[population.slab]).into_iter().flatten().collect();
        let rows = columns.iter().map(|column| column.values().len()).max().unwrap_or(1) as u64;
        if columns.iter().any(|column| bytes(column) > 0) { (columns.len() as u64, rows) } else { (0, 0) }
    }

    /// [bytes] of parameters as the device gets them, or as the reference has them: those of a neuron side by side, where
    /// one of them is the neuron's own.
    fn parameter_bytes(&self) -> u64 {
        let rows = |population: &PopulationPlan| {
            let (columns, rows) = self.own_columns(population);
            bytes_of::<f64>(rows.saturating_mul(columns))
        };
        self.populations.iter().map(rows).sum::<u64>().max(bytes_of::<u32>(self.data_words()))
    }

    /// Has the host room to execute this plan? `on_host` says that the device's memory is the host's.
    ///
    /// # Errors
    /// [`crate::Error::HostMemory`].
    pub(crate) fn check_running(&self, on_host: bool) -> Result<()> {
        let host = self.host_tables().into_iter().filter(|table| table.phase == Phase::Running);
        let mut tables: Vec<_> = host.map(|table| (table.name, table.bytes)).collect();
        if on_host {
            tables.extend(self.device_tables().iter().map(|table| (table.name, table.bytes)));
        }
        let total = tables.iter().fold(0u64, |sum, (_, bytes)| sum.saturating_add(*bytes));
        let largest = tables.iter().max_by_key(|(_, bytes)| *bytes).map_or("", |(name, _)| name);
        let largest = if largest == "delay ring" { self.ring_text() } else { format!("its {largest}") };
        let hint = "fewer neurons, ports or synapses, a shorter longest delay, or a smaller batch";
        needs(total, &format!("running the network, most of all {largest},"), hint)
    }
}
