//! What one thread owns: neurons, and the part of the delay ring in which their arrivals are counted.

use super::block::Block;
use super::desk::{BLOCK, Desk};
use super::exchange::{Exchange, Volley, Volleys};
use super::gather::Moment;
use super::samples::{Sampler, Wanted};
use super::tile::Tile;
use super::values::Values;
use crate::Result;
use crate::model::Precision;
use crate::number::Arch;
use crate::plan::{NotFinite, Plan};
use crate::rows::{self, Scratch};
use crate::team::{Barrier, Broken};
use std::ops::Range;

/// A part of a population: the neurons of one block of rows for each port.
pub(super) struct Cut<N: Precision> {
    /// Index of the population.
    pub(super) population: usize,
    /// Index in it of the first neuron.
    pub(super) first: u32,
    pub(super) size: u32,
    level: u32,
    /// For each port its tile of the delay ring.
    pub(super) tiles: Vec<Tile>,
    /// By batch item and neuron.
    pub(super) blocks: Vec<Block<N>>,
    /// Of each block.
    pub(super) samplers: Vec<Vec<Sampler>>,
}

/// Windows that are computed without a word to the host.
#[derive(Debug, Clone)]
pub(super) struct Portion {
    /// Number of its steps.
    pub(super) steps: Range<u32>,
    /// Phases (levels of windows) before it.
    pub(super) turn: usize,
}

/// What all threads see.
pub(super) struct Common<'a> {
    pub(super) plan: &'a Plan,
    pub(super) exchange: &'a Exchange,
    pub(super) barrier: &'a Barrier,
    /// Populations whose spikes are recorded.
    pub(super) recorded: &'a [bool],
    pub(super) arch: Arch,
}

/// What one thread owns.
pub(super) struct Share<N: Precision> {
    /// Number of the thread.
    pub(super) thread: usize,
    pub(super) cuts: Vec<Cut<N>>,
    /// Spikes of the present portion, for who records them.
    pub(super) recorded: Volleys,
    /// For each item the first value of the portion that was not finite.
    pub(super) odd: Vec<NotFinite>,
    desk: Desk<N>,
    scratch: Scratch,
}

impl<N: Precision> Share<N> {
    pub(super) fn new(plan: &Plan, thread: usize) -> Self {
        Self {
            thread,
            cuts: Vec::new(),
            recorded: Volleys::default(),
            odd: Vec::new(),
            desk: Desk::new(plan),
            scratch: Scratch::default(),
        }
    }

    /// Neurons, of all batch items.
    pub(super) fn neurons(&self) -> u64 {
        self.cuts.iter().map(|cut| u64::from(cut.size)).sum()
    }

    /// Computes the windows of a portion, together with all others.
    pub(super) fn run(&mut self, common: &Common<'_>, values: &Values<N>, portion: &Portion) -> Result<(), Broken> {
        let _guard = common.barrier.guard();
        self.recorded.clear();
        self.cuts.iter_mut().flat_map(|cut| &mut cut.samplers).flatten().for_each(Sampler::clear);
        self.odd.clear();
        self.desk.totals.clear();
        let Common { plan, exchange, barrier, .. } = *common;
        let levels = plan.levels();
        let mut turn = portion.turn;
        let mut step = portion.steps.start;
        while step < portion.steps.end {
            let window = step..step.saturating_add(plan.window).min(portion.steps.end);
            for level in 0..levels {
                exchange.say(self.thread, turn, |spikes| {
                    for cut in self.cuts.iter_mut().filter(|cut| cut.level == level) {
                        let found = cut.advance((common, values), &window, spikes, &mut self.desk);
                        found.into_iter().for_each(|found| plan.keep_first(&mut self.odd, found));
                    }
                    self.recorded.extend(spikes, common.recorded);
                });
                barrier.wait()?;
                let heard: Vec<_> = exchange.hear(turn).collect();
                let mut volleys: Vec<_> = heard.iter().flat_map(|spikes| spikes.all()).collect();
                if window.end - window.start > 1 {
                    // Then those of one delay go to one slot, which stays near.
                    volleys.sort_by_key(|volley| volley.step);
                }
                if !volleys.is_empty() {
                    for cut in &mut self.cuts {
                        cut.take(plan, &volleys, &mut self.scratch);
                    }
                }
                turn = turn.wrapping_add(1);
            }
            step = window.end;
        }
        Ok(())
    }
}

