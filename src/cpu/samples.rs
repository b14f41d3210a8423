//! Variables that are recorded: sampled block by block, and put together by the host.

use super::block::Block;
use crate::model::Precision;
use crate::plan::{Plan, Recorder, Sampled, Sampling};
use crate::recording::{Period, Trace};

/// What a recorder of a variable samples, wherever its neurons are.
pub(super) struct Wanted {
    /// Index of the trace.
    trace: usize,
    population: usize,
    sampling: Sampling,
    period: Period,
    /// Its neurons, ascending, each with its column in the trace; `None`: all, in their order.
    neurons: Option<Vec<(u32, u32)>>,
}

/// What it samples of a block, and the values of the present portion.
pub(super) struct Sampler {
    trace: usize,
    sampling: Sampling,
    period: Period,
    /// Of each neuron its index in the block, and its column in the trace.
    neurons: Vec<(u32, u32)>,
    /// `[sample, neuron]`
    values: Vec<f32>,
}

impl Wanted {
    /// Of all recorders of variables.
    pub(super) fn all(plan: &Plan) -> Vec<Self> {
        let wanted = |(trace, (recorder, sampling)): (usize, Sampled<'_>)| {
            let sorted = |neurons: &Vec<u32>| {
                let mut sorted: Vec<_> = neurons.iter().copied().zip(0..).collect();
                sorted.sort_unstable();
                sorted
            };
            let &Recorder { population, ref neurons, period, .. } = recorder;
            Self { trace, population, sampling, period, neurons: neurons.as_ref().map(sorted) }
        };
        plan.samplers().enumerate().map(wanted).collect()
    }

    /// Its part of a block of a population, if it has one.
    pub(super) fn of_block<N: Precision>(&self, population: usize, block: &Block<N>) -> Option<Sampler> {
        if population != self.population {
            return None;
        }
        let (first, size) = (block.first, block.size);
        let neurons: Vec<_> = match &self.neurons {
            None => (0..size).map(|index| (index, first + index)).collect(),
            Some(sorted) => {
                let place = |neuron: u32| sorted.partition_point(|(other, _)| *other < neuron);
                let here = &sorted[place(first)..place(first + size)];
                here.iter().map(|(neuron, column)| (neuron - first, *column)).collect()
            }
        };
        let Self { trace, sampling, period, .. } = *self;
        (!neurons.is_empty()).then_some(Sampler { trace, sampling, period, neurons, values: Vec::new() })
    }
}

impl Sampler {
    /// Samples the block after a step, if it is one of those that are sampled.
    pub(super) fn sample<N: Precision>(&mut self, block: &Block<N>, step: u32) {
        if step.is_multiple_of(self.sampling.every) && self.period.contains(step) {
            let value = |&(neuron, _): &(u32, u32)| block.value(self.sampling.variable, neuron as usize) as f32;
            self.values.extend(self.neurons.iter().map(value));
        }
    }

    /// Forgets the values.
    pub(super) fn clear(&mut self) {
        self.values.clear();
    }

    /// Writes the values of a portion that began with `first_step` into the rows of its trace, where a block of this batch item has its
    /// columns.
    pub(super) fn write(&self, first_step: u32, item: u32, traces: &mut [Trace]) {
        let Trace { steps, values, neurons, batch, .. } = &mut traces[self.trace];
        let (items, width) = (*batch as usize, neurons.len());
        let first = steps.partition_point(|&step| step < first_step);
        let rows = self.values.chunks_exact(self.neurons.len());
        let end = (first + rows.len()) * items * width;
        if values.len() < end {
            values.resize(end, 0.0);
        }
        for (sample, row) in (first..).zip(rows) {
            let place = &mut values[(sample * items + item as usize) * width..][..width];
            self.neurons.iter().zip(row).for_each(|((_, column), value)| place[*column as usize] = *value);
        }
    }
}
