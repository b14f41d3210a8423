//! What neurons give in each step besides spikes: numbers that all threads see.

use crate::number::{Lanes, Single};
use crate::plan::Plan;

/// Where a number stands that all threads see.
pub(super) type Cell<N> = <<N as Lanes>::Single as Single>::Cell;

/// The ring of what was given. A neuron's number is written by who has the neuron; others read it when all have met since.
pub(super) struct Values<N: Lanes> {
    /// For each channel `[slot, batch, neuron]`.
    cells: Vec<Cell<N>>,
    /// Of each channel where its numbers begin, and the neurons of its population.
    channels: Vec<(usize, usize)>,
    batch: usize,
}

impl<N: Lanes> Values<N> {
    /// Those of a plan, all 0.
    pub(super) fn new(plan: &Plan) -> Self {
        let neurons = |channel: usize| plan.populations[plan.channels[channel].population].size as usize;
        let place = |channel| (plan.first_value(channel) as usize, neurons(channel));
        let cells = (0..plan.values_len()).map(|_| Default::default()).collect();
        Self { cells, channels: (0..plan.channels.len()).map(place).collect(), batch: plan.batch as usize }
    }

    /// What the neurons of a channel's population gave in a slot of a batch item.
    #[inline(always)]
    pub(super) fn row(&self, channel: usize, slot: u32, item: u32) -> &[Cell<N>] {
        let (first, neurons) = self.channels[channel];
        &self.cells[first + (slot as usize * self.batch + item as usize) * neurons..][..neurons]
    }

    /// Takes them from a state.
    pub(super) fn set(&mut self, values: &[f64]) {
        self.cells.iter().zip(values).for_each(|(cell, &value)| N::Single::nearest(value).store(cell));
    }

    /// Writes them into a state.
    pub(super) fn get(&self, values: &mut [f64]) {
        self.cells.iter().zip(values).for_each(|(cell, value)| *value = N::Single::load(cell).into());
    }
}
