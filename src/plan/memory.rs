//! What a plan asks of a device and of the host, in bytes, counted before anything is allocated.

use super::host::{HostTable, Phase};
use super::{Column, Plan, PopulationPlan, SlabPlan};
use crate::memory::bytes_of;
use crate::model::Definition;
use crate::shader::Reflection;

/// One table's size on the device.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sizes {
    /// What it holds.
    pub name: &'static str,
    /// \[bytes\] all of it.
    pub bytes: u64,
    /// \[bytes\] what one binding must hold of it.
    pub binding: u64,
    /// What makes it smaller.
    pub hint: &'static str,
}

/// All tables of a plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Memory {
    /// The tables on the device; what submissions record is among them.
    pub tables: Vec<Sizes>,
    /// The tables on the host. What runs return comes on top.
    pub host: Vec<HostTable>,
}

impl Memory {
    /// \[bytes\] all tables on the device together.
    pub fn total(&self) -> u64 {
        self.tables.iter().fold(0, |sum, table| sum.saturating_add(table.bytes))
    }

    /// \[bytes\] all tables on the host that are there in a phase.
    pub fn on_host(&self, phase: Phase) -> u64 {
        let there = self.host.iter().filter(|table| table.phase == phase || table.phase == Phase::Always);
        there.fold(0, |sum, table| sum.saturating_add(table.bytes))
    }
}

impl PopulationPlan {
    /// All its parameter columns, at the same places for all populations of a slab; `None` for those of a stimulus,
    /// or of a projection's model, that it lacks.
    pub(super) fn all_columns<'a>(&'a self, slab: &'a SlabPlan) -> Vec<Option<&'a Column>> {
        let params = self.models(slab).into_iter().flat_map(|(model, columns)| {
            let indices = 0..model.reflection.params.len();
            indices.map(move |index| columns.and_then(|columns| columns.get(index)))
        });
        let active = self.stimuli.iter().map(|stimulus| stimulus.as_ref().map(|stimulus| &stimulus.active));
        params.chain(active).collect()
    }

    /// Its models, the same for all populations of a slab, each with its parameters; `None` for those of a stimulus that it lacks.
    fn models<'a>(&'a self, slab: &'a SlabPlan) -> Vec<(&'a Definition, Option<&'a Vec<Column>>)> {
        let mut all = vec![(&*slab.neuron, Some(&self.params))];
        for (models, port) in slab.ports.iter().zip(&self.ports) {
            all.extend(models.synapse.as_deref().map(|synapse| (synapse, Some(&port.synapse_params))));
            all.push((&models.output, Some(&port.output_params)));
        }
        let stimuli = slab.stimuli.iter().zip(&self.stimuli);
        all.extend(stimuli.map(|(slot, own)| (&*slot.model, own.as_ref().map(|stimulus| &stimulus.params))));
        let sources = slab.sources.iter().zip(&self.sources);
        all.extend(sources.map(|(model, own)| (&**model, own.as_ref().map(|source| &source.params))));
        all
    }
}

impl Plan {
    /// The tables that a device and the host must hold.
    pub fn memory(&self) -> Memory {
        Memory { tables: self.device_tables(), host: self.host_tables() }
    }

    pub(super) fn device_tables(&self) -> Vec<Sizes> {
        let table = |name, bytes, binding, hint| Sizes { name, bytes, binding, hint };
        let state: Vec<u64> = (0..self.slabs.len()).map(|slab| bytes_of::<u32>(self.state_len(slab))).collect();
        let largest_state = state.iter().copied().max().unwrap_or(0);
        let data = bytes_of::<u32>(self.data_words());
        // Behind it stands what neurons give.
        let ring = bytes_of::<i32>(self.ring_len().saturating_add(self.values_len()));
        let synapses = &self.synapses;
        let entries = bytes_of::<u32>(synapses.entries.len() as u64);
        let part = synapses.parts.iter().map(|part| bytes_of::<u32>(part.words.len() as u64)).max().unwrap_or(0);
        let starts = bytes_of::<u32>(synapses.starts.len() as u64);
        let drawn = bytes_of::<u32>(synapses.procedural.iter().map(|drawn| drawn.device_words()).sum());
        let [spikes, samples] = self.recorded_bytes(self.submission_steps());
        let state_sum = state.into_iter().fold(0, u64::saturating_add);
        // Behind the spikes of a submission stand the amplitudes of a window.
        let with_amplitudes = spikes.saturating_add(self.amplitude_bytes(self.window));
        let read_back = spikes.saturating_add(samples).saturating_mul(2);
        let smaller = "fewer neurons of one model, or a smaller batch";
        let shorter = "fewer neurons with values of their own, or shorter inputs";
        let slower = "a shorter longest delay, a larger dt, fewer neurons or ports, or a smaller batch";
        let fewer = "fewer synapses or neurons, or a smaller batch";
        let recorded = "recording fewer variables or `neurons`, or a smaller batch";
        let mut tables = vec![
            table("neuron state", state_sum, largest_state, smaller),
            table("parameters and stimuli", data, data, shorter),
            table("delay ring", ring, ring, slower),
            table("synapses", entries, part, fewer),
            table("row starts", starts, starts, fewer),
            table("tables of drawn rows", drawn, drawn, fewer),
            table("recorded spikes", with_amplitudes, with_amplitudes, smaller),
            table("recorded variables", samples, samples, recorded),
            table("read-back of recordings", read_back, spikes.max(samples), recorded),
        ];
        if !self.gathers.is_empty() {
            let words = self.gather_words();
            let bytes = bytes_of::<u32>(words);
            tables.push(table("tables of graded projections", bytes, bytes, fewer));
        }
        if self.items_apart() {
            let words =
                u64::from(self.submission).saturating_mul(self.slabs.len() as u64).saturating_mul(self.batch.into());
            let bytes = bytes_of::<u32>(words);
            tables.push(table("reports of items", bytes.saturating_mul(3), bytes, "fewer items"));
        }
        let weights = synapses.item_bytes();
        if weights > 0 {
            tables.push(table("weights of items", weights, weights, "fewer items, or fewer populations"));
        }
        tables
    }

