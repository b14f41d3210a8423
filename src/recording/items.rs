//! The recording of a batch as those of its items: each as its network alone would have left it.

use super::{PopulationSpikes, Recording, Spikes, Trace};
use crate::Result;

impl Recording {
    /// Each batch item as a recording of its own, of one item, up to where it ended or stopped.
    ///
    /// # Errors
    /// [`Error::HostMemory`](crate::Error::HostMemory) if there is no room for a population or a trace twice.
    pub fn into_items(self) -> Result<Vec<Self>> {
        if self.batch <= 1 {
            return Ok(vec![self]);
        }
        let lengths = (0..self.batch).map(|item| (self.end_step_of(item) - u64::from(self.first_step)) as u32);
        let lengths: Vec<u32> = lengths.collect();
        let Self { dt_ms, batch, first_step, steps: _, ends: _, populations, traces } = self;
        let empty = |steps| Self { dt_ms, batch: 1, first_step, steps, ..Self::default() };
        let mut items: Vec<Self> = lengths.into_iter().map(empty).collect();
        for population in populations {
            let spikes = spikes_of_items(&population.spikes, batch)?;
            for (item, spikes) in items.iter_mut().zip(spikes) {
                let own = PopulationSpikes { spikes, ..population.without_spikes() };
                item.populations.push(own);
            }
        }
        for trace in traces {
            for (index, item) in items.iter_mut().enumerate() {
                item.traces.push(trace_of_item(&trace, index, item.end_step())?);
            }
        }
        Ok(items)
    }
}

impl Spikes {
    /// Those of a batch item, as (step, neuron), in order; nothing is copied.
    pub fn of_item(&self, item: u32) -> impl Iterator<Item = (u32, u32)> + '_ {
        self.iter().filter(move |&(_, batch, _)| batch == item).map(|(step, _, neuron)| (step, neuron))
    }
}

impl Trace {
    /// The samples of a batch item: for each of `steps` the values of all `neurons`; nothing is copied.
    pub fn of_item(&self, item: u32) -> impl Iterator<Item = &[f32]> {
        let rows = self.values.chunks_exact(self.neurons.len().max(1)).skip(item as usize);
        let of_batch = if item < self.batch { usize::MAX } else { 0 };
        rows.step_by(self.batch.max(1) as usize).take(of_batch)
    }
}

/// Spikes by items, each with room for what it has: what is counted before needs no second room when it grows.
fn spikes_of_items(spikes: &Spikes, batch: u32) -> Result<Vec<Spikes>> {
    let mut counts = vec![0; batch as usize];
    spikes.batch.iter().for_each(|&item| counts[item as usize] += 1);
    let mut items = Vec::with_capacity(counts.len());
    for count in counts {
        let mut own = Spikes::default();
        own.make_room(count)?;
        items.push(own);
    }
    for (step, item, neuron) in spikes.iter() {
        items[item as usize].push(step, 0, neuron)?;
    }
    Ok(items)
}

/// The samples of an item before a step, of `[T, batch, n]`.
fn trace_of_item(trace: &Trace, item: usize, end_step: u64) -> Result<Trace> {
    let (neurons, batch) = (trace.neurons.len(), trace.batch as usize);
    let mut own = trace.of_one_item();
    let samples = trace.steps.partition_point(|step| u64::from(*step) < end_step);
    own.make_room(samples, samples * neurons)?;
    own.steps.extend_from_slice(&trace.steps[..samples]);
    if neurons > 0 {
        let rows = trace.values.chunks_exact(neurons).skip(item).step_by(batch).take(samples);
        rows.for_each(|row| own.values.extend_from_slice(row));
    }
    Ok(own)
}

impl Trace {
    /// A trace of one item of the same variable, without samples.
    fn of_one_item(&self) -> Self {
        Self {
            population: self.population.clone(),
            variable: self.variable.clone(),
            unit: self.unit.clone(),
            neurons: self.neurons.clone(),
            steps: Vec::new(),
            batch: 1,
            values: Vec::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::recording::Period;

    #[test]
    fn each_item_has_its_own_spikes_and_samples() {
        let mut spikes = Spikes::default();
        for (step, item, neuron) in [(1, 0, 3), (1, 2, 0), (4, 0, 1), (5, 2, 2)] {
            spikes.push(step, item, neuron).unwrap();
        }
        let (name, neurons) = ("cells".to_owned(), vec![0, 1, 2, 3]);
        let population = PopulationSpikes { name, size: 4, neurons, period: Period::default(), spikes };
        let trace = Trace {
            population: "cells".to_owned(),
            variable: "v".to_owned(),
            unit: "mV".to_owned(),
            neurons: vec![2, 0],
            steps: vec![0, 7],
            batch: 3,
            values: (0..12u8).map(f32::from).collect(),
        };
        let all = Recording {
            dt_ms: 0.1,
            batch: 3,
            first_step: 0,
            steps: 9,
            ends: Vec::new(),
            populations: vec![population],
            traces: vec![trace],
        };
        let (spikes, trace) = (&all.populations[0].spikes, &all.traces[0]);
        assert_eq!(spikes.of_item(2).collect::<Vec<_>>(), [(1, 0), (5, 2)]);
        assert_eq!((spikes.of_item(1).count(), spikes.of_item(3).count()), (0, 0));
        assert_eq!(trace.of_item(1).collect::<Vec<_>>(), [[2.0, 3.0], [8.0, 9.0]]);
        assert_eq!(trace.of_item(3).next(), None, "there is no such item");
        let items = all.into_items().unwrap();
        assert_eq!(items.iter().map(|item| (item.batch, item.steps)).collect::<Vec<_>>(), [(1, 9); 3]);
        let spikes = |item: usize| items[item].populations[0].spikes.iter().collect::<Vec<_>>();
        assert_eq!(spikes(0), [(1, 0, 3), (4, 0, 1)]);
        assert_eq!(spikes(1), []);
        assert_eq!(spikes(2), [(1, 0, 0), (5, 0, 2)]);
        let samples = |item: usize| items[item].traces[0].values.as_slice();
        assert_eq!(samples(0), [0.0, 1.0, 6.0, 7.0]);
        assert_eq!(samples(2), [4.0, 5.0, 10.0, 11.0]);
        assert_eq!((items[1].traces[0].batch, items[1].traces[0].steps.as_slice()), (1, [0, 7].as_slice()));
        assert_eq!(items[0].clone().into_items().unwrap(), items[..1]);
    }
}
