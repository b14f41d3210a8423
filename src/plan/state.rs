//! All that a run carries from step to step, on any backend.

use super::print::several;
use super::{Plan, Variable};
use crate::memory::{bytes_of, needs};
use crate::shader::FieldKind;
use crate::units::Quantity;
use crate::{Error, Result};

/// The state of a network between two steps. Values that the device holds in f32 or u32 are exact here.
#[derive(Debug, Clone, PartialEq)]
pub struct State {
    /// The step that comes next.
    pub step: u32,
    /// For each slab its variables, `[batch, variable, neuron]`.
    pub slabs: Vec<Vec<f64>>,
    /// The delay ring, `[slot, batch, inlet]`, in the whole numbers of each port's scale.
    pub ring: Vec<i32>,
    /// What neurons gave in the steps before, for graded projections and gap junctions: for each channel `[slot, batch, neuron]`.
    pub values: Vec<f64>,
    /// The network's [`Plan::fingerprint`]. A plan of another network refuses the state, also where the lengths agree. To
    /// carry a state over on purpose, set this to the other plan's fingerprint.
    pub fingerprint: u64,
}

impl State {
    /// Whether the state of whoever runs is known, so that this may be done.
    ///
    /// # Errors
    /// [`Error::Request`] after a run that failed half-way.
    pub(crate) fn known(broken: bool, what: &str) -> Result<()> {
        if broken {
            return Err(Error::request(what, "an earlier run failed half-way", "restore a state first"));
        }
        Ok(())
    }
}

impl Plan {
    /// The state that a run starts from.
    ///
    /// # Errors
    /// [`Error::HostMemory`] if it has no room.
    pub fn initial_state(&self) -> Result<State> {
        self.check_state_fits()?;
        let slabs: Vec<_> = (0..self.slabs.len()).map(|slab| self.initial_slab(slab)).collect();
        let values = self.initial_values(&slabs);
        let ring = vec![0; in_memory(self.ring_len())];
        Ok(State { step: 0, slabs, ring, values, fingerprint: self.fingerprint })
    }

    /// Values of a slab's state; `u64::MAX` stands for anything beyond.
    pub(crate) fn state_len(&self, slab: usize) -> u64 {
        let slab = &self.slabs[slab];
        u64::from(self.batch).saturating_mul(u64::from(slab.size)).saturating_mul(slab.variable_count() as u64)
    }

    /// Numbers of the whole ring; `u64::MAX` stands for anything beyond.
    pub fn ring_len(&self) -> u64 {
        self.ring_numbers(self.slots)
    }

    /// Numbers of a ring of so many slots.
    pub(super) fn ring_numbers(&self, slots: u32) -> u64 {
        u64::from(slots).saturating_mul(u64::from(self.batch)).saturating_mul(u64::from(self.inlets))
    }

    /// [bytes] of all slabs' state on the host, and of what is given.
    pub(super) fn state_bytes(&self) -> u64 {
        let slabs = (0..self.slabs.len()).map(|slab| self.state_len(slab)).fold(0, u64::saturating_add);
        bytes_of::<f64>(slabs.saturating_add(self.values_len()))
    }

    /// Has the host room for another state?
    ///
    /// # Errors
    /// [`Error::HostMemory`].
    pub(crate) fn check_state_fits(&self) -> Result<()> {
        let bytes = self.state_bytes().saturating_add(bytes_of::<i32>(self.ring_len()));
        needs(bytes, "a state of the network", "fewer neurons or ports, a shorter longest delay, or a smaller batch")
    }

    #[expect(clippy::arithmetic_side_effects, reason = "places in the state, for which there is room")]
    fn initial_slab(&self, slab: usize) -> Vec<f64> {
        let variables = self.slabs[slab].variable_count();
        let size = self.slabs[slab].size as usize;
        let mut values = vec![0.0; in_memory(self.state_len(slab))];
        for &index in &self.slabs[slab].populations {
            let population = &self.populations[index];
            let columns = population.init.iter().chain(population.ports.iter().flat_map(|port| &port.synapse_init));
            let slots = self.slabs[slab].stimuli.iter().zip(&population.stimuli);
            // The variables of a stimulus that the population lacks stay 0.
            let stimuli = slots.flat_map(|(slot, stimulus)| {
                let variables = 0..slot.model.reflection.state.len();
                variables.map(move |variable| stimulus.as_ref().map(|stimulus| &stimulus.init[variable]))
            });
            // So do those of a projection's model.
            let slots = self.slabs[slab].sources.iter().zip(&population.sources);
            let sources = slots.flat_map(|(model, source)| {
                let variables = 0..model.reflection.state.len();
                variables.map(move |variable| source.as_ref().map(|source| &source.init[variable]))
            });
            for (variable, column) in columns.map(Some).chain(stimuli).chain(sources).enumerate() {
                let Some(column) = column else { continue };
                for batch in 0..self.batch as usize {
                    let first = (batch * variables + variable) * size + population.first_in_slab as usize;
                    let out = &mut values[first..][..population.size as usize];
                    for (neuron, value) in out.iter_mut().enumerate() {
                        *value = column.at(batch * population.size as usize + neuron);
                    }
                }
            }
        }
        values
    }
}

