//! A network on the CPU: shares of threads, portions of windows, recordings put together.

use super::Precision;
use super::exchange::{Exchange, Volley};
use super::samples::Wanted;
use super::share::{Common, Cut, Portion, Share};
use crate::model;
use crate::number::{Arch, F32s, F64s};
use crate::options::EngineOptions;
use crate::pace::Pace;
use crate::plan::{Ended, NotFinite, Plan, State, Watch};
use crate::recording::Recording;
use crate::team::{Barrier, cores, together};
use crate::{Error, Result, Warning};
use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::Arc;
use std::time::Instant;

/// Neurons that a thread has at least: fewer cost more to meet for than they save.
const FEED: u64 = 1024;

/// A network on the CPU, between two steps.
pub struct Engine {
    plan: Arc<Plan>,
    network: Box<dyn Network + Send>,
    exchange: Exchange,
    barrier: Barrier,
    /// Populations whose spikes are recorded, or counted.
    recorded: Vec<bool>,
    pace: Pace,
    precision: Precision,
    step: u32,
    turn: usize,
    /// A run failed half-way: none until a state is restored.
    broken: bool,
    pub(crate) watch: Watch,
    /// Of the last run.
    warnings: Vec<Warning>,
}

/// The shares of all threads, whatever numbers they compute with.
trait Network {
    /// How many there are.
    fn threads(&self) -> usize;
    /// Computes a portion.
    fn run(&mut self, common: &Common<'_>, portion: &Portion) -> Result<()>;
    /// Hands over the spikes and samples of the last portion, which began with this step.
    fn record(&mut self, first_step: u32, recording: &mut Recording) -> Result<()>;
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

struct Shares<N: model::Precision>(Vec<Share<N>>);

impl Engine {
    /// A plan's network in its initial state.
    ///
    /// # Errors
    /// [`Error::Request`] if a model is given as WGSL alone, or a block's part of the delay ring has more numbers than a u32 counts;
    /// [`Error::HostMemory`].
    pub fn new(plan: Arc<Plan>, precision: Precision, options: &EngineOptions) -> Result<Self> {
        plan.check_running(false)?;
        check_tiles(&plan)?;
        let cuts = cuts(&plan);
        let threads = threads(&plan, options.threads).clamp(1, cuts.len().max(1));
        let network: Box<dyn Network + Send> = match precision {
            Precision::F32 => Box::new(Shares::<F32s>::new(&plan, cuts, threads)?),
            Precision::F64 => Box::new(Shares::<F64s>::new(&plan, cuts, threads)?),
        };
        let mut recorded = vec![false; plan.populations.len()];
        plan.spike_recorders().for_each(|recorder| recorded[recorder.population] = true);
        plan.until.iter().for_each(|until| recorded[until.population] = true);
        let mut engine = Self {
            network,
            exchange: Exchange::new(threads),
            barrier: Barrier::new(threads as u32),
            recorded,
            pace: Pace::new(plan.submission, options.windows_per_submission),
            precision,
            step: 0,
            turn: 0,
            broken: false,
            watch: Watch::new(options.allow_nonfinite),
            warnings: Vec::new(),
            plan,
        };
        let initial = engine.plan.initial_state()?;
        engine.restore(&initial)?;
        Ok(engine)
    }

    /// The plan that is executed.
    pub fn plan(&self) -> &Arc<Plan> {
        &self.plan
    }

    /// The numbers that it computes with.
    pub fn precision(&self) -> Precision {
        self.precision
    }

    /// Threads that it has.
    pub fn threads(&self) -> usize {
        self.network.threads()
    }

    /// The step that comes next.
    pub fn step(&self) -> u32 {
        self.step
    }

    /// What was suspicious in the last run.
    pub fn warnings(&self) -> &[Warning] {
        &self.warnings
    }

    /// Computes `steps` steps and returns what they recorded; a later call continues. `progress` is told the steps that are done.
    ///
    /// # Errors
    /// [`Error::Request`] if the step counter, a u32, would overflow, [`Error::HostMemory`] where samples have no room; nothing
    /// is computed then. [`Error::Request`] where its threads cannot be started, [`Error::NonFinite`], [`Error::HostMemory`] for
    /// spikes: nothing of this run is returned, and the state must be restored before another.
    pub fn run(&mut self, steps: u32, progress: &mut dyn FnMut(u32)) -> Result<Recording> {
        self.ready("run")?;
        let left = u32::MAX - self.step;
        if steps > left {
            return Err(Error::request("run", format!("{steps} steps"), format!("at most {left} more")));
        }
        let mut recording = self.plan.outline(self.step, steps)?;
        self.watch.begin();
        self.warnings.clear();
        self.broken = true;
        let (first, end) = (self.step, self.step + steps);
        while self.step < end {
            let look = self.watch.next_look(&self.plan, self.step, end);
            let windows = self.pace.windows().min((look - self.step).div_ceil(self.plan.window));
            let stop = self.step.saturating_add(windows.saturating_mul(self.plan.window)).min(look);
            let started = Instant::now();
            self.portion(stop)?;
            self.network.record(self.step, &mut recording)?;
            if let Some(until) = &self.plan.until {
                let watch = &mut self.watch;
                self.network.count(until.population, &until.neurons, &mut |item, spikes| watch.count(item, spikes));
            }
            self.watch.note(&self.plan, self.network.odd(&self.plan))?;
            let samplers = self.plan.samplers().zip(&recording.traces);
            for (sampler, trace) in samplers {
                let from = trace.steps.partition_point(|&step| step < self.step) * trace.neurons.len();
                let found = self.plan.sampled(sampler, trace, from * self.plan.batch as usize);
                self.watch.note(&self.plan, found)?;
            }
            self.step = stop;
            self.pace.took(windows, started.elapsed());
            progress(stop - first);
            if stop == look && self.watch.look(&self.plan, look) {
                recording.cut(look);
                break;
            }
        }
        self.broken = false;
        let warnings = self.watch.finish(&self.plan, &mut recording, || self.state());
        self.broken = warnings.is_err();
        self.warnings.extend(warnings?);
        Ok(recording)
    }

    /// Computes the steps up to `stop`.
    fn portion(&mut self, stop: u32) -> Result<()> {
        let common = Common {
            plan: &self.plan,
            data: &self.plan.data,
            exchange: &self.exchange,
            barrier: &self.barrier,
            recorded: &self.recorded,
            arch: Arch::new(),
        };
        let portion = Portion { steps: self.step..stop, turn: self.turn };
        let phases = (stop - self.step).div_ceil(self.plan.window) as usize * self.plan.levels() as usize;
        self.turn = self.turn.wrapping_add(phases);
        self.network.run(&common, &portion)
    }

    /// Whether the state is known, so that this may be done.
    fn ready(&self, what: &str) -> Result<()> {
        State::known(self.broken, what)
    }

    /// All that the next steps depend on.
    ///
    /// # Errors
    /// [`Error::HostMemory`]; [`Error::Request`] after a run that failed half-way.
    pub fn state(&self) -> Result<State> {
        self.ready("state")?;
        let mut state = State { step: self.step, ..self.plan.initial_state()? };
        self.network.save(&self.plan, &mut state);
        Ok(state)
    }

    /// A state variable of some items and neurons of a population: a number for each neuron, item after item.
    ///
    /// # Errors
    /// [`Error::Request`] after a run that failed half-way.
    pub(crate) fn read(&self, place: (usize, usize), items: &[u32], neurons: &[u32]) -> Result<Vec<f64>> {
        self.ready("state")?;
        Ok(self.network.read(place, items, neurons))
    }

    /// Continues from `state`, which this plan's engine, or another executor of it, returned.
    ///
    /// # Errors
    /// [`Error::Request`] if the state is of another network, or has a value that a device could not hold. Nothing has changed
    /// then.
    pub fn restore(&mut self, state: &State) -> Result<()> {
        self.plan.check_state(state, self.watch.tolerates(&self.plan))?;
        self.watch.restored(state.step);
        self.network.load(&self.plan, state);
        self.step = state.step;
        self.broken = false;
        Ok(())
    }

    /// The items that ended alone.
    pub fn ended(&self) -> Vec<Ended> {
        self.watch.ended(&self.plan)
    }

    /// Goes on with a plan that differs from the present one in the values of populations, and of their stimuli, alone. The state stays.
    ///
    /// # Errors
    /// None for the models of a plan that runs already.
    pub(crate) fn exchange(&mut self, plan: Arc<Plan>, populations: &BTreeSet<usize>) -> Result<()> {
        self.network.exchange(&plan, populations)?;
        self.plan = plan;
        Ok(())
    }
}

/// The numbers of a block's tile are counted in u32.
fn check_tiles(plan: &Plan) -> Result<()> {
    let largest = plan.synapses.blocks.iter().map(|block| block.size).max().unwrap_or(0);
    let numbers = u64::from(largest).saturating_mul(plan.slots.into()).saturating_mul(plan.batch.into());
    if numbers <= u32::MAX.into() {
        return Ok(());
    }
    let what = format!("the delay ring, of {} slots for blocks of {largest} neurons", plan.slots);
    let legal = format!("at most {}: a shorter longest delay, or a smaller batch", u32::MAX);
    Err(Error::request(what, format!("{numbers} numbers for a block"), legal))
}

/// How many threads a network feeds, or as many as are wanted.
fn threads(plan: &Plan, wanted: Option<usize>) -> usize {
    let fed = usize::try_from(plan.instances() / FEED).unwrap_or(usize::MAX);
    wanted.unwrap_or_else(|| cores().min(fed))
}

/// A part of a population: the population, first neuron and size.
type Place = (usize, (u32, u32));

/// The parts of populations that blocks of rows cut.
fn cuts(plan: &Plan) -> Vec<Place> {
    let mut cuts = Vec::new();
    for (population, place) in plan.populations.iter().enumerate() {
        let blocks = plan.synapses.blocks.iter().filter(|block| block.population == population && block.port == 0);
        let before = cuts.len();
        cuts.extend(blocks.map(|block| (population, (block.first, block.size))));
        if cuts.len() == before && place.size > 0 {
            let step = super::block::BLOCK;
            let starts = (0..place.size).step_by(step as usize);
            cuts.extend(starts.map(|first| (population, (first, step.min(place.size - first)))));
        }
    }
    cuts
}

impl<N: model::Precision> Shares<N> {
    fn new(plan: &Plan, mut cuts: Vec<Place>, threads: usize) -> Result<Self> {
        let mut shares: Vec<_> = (0..threads).map(|thread| Share::new(plan, thread)).collect();
        let wanted = Wanted::all(plan);
        // The largest first, each to who has least.
        cuts.sort_by_key(|(_, (_, size))| std::cmp::Reverse(*size));
        for (population, place) in cuts {
            let Some(least) = shares.iter_mut().min_by_key(|share| share.neurons()) else { continue };
            least.cuts.push(Cut::new(plan, population, place, &wanted)?);
        }
        shares.iter_mut().for_each(|share| share.cuts.sort_by_key(|cut| (cut.population, cut.first)));
        Ok(Self(shares))
    }
}

impl<N: model::Precision> Network for Shares<N> {
    fn threads(&self) -> usize {
        self.0.len()
    }

    fn run(&mut self, common: &Common<'_>, portion: &Portion) -> Result<()> {
        together(&mut self.0, |share| {
            // Where a thread has panicked, so will this one when it is joined.
            let _ = share.run(common, portion);
        })
    }

    fn record(&mut self, first_step: u32, recording: &mut Recording) -> Result<()> {
        let mut volleys: Vec<_> = self.0.iter().flat_map(|share| share.recorded.all()).collect();
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
        for cut in self.0.iter().flat_map(|share| &share.cuts) {
            for (block, samplers) in cut.blocks.iter().zip(&cut.samplers) {
                samplers.iter().for_each(|sampler| sampler.write(first_step, block.batch, &mut recording.traces));
            }
        }
        Ok(())
    }

    fn count(&self, population: usize, neurons: &Range<u32>, tell: &mut dyn FnMut(u32, u64)) {
        let volleys = self.0.iter().flat_map(|share| share.recorded.all());
        for volley in volleys.filter(|volley| volley.population as usize == population) {
            tell(volley.batch, volley.neurons.iter().filter(|neuron| neurons.contains(neuron)).count() as u64);
        }
    }

    fn odd(&self, plan: &Plan) -> Vec<NotFinite> {
        let mut firsts = Vec::new();
        let all = self.0.iter().flat_map(|share| &share.odd);
        all.for_each(|found| plan.keep_first(&mut firsts, *found));
        firsts.sort_by_key(|found| plan.order(found));
        firsts
    }

    fn save(&self, plan: &Plan, state: &mut State) {
        for cut in self.0.iter().flat_map(|share| &share.cuts) {
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
        for cut in self.0.iter_mut().flat_map(|share| &mut share.cuts) {
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
        let cuts = self.0.iter_mut().flat_map(|share| &mut share.cuts);
        cuts.filter(|cut| populations.contains(&cut.population)).try_for_each(|cut| cut.exchange(plan))
    }

    fn read(&self, (population, variable): (usize, usize), items: &[u32], neurons: &[u32]) -> Vec<f64> {
        let mut found = vec![0.0; items.len() * neurons.len()];
        // Of the neurons, in their order, each block has some that follow each other.
        let mut order: Vec<usize> = (0..neurons.len()).collect();
        if !neurons.is_sorted() {
            order.sort_by_key(|&place| neurons[place]);
        }
        let cuts = self.0.iter().flat_map(|share| &share.cuts).filter(|cut| cut.population == population);
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
