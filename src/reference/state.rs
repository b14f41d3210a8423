//! The state of the reference: how it is laid out in blocks, and as the [`State`] that every backend exchanges.

use super::machine::Block;
use super::{BLOCK, Reference};
use crate::Result;
use crate::plan::State;

impl Reference {
    /// The present value, in f64, of a state variable, by its index in [`crate::plan::Plan::variables`].
    ///
    /// # Panics
    /// If an index lies outside the plan, as a slice does.
    pub fn value(&self, population: usize, variable: usize, batch: u32, neuron: u32) -> f64 {
        let blocks = self.plan.populations[population].size.div_ceil(BLOCK);
        let block = self.first_block[population] + (batch * blocks + neuron / BLOCK) as usize;
        self.blocks[block].state[(neuron % BLOCK) as usize * self.machines[population].variables + variable]
    }

    /// A state variable of some items and neurons of a population: a number for each neuron, item after item.
    ///
    /// # Errors
    /// [`crate::Error::Request`] after a run that failed half-way.
    pub(crate) fn read(&self, place: (usize, usize), items: &[u32], neurons: &[u32]) -> Result<Vec<f64>> {
        self.ready("state")?;
        let of_item = |&item: &u32| neurons.iter().map(move |&neuron| self.value(place.0, place.1, item, neuron));
        Ok(items.iter().flat_map(of_item).collect())
    }

    /// All that the next steps depend on.
    ///
    /// # Errors
    /// [`crate::Error::HostMemory`].
    pub fn state(&self) -> Result<State> {
        let mut state = State { step: self.step, ..self.plan.initial_state()? };
        state.ring.copy_from_slice(&self.ring);
        state.values.copy_from_slice(&self.values);
        for block in &self.blocks {
            let slab = &mut state.slabs[self.plan.populations[block.population].slab];
            for (variable, first) in self.places(block) {
                for (neuron, value) in slab[first..][..block.size as usize].iter_mut().enumerate() {
                    *value = block.state[neuron * self.machines[block.population].variables + variable];
                }
            }
        }
        Ok(state)
    }

    /// Continues from `state`, which this plan's reference or device returned.
    ///
    /// # Errors
    /// [`crate::Error::Request`] if the state is of another network, or has a value that a device could not hold.
    /// Nothing has changed then.
    pub fn restore(&mut self, state: &State) -> Result<()> {
        self.plan.check_state(state, self.watch.tolerates(&self.plan))?;
        self.watch.restored(state.step);
        self.load(state);
        self.broken = false;
        Ok(())
    }

    /// Takes over a state that has been checked.
    pub(super) fn load(&mut self, state: &State) {
        self.step = state.step;
        self.broken = false;
        self.ring.clone_from(&state.ring);
        self.values.clone_from(&state.values);
        for index in 0..self.blocks.len() {
            let block = &self.blocks[index];
            let slab = &state.slabs[self.plan.populations[block.population].slab];
            let variables = self.machines[block.population].variables;
            for (variable, first) in self.places(block).collect::<Vec<_>>() {
                let block = &mut self.blocks[index];
                for (neuron, value) in slab[first..][..block.size as usize].iter().enumerate() {
                    block.state[neuron * variables + variable] = *value;
                }
            }
        }
    }

    /// Each variable of a block, with the place of its first neuron's value in [`State::slabs`].
    fn places(&self, block: &Block) -> impl Iterator<Item = (usize, usize)> {
        let (plan, &Block { population, batch, first, .. }) = (&self.plan, block);
        (0..self.machines[population].variables)
            .map(move |variable| (variable, plan.state_index(population, variable, batch, first)))
    }
}
