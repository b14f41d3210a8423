//! A run on a device: buffers allocated once, submissions of many windows, recordings read back while the next
//! submission is computed.

mod measure;
#[cfg(test)]
mod tests;

use super::EngineOptions;
use super::finite;
use super::program::Program;
use super::recorders::{Track, tracks};
use super::schedule::Schedule;
use super::spikes::{Wanted, decode, wanted};
use crate::gpu::{AdapterKind, Gpu, Readback, Report, Ticket};
use crate::pace::Pace;
use crate::plan::{NotFinite, Plan, State};
use crate::recording::Recording;
use crate::shader::FieldKind;
use crate::{Error, Result, Warning};
use std::collections::{BTreeSet, VecDeque};
use std::sync::Arc;
use std::time::{Duration, Instant};

/// A network on a device.
pub struct Engine {
    gpu: Gpu,
    plan: Arc<Plan>,
    schedule: Schedule,
    /// Of the spikes.
    wanted: Vec<Wanted>,
    tracks: Vec<Track>,
    program: Program,
    back: Back,
    pace: Pace,
    timeout: Duration,
    step: u32,
    /// A run failed half-way: the state is unknown until one is restored.
    broken: bool,
    allow_nonfinite: bool,
    /// The first of the last run.
    not_finite: Option<NotFinite>,
    /// Of the last run.
    warnings: Vec<Warning>,
}

/// Read-backs under way.
struct Back {
    spikes: Readback<u32>,
    traces: Vec<Readback<f32>>,
    report: Readback<u32>,
}

impl Back {
    /// Forgets what is under way.
    fn clear(&mut self) -> Result<()> {
        self.spikes.clear()?;
        self.traces.iter_mut().try_for_each(Readback::clear)?;
        self.report.clear()
    }
}

/// A submission whose results are not in yet.
struct Flight {
    ticket: Ticket,
    first_step: u32,
    steps: u32,
    windows: u32,
    start: Instant,
}

impl Engine {
    /// Allocates a plan's tables on a device and compiles its kernels.
    ///
    /// # Errors
    /// [`Error::TooLarge`], [`Error::HostMemory`] before anything is allocated; [`Error::OutOfMemory`], [`Error::Validation`],
    /// [`Error::DeviceLost`] from the device; [`Error::Shader`] for a model that does not fit its kernel.
    pub fn new(gpu: &Gpu, plan: Arc<Plan>, options: &EngineOptions) -> Result<Self> {
        plan.check(gpu.limits(), &gpu.info().name)?;
        let schedule = Schedule::choose(gpu, &plan, options)?;
        // The memory of software drivers and of integrated adapters is the host's.
        plan.check_running(matches!(gpu.info().kind, AdapterKind::Software | AdapterKind::Integrated))?;
        let most = plan.submission_steps();
        let tracks = tracks(&plan, most);
        let program = Program::new(gpu, &plan, &schedule, &tracks)?;
        let back = Back {
            spikes: Readback::new(gpu, "recorded spikes", program.spikes.len(), 2)?,
            traces: tracks
                .iter()
                .map(|track| Readback::new(gpu, "recorded variables", track.words(0, most, plan.batch).len(), 2))
                .collect::<Result<_>>()?,
            report: Readback::new(gpu, "the report of a submission", program.report.words().len(), 2)?,
        };
        let mut engine = Self {
            gpu: gpu.clone(),
            wanted: wanted(&plan),
            schedule,
            tracks,
            program,
            back,
            pace: Pace::new(plan.submission, options.windows_per_submission),
            timeout: options.timeout,
            step: 0,
            broken: false,
            allow_nonfinite: options.allow_nonfinite,
            not_finite: None,
            warnings: Vec::new(),
            plan,
        };
        let initial = engine.plan.initial_state()?;
        engine.restore(&initial)?;
        engine.warm_up()?;
        Ok(engine)
    }

    /// The plan that is executed.
    pub fn plan(&self) -> &Arc<Plan> {
        &self.plan
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
        self.not_finite = None;
        self.warnings.clear();
        self.run_windows(&mut recording, progress)?;
        self.broken = false;
        let warned = |found: &NotFinite| -> Result<_> { Ok(self.plan.warned(found, &self.state()?)) };
        let warning = self.not_finite.as_ref().map(warned).transpose();
        self.broken = warning.is_err();
        self.warnings.extend(warning?);
        Ok(recording)
    }

