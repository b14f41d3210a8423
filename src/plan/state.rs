//! All that a run carries from step to step, on any backend.

use super::Plan;
use crate::{Error, Result};

/// The state of a network between two steps. Values that the device holds in f32 or u32 are exact here.
#[derive(Debug, Clone, PartialEq)]
pub struct State {
    /// The step that comes next.
    pub step: u32,
    /// For each slab its variables, `[batch, variable, neuron]`.
    pub slabs: Vec<Vec<f64>>,
    /// The delay ring, `[slot, batch, cell]`, in the whole numbers of each port's scale.
    pub ring: Vec<i32>,
}

impl Plan {
    /// The state that a run starts from.
    pub fn initial_state(&self) -> State {
        let slabs = (0..self.slabs.len()).map(|slab| self.initial_slab(slab)).collect();
        State { step: 0, slabs, ring: vec![0; self.ring_len()] }
    }

    /// Values of a slab's state.
    pub(crate) fn state_len(&self, slab: usize) -> usize {
        self.batch as usize * self.slabs[slab].variable_count() * self.slabs[slab].size as usize
    }

    /// Cells of the whole ring.
    pub fn ring_len(&self) -> usize {
        self.slots as usize * self.batch as usize * self.cells as usize
    }

    fn initial_slab(&self, slab: usize) -> Vec<f64> {
        let variables = self.slabs[slab].variable_count();
        let size = self.slabs[slab].size as usize;
        let mut values = vec![0.0; self.state_len(slab)];
        for &index in &self.slabs[slab].populations {
            let population = &self.populations[index];
            let columns = population.init.iter().chain(population.ports.iter().flat_map(|port| &port.synapse_init));
            let slots = self.slabs[slab].stimuli.iter().zip(&population.stimuli);
            // The variables of a stimulus that the population lacks stay 0.
            let stimuli = slots.flat_map(|(slot, stimulus)| {
                let variables = 0..slot.model.reflection.state.len();
                variables.map(move |variable| stimulus.as_ref().map(|stimulus| &stimulus.init[variable]))
            });
            for (variable, column) in columns.map(Some).chain(stimuli).enumerate() {
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
    /// Is this a state of this plan?
    pub(crate) fn check_state(&self, state: &State) -> Result<()> {
        let expected: Vec<usize> = (0..self.slabs.len()).map(|slab| self.state_len(slab)).collect();
        let found: Vec<usize> = state.slabs.iter().map(Vec::len).collect();
        if found != expected || state.ring.len() != self.ring_len() {
            let problem = format!("it has {found:?} values and {} ring cells", state.ring.len());
            let legal = format!("{expected:?} values and {} ring cells", self.ring_len());
            return Err(Error::request("state", problem, legal));
        }
        Ok(())
    }
}
