//! A plan executed on the CPU in f64, one neuron after the other: the oracle of the device's and the CPU engine's results.
//!
//! It takes the same plan as the device and must not know the device's WGSL, so that an error in one shows against the other.
//! Results do not depend on the number of threads: neurons of one step are independent, and arrivals are whole numbers.

mod finite;
mod machine;
mod rows;
mod state;

use crate::options::Interrupt;
use crate::plan::{Ended, Plan, State, Watch};
use crate::recording::{PopulationSpikes, Recording};
use crate::{Error, Result, Warning};
use machine::{Block, Machine, Moment};
use rayon::prelude::*;
use std::collections::BTreeSet;
use std::sync::Arc;

/// Neurons of one block: some tens of microseconds of work, so that threads share a step evenly.
const BLOCK: u32 = 256;
/// Neurons (of all batch items) from which on threads are woken for each step; below, waking them costs more than they save.
const PARALLEL_FROM: usize = 2048;
/// Calls of a run's progress function at most.
const PROGRESS_CALLS: u32 = 1000;

/// A network on the CPU, between two steps.
pub struct Reference {
    plan: Arc<Plan>,
    machines: Vec<Machine>,
    /// The neurons: by population, batch item and index.
    blocks: Vec<Block>,
    /// Index of each population's first block.
    first_block: Vec<usize>,
    /// The delay ring, `[slot, batch, inlet]`.
    ring: Vec<i32>,
    /// What neurons gave in the steps before, for each channel `[slot, batch, neuron]`.
    values: Vec<f64>,
    step: u32,
    levels: u32,
    parallel: bool,
    /// A run failed half-way: none until a state is restored.
    broken: bool,
    pub(crate) watch: Watch,
    /// Of the last run.
    warnings: Vec<Warning>,
}

/// A neuron that came close to its threshold in a step, so that a less exact computation may decide otherwise.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Near {
    /// Number of the step.
    pub step: u32,
    /// Index of the population.
    pub population: usize,
    /// Item of the batch.
    pub batch: u32,
    /// Index of the neuron in the population.
    pub neuron: u32,
    /// [threshold's unit] How far above the threshold it lies after the step; it spiked where this is not negative.
    pub distance: f64,
}

impl Reference {
    /// The network in its initial state.
    ///
    /// # Errors
    /// [`Error::Request`] if a model has no equations in f64 (a user's WGSL), or if delays do not fit the plan's ring;
    /// [`Error::HostMemory`].
    pub fn new(plan: Arc<Plan>) -> Result<Self> {
        check_delays(&plan)?;
        plan.check_running(false)?;
        let machines =
            (0..plan.populations.len()).map(|index| Machine::new(&plan, index)).collect::<Result<Vec<_>>>()?;
        let (mut blocks, mut first_block) = (Vec::new(), Vec::new());
        for (population, (place, machine)) in plan.populations.iter().zip(&machines).enumerate() {
            first_block.push(blocks.len());
            for batch in 0..plan.batch {
                blocks.extend((0..place.size).step_by(BLOCK as usize).map(|first| {
                    let size = BLOCK.min(place.size - first);
                    let state = vec![0.0; size as usize * machine.variables];
                    Block {
                        population,
                        batch,
                        first,
                        size,
                        state,
                        spikes: Vec::new(),
                        amplitudes: Vec::new(),
                        given: Vec::new(),
                        near: Vec::new(),
                        not_finite: None,
                    }
                }));
            }
        }
        let neurons: usize = blocks.iter().map(|block| block.size as usize).sum();
        let mut reference = Self {
            levels: plan.levels(),
            machines,
            blocks,
            first_block,
            ring: Vec::new(),
            values: Vec::new(),
            step: 0,
            parallel: neurons >= PARALLEL_FROM,
            plan,
            broken: false,
            watch: Watch::default(),
            warnings: Vec::new(),
        };
        reference.load(&reference.plan.initial_state()?);
        Ok(reference)
    }

    /// As [`EngineOptions::allow_nonfinite`](crate::sim::EngineOptions::allow_nonfinite).
    #[must_use]
    pub fn allow_nonfinite(mut self, allow: bool) -> Self {
        self.watch.allow = allow;
        self
    }

    /// As [`EngineOptions::interrupt`](crate::sim::EngineOptions::interrupt).
    #[must_use]
    pub fn interrupted_by(self, interrupt: &Interrupt) -> Self {
        Self { watch: Watch::new(self.watch.allow, interrupt), ..self }
    }

    /// What was suspicious in the last run.
    pub fn warnings(&self) -> &[Warning] {
        &self.warnings
    }

