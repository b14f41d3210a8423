//! A run on a device: buffers allocated once, submissions of many windows, recordings read back while the next
//! submission is computed.

mod exchange;
mod measure;
mod state;
#[cfg(test)]
mod tests;
mod trials;

pub(crate) use measure::Dispatched;

use super::choice::{Choice, Chosen};
use super::finite;
use super::program::{NetworkProgram, Places, Values, Window};
use super::spikes::{Wanted, bits_of, count, decode, wanted};
use super::tuning::Tuning;
use super::{EngineOptions, Schedule};
use crate::engine::{Executor, Flight, Windows, in_turns};
use crate::gpu::{AdapterKind, Gpu};
use crate::model::ModelKind;
use crate::pace::Pace;
use crate::plan::{Ended, Plan, SlabPlan, State, Watch};
use crate::program::StageId;
use crate::recording::Recording;
use crate::shader::Inexact;
use crate::{Error, Result, Warning};
use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// Who hears of a schedule that was chosen.
type Told = Box<dyn FnMut(&Chosen) + Send>;

/// A network on a device.
pub struct Engine {
    plan: Arc<Plan>,
    tuning: Tuning,
    choice: Choice,
    /// What the plan's values are by this tuning, once others have come in their place.
    values: Option<Values>,
    /// Which is computed wrongly.
    #[cfg(test)]
    spoiled: Option<Schedule>,
    /// Does a driver fail when it has computed what follows from parameters?
    #[cfg(test)]
    fails_to_derive: bool,
    /// What it answers who asks whether trials pay, in turn.
    #[cfg(test)]
    budgets: std::cell::RefCell<std::collections::VecDeque<Option<Duration>>>,
    /// Is told when trials have chosen.
    told: Option<Told>,
    /// What compiling a schedule's kernels takes.
    compiling: Duration,
    /// Of the spikes.
    wanted: Vec<Wanted>,
    /// The bits among a step's spikes that what ends a run counts.
    counted: Option<Vec<(usize, u32)>>,
    executor: Executor,
    places: Places,
    timeout: Duration,
    step: u32,
    /// A run failed half-way: the state is unknown until one is restored.
    broken: bool,
    /// What follows from parameters is that of the present ones.
    derived: bool,
    pub(crate) watch: Watch,
    /// Of the last run.
    warnings: Vec<Warning>,
}

/// What of a model has last bits that are the driver's.
fn not_portable(Inexact { function, calls }: &Inexact) -> Warning {
    let problem = format!("it calls `{calls}`, whose last bits are the driver's");
    Warning::new(format!("function `{function}`"), problem, "its spikes may have another hash on another device")
}

impl Engine {
    /// Allocates a plan's tables on a device and compiles its kernels.
    ///
    /// # Errors
    /// [`Error::TooLarge`], [`Error::HostMemory`] before anything is allocated; [`Error::OutOfMemory`], [`Error::Validation`],
    /// [`Error::DeviceLost`] from the device; [`Error::Shader`] for a model that does not fit its kernel.
    pub fn new(gpu: &Gpu, plan: Arc<Plan>, options: &EngineOptions) -> Result<Self> {
        Self::knowing(gpu, plan, options, None)
    }

    /// As [`new`](Self::new), with what an engine of a network of the same shape has learnt of schedules.
    pub(crate) fn after(&self, gpu: &Gpu, plan: Arc<Plan>, options: &EngineOptions) -> Result<Self> {
        Self::knowing(gpu, plan, options, Some(self))
    }

    fn knowing(gpu: &Gpu, plan: Arc<Plan>, options: &EngineOptions, earlier: Option<&Self>) -> Result<Self> {
        let gpu = &gpu.computing(options.arithmetic);
        let (limits, adapter) = (gpu.limits(), &gpu.info().name);
        plan.check(limits, adapter)?;
        // The memory of software drivers and of integrated adapters is the host's.
        plan.check_running(matches!(gpu.info().kind, AdapterKind::Software | AdapterKind::Integrated))?;
        let carried = earlier.and_then(|it| it.choice.carried([&plan, &it.plan], options, gpu.into()));
        let (tuning, choice) = carried.map_or_else(|| Choice::begin(&plan, options, gpu.into()), Ok)?;
        if !choice.learnt {
            return Self::begin(gpu, plan, options, tuning, choice);
        }
        // What was learnt may fit no more, as where less memory is free: then it is forgotten.
        Self::begin(gpu, plan.clone(), options, tuning, choice).or_else(|error| {
            if matches!(error, Error::DeviceLost { .. }) {
                return Err(error);
            }
            let (tuning, choice) = Choice::anew(&plan, options, gpu.into())?;
            Self::begin(gpu, plan, options, tuning, choice)
        })
    }

