//! Neurons shared out among threads, and what the host does with all shares between two portions.

use super::exchange::Volley;
use super::samples::Wanted;
use super::share::{Common, Cut, Portion, Share};
use super::values::Values;
use crate::Result;
use crate::model;
use crate::plan::{NotFinite, Plan, State};
use crate::recording::Recording;
use crate::team::in_rounds;
use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Who leads a run: calls what it is given for each portion.
pub(super) type Lead<'a> = dyn FnMut(&dyn Fn(Portion)) -> Result<()> + 'a;

/// The shares of all threads, whatever numbers they compute with.
pub(super) trait Network {
    /// How many there are.
    fn threads(&self) -> usize;
    /// Has threads for as long as `lead` takes, which calls what it is given for each portion: it is computed then.
    fn run(&self, common: &Common<'_>, lead: &mut Lead<'_>) -> Result<()>;
    /// Hands over the spikes and samples of the last portion, which began with this step.
    fn record(&self, first_step: u32, recording: &mut Recording) -> Result<()>;
    /// Tells the spikes of some neurons of a population in the last portion: batch items, and how many.
    fn count(&self, population: usize, neurons: &Range<u32>, tell: &mut dyn FnMut(u32, u64));
    /// For each item the first value of the last portion that was not finite, the first of all before the others.
    fn odd(&self, plan: &Plan) -> Vec<NotFinite>;
    /// Writes all that is carried from step to step.
    fn save(&self, plan: &Plan, state: &mut State);
    /// Sets it.
    fn load(&mut self, plan: &Plan, state: &State);
    /// Takes populations' values from another plan.
    fn exchange(&mut self, plan: &Plan, populations: &BTreeSet<usize>) -> Result<()>;
    /// A variable of some items and neurons of a population, item after item.
    fn read(&self, place: (usize, usize), items: &[u32], neurons: &[u32]) -> Vec<f64>;
}

/// The shares of all threads.
///
/// Each is its thread's during a portion, and the host's between two.
pub(super) struct Shares<N: model::Precision> {
    shares: Vec<Mutex<Share<N>>>,
    /// What their neurons give, for all.
    values: Values<N>,
}

/// A part of a population: the population, first neuron and size.
pub(super) type Place = (usize, (u32, u32));

/// The parts of populations that blocks of rows cut.
pub(super) fn cuts(plan: &Plan) -> Vec<Place> {
    let mut cuts = Vec::new();
    for (population, place) in plan.populations.iter().enumerate() {
        let blocks = plan.synapses.blocks.iter().filter(|block| block.population == population && block.port == 0);
        let before = cuts.len();
        cuts.extend(blocks.map(|block| (population, (block.first, block.size))));
        if cuts.len() == before && place.size > 0 {
            let step = super::desk::BLOCK;
            let starts = (0..place.size).step_by(step as usize);
            cuts.extend(starts.map(|first| (population, (first, step.min(place.size - first)))));
        }
    }
    cuts
}

impl<N: model::Precision> Shares<N> {
    /// Shares the parts of populations out among so many threads.
    ///
    /// # Errors
    /// As those of [`Cut::new`].
    pub(super) fn new(plan: &Plan, mut cuts: Vec<Place>, threads: usize) -> Result<Self> {
        let mut shares: Vec<_> = (0..threads).map(|thread| Share::new(plan, thread)).collect();
        let wanted = Wanted::all(plan);
        // The largest first, each to who has least.
        cuts.sort_by_key(|(_, (_, size))| std::cmp::Reverse(*size));
        for (population, place) in cuts {
            let Some(least) = shares.iter_mut().min_by_key(|share| share.neurons()) else { continue };
            least.cuts.push(Cut::new(plan, population, place, &wanted)?);
        }
        shares.iter_mut().for_each(|share| share.cuts.sort_by_key(|cut| (cut.population, cut.first)));
        Ok(Self { shares: shares.into_iter().map(Mutex::new).collect(), values: Values::new(plan) })
    }

    /// A share, which nobody else is at now. (Who panicked with it leaves a state that is refused.)
    fn share(&self, thread: usize) -> MutexGuard<'_, Share<N>> {
        self.shares[thread].lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// All of them, between two portions.
    fn all(&self) -> Vec<MutexGuard<'_, Share<N>>> {
        (0..self.shares.len()).map(|thread| self.share(thread)).collect()
    }

    /// The cuts of all, between two runs.
    fn cuts_mut(&mut self) -> impl Iterator<Item = &mut Cut<N>> {
        self.shares.iter_mut().flat_map(|share| &mut share.get_mut().unwrap_or_else(PoisonError::into_inner).cuts)
    }
}

impl<N: model::Precision> Network for Shares<N> {
    fn threads(&self) -> usize {
        self.shares.len()
    }

    fn run(&self, common: &Common<'_>, lead: &mut Lead<'_>) -> Result<()> {
        let work = |thread: usize, portion: &Portion| {
            // Where a thread has panicked, so will the host at the end of the round.
            let _ = self.share(thread).run(common, &self.values, portion);
        };
        in_rounds(self.shares.len(), work, lead)?
    }

