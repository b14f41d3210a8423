//! What a run returns: the recorded spikes of every population and the sampled variables, as plain data.
//!
//! Everything is counted in whole steps; milliseconds follow from `dt_ms`. Nothing here knows how a recording was
//! computed (device or reference) or where it goes (a folder, a plot, a test).

mod items;
mod period;
mod silence;
pub mod statistics;

pub use period::Period;

use crate::memory::grow;
use crate::{Error, Result, hash};
use sha2::{Digest, Sha256};

/// What helps where sampled variables have no room.
pub(crate) const FEWER_SAMPLES: &str = "fewer recorded variables or neurons, longer intervals (`every`), a shorter duration \
                                        or a smaller batch; in Rust also several runs that continue each other";
/// What helps where spikes have none.
const FEWER_SPIKES: &str = "fewer recorded neurons, a shorter duration or a smaller batch; in Rust also several runs that \
                            continue each other";

/// The spikes of one population as three columns of equal length, sorted by step, then batch item, then neuron.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Spikes {
    /// The step of each spike, counted from the start of the simulation.
    pub step: Vec<u32>,
    /// The neuron of each spike: its index in the population.
    pub neuron: Vec<u32>,
    /// The batch item of each spike.
    pub batch: Vec<u32>,
}

impl Spikes {
    /// Number of spikes, over all batch items.
    pub fn len(&self) -> usize {
        self.step.len()
    }

    /// Whether nobody fired.
    pub fn is_empty(&self) -> bool {
        self.step.is_empty()
    }

    /// Each spike as (step, batch item, neuron), in order.
    pub fn iter(&self) -> impl Iterator<Item = (u32, u32, u32)> + '_ {
        let items = self.step.iter().zip(&self.batch).zip(&self.neuron);
        items.map(|((&step, &batch), &neuron)| (step, batch, neuron))
    }

    /// Adds a spike behind the others.
    ///
    /// # Errors
    /// [`Error::HostMemory`].
    pub(crate) fn push(&mut self, step: u32, batch: u32, neuron: u32) -> Result<()> {
        if self.step.len() == self.step.capacity() {
            self.make_room(1)?;
        }
        self.step.push(step);
        self.batch.push(batch);
        self.neuron.push(neuron);
        Ok(())
    }

    /// Makes room for so many more.
    fn make_room(&mut self, spikes: usize) -> Result<()> {
        let columns = [&mut self.step, &mut self.batch, &mut self.neuron];
        columns.into_iter().try_for_each(|column| grow(column, spikes, "recording spikes", FEWER_SPIKES))
    }

    /// Keeps those spikes that come before their item's end.
    fn end_items(&mut self, ends: &[u32]) {
        let kept: Vec<bool> = self.iter().map(|(step, item, _)| step < ends[item as usize]).collect();
        for column in [&mut self.step, &mut self.neuron, &mut self.batch] {
            let mut kept = kept.iter();
            column.retain(|_| kept.next().is_some_and(|kept| *kept));
        }
    }

    fn append(&mut self, mut later: Self) {
        self.step.append(&mut later.step);
        self.neuron.append(&mut later.neuron);
        self.batch.append(&mut later.batch);
    }
}

/// A population with the spikes of those of its neurons that are recorded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PopulationSpikes {
    /// The population's name.
    pub name: String,
    /// Number of neurons, recorded or not.
    pub size: u32,
    /// The neurons whose spikes are recorded: indices in the population, ascending. Empty: it is not recorded.
    pub neurons: Vec<u32>,
    /// When they are recorded.
    pub period: Period,
    /// What those neurons fired.
    pub spikes: Spikes,
}

impl PopulationSpikes {
    /// Number of recorded spikes, over all batch items; `None` where no neuron is recorded.
    pub fn count(&self) -> Option<usize> {
        (!self.neurons.is_empty()).then(|| self.spikes.len())
    }

    /// The same with no spikes.
    pub(crate) fn without_spikes(&self) -> Self {
        let Self { name, size, neurons, period, spikes: _ } = self;
        let (name, neurons) = (name.clone(), neurons.clone());
        Self { name, size: *size, neurons, period: *period, spikes: Spikes::default() }
    }

    /// Whether the spikes of all its neurons are recorded.
    pub fn is_whole(&self) -> bool {
        self.neurons.len() == self.size as usize
    }
}

