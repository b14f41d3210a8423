//! What a network carries from step to step: read back, whole or in part, and set.

use super::Engine;
use crate::Result;
use crate::memory::{bytes_of, needs};
use crate::plan::State;
use crate::shader::FieldKind;
use crate::sim::copies::Copies;
use std::ops::Range;

impl Engine {
    /// Reads the whole state back.
    ///
    /// # Errors
    /// [`Error::DeviceLost`](crate::Error::DeviceLost), [`Error::OutOfMemory`](crate::Error::OutOfMemory),
    /// [`Error::HostMemory`](crate::Error::HostMemory); [`Error::Request`](crate::Error::Request) after a run that failed half-way.
    #[expect(
        clippy::arithmetic_side_effects,
        clippy::cast_possible_truncation,
        reason = "where there are words, there are neurons and variables; numbers that a buffer has"
    )]
    pub fn state(&self) -> Result<State> {
        self.plan.check_state_fits()?;
        let mut slabs = Vec::with_capacity(self.places.states.len());
        for (slab, id) in self.places.states.iter().enumerate() {
            let kinds = self.kinds(slab);
            let size = self.plan.slabs[slab].size as usize;
            let value = |(index, word): (usize, u32)| kinds[index / size % kinds.len()].number(word);
            slabs.push(self.executor.read_all(*id)?.into_iter().enumerate().map(value).collect());
        }
        let tiles = self.executor.read_all(self.places.ring)?;
        self.ready("state")?;
        // Behind the tiles of the ring stands what neurons gave.
        let (tiles, given) = tiles.split_at(tiles.len() - self.plan.values_len() as usize);
        let ring = self.plan.out_of_tiles(bytemuck::cast_slice(tiles));
        let values = given.iter().map(|&word| FieldKind::F32.number(word)).collect();
        Ok(State { step: self.step, slabs, ring, values, fingerprint: self.plan.fingerprint })
    }

    /// Reads a state variable of some items and neurons of a population: a number for each neuron, item after item.
    ///
    /// # Errors
    /// [`Error::DeviceLost`](crate::Error::DeviceLost), [`Error::OutOfMemory`](crate::Error::OutOfMemory),
    /// [`Error::HostMemory`](crate::Error::HostMemory); [`Error::Request`](crate::Error::Request) after a run that failed half-way.
    pub(crate) fn read(
        &self,
        (population, variable): (usize, usize),
        items: &[u32],
        neurons: &[u32],
    ) -> Result<Vec<f64>> {
        self.ready("state")?;
        let slab = self.plan.populations[population].slab;
        let kind = self.plan.variables(slab)[variable].kind;
        let of_item = |item: &u32| self.plan.state_index(population, variable, *item, 0);
        let place = |first: usize| neurons.iter().map(move |neuron| first.saturating_add(*neuron as usize));
        let words: Vec<usize> = items.iter().map(of_item).flat_map(place).collect();
        let copies = Copies::of(&words);
        // Words between those that are wanted come, too.
        let all: usize = copies.ranges.iter().map(Range::len).sum();
        needs(
            bytes_of::<u32>(all as u64),
            "reading a state variable",
            "neurons that are nearer to each other, or fewer",
        )?;
        let found = self.executor.read_ranges(self.places.states[slab], &copies.ranges)?;
        Ok(words.into_iter().map(|word| kind.number(found[copies.of_word(word)])).collect())
    }

    /// Sets the whole state; the next run continues from it.
    ///
    /// # Errors
    /// [`Error::Request`](crate::Error::Request) if the state is not of this plan or has a value that the device cannot hold;
    /// [`Error::DeviceLost`](crate::Error::DeviceLost).
    #[expect(clippy::arithmetic_side_effects, reason = "where there are values, there are neurons and variables")]
    pub fn restore(&mut self, state: &State) -> Result<()> {
        self.plan.check_state(state, self.watch.tolerates(&self.plan))?;
        self.watch.restored(state.step);
        self.broken = true;
        self.executor.restart(state.step)?;
        for (slab, (values, id)) in state.slabs.iter().zip(&self.places.states).enumerate() {
            let kinds = self.kinds(slab);
            let size = self.plan.slabs[slab].size as usize;
            let word = |(index, &value): (usize, &f64)| kinds[index / size % kinds.len()].word(value);
            let words: Vec<u32> = values.iter().enumerate().map(word).collect();
            self.executor.write(*id, 0, &words)?;
        }
        let mut ring = self.plan.in_tiles(&state.ring);
        ring.extend(state.values.iter().map(|&value| FieldKind::F32.word(value).cast_signed()));
        self.executor.write(self.places.ring, 0, bytemuck::cast_slice(&ring))?;
        if !self.derived {
            self.derive()?;
        }
        self.step = state.step;
        self.broken = false;
        Ok(())
    }

    pub(super) fn kinds(&self, slab: usize) -> Vec<FieldKind> {
        self.plan.variables(slab).iter().map(|variable| variable.kind).collect()
    }
}