    fn record(&self, first_step: u32, recording: &mut Recording) -> Result<()> {
        let shares = self.all();
        let mut volleys: Vec<_> = shares.iter().flat_map(|share| share.recorded.all()).collect();
        // Almost in order already, share by share.
        volleys.sort_by_key(|volley| (volley.step, volley.batch, volley.neurons.first().copied()));
        for Volley { population, step, batch, neurons, .. } in volleys {
            let population = &mut recording.populations[population as usize];
            if !population.period.contains(step) {
                continue;
            }
            let whole = population.is_whole();
            for &neuron in neurons {
                if whole || population.neurons.binary_search(&neuron).is_ok() {
                    population.spikes.push(step, batch, neuron)?;
                }
            }
        }
        for cut in shares.iter().flat_map(|share| &share.cuts) {
            for (block, samplers) in cut.blocks.iter().zip(&cut.samplers) {
                samplers.iter().for_each(|sampler| sampler.write(first_step, block.batch, &mut recording.traces));
            }
        }
        Ok(())
    }

    fn count(&self, population: usize, neurons: &Range<u32>, tell: &mut dyn FnMut(u32, u64)) {
        let shares = self.all();
        let volleys = shares.iter().flat_map(|share| share.recorded.all());
        for volley in volleys.filter(|volley| volley.population as usize == population) {
            tell(volley.batch, volley.neurons.iter().filter(|neuron| neurons.contains(neuron)).count() as u64);
        }
    }

    fn odd(&self, plan: &Plan) -> Vec<NotFinite> {
        let mut firsts = Vec::new();
        let shares = self.all();
        let all = shares.iter().flat_map(|share| &share.odd);
        all.for_each(|found| plan.keep_first(&mut firsts, *found));
        firsts.sort_by_key(|found| plan.order(found));
        firsts
    }

    fn save(&self, plan: &Plan, state: &mut State) {
        self.values.get(&mut state.values);
        for cut in self.all().iter().flat_map(|share| &share.cuts) {
            let slab = plan.populations[cut.population].slab;
            for block in &cut.blocks {
                for variable in 0..block.variables() {
                    let first = plan.state_index(cut.population, variable, block.batch, block.first);
                    for neuron in 0..block.size as usize {
                        state.slabs[slab][first + neuron] = block.value(variable, neuron);
                    }
                }
            }
            for tile in &cut.tiles {
                let place = &plan.synapses.blocks[tile.block];
                for (row, numbers) in tile.ring.chunks_exact(place.size as usize).enumerate() {
                    let at = row * plan.inlets as usize + place.inlet as usize;
                    state.ring[at..][..numbers.len()].copy_from_slice(numbers);
                }
            }
        }
    }

    fn load(&mut self, plan: &Plan, state: &State) {
        self.values.set(&state.values);
        for cut in self.cuts_mut() {
            let slab = plan.populations[cut.population].slab;
            for block in &mut cut.blocks {
                for variable in 0..block.variables() {
                    let first = plan.state_index(cut.population, variable, block.batch, block.first);
                    for neuron in 0..block.size as usize {
                        block.set_value(variable, neuron, state.slabs[slab][first + neuron]);
                    }
                }
                block.ready();
            }
            for tile in &mut cut.tiles {
                let place = &plan.synapses.blocks[tile.block];
                for (row, numbers) in tile.ring.chunks_exact_mut(place.size as usize).enumerate() {
                    let at = row * plan.inlets as usize + place.inlet as usize;
                    numbers.copy_from_slice(&state.ring[at..][..place.size as usize]);
                }
            }
        }
    }

    fn exchange(&mut self, plan: &Plan, populations: &BTreeSet<usize>) -> Result<()> {
        let cuts = self.cuts_mut();
        cuts.filter(|cut| populations.contains(&cut.population)).try_for_each(|cut| cut.exchange(plan))
    }

    fn read(&self, (population, variable): (usize, usize), items: &[u32], neurons: &[u32]) -> Vec<f64> {
        let mut found = vec![0.0; items.len() * neurons.len()];
        // Of the neurons, in their order, each block has some that follow each other.
        let mut order: Vec<usize> = (0..neurons.len()).collect();
        if !neurons.is_sorted() {
            order.sort_by_key(|&place| neurons[place]);
        }
        let shares = self.all();
        let cuts = shares.iter().flat_map(|share| &share.cuts).filter(|cut| cut.population == population);
        for block in cuts.flat_map(|cut| &cut.blocks) {
            let [from, to] = [block.first, block.first + block.size]
                .map(|neuron| order.partition_point(|&place| neurons[place] < neuron));
            for item in (0..items.len()).filter(|&item| items[item] == block.batch) {
                for &place in &order[from..to] {
                    found[item * neurons.len() + place] =
                        block.value(variable, (neurons[place] - block.first) as usize);
                }
            }
        }
        found
    }
}