    #[expect(clippy::arithmetic_side_effects, reason = "steps up to the last, which `run` found to be a u32")]
    fn run_windows(&mut self, recording: &mut Recording, progress: &mut dyn FnMut(u32)) -> Result<()> {
        let first_step = self.step;
        let end = first_step + recording.steps;
        let mut flights: VecDeque<Flight> = VecDeque::new();
        let mut idle_since = Instant::now();
        while self.step < end || !flights.is_empty() {
            // One submission is computed while the next is recorded and the one before is read.
            if self.step < end && flights.len() < 2 {
                flights.push_back(self.submit(end)?);
                continue;
            }
            if let Some(flight) = flights.pop_front() {
                self.take(&flight, recording)?;
                self.pace.took(flight.windows, flight.start.max(idle_since).elapsed());
                idle_since = Instant::now();
                progress(flight.first_step + flight.steps - first_step);
            }
        }
        Ok(())
    }

    #[expect(
        clippy::arithmetic_side_effects,
        reason = "steps up to `end`, samples for which there are buffers; a plan has slots, and steps in a window"
    )]
    fn submit(&mut self, end: u32) -> Result<Flight> {
        let window = self.plan.window;
        let first_step = self.step;
        let mut recorder = self.gpu.recorder("steps");
        let windows = self.pace.windows().min((end - first_step).div_ceil(window));
        let steps = (windows * window).min(end - first_step);
        let spike_words = self.spike_words(steps);
        recorder.clear(&self.program.spikes, 0..spike_words);
        let (report, report_words) = (self.program.report.words(), Report::WORDS + finite::words(&self.plan, windows));
        recorder.clear(report, 0..report_words);
        {
            let mut pass = recorder.pass("steps");
            for index in 0..windows {
                let step = first_step + index * window;
                let count = window.min(end - step);
                self.program.window(&mut pass, index, [step, count, step % self.plan.slots, first_step]);
            }
            self.program.finish(&mut pass, windows, first_step + steps);
        }
        self.back.spikes.record(&mut recorder, &self.program.spikes, 0..spike_words)?;
        for (readback, track) in self.back.traces.iter_mut().zip(&self.tracks) {
            let words = track.words(first_step, steps, self.plan.batch);
            readback.record(&mut recorder, &self.program.traces, words)?;
        }
        self.back.report.record(&mut recorder, report, 0..report_words)?;
        let ticket = recorder.submit()?;
        self.step += steps;
        Ok(Flight { ticket, first_step, steps, windows, start: Instant::now() })
    }

    /// Words of the spikes of so many steps.
    #[expect(clippy::arithmetic_side_effects, reason = "of a submission's steps, for which there is a buffer")]
    fn spike_words(&self, steps: u32) -> usize {
        steps as usize * self.plan.batch as usize * self.schedule.spike_words as usize
    }

    #[expect(clippy::arithmetic_side_effects, reason = "the last of these steps was found to be a u32")]
    fn take(&mut self, flight: &Flight, recording: &mut Recording) -> Result<()> {
        if !self.gpu.wait_within(&flight.ticket, self.timeout)? {
            return Err(self.hung(flight.first_step));
        }
        let (plan, first_step) = (&self.plan, flight.first_step);
        let report = |words: &[u32]| (words[Report::REACHED], finite::found(plan, words, first_step, flight.steps));
        let (reached, not_finite) = self.back.report.wait_with(report)?;
        let expected = first_step + flight.steps;
        if reached != expected {
            let reached = u64::from(first_step);
            return Err(Error::Unfinished { expected: u64::from(expected), reached });
        }
        // Others that are not finite are consequences of the first, most likely.
        let mut note = |found: Option<NotFinite>| match found {
            Some(found) if !self.allow_nonfinite => Err(plan.refused(&found)),
            found => {
                self.not_finite = self.not_finite.or(found);
                Ok(())
            }
        };
        note(not_finite)?;
        let (wanted, shape) = (&self.wanted, (plan.batch, self.schedule.spike_words));
        let populations = &mut recording.populations;
        self.back.spikes.wait_with(|bits| decode(wanted, shape, bits, first_step, populations))??;
        let samplers = plan.samplers().zip(&mut recording.traces);
        for (readback, (sampler, trace)) in self.back.traces.iter_mut().zip(samplers) {
            let from = trace.values.len();
            readback.wait_with(|values| trace.values.extend_from_slice(values))?;
            note(plan.sampled(sampler, trace, from))?;
        }
        Ok(())
    }

    /// Computes a window of no steps, and waits as long as it takes: drivers compile a kernel when it is first dispatched,
    /// for minutes even, and that must not count as a run that hangs. No model's code runs.
    fn warm_up(&mut self) -> Result<()> {
        let mut recorder = self.gpu.recorder("a window of no steps");
        self.program.window(&mut recorder.pass("a window of no steps"), 0, [0; 4]);
        let ticket = recorder.submit()?;
        self.gpu.wait(&ticket)
    }

    /// What hangs: a loop without end is rather a user's than ours.
    fn hung(&self, step: u32) -> Error {
        let neurons = || self.plan.slabs.iter().map(|slab| &slab.neuron);
        let own = neurons().any(|neuron| neuron.twin.is_none());
        let suspects: Vec<_> = neurons().filter(|neuron| neuron.twin.is_none() == own).collect();
        let names: BTreeSet<_> = suspects.iter().map(|neuron| format!("kernel update {}", neuron.name())).collect();
        let models: BTreeSet<_> = suspects.iter().map(|neuron| neuron.fragment.path.clone()).collect();
        Error::Hung {
            kernel: names.into_iter().collect::<Vec<_>>().join(" or "),
            models: models.into_iter().collect(),
            limit_s: self.timeout.as_secs_f64(),
            step,
        }
    }

    /// What was suspicious in the last run.
    pub fn warnings(&self) -> &[Warning] {
        &self.warnings
    }

    fn ready(&self, what: &str) -> Result<()> {
        State::known(self.broken, what)
    }

    /// Reads the whole state back.
    ///
    /// # Errors
    /// [`Error::DeviceLost`], [`Error::OutOfMemory`], [`Error::HostMemory`]; [`Error::Request`] after a run that failed
    /// half-way.
    #[expect(clippy::arithmetic_side_effects, reason = "where there are words, there are neurons and variables")]
    pub fn state(&self) -> Result<State> {
        self.plan.check_state_fits()?;
        let mut slabs = Vec::with_capacity(self.program.states.len());
        for (slab, buffer) in self.program.states.iter().enumerate() {
            let words = self.gpu.read(buffer, 0..buffer.len())?;
            let kinds = self.kinds(slab);
            let size = self.plan.slabs[slab].size as usize;
            let value = |(index, word): (usize, u32)| kinds[index / size % kinds.len()].number(word);
            slabs.push(words.into_iter().enumerate().map(value).collect());
        }
        let tiles = self.gpu.read(&self.program.ring, 0..self.program.ring.len())?;
        self.ready("state")?;
        Ok(State { step: self.step, slabs, ring: self.plan.out_of_tiles(&tiles), fingerprint: self.plan.fingerprint })
    }

    /// Sets the whole state; the next run continues from it.
    ///
    /// # Errors
    /// [`Error::Request`] if the state is not of this plan or has a value that the device cannot hold;
    /// [`Error::DeviceLost`].
    #[expect(clippy::arithmetic_side_effects, reason = "where there are values, there are neurons and variables")]
    pub fn restore(&mut self, state: &State) -> Result<()> {
        self.plan.check_state(state, self.allow_nonfinite)?;
        self.broken = true;
        self.back.clear()?;
        for (slab, (values, buffer)) in state.slabs.iter().zip(&self.program.states).enumerate() {
            let kinds = self.kinds(slab);
            let size = self.plan.slabs[slab].size as usize;
            let word = |(index, &value): (usize, &f64)| kinds[index / size % kinds.len()].word(value);
            let words: Vec<u32> = values.iter().enumerate().map(word).collect();
            self.gpu.write(buffer, 0, &words)?;
        }
        self.gpu.write(&self.program.ring, 0, &self.plan.in_tiles(&state.ring))?;
        self.step = state.step;
        self.broken = false;
        Ok(())
    }

    /// Sets words of the plan's data; the next run reads them.
    ///
    /// # Errors
    /// [`Error::DeviceLost`].
    pub fn set_words(&mut self, first: usize, words: &[u32]) -> Result<()> {
        self.gpu.write(&self.program.data, first, words)
    }

    fn kinds(&self, slab: usize) -> Vec<FieldKind> {
        self.plan.variables(slab).iter().map(|variable| variable.kind).collect()
    }
}