    /// The items that ended alone.
    pub fn ended(&self) -> Vec<Ended> {
        self.watch.ended(&self.plan)
    }

    /// The plan that is executed.
    pub fn plan(&self) -> &Plan {
        &self.plan
    }

    /// The step that comes next.
    pub fn step(&self) -> u32 {
        self.step
    }

    /// Goes on with a plan that differs from the present one in the values of populations, and of their stimuli, alone. The state stays.
    ///
    /// # Errors
    /// None for the models of a plan that runs already.
    pub(crate) fn exchange(&mut self, plan: Arc<Plan>, populations: &BTreeSet<usize>) -> Result<()> {
        for &population in populations {
            self.machines[population] = Machine::new(&plan, population)?;
        }
        self.plan = plan;
        Ok(())
    }

    /// Computes the next `steps` steps and returns their spikes and samples. `progress` is told now and then, and at
    /// the end, how many of them are done.
    ///
    /// # Errors
    /// [`Error::Request`] if the step counter, a u32, would overflow, [`Error::HostMemory`] where samples have no room; nothing
    /// is computed then. [`Error::NonFinite`], [`Error::HostMemory`] for spikes: nothing of this run is returned, and the
    /// state must be restored before another.
    pub fn run(&mut self, steps: u32, progress: &mut dyn FnMut(u32)) -> Result<Recording> {
        self.run_noting(steps, f64::NEG_INFINITY, progress).map(|(recording, _)| recording)
    }

    /// As [`Reference::run`], and also returns every neuron and step whose distance from the threshold is at most `band`,
    /// by step, population, batch item and neuron.
    ///
    /// # Errors
    /// As [`Reference::run`].
    pub fn run_watching(&mut self, steps: u32, band: f64) -> Result<(Recording, Vec<Near>)> {
        self.run_noting(steps, band, &mut |_| ())
    }

    /// Whether the state is known, so that this may be done.
    ///
    /// # Errors
    /// [`Error::Request`] after a run that failed half-way.
    pub(crate) fn ready(&self, what: &str) -> Result<()> {
        State::known(self.broken, what)
    }

    fn run_noting(&mut self, steps: u32, band: f64, progress: &mut dyn FnMut(u32)) -> Result<(Recording, Vec<Near>)> {
        self.ready("run")?;
        if self.step.checked_add(steps).is_none() {
            return Err(Error::request(
                format!("a run of {steps} steps after step {}", self.step),
                "the step counter has 32 bits",
                format!("at most {} steps", u32::MAX - self.step),
            ));
        }
        let mut recording = self.plan.outline(self.step, steps)?;
        let mut near = Vec::new();
        let mut tested = vec![0; recording.traces.len()];
        let interval = steps.div_ceil(PROGRESS_CALLS);
        self.watch.begin();
        self.warnings.clear();
        let end = self.step + steps;
        let mut look = self.watch.next_look(&self.plan, self.step, end);
        let mut in_window = 0;
        for done in 1..=steps {
            // State is tested where a device stores it.
            in_window = in_window % self.plan.window + 1;
            let closes = in_window == self.plan.window || self.step + 1 == look;
            self.advance(band, closes);
            self.broken = true;
            self.write_down(&mut recording, &mut near)?;
            self.broken = false;
            self.step += 1;
            if closes {
                self.test(in_window)?;
                self.test_samples(&recording, &mut tested)?;
            }
            let looked = self.step == look && self.watch.look(&self.plan, look);
            let stops = looked || self.watch.is_interrupted();
            if done.is_multiple_of(interval) || done == steps || stops {
                progress(done);
            }
            if stops {
                recording.cut(self.step);
                break;
            }
            if self.step == look {
                (look, in_window) = (self.watch.next_look(&self.plan, look, end), 0);
            }
        }
        let warnings = self.watch.finish(&self.plan, &mut recording, || self.state());
        self.broken = warnings.is_err();
        self.warnings.extend(warnings?);
        Ok((recording, near))
    }

    /// Computes the present step; the step counter stays for the records.
    fn advance(&mut self, band: f64, closes: bool) {
        // Spikes without delay reach the levels above in this very step.
        for level in 0..self.levels {
            self.advance_level(level, band, closes);
            self.deliver(level);
            self.leave(level);
        }
        let slot_len = self.plan.batch as usize * self.plan.inlets as usize;
        let slot = (self.step % self.plan.slots) as usize * slot_len..;
        self.ring[slot][..slot_len].fill(0);
    }

