//! Trials of schedules on a run: each does the same windows from the same state, and must leave the same bits.

use super::{Engine, Window};
use crate::engine::Code;
use crate::recording::Recording;
use crate::sim::choice::{Trial, candidates};
use crate::sim::program::NetworkProgram;
use crate::sim::tuning::Tuning;
use crate::{Error, Result, Warning};
use std::hash::{DefaultHasher, Hasher};
use std::time::{Duration, Instant};

/// State and ring as words, and the step that comes next.
struct Snapshot {
    step: u32,
    words: Vec<Vec<u32>>,
}

/// What a schedule took for the windows of a trial, and what it left.
struct Outcome {
    time: Duration,
    bits: u64,
}

impl Engine {
    /// How long trials may take now, if any pay before step `end`.
    pub(super) fn budget(&self, end: u32) -> Option<Duration> {
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
        let before = self.snapshot()?;
        let copying = begun.elapsed();
        let pace = self.executor.pace().clone();
        let gpu = self.executor.gpu().clone();
        let mut tried: Vec<(Tuning, Code, Outcome)> = Vec::new();
        let mut trials = Vec::new();
        for tuning in candidates(&self.plan, gpu.limits(), &gpu.info().name) {
            if tuning.name() == self.tuning.name() {
                continue;
            }
            let drop = |problem: String| Trial { schedule: tuning.name(), ns_per_step: None, dropped: Some(problem) };
            let once = self.executor.last_submission().map_or(Duration::ZERO, |(_, took)| took);
            let costs = [self.compiling, copying, copying, once, once];
            if costs.into_iter().fold(begun.elapsed(), Duration::saturating_add) > budget {
                trials.push(drop("the run is too short to try it".to_owned()));
                continue;
            }
            match self.attempt(tuning, &before, end) {
                Ok((code, outcome)) => tried.push((tuning, code, outcome)),
                Err(error @ (Error::DeviceLost { .. } | Error::Hung { .. })) => return Err(error),
                Err(error) => trials.push(drop(error.to_string())),
            }
            self.executor.set_pace(pace.clone());
        }
        // The usual schedule comes last: what it does counts.
        self.put(&before)?;
        let first_step = self.step;
        let start = Instant::now();
        let flight = self.submit(end)?;
        self.wait(&flight)?;
        let usual = Outcome { time: start.elapsed(), bits: self.bits(first_step)? };
        self.take(&flight, recording)?;
        progress(flight.steps.end.saturating_sub(recording.first_step));

        let steps = f64::from(self.step.saturating_sub(first_step).max(1));
        let timed = |tuning: &Tuning, outcome: &Outcome| Trial {
            schedule: tuning.name(),
            ns_per_step: Some(outcome.time.as_nanos() as f64 / steps),
            dropped: (outcome.bits != usual.bits).then(|| "it leaves other bits".to_owned()),
        };
        let mut all = vec![timed(&self.tuning, &usual)];
        all.extend(tried.iter().map(|(tuning, _, outcome)| timed(tuning, outcome)));
        for wrong in all.iter().filter(|trial| trial.ns_per_step.is_some() && trial.dropped.is_some()) {
            let problem = format!("it leaves other bits than `{}`, and is not used", self.tuning.name());
            let hint = "one of the two is computed wrongly here: please report it, with what `neuropil doctor` prints";
            self.warnings.push(Warning::new(format!("schedule `{}`", wrong.schedule), problem, hint));
        }
        all.extend(trials);
        let best = self.choice.end(all);
        if let Some(told) = &mut self.told {
            told(&self.choice.chosen);
        }
        // Of what was not tried none is the best.
        if let Some(index) = best.checked_sub(1) {
            let (tuning, code, _) = tried.swap_remove(index);
            self.executor.replace(code);
            self.tuning = tuning;
        }
        Ok(())
    }

    /// Does the next windows by another schedule, and forgets them.
    fn attempt(&mut self, tuning: Tuning, before: &Snapshot, end: u32) -> Result<(Code, Outcome)> {
        let plan = self.plan.clone();
        let program = NetworkProgram::new(&plan, &tuning, self.executor.gpu().limits())?.program;
        let code = self.executor.compile(&program)?;
        let usual = (self.executor.replace(code), std::mem::replace(&mut self.tuning, tuning));
        let outcome = self.measure(before, end);
        let code = self.executor.replace(usual.0);
        self.tuning = usual.1;
        Ok((code, outcome?))
    }

    fn measure(&mut self, before: &Snapshot, end: u32) -> Result<Outcome> {
        self.executor.restart(before.step)?;
        let start = Instant::now();
        self.executor.warm_up(self.places.window, &Window::NOTHING.clock())?;
        self.compiling = self.compiling.max(start.elapsed());
        self.put(before)?;
        let start = Instant::now();
        let flight = self.submit(end)?;
        self.wait(&flight)?;
        let time = start.elapsed();
        self.executor.report(&flight, |_| ())?;
        #[cfg(test)]
        self.spoil()?;
        Ok(Outcome { time, bits: self.bits(before.step)? })
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
        Ok(())
    }

    /// Of all that the steps of a submission left: state, ring, spikes, samples.
    fn bits(&self, first_step: u32) -> Result<u64> {
        let mut hasher = DefaultHasher::new();
        let mut see = |words: &[u32]| hasher.write(bytemuck::cast_slice(words));
        self.snapshot()?.words.iter().for_each(|words| see(words));
        let steps = first_step..self.step;
        let of_tracks = self.places.tracks.iter().map(|(track, id)| (*id, track.rows(steps.clone())));
        for (id, rows) in of_tracks.chain([(self.places.spike_rows, steps.len())]) {
            see(&self.executor.look(id, 0..rows)?);
        }
        Ok(hasher.finish())
    }
}
