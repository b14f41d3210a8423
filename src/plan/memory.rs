//! What a plan asks of a device, in bytes, counted before anything is allocated.

use super::{Column, Plan, PopulationPlan, SlabPlan};
use crate::gpu::Limits;
use crate::{Error, Result};

/// One table's size.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sizes {
    /// What it holds.
    pub name: &'static str,
    /// \[bytes\] all of it.
    pub bytes: u64,
    /// \[bytes\] what one binding must hold of it.
    pub binding: u64,
}

/// All tables of a plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Memory {
    /// The tables.
    pub tables: Vec<Sizes>,
}

impl Memory {
    /// \[bytes\] all tables together.
    pub fn total(&self) -> u64 {
        self.tables.iter().map(|table| table.bytes).sum()
    }
}

impl PopulationPlan {
    /// All its parameter columns, at the same places for all populations of a slab; `None` for those of a stimulus
    /// that it lacks.
    fn all_columns(&self, slab: &SlabPlan) -> Vec<Option<&Column>> {
        let own = self.params.iter().map(Some);
        let ports = self.ports.iter().flat_map(|port| port.synapse_params.iter().chain(&port.output_params)).map(Some);
        let stimuli = slab.stimuli.iter().zip(&self.stimuli).flat_map(|(slot, stimulus)| {
            let indices = 0..slot.model.reflection.params.len();
            let params = indices.map(move |index| stimulus.as_ref().map(|stimulus| &stimulus.params[index]));
            params.chain(std::iter::once(stimulus.as_ref().map(|stimulus| &stimulus.active)))
        });
        own.chain(ports).chain(stimuli).collect()
    }
}

impl Plan {
    /// The tables that a device must hold. Recordings come on top, sized to what is left.
    pub fn memory(&self) -> Memory {
        let table = |name, bytes| Sizes { name, bytes, binding: bytes };
        let state: Vec<u64> = (0..self.slabs.len()).map(|slab| 4 * self.state_len(slab) as u64).collect();
        let entries = 4 * self.synapses.entries.len() as u64;
        let weights = 4 * self.synapses.weights.len() as u64;
        let shard = 4 * u64::from(self.synapses.shard);
        let tables = vec![
            Sizes {
                name: "neuron state",
                bytes: state.iter().sum(),
                binding: state.iter().copied().max().unwrap_or(0),
            },
            table("parameters and stimuli", 4 * self.data_words()),
            table("delay ring", 4 * self.ring_len() as u64),
            Sizes { name: "synapses", bytes: entries, binding: entries.min(shard) },
            Sizes { name: "synaptic weights", bytes: weights, binding: weights.min(shard) },
            table("synapse rows", 8 * self.synapses.rows.len() as u64),
            table("delivery tasks", self.task_bytes(self.window)),
        ];
        Memory { tables }
    }

    /// Delivery tasks that the fullest shard can get in one step, if every neuron of every batch item spikes.
    pub(crate) fn tasks_per_step(&self) -> u64 {
        let table = &self.synapses;
        let mut shards = vec![0u64; table.shards() as usize];
        for &[first, count] in table.rows.iter().filter(|row| row[1] > 0) {
            for chunk in 0..count.div_ceil(table.chunk) {
                shards[((first + chunk * table.chunk) / table.shard) as usize] += 1;
            }
        }
        shards.into_iter().max().unwrap_or(0) * u64::from(self.batch)
    }

    /// [bytes] the task lists of a window: 12 bytes a task, none can be lost.
    pub(super) fn task_bytes(&self, window: u32) -> u64 {
        12 * self.tasks_per_step() * u64::from(window) * u64::from(self.synapses.shards())
    }

    /// Words of the stimuli's data and of all columns with one value for each neuron.
    fn data_words(&self) -> u64 {
        let slabs = self.slabs.iter().map(|slab| {
            // A column is written out for the whole slab if one of its populations has a value for each neuron.
            let members: Vec<_> =
                slab.populations.iter().map(|&index| self.populations[index].all_columns(slab)).collect();
            let columns = members.first().map_or(0, Vec::len);
            let each = |column: &Option<&Column>| matches!(column, Some(Column::Each(_)));
            let written = |index: &usize| members.iter().any(|columns| each(&columns[*index]));
            u64::from(slab.size) * (0..columns).filter(written).count() as u64
        });
        self.data.len() as u64 + slabs.sum::<u64>()
    }

    /// Holds every table against an adapter's limits.
    ///
    /// # Errors
    /// [`Error::TooLarge`] naming the table, the bytes and the limit.
    pub fn check(&self, limits: &Limits, adapter: &str) -> Result<()> {
        let too_large = |what: &str, needed, limit_name: &str, limit| Error::TooLarge {
            what: what.to_owned(),
            needed,
            limit_name: limit_name.to_owned(),
            limit,
            adapter: adapter.to_owned(),
        };
        for table in self.memory().tables {
            if table.binding > limits.max_binding {
                return Err(too_large(
                    table.name,
                    table.binding,
                    "max_storage_buffer_binding_size",
                    limits.max_binding,
                ));
            }
            if table.binding > limits.max_buffer {
                return Err(too_large(table.name, table.binding, "max_buffer_size", limits.max_buffer));
            }
        }
        Ok(())
    }
}