    fn advance_level(&mut self, level: u32, band: f64, closes: bool) {
        let slot_len = self.plan.batch as usize * self.plan.inlets as usize;
        let slot = (self.step % self.plan.slots) as usize * slot_len..;
        let moment = Moment {
            plan: &self.plan,
            values: &self.values,
            step: self.step,
            dt: self.plan.dt_ms,
            seeds: &self.plan.seeds,
            data: &self.plan.data,
            arrivals: &self.ring[slot.clone()][..slot_len],
            inlets: self.plan.inlets as usize,
            band,
            closes,
        };
        let machines = &self.machines;
        let work = |block: &mut Block| {
            if machines[block.population].level == level {
                machines[block.population].advance(block, &moment);
            }
        };
        if self.parallel {
            self.blocks.par_iter_mut().for_each(work);
        } else {
            self.blocks.iter_mut().for_each(work);
        }
    }

    /// Adds the weights of a level's spikes of the present step to the slots in which they arrive.
    fn deliver(&mut self, level: u32) {
        let plan = &self.plan;
        let (slots, batches, inlets) = (plan.slots as usize, plan.batch as usize, plan.inlets as usize);
        let now = (self.step % plan.slots) as usize;
        for block in self.blocks.iter().filter(|block| self.machines[block.population].level == level) {
            let models = block.amplitudes.len() / block.spikes.len().max(1);
            for (at, &neuron) in block.spikes.iter().enumerate() {
                let amplitude = |number: u32| block.amplitudes[at * models + number as usize];
                plan.synapses.each_released(block.population, neuron, block.batch, amplitude, |synapse| {
                    let later = now + synapse.delay as usize;
                    let slot = if later < slots { later } else { later - slots };
                    let inlet = (slot * batches + block.batch as usize) * inlets + synapse.inlet as usize;
                    // The plan's scales rule an overflow out; the device would wrap too.
                    self.ring[inlet] = self.ring[inlet].wrapping_add(synapse.weight);
                });
            }
        }
    }

    /// Leaves what a level's neurons give in the present step for others.
    fn leave(&mut self, level: u32) {
        let plan = &self.plan;
        for (population, _) in self.machines.iter().enumerate().filter(|(_, machine)| machine.level == level) {
            let own = plan.channels.iter().enumerate().filter(|(_, channel)| channel.population == population);
            for (at, (channel, _)) in own.enumerate() {
                let size = plan.populations[population].size as usize;
                let first = plan.first_value(channel) as usize
                    + plan.value_slot(self.step, 0) as usize * plan.batch as usize * size;
                for block in self.blocks.iter().filter(|block| block.population == population) {
                    let to = first + block.batch as usize * size + block.first as usize;
                    let given = &block.given[at * block.size as usize..][..block.size as usize];
                    self.values[to..][..block.size as usize].copy_from_slice(given);
                }
            }
        }
    }

    fn write_down(&mut self, recording: &mut Recording, near: &mut Vec<Near>) -> Result<()> {
        if let Some(until) = &self.plan.until {
            for block in self.blocks.iter().filter(|block| block.population == until.population) {
                let counted = block.spikes.iter().filter(|neuron| until.neurons.contains(neuron));
                self.watch.count(block.batch, counted.count() as u64);
            }
        }
        for block in &self.blocks {
            let PopulationSpikes { neurons, period, spikes, .. } = &mut recording.populations[block.population];
            let now = period.contains(self.step);
            let mut recorded = block.spikes.iter().filter(|neuron| now && neurons.binary_search(neuron).is_ok());
            recorded.try_for_each(|&neuron| spikes.push(self.step, block.batch, neuron))?;
            let &Block { population, batch, .. } = block;
            near.extend(block.near.iter().map(|&(neuron, distance)| Near {
                step: self.step,
                population,
                batch,
                neuron,
                distance,
            }));
        }
        for ((recorder, sampling), trace) in self.plan.samplers().zip(&mut recording.traces) {
            if !(self.step.is_multiple_of(sampling.every) && recorder.period.contains(self.step)) {
                continue;
            }
            for batch in 0..self.plan.batch {
                let value = |&neuron| self.value(recorder.population, sampling.variable, batch, neuron) as f32;
                trace.values.extend(trace.neurons.iter().map(value));
            }
        }
        Ok(())
    }
}

fn check_delays(plan: &Plan) -> Result<()> {
    let table = &plan.synapses;
    let delays = table.min_delay..=table.max_delay;
    if table.count > 0 && table.max_delay >= plan.slots {
        return Err(Error::request(
            "the plan's delay ring",
            format!("it has {} slots for delays of {} to {} steps", plan.slots, delays.start(), delays.end()),
            "more slots than the largest delay has steps",
        ));
    }
    Ok(())
}

#[cfg(test)]
mod tests;