/// One variable of some neurons of a population, sampled over time.
#[derive(Debug, Clone, PartialEq)]
pub struct Trace {
    /// The population's name.
    pub population: String,
    /// The variable, as `v` or `ampa.g`.
    pub variable: String,
    /// The unit of the values.
    pub unit: String,
    /// The sampled neurons: indices in the population.
    pub neurons: Vec<u32>,
    /// The step after which each sample was taken, counted from the start of the simulation.
    pub steps: Vec<u32>,
    /// Number of batch items.
    pub batch: u32,
    /// `[T, batch, n]`, row-major: T samples of n neurons.
    pub values: Vec<f32>,
}

impl Trace {
    /// Makes room for so many more moments and values.
    pub(crate) fn make_room(&mut self, steps: usize, values: usize) -> Result<()> {
        let what = format!("recording {}.{}", self.population, self.variable);
        grow(&mut self.steps, steps, &what, FEWER_SAMPLES)?;
        grow(&mut self.values, values, &what, FEWER_SAMPLES)
    }
}

/// What one run, or several that continue each other, recorded.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Recording {
    /// \[ms\] the time step.
    pub dt_ms: f64,
    /// Number of batch items.
    pub batch: u32,
    /// The first step of the recording: 0, or where the run it continues had ended.
    pub first_step: u32,
    /// Number of steps.
    pub steps: u32,
    /// Of each batch item the step after its last, where some ended or stopped before the others; else nothing.
    pub ends: Vec<u32>,
    /// All populations, in the network's order, also those that are not recorded.
    pub populations: Vec<PopulationSpikes>,
    /// The sampled variables, in the order of the network's recorders.
    pub traces: Vec<Trace>,
}

impl Recording {
    /// Leaves out all from a step on, of which there is nothing but the room.
    pub(crate) fn cut(&mut self, end: u32) {
        self.steps = self.steps.min(end.saturating_sub(self.first_step));
        for Trace { steps, .. } in &mut self.traces {
            steps.truncate(steps.partition_point(|step| *step < end));
        }
    }

    /// Leaves out what each item did from its end on: spikes go, and samples are no numbers.
    pub(crate) fn end_items(&mut self, ends: Vec<u32>) {
        if ends.iter().all(|end| u64::from(*end) >= self.end_step()) {
            return;
        }
        self.ends = ends;
        let ends = &self.ends;
        self.populations.iter_mut().for_each(|population| population.spikes.end_items(ends));
        for Trace { neurons, steps, values, .. } in &mut self.traces {
            let rows = steps.iter().flat_map(|step| ends.iter().map(move |end| step >= end));
            let rows = values.chunks_exact_mut(neurons.len().max(1)).zip(rows);
            rows.filter(|(_, ended)| *ended).for_each(|(values, _)| values.fill(f32::NAN));
        }
    }

    /// The step after the last.
    pub fn end_step(&self) -> u64 {
        u64::from(self.first_step) + u64::from(self.steps)
    }

    /// The step after the last of a batch item, which may have ended or stopped before others.
    pub fn end_step_of(&self, item: u32) -> u64 {
        let end = self.ends.get(item as usize).map_or(u64::MAX, |end| u64::from(*end));
        end.clamp(self.first_step.into(), self.end_step())
    }

    /// \[ms\] how much model time the recording covers.
    pub fn duration_ms(&self) -> f64 {
        f64::from(self.steps) * self.dt_ms
    }

    /// The population of this name.
    pub fn population(&self, name: &str) -> Option<&PopulationSpikes> {
        self.populations.iter().find(|population| population.name == name)
    }

    /// The first trace of this variable of this population.
    pub fn trace(&self, population: &str, variable: &str) -> Option<&Trace> {
        self.traces.iter().find(|trace| trace.population == population && trace.variable == variable)
    }

    /// Adds what a run that continued this one has recorded.
    ///
    /// # Errors
    /// [`Error::Request`] if `later` does not begin where this recording ends, or is not of the same network (time
    /// step, batch, populations, recorded neurons, traced variables), [`Error::HostMemory`] if there is no room for both; this recording
    /// is then unchanged.
    pub fn append(&mut self, later: Self) -> Result<()> {
        self.check_continues(&later)?;
        for (population, more) in self.populations.iter_mut().zip(&later.populations) {
            population.spikes.make_room(more.spikes.len())?;
        }
        for (trace, more) in self.traces.iter_mut().zip(&later.traces) {
            trace.make_room(more.steps.len(), more.values.len())?;
        }
        for (population, more) in self.populations.iter_mut().zip(later.populations) {
            population.spikes.append(more.spikes);
        }
        for (trace, mut more) in self.traces.iter_mut().zip(later.traces) {
            trace.steps.append(&mut more.steps);
            trace.values.append(&mut more.values);
        }
        // Who ended or stopped is so in the later one, too, unless it went on there.
        let ends = (0..self.batch).map(|item| match later.ends.get(item as usize) {
            Some(end) if *end <= later.first_step => self.ends.get(item as usize).copied().unwrap_or(*end),
            Some(end) => *end,
            None => u32::MAX,
        });
        self.ends = if later.ends.is_empty() { Vec::new() } else { ends.collect() };
        self.steps += later.steps;
        Ok(())
    }