    /// Items of a slab that may have parameters of their own: all of the batch, or 1 where they share all.
    pub(crate) fn items(&self, slab: &SlabPlan) -> u32 {
        let of_items = |population: &PopulationPlan| {
            population.all_columns(slab).into_iter().flatten().any(|column| column.is_of_items(population.size))
        };
        if slab.populations.iter().any(|&index| of_items(&self.populations[index])) { self.batch } else { 1 }
    }

    /// Columns that a device derives from parameters of a slab which are not the same for all of its neurons.
    fn derived_columns(&self, slab: &SlabPlan) -> usize {
        let members: Vec<_> = slab.populations.iter().map(|&index| self.populations[index].models(slab)).collect();
        let of = |model: usize| {
            let Reflection { params, derived, derived_from, .. } = &members[0][model].0.reflection;
            let word = |member: usize, param: usize| match members[member][model].1.map(|columns| &columns[param]) {
                Some(Column::Each(_) | Column::Held(_)) => None,
                Some(Column::Constant(value)) => Some(params[param].kind.word(*value)),
                None => Some(0),
            };
            let same = |&param: &usize| {
                let first = word(0, param);
                first.is_some() && (1..members.len()).all(|member| word(member, param) == first)
            };
            if derived_from.iter().all(same) { 0 } else { derived.len() }
        };
        (0..members.first().map_or(0, Vec::len)).map(of).fold(0, usize::saturating_add)
    }

    /// Words of the stimuli's data, of all columns with one value for each neuron, of what is derived for each, and of the items' seeds.
    pub(super) fn data_words(&self) -> u64 {
        let slabs = self.slabs.iter().map(|slab| {
            // A column is written out for the whole slab if one of its populations has a value for each neuron.
            let members: Vec<_> =
                slab.populations.iter().map(|&index| self.populations[index].all_columns(slab)).collect();
            let columns = members.first().map_or(0, Vec::len);
            let written = |index: usize| members.iter().any(|columns| columns[index].is_some_and(Column::is_each));
            // What is held is one word for each population.
            let held = |index: &usize| {
                let is_held = |column: Option<&Column>| matches!(column, Some(Column::Held(_)));
                !written(*index) && members.iter().any(|columns| is_held(columns[*index]))
            };
            let held = ((0..columns).filter(held).count() as u64).saturating_mul(members.len() as u64);
            let of_items = |index: usize| {
                let sizes = slab.populations.iter().map(|&population| self.populations[population].size);
                members.iter().zip(sizes).any(|(columns, size)| columns[index].is_some_and(|it| it.is_of_items(size)))
            };
            let times = |index: usize| match (written(index), of_items(index)) {
                (false, _) => 0,
                (true, false) => 1,
                (true, true) => u64::from(self.batch),
            };
            let derived = u64::from(self.items(slab)).saturating_mul(self.derived_columns(slab) as u64);
            let written = (0..columns).map(times).fold(derived, u64::saturating_add);
            u64::from(slab.size).saturating_mul(written).saturating_add(held)
        });
        let chosen = self.samplers().filter(|(recorder, _)| recorder.neurons.is_some());
        let places = chosen.map(|(recorder, _)| u64::from(self.populations[recorder.population].size));
        let seeds = if self.batch > 1 { 2 * u64::from(self.batch) } else { 0 };
        slabs.chain(places).fold(seeds.saturating_add(self.data.len() as u64), u64::saturating_add)
    }
}