    fn begin(gpu: &Gpu, plan: Arc<Plan>, options: &EngineOptions, tuning: Tuning, choice: Choice) -> Result<Self> {
        let NetworkProgram { program, places } = NetworkProgram::new(&plan, &tuning, gpu.limits())?;
        let pace = Pace::new(plan.submission, options.windows_per_submission);
        let executor = Executor::new(gpu, &program, pace)?;
        drop(program);
        let mut engine = Self {
            wanted: wanted(&plan),
            counted: plan.until.as_ref().map(|until| bits_of(&plan, until.population, until.neurons.clone())),
            tuning,
            choice,
            values: None,
            #[cfg(test)]
            spoiled: None,
            #[cfg(test)]
            fails_to_derive: false,
            #[cfg(test)]
            budgets: Default::default(),
            told: None,
            compiling: Duration::ZERO,
            executor,
            places,
            timeout: options.timeout,
            step: 0,
            broken: false,
            derived: false,
            watch: Watch::new(options.allow_nonfinite, &options.interrupt),
            warnings: Vec::new(),
            plan,
        };
        let initial = engine.plan.initial_state()?;
        engine.restore(&initial)?;
        // No model's code runs.
        let start = Instant::now();
        engine.executor.warm_up(engine.places.window, &Window::NOTHING.clock())?;
        engine.compiling = engine.executor.compiling().saturating_add(start.elapsed());
        Ok(engine)
    }

    /// The plan that is executed.
    pub fn plan(&self) -> &Arc<Plan> {
        &self.plan
    }

    /// How it goes through the windows, and why.
    pub fn chosen(&self) -> &Chosen {
        &self.choice.chosen
    }

    /// Has this called whenever trials on a run have chosen how it goes on.
    pub fn on_schedule(&mut self, told: impl FnMut(&Chosen) + Send + 'static) {
        self.told = Some(Box::new(told));
    }

    /// The step that comes next.
    pub fn step(&self) -> u32 {
        self.step
    }

    /// Computes `steps` steps and returns what they recorded; a later call continues. `progress` is told the steps
    /// that are done.
    ///
    /// # Errors
    /// [`Error::HostMemory`] before anything is computed where samples have no room. [`Error::NonFinite`],
    /// [`Error::DeviceLost`], [`Error::Hung`], [`Error::Unfinished`], [`Error::Validation`], [`Error::HostMemory`] for spikes:
    /// nothing of this run is returned then, and the state must be restored before another.
    pub fn run(&mut self, steps: u32, progress: &mut dyn FnMut(u32)) -> Result<Recording> {
        self.ready("run")?;
        let left = u32::MAX.saturating_sub(self.step);
        if steps > left {
            return Err(Error::request("run", format!("{steps} steps"), format!("at most {left} more")));
        }
        let mut recording = self.plan.outline(self.step, steps)?;
        self.broken = true;
        self.watch.begin();
        self.warnings.clear();
        self.run_windows(&mut recording, progress)?;
        self.broken = false;
        let warnings = self.watch.finish(&self.plan, &mut recording, || self.state());
        self.broken = warnings.is_err();
        self.warnings.extend(warnings?);
        self.warnings.extend(self.executor.inexact().iter().map(not_portable));
        Ok(recording)
    }

    #[expect(clippy::arithmetic_side_effects, reason = "steps up to the last, which `run` found to be a u32")]
    fn run_windows(&mut self, recording: &mut Recording, progress: &mut dyn FnMut(u32)) -> Result<()> {
        let first_step = self.step;
        let end = first_step + recording.steps;
        while self.step < end {
            let look = self.watch.next_look(&self.plan, self.step, end);
            self.run_to(look, end, recording, progress)?;
            let stops = self.step == look && self.watch.look(&self.plan, look);
            if stops || self.watch.is_interrupted() {
                recording.cut(self.step);
                break;
            }
        }
        Ok(())
    }

    /// Goes to step `look` of a run to `end`, unless it is interrupted.
    #[expect(clippy::arithmetic_side_effects, reason = "steps that were done since the first of the recording")]
    fn run_to(&mut self, look: u32, end: u32, recording: &mut Recording, progress: &mut dyn FnMut(u32)) -> Result<()> {
        let (from, first_step) = (self.step, recording.first_step);
        // Between two looks there may be no room for trials but from the first on.
        let tries = |engine: &Self| (look == end || engine.step == from).then(|| engine.budget(end)).flatten();
        loop {
            in_turns(
                self,
                |engine| {
                    let goes_on = engine.step < look && tries(engine).is_none() && !engine.watch.is_interrupted();
                    goes_on.then(|| engine.submit(look)).transpose()
                },
                |engine, flight| {
                    engine.wait(&flight)?;
                    engine.take(&flight, recording)?;
                    progress(flight.steps.end - first_step);
                    Ok(())
                },
            )?;
            if self.step == look || self.watch.is_interrupted() {
                return Ok(());
            }
            // Submissions that were still under way may say that trials do not pay after all: then the run goes on without.
            if let Some(budget) = tries(self) {
                self.try_schedules(look, budget, recording, progress)?;
            }
        }
    }