impl<N: Precision> Cut<N> {
    /// The neurons of a population from `first` on, with tiles of the delay ring of which all numbers are 0.
    ///
    /// # Errors
    /// [`crate::Error::Request`] if one of its models is a user's, of WGSL alone.
    pub(super) fn new(plan: &Plan, population: usize, (first, size): (u32, u32), wanted: &[Wanted]) -> Result<Self> {
        let table = &plan.synapses;
        let is_here = |block: &rows::Block| block.population == population && block.first == first;
        let tile = |(block, place): (usize, &rows::Block)| Tile {
            block,
            ring: vec![0; plan.slots as usize * plan.batch as usize * place.size as usize],
        };
        let tiles = table.blocks.iter().enumerate().filter(|(_, block)| is_here(block)).map(tile).collect();
        let starts =
            (0..plan.batch).flat_map(|batch| (0..size).step_by(BLOCK as usize).map(move |start| (batch, start)));
        let block =
            |(batch, start): (u32, u32)| Block::new(plan, population, (first + start, BLOCK.min(size - start)), batch);
        let blocks: Vec<_> = starts.map(block).collect::<Result<_>>()?;
        let own = |block: &Block<N>| wanted.iter().filter_map(|wanted| wanted.of_block(population, block)).collect();
        let samplers = blocks.iter().map(own).collect();
        Ok(Self {
            population,
            first,
            size,
            level: plan.slabs[plan.populations[population].slab].level,
            tiles,
            blocks,
            samplers,
        })
    }

    /// Takes the values of its population from another plan; the state stays.
    ///
    /// # Errors
    /// As those of [`new`](Self::new); nothing has changed then.
    pub(super) fn exchange(&mut self, plan: &Plan) -> Result<()> {
        let anew = |old: &Block<N>| {
            let mut new = Block::new(plan, self.population, (old.first, old.size), old.batch)?;
            new.take_state(old);
            Ok(new)
        };
        self.blocks = self.blocks.iter().map(anew).collect::<Result<_>>()?;
        Ok(())
    }

    /// Steps all neurons through a window. Returns for each item the first value that is not finite at its end.
    fn advance(
        &mut self,
        (common, values): (&Common<'_>, &Values<N>),
        window: &Range<u32>,
        spikes: &mut Volleys,
        desk: &mut Desk<N>,
    ) -> Vec<NotFinite> {
        let Common { plan, arch, .. } = *common;
        let (slots, batches, size) = (plan.slots, plan.batch as usize, self.size as usize);
        let mut firsts: Vec<NotFinite> = Vec::new();
        for (block, samplers) in self.blocks.iter_mut().zip(&mut self.samplers) {
            let (start, item) = ((block.first - self.first) as usize, block.batch as usize);
            for step in window.clone() {
                let slot = (step % slots) as usize;
                let from = (slot * batches + item) * size + start;
                block.step(&Moment { arch, plan, values, step }, (&mut self.tiles, from), desk);
                let place = [self.population as u32, step, block.batch];
                let amplitude = |model: usize, neuron: usize| block.amplitude(desk, model, neuron);
                let neurons = (block.first, N::WIDTH as u32);
                spikes.push(place, neurons, block.spikes(), (block.models(), amplitude));
                samplers.iter_mut().for_each(|sampler| sampler.sample(block, step));
            }
            // While its state is near.
            // Blocks of one item follow each other.
            if firsts.last().is_none_or(|first| first.item != block.batch)
                && let Some((neuron, variable, value)) = block.odd()
            {
                let place = &plan.populations[self.population];
                firsts.push(NotFinite {
                    slab: place.slab,
                    item: block.batch,
                    id: place.first_in_slab + block.first + neuron,
                    variable,
                    value,
                    first_step: window.start,
                    steps: window.end - window.start,
                });
            }
        }
        firsts
    }

    /// Adds the weights of spikes onto its own neurons.
    fn take(&mut self, plan: &Plan, heard: &[Volley<'_>], scratch: &mut Scratch) {
        for tile in &mut self.tiles {
            let volleys = heard.iter().map(|volley| rows::Spikes {
                source: volley.population as usize,
                neurons: volley.neurons,
                amplitudes: volley.amplitudes,
                slot: volley.step % plan.slots,
                item: volley.batch,
            });
            let mut ring = rows::Tile { values: &mut tile.ring, slots: plan.slots, batch: plan.batch, size: self.size };
            plan.synapses.deliver(tile.block, volleys, &mut ring, scratch);
        }
    }
}
