//! Trials of schedules on a run: each does the same windows from the same state, and must leave the same bits.

use super::{Engine, Window};
use crate::engine::{Code, Flight};
use crate::pace::Pace;
use crate::program::Program;
use crate::recording::Recording;
use crate::shader::FieldKind;
use crate::sim::choice::{Trial, candidates};
use crate::sim::program::NetworkProgram;
use crate::sim::tuning::Tuning;
use crate::{Error, Result, Warning};
use std::hash::{DefaultHasher, Hasher};
use std::ops::Range;
use std::time::{Duration, Instant};

/// State and ring as words, and the step that comes next.
struct Snapshot {
    step: u32,
    words: Vec<Vec<u32>>,
}

/// What a schedule took for a step, and what it left; nothing is known of that where it was given up.
struct Outcome {
    ns_per_step: f64,
    bits: Option<u64>,
}

/// A part of a submission that is done before the whole: who is far too slow shows it there, and no driver loses its patience.
const FIRST: u32 = 8;
/// Times what the usual schedule takes, and a little more for chance: who takes longer is given up. (No test depends on what else a machine
/// does.)
const FAR_SLOWER: u32 = 3;
const CHANCE: Duration = Duration::from_millis(if cfg!(test) { 600_000 } else { 50 });
/// What a driver takes to compile a byte of WGSL at worst, whatever it has compiled before: llvmpipe takes 9 to 37 µs.
const COMPILING: Duration = Duration::from_micros(30);
/// Submissions of a trial, of which the faster counts.
const TURNS: u32 = 2;

impl Engine {
    /// How long trials may take now, if any pay before step `end`.
    pub(super) fn budget(&self, end: u32) -> Option<Duration> {
        #[cfg(test)]
        if let Some(scripted) = self.budgets.borrow_mut().pop_front() {
            return scripted;
        }
        let last = self.executor.last_submission()?;
        self.choice.budget(end.saturating_sub(self.step), last)
    }

    /// Tries what may be faster on the next windows, goes on with the fastest, and records them. Nothing may be under way.
    ///
    /// # Errors
    /// As those of a run.
    pub(super) fn try_schedules(
        &mut self,
        end: u32,
        budget: Duration,
        recording: &mut Recording,
        progress: &mut dyn FnMut(u32),
    ) -> Result<()> {
        let begun = Instant::now();
        let before = match self.snapshot() {
            // Trials are worth no run.
            Err(Error::HostMemory { .. } | Error::OutOfMemory { .. }) => {
                self.choice.open = false;
                return Ok(());
            }
            before => before?,
        };
        let copying = begun.elapsed();
        let pace = self.executor.pace().clone();
        let gpu = self.executor.gpu().clone();
        let once = self.executor.last_submission().map_or(Duration::ZERO, |(_, took)| took);
        let mut tried: Vec<(Tuning, Code, Outcome)> = Vec::new();
        let mut trials = Vec::new();
        let plan = self.plan.clone();
        for tuning in candidates(&plan, (&gpu).into()) {
            let name = tuning.name();
            if name == self.tuning.name() || self.choice.knows(&name) {
                continue;
            }
            if self.watch.is_interrupted() {
                trials.push(Trial { skipped: Some("the run was interrupted".to_owned()), ..Trial::of(name) });
                continue;
            }
            let program = match NetworkProgram::new(&plan, &tuning, gpu.limits()) {
                Ok(made) => made.program,
                Err(error) => {
                    trials.push(Trial { dropped: Some(error.to_string()), ..Trial::of(name) });
                    continue;
                }
            };
            let text: usize = program.kernels.iter().map(|kernel| kernel.kernel.text.len()).sum();
            let compiling = self.compiling.max(COMPILING.saturating_mul(u32::try_from(text).unwrap_or(u32::MAX)));
            // The usual schedule takes its turns, too.
            let costs = [compiling, copying, copying, copying, once.saturating_mul(2 * TURNS)];
            if costs.into_iter().fold(begun.elapsed(), Duration::saturating_add) > budget {
                trials.push(Trial { skipped: Some("the run is too short to try it".to_owned()), ..Trial::of(name) });
                continue;
            }
            match self.attempt(tuning, &program, &before, end, &pace) {
                Ok((code, outcome)) => tried.push((tuning, code, outcome)),
                Err(error) => {
                    trials.push(Trial { dropped: Some(error.to_string()), ..Trial::of(name) });
                    if matches!(error, Error::DeviceLost { .. } | Error::Hung { .. }) {
                        // Later runs do without it.
                        let _ = self.choice.end([vec![Trial::of(self.tuning.name())], trials].concat());
                        return Err(error);
                    }
                }
            }
        }
        // The usual schedule comes last: what it does counts.
        self.put(&before)?;
        let usual = self.turns(end, &pace, |engine, flight| {
            engine.take(flight, recording)?;
            progress(flight.steps.end.saturating_sub(recording.first_step));
            Ok(())
        })?;

        let timed = |tuning: &Tuning, outcome: &Outcome| Trial {
            // A tenth of a nanosecond is more than is known.
            ns_per_step: Some((10.0 * outcome.ns_per_step).round() / 10.0),
            dropped: (outcome.bits.is_some() && outcome.bits != usual.bits).then(|| "it leaves other bits".to_owned()),
            ..Trial::of(tuning.name())
        };
        let mut all = vec![timed(&self.tuning, &usual)];
        all.extend(tried.iter().map(|(tuning, _, outcome)| timed(tuning, outcome)));
        for wrong in all.iter().filter(|trial| trial.ns_per_step.is_some() && trial.dropped.is_some()) {
            let problem = format!("it leaves other bits than `{}`, and is not used", self.tuning.name());
            let hint = "one of the two is computed wrongly here: please report it, with what `neuropil doctor` prints";
            self.warnings.push(Warning::new(format!("schedule `{}`", wrong.schedule), problem, hint));
        }
        all.extend(trials);
        let (best, not_kept) = self.choice.end(all);
        self.warnings.extend(not_kept.map(|error| {
            let hint = "the next run tries again; `--learn` names another folder, or none";
            Warning::new("what was learnt of schedules", error.to_string(), hint)
        }));
        if let Some(told) = &mut self.told {
            told(&self.choice.chosen);
        }
        // Of what was not tried none is the best.
        if let Some(index) = best.checked_sub(1) {
            let (tuning, code, _) = tried.swap_remove(index);
            self.executor.replace(code);
            (self.tuning, self.values) = (tuning, None);
        }
        Ok(())
    }