    #[expect(clippy::arithmetic_side_effects, reason = "steps up to `end`; there are steps in a window")]
    fn submit(&mut self, end: u32) -> Result<Flight> {
        let first_step = self.step;
        let windows = self.executor.windows_per_submission().min((end - first_step).div_ceil(self.plan.window));
        let steps = (windows * self.plan.window).min(end - first_step);
        let (executor, places) = (&mut self.executor, &self.places);
        let Places { window, spikes, spike_rows, tracks, .. } = places;
        let mut recorder = executor.recorder("steps");
        recorder.clear(executor.buffer(*spikes), executor.words(*spike_rows, 0..steps as usize));
        let work = executor.record(&mut recorder, steps, |pass| {
            record(&self.plan, &self.tuning, *window, pass, first_step..first_step + steps)
        });
        executor.bring_back(&mut recorder, *spike_rows, 0..steps as usize)?;
        for (track, rows) in tracks {
            executor.bring_back(&mut recorder, *rows, 0..track.rows(first_step..first_step + steps))?;
        }
        let flight = executor.submit(recorder, work)?;
        self.step += steps;
        Ok(flight)
    }

    fn wait(&mut self, flight: &Flight) -> Result<()> {
        if self.executor.wait(flight, self.timeout)? { Ok(()) } else { Err(self.hung("update", flight.steps.start)) }
    }

    /// Takes what a submission that is done brought back.
    fn take(&mut self, flight: &Flight, recording: &mut Recording) -> Result<()> {
        let Range { start, end } = flight.steps;
        let (plan, executor) = (&self.plan, &mut self.executor);
        let steps = end.saturating_sub(start);
        let not_finite = executor.report(flight, |words| finite::found(plan, words, start, steps))?;
        self.watch.note(plan, not_finite)?;
        let (wanted, shape) = (&self.wanted, (plan.batch, self.tuning.spike_words));
        let populations = &mut recording.populations;
        let counted = self.counted.as_deref();
        let (decoded, spikes) = executor.came_back(self.places.spike_rows, |bits| {
            let spikes = counted.map(|counted| count(counted, shape, bits));
            (decode(wanted, shape, bits, start, populations), spikes)
        })?;
        decoded?;
        let spikes = (0..).zip(spikes.into_iter().flatten());
        spikes.for_each(|(item, spikes)| self.watch.count(item, spikes));
        let samplers = plan.samplers().zip(&mut recording.traces);
        for ((_, rows), (sampler, trace)) in self.places.tracks.iter().zip(samplers) {
            let from = trace.values.len();
            executor.came_back(*rows, |values| trace.values.extend(values.iter().copied().map(f32::from_bits)))?;
            self.watch.note(plan, plan.sampled(sampler, trace, from))?;
        }
        Ok(())
    }

    /// What hangs: a loop without end is rather a user's than ours.
    fn hung(&self, what: &str, step: u32) -> Error {
        let own = |slab: &SlabPlan| slab.models().any(|model| model.twin.is_none());
        let any = self.plan.slabs.iter().any(own);
        let suspects: Vec<_> = self.plan.slabs.iter().filter(|slab| own(slab) == any).collect();
        let names =
            suspects.iter().map(|slab| format!("kernel {what} {}", slab.neuron.name())).collect::<BTreeSet<_>>();
        let models = suspects.iter().flat_map(|slab| slab.models().filter(|model| !any || model.twin.is_none()));
        // Without a model of the user's, neurons say which kernels they are.
        let models = models.filter(|model| any || model.kind == ModelKind::Neuron);
        let models: BTreeSet<_> = models.map(|model| model.fragment.path.clone()).collect();
        Error::Hung {
            kernel: names.into_iter().collect::<Vec<_>>().join(" or "),
            models: models.into_iter().collect(),
            limit_s: self.timeout.as_secs_f64(),
            step,
        }
    }

    /// Tells of schedules whom another one told of them.
    pub(crate) fn tell_as(&mut self, other: &mut Self) {
        self.told = other.told.take();
    }

    /// The items that ended alone.
    pub fn ended(&self) -> Vec<Ended> {
        self.watch.ended(&self.plan)
    }

    /// What was suspicious in the last run.
    pub fn warnings(&self) -> &[Warning] {
        &self.warnings
    }

    fn ready(&self, what: &str) -> Result<()> {
        State::known(self.broken, what)
    }
}

/// Records the windows of these steps; a resident kernel goes through all of them itself.
fn record(plan: &Plan, tuning: &Tuning, stage: StageId, windows: &mut Windows<'_, '_>, all: Range<u32>) {
    windows_of(plan, tuning, all)
        .for_each(|window| windows.add_all(stage, &window.clock(), window.steps.div_ceil(plan.window)));
}

/// The windows of these steps, as a schedule dispatches them.
#[expect(clippy::arithmetic_side_effects, reason = "steps up to the last; a plan has slots, and steps in a window")]
fn windows_of(plan: &Plan, tuning: &Tuning, all: Range<u32>) -> impl Iterator<Item = Window> {
    let together = if tuning.schedule == Schedule::Resident { all.end - all.start } else { plan.window };
    let (slots, end, first_step) = (plan.slots, all.end, all.start);
    (0..).zip(all.step_by(together.max(1) as usize)).map(move |(index, step)| {
        let steps = together.min(end - step);
        Window { step, steps, slot: step % slots, index, first_step }
    })
}