impl Plan {
    /// A ring `[slot, batch, inlet]` in the order of a device, which has a tile `[slot, batch, inlet]` for each block.
    pub(crate) fn in_tiles(&self, ring: &[i32]) -> Vec<i32> {
        let mut tiles = vec![0; ring.len()];
        self.each_run(|inlet, tile, inlets| tiles[tile..][..inlets].copy_from_slice(&ring[inlet..][..inlets]));
        tiles
    }

    /// The way back.
    pub(crate) fn out_of_tiles(&self, tiles: &[i32]) -> Vec<i32> {
        let mut ring = vec![0; tiles.len()];
        self.each_run(|inlet, tile, inlets| ring[inlet..][..inlets].copy_from_slice(&tiles[tile..][..inlets]));
        ring
    }

    /// Each run of numbers that stay together: its place in the ring, in the tiles, and its length.
    #[expect(clippy::arithmetic_side_effects, reason = "places in the ring, for which there is room")]
    fn each_run(&self, mut found: impl FnMut(usize, usize, usize)) {
        let rows = self.slots as usize * self.batch as usize;
        for block in &self.synapses.blocks {
            let (first, inlets) = (block.inlet as usize, block.size as usize);
            for row in 0..rows {
                found(row * self.inlets as usize + first, first * rows + row * inlets, inlets);
            }
        }
    }
}

/// A length for which there is room.
fn in_memory(len: u64) -> usize {
    usize::try_from(len).unwrap_or(usize::MAX)
}

impl Plan {
    /// Is this a state of this plan, with values that the device can hold? A run that goes on with state that is not finite may
    /// start from it too.
    ///
    /// # Errors
    /// [`Error::Request`] naming the lengths, the fingerprints, or the first value that cannot be held.
    #[expect(clippy::arithmetic_side_effects, reason = "where there are values, there are variables")]
    pub(crate) fn check_state(&self, state: &State, allow_nonfinite: bool) -> Result<()> {
        let expected: Vec<u64> = (0..self.slabs.len()).map(|slab| self.state_len(slab)).collect();
        let found: Vec<u64> = state.slabs.iter().map(|values| values.len() as u64).collect();
        if found != expected || state.ring.len() as u64 != self.ring_len() {
            let problem = format!("it has {found:?} values and a ring of {} numbers", state.ring.len());
            let legal = format!(
                "{expected:?} values and a ring of {} numbers, with a window of {} (recorders and an adapter's limits may shorten it)",
                self.ring_len(),
                several(self.window, "step"),
            );
            return Err(Error::request("state", problem, legal));
        }
        if state.values.len() as u64 != self.values_len() {
            let problem = format!("it has {} numbers of what neurons gave", state.values.len());
            return Err(Error::request("state", problem, format!("{}", self.values_len())));
        }
        if let Some(value) = state.values.iter().find(|value| !(value.abs() <= f64::from(f32::MAX) || allow_nonfinite))
        {
            let problem = format!("{} is among what neurons gave", Quantity::number(*value));
            return Err(Error::request("state", problem, "numbers of at most 3.4e38 in size"));
        }
        if state.fingerprint != self.fingerprint {
            let problem = format!("it is of another network, whose fingerprint is {:016x}", state.fingerprint);
            let legal = format!(
                "{:016x}, a state of this network; to carry one over on purpose, set its `fingerprint` to that of the plan",
                self.fingerprint
            );
            return Err(Error::request("state", problem, legal));
        }
        for (slab, values) in state.slabs.iter().enumerate() {
            let variables = self.variables(slab);
            for (part, values) in values.chunks_exact(self.slabs[slab].size as usize).enumerate() {
                let variable = &variables[part % variables.len()];
                let allowed = |value: f64| allow_nonfinite && variable.kind == FieldKind::F32 && !value.is_finite();
                if let Some(neuron) = values.iter().position(|&value| !variable.holds(value) && !allowed(value)) {
                    let place = (slab, part / variables.len(), neuron);
                    return Err(self.unfit(variable, place, values[neuron]));
                }
            }
        }
        Ok(())
    }

    /// Why a slab's neuron cannot have this value in an item of the batch.
    #[expect(clippy::cast_possible_truncation, reason = "a slab has u32 neurons")]
    fn unfit(&self, variable: &Variable, (slab, item, neuron): (usize, usize, usize), value: f64) -> Error {
        let of = |population: usize| {
            let place = &self.populations[population];
            let number = (neuron as u32).checked_sub(place.first_in_slab)?;
            (number < place.size).then_some((population, number))
        };
        let (population, number) = self.slabs[slab].populations.iter().find_map(|&index| of(index)).unwrap_or((0, 0));
        let item = if self.batch > 1 { format!(" in item {item} of the batch") } else { String::new() };
        let problem = format!(
            "variable `{}` of neuron {number} of population `{}`{item} is {}",
            self.variable_name(population, variable),
            self.populations[population].name,
            Quantity::number(value),
        );
        Error::request("state", problem, variable.legal())
    }
}