    fn check_continues(&self, later: &Self) -> Result<()> {
        let refuse = |problem: String, legal: String| Err(Error::request("appending a recording", problem, legal));
        if u64::from(later.first_step) != self.end_step() {
            let problem = format!("the later one begins at step {}", later.first_step);
            return refuse(problem, format!("step {}, where the earlier one ends", self.end_step()));
        }
        if self.steps.checked_add(later.steps).is_none() {
            return refuse(format!("{} and {} steps are too many", self.steps, later.steps), format!("{}", u32::MAX));
        }
        if later.dt_ms != self.dt_ms || later.batch != self.batch {
            let problem = format!("the later one has dt = {} ms, batch = {}", later.dt_ms, later.batch);
            return refuse(problem, format!("dt = {} ms, batch = {}", self.dt_ms, self.batch));
        }
        if !self.populations.iter().map(identity).eq(later.populations.iter().map(identity)) {
            let problem = format!("the later one has the populations {}", population_list(&later.populations));
            return refuse(problem, format!("{}, and spikes of the same neurons", population_list(&self.populations)));
        }
        let same_traces = self.traces.len() == later.traces.len()
            && self.traces.iter().zip(&later.traces).all(|(trace, more)| same_variable(trace, more));
        if !same_traces {
            let problem = format!("the later one has the traces {}", trace_list(&later.traces));
            return refuse(problem, format!("{}, of the same neurons and units", trace_list(&self.traces)));
        }
        Ok(())
    }

    /// SHA-256, as 64 hexadecimal digits, of all recorded spikes: equal if and only if the spikes are.
    ///
    /// Hashed for each recorded population in order: its name in UTF-8, its number of spikes as u64, then step, batch item and
    /// neuron of each spike as u32, all little-endian.
    pub fn spike_hash(&self) -> String {
        let mut hasher = Sha256::new();
        let mut block = Vec::with_capacity(12 * HASH_BLOCK);
        for population in self.populations.iter().filter(|population| !population.neurons.is_empty()) {
            hasher.update(population.name.as_bytes());
            hasher.update((population.spikes.len() as u64).to_le_bytes());
            for (step, batch, neuron) in population.spikes.iter() {
                for word in [step, batch, neuron] {
                    block.extend_from_slice(&word.to_le_bytes());
                }
                if block.len() >= 12 * HASH_BLOCK {
                    hasher.update(&block);
                    block.clear();
                }
            }
            hasher.update(&block);
            block.clear();
        }
        hash::hex(hasher)
    }
}

/// Spikes hashed at a time; a call for each would cost more than the hash.
const HASH_BLOCK: usize = 4096;

fn identity(population: &PopulationSpikes) -> (&str, u32, &[u32], Period) {
    (&population.name, population.size, &population.neurons, population.period)
}

fn same_variable(a: &Trace, b: &Trace) -> bool {
    (&a.population, &a.variable, &a.unit, &a.neurons, a.batch)
        == (&b.population, &b.variable, &b.unit, &b.neurons, b.batch)
}

fn population_list(populations: &[PopulationSpikes]) -> String {
    let each = populations.iter().map(|population| {
        let PopulationSpikes { name, size, neurons, .. } = population;
        if population.is_whole() { format!("{name} [{size}]") } else { format!("{name} [{} of {size}]", neurons.len()) }
    });
    if populations.is_empty() { "none".to_owned() } else { each.collect::<Vec<_>>().join(", ") }
}

fn trace_list(traces: &[Trace]) -> String {
    let each = traces.iter().map(|trace| format!("{}.{}", trace.population, trace.variable));
    if traces.is_empty() { "none".to_owned() } else { each.collect::<Vec<_>>().join(", ") }
}

#[cfg(test)]
mod tests;
