//! A network on the CPU: runs, portion by portion.

use super::Precision;
use super::exchange::Exchange;
use super::share::{Common, Portion};
use super::shares::{Network, Shares, cuts};
use crate::number::{Arch, F32s, F64s};
use crate::options::EngineOptions;
use crate::pace::Pace;
use crate::plan::{Ended, Plan, State, Watch};
use crate::recording::Recording;
use crate::team::{Barrier, cores};
use crate::{Error, Result, Warning};
use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Instant;

/// Neurons that a thread has at least: fewer cost more to meet for than they save.
const FEED: u64 = 1024;

/// A network on the CPU, between two steps.
pub struct Engine {
    plan: Arc<Plan>,
    network: Box<dyn Network + Send>,
    exchange: Exchange,
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
            recorded,
            pace: Pace::new(plan.submission, options.windows_per_submission),
            precision,
            step: 0,
            turn: 0,
            broken: false,
            watch: Watch::new(options.allow_nonfinite, &options.interrupt),
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
        let (plan, network) = (&*self.plan, &*self.network);
        let barrier = Barrier::new(network.threads() as u32);
        let (exchange, recorded) = (&self.exchange, &*self.recorded);
        let common = Common { plan, exchange, barrier: &barrier, recorded, arch: Arch::new() };
        network.run(&common, &mut |compute| {
            while self.step < end {
                let look = self.watch.next_look(plan, self.step, end);
                let windows = self.pace.windows().min((look - self.step).div_ceil(plan.window));
                let stop = self.step.saturating_add(windows.saturating_mul(plan.window)).min(look);
                let started = Instant::now();
                compute(Portion { steps: self.step..stop, turn: self.turn });
                let phases = (stop - self.step).div_ceil(plan.window) as usize * plan.levels() as usize;
                self.turn = self.turn.wrapping_add(phases);
                take_down(plan, network, self.step, &mut recording, &mut self.watch)?;
                self.step = stop;
                self.pace.took(windows, started.elapsed());
                progress(stop - first);
                let stops = stop == look && self.watch.look(plan, look);
                if stops || self.watch.is_interrupted() {
                    recording.cut(stop);
                    break;
                }
            }
            Ok(())
        })?;
        self.broken = false;
        let warnings = self.watch.finish(&self.plan, &mut recording, || self.state());
        self.broken = warnings.is_err();
        self.warnings.extend(warnings?);
        Ok(recording)
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

/// Takes what a portion, which began with this step, has to record, and to say to who watches.
fn take_down(
    plan: &Plan,
    network: &dyn Network,
    first_step: u32,
    recording: &mut Recording,
    watch: &mut Watch,
) -> Result<()> {
    network.record(first_step, recording)?;
    if let Some(until) = &plan.until {
        network.count(until.population, &until.neurons, &mut |item, spikes| watch.count(item, spikes));
    }
    watch.note(plan, network.odd(plan))?;
    for (sampler, trace) in plan.samplers().zip(&recording.traces) {
        let from = trace.steps.partition_point(|&step| step < first_step) * trace.neurons.len();
        let found = plan.sampled(sampler, trace, from * plan.batch as usize);
        watch.note(plan, found)?;
    }
    Ok(())
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