    /// Does the next windows by another schedule, and forgets them.
    fn attempt(
        &mut self,
        tuning: Tuning,
        program: &Program<'_>,
        before: &Snapshot,
        end: u32,
        pace: &Pace,
    ) -> Result<(Code, Outcome)> {
        let code = self.executor.compile(program)?;
        let usual = (self.executor.replace(code), std::mem::replace(&mut self.tuning, tuning));
        let outcome = self.measure(before, end, pace);
        self.executor.set_pace(pace.clone());
        let code = self.executor.replace(usual.0);
        self.tuning = usual.1;
        Ok((code, outcome?))
    }

    fn measure(&mut self, before: &Snapshot, end: u32, pace: &Pace) -> Result<Outcome> {
        let usual = self.executor.last_submission();
        self.executor.restart(before.step)?;
        let start = Instant::now();
        self.executor.warm_up(self.places.window, &Window::NOTHING.clock())?;
        self.compiling = self.compiling.max(self.executor.compiling().saturating_add(start.elapsed()));
        self.put(before)?;
        self.executor.set_pace(Pace::new(u32::MAX, Some(pace.windows().div_ceil(FIRST))));
        let (flight, ns_per_step) = self.timed(end)?;
        self.executor.report(&flight, |_| ())?;
        if let Some((steps, took)) = usual
            && ns_per_step * f64::from(steps) > took.saturating_mul(FAR_SLOWER).saturating_add(CHANCE).as_nanos() as f64
        {
            return Ok(Outcome { ns_per_step, bits: None });
        }
        self.put(before)?;
        self.turns(end, pace, |engine, flight| engine.executor.report(flight, |_| ()))
    }

    /// Does the submissions of a trial; `seen` takes what each brings back.
    fn turns(
        &mut self,
        end: u32,
        pace: &Pace,
        mut seen: impl FnMut(&mut Self, &Flight) -> Result<()>,
    ) -> Result<Outcome> {
        let mut best = f64::INFINITY;
        let mut hasher = DefaultHasher::new();
        for _ in 0..TURNS {
            if self.step == end {
                break;
            }
            self.executor.set_pace(pace.clone());
            let (flight, ns_per_step) = self.timed(end)?;
            best = best.min(ns_per_step);
            self.hash_records(&flight.steps, &mut hasher)?;
            seen(self, &flight)?;
        }
        #[cfg(test)]
        self.spoil()?;
        let mut left = self.snapshot()?.words;
        for (slab, words) in left.iter_mut().take(self.places.states.len()).enumerate() {
            if self.plan.items_apart() {
                let kinds = self.kinds(slab);
                let size = self.plan.slabs[slab].size as usize;
                let chunks = words.chunks_exact_mut(size.max(1)).zip(kinds.iter().cycle());
                chunks.filter(|(_, kind)| **kind == FieldKind::F32).for_each(|(words, _)| same_nan(words));
            }
        }
        left.iter().for_each(|words| hasher.write(bytemuck::cast_slice(words)));
        Ok(Outcome { ns_per_step: best, bits: Some(hasher.finish()) })
    }

    /// A submission, and the nanoseconds of a step in it.
    fn timed(&mut self, end: u32) -> Result<(Flight, f64)> {
        let start = Instant::now();
        let flight = self.submit(end)?;
        self.wait(&flight)?;
        let ns = start.elapsed().as_nanos() as f64;
        let steps = f64::from(flight.count().max(1));
        Ok((flight, ns / steps))
    }

    /// As a driver does that computes a schedule wrongly.
    #[cfg(test)]
    fn spoil(&self) -> Result<()> {
        let ring = self.executor.buffer(self.places.ring);
        let wrong = self.spoiled.is_some_and(|schedule| schedule == self.tuning.schedule);
        if wrong { self.executor.gpu().write(ring, ring.len() - 1, &[1]) } else { Ok(()) }
    }

    fn snapshot(&self) -> Result<Snapshot> {
        self.plan.check_state_fits()?;
        let ids = self.places.states.iter().chain([&self.places.ring]);
        Ok(Snapshot { step: self.step, words: ids.map(|id| self.executor.read_all(*id)).collect::<Result<_>>()? })
    }

    /// Goes back to a state.
    fn put(&mut self, snapshot: &Snapshot) -> Result<()> {
        self.executor.restart(snapshot.step)?;
        let ids = self.places.states.iter().chain([&self.places.ring]);
        for (id, words) in ids.zip(&snapshot.words) {
            self.executor.write(*id, 0, words)?;
        }
        self.step = snapshot.step;
        // Nobody's time: not of what is submitted next.
        self.executor.settle()
    }

    /// Hashes spikes and samples of a submission's steps.
    fn hash_records(&self, steps: &Range<u32>, hasher: &mut DefaultHasher) -> Result<()> {
        for (track, id) in &self.places.tracks {
            let mut samples = self.executor.look(*id, 0..track.rows(steps.clone()))?;
            if self.plan.items_apart() {
                same_nan(&mut samples);
            }
            hasher.write(bytemuck::cast_slice(&samples));
        }
        hasher.write(bytemuck::cast_slice(&self.executor.look(self.places.spike_rows, 0..steps.len())?));
        Ok(())
    }
}

/// Makes one of all numbers that are none: items that have ended go on computing with them, and which of their bits come out is the
/// driver's.
fn same_nan(words: &mut [u32]) {
    words.iter_mut().filter(|word| f32::from_bits(**word).is_nan()).for_each(|word| *word = f32::NAN.to_bits());
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::gpu::tests::gpu;
    use crate::network::{Network, Population};
    use crate::options::EngineOptions;
    use crate::plan::{LowerOptions, Plan};
    use crate::units::Literal;
    use std::sync::Arc;

    #[test]
    #[cfg_attr(without_device, ignore = "there is no device")]
    fn whatever_is_no_number_is_the_same_where_items_may_have_ended() {
        let gpu = gpu();
        let mut net = Network::new(0.1.ms());
        net.add(Population::new("cells", 3, "lif"));
        let options = LowerOptions { limits: gpu.limits().clone(), ..LowerOptions::default() };
        for items_end in [true, false] {
            let plan = Plan { items_end, ..Plan::lower(&net, &options).unwrap() };
            let mut engine = Engine::new(&gpu, Arc::new(plan), &EngineOptions::default()).unwrap();
            let mut left = |word: u32| {
                engine.executor.write(engine.places.states[0], 1, &[word]).unwrap();
                let pace = engine.executor.pace().clone();
                engine.turns(engine.step, &pace, |_, _| Ok(())).unwrap().bits.unwrap()
            };
            let expected = left(0x7fc0_0000);
            for other in [0xffc0_0000, 0x7fc0_0001] {
                assert_eq!(left(other) == expected, items_end, "{other:x}");
            }
            assert_ne!(left(0x7f80_0000), expected, "infinity is another");
        }
    }
}
