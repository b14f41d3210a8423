//! Which schedule is the fastest for a network on a device: tried on the run itself, where it is long enough to pay for that. What was
//! found is kept for later runs.

use super::tuning::{Adapter, Possible, Tuning, impossible, usual_workgroup};
use super::{EngineOptions, Schedule};
use crate::gpu::{AdapterInfo, Limits};
use crate::options::Arithmetic;
use crate::plan::Plan;
use crate::{Error, Result, hash, replace};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::fmt;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// What is left of a run must take so long for a trial to begin.
const LONG: Duration = Duration::from_secs(5);
/// The part of it that trials may take.
const SHARE: f64 = 0.04;
/// A submission that takes so long says how long steps take.
const TELLING: Duration = Duration::from_millis(10);
/// Neurons up to which one workgroup may suffice for all of them.
const SMALL: u64 = 1 << 15;
/// Another schedule must be faster by so much of the usual one's time.
const BETTER: f64 = 0.03;

/// A schedule that was tried, or was to be.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Trial {
    /// Its name, with the size of its workgroups: `direct:256`.
    pub schedule: String,
    /// What a step took.
    pub ns_per_step: Option<f64>,
    /// Why it is out of the question.
    pub dropped: Option<String>,
    /// Why it was not tried, though it may be the best: a later run tries it.
    #[serde(default)]
    pub skipped: Option<String>,
}

impl Trial {
    /// Of a schedule of which nothing is known.
    pub(super) fn of(schedule: String) -> Self {
        Self { schedule, ns_per_step: None, dropped: None, skipped: None }
    }

    fn known(&self) -> bool {
        self.ns_per_step.is_some() || self.dropped.is_some()
    }
}

/// How a device goes through the windows of a network.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Chosen {
    /// Its name, with the size of its workgroups.
    pub schedule: String,
    /// Why it was taken.
    pub because: String,
    /// What was tried, here or in an earlier run.
    pub trials: Vec<Trial>,
}

impl Chosen {
    /// The schedule with its workgroups' size, if it is possible.
    fn tuning(&self, plan: &Plan, on: Adapter<'_>) -> Option<Tuning> {
        let (name, size) = self.schedule.split_once(':')?;
        Tuning::of(plan, name.parse().ok()?, Some(size.parse().ok()?), on.limits, on.name).ok()
    }
}

impl fmt::Display for Chosen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.schedule, self.because)
    }
}

/// What is chosen so far.
pub(super) struct Choice {
    pub chosen: Chosen,
    /// Whether trials may still be made.
    pub open: bool,
    /// Whether an earlier run has learnt it, or one of such a network.
    pub learnt: bool,
    /// Where what is learnt is kept.
    file: Option<PathBuf>,
}

impl Choice {
    /// The tuning to begin with: what is asked for, what an earlier run has learnt, or what is usual.
    ///
    /// # Errors
    /// As those of [`Tuning::choose`].
    pub(super) fn begin(plan: &Plan, options: &EngineOptions, on: Adapter<'_>) -> Result<(Tuning, Self)> {
        let file = place(plan, options, on);
        if let Some((tuning, chosen)) = file.as_deref().and_then(|file| known(file, plan, on)) {
            let open = chosen.trials.iter().any(|trial| trial.skipped.is_some());
            return Ok((tuning, Self { chosen, open, learnt: true, file }));
        }
        Self::anew(plan, options, on)
    }

    /// As [`begin`](Self::begin), where an engine of such a network knows what trials found; none if it does not, or if it was of a plan of
    /// another shape.
    pub(super) fn carried(
        &self,
        [plan, earlier]: [&Plan; 2],
        options: &EngineOptions,
        on: Adapter<'_>,
    ) -> Option<(Tuning, Self)> {
        let key = |plan| Some(key(plan, options.arithmetic, on.limits, on.info?));
        if self.chosen.trials.is_empty() || key(plan)? != key(earlier)? {
            return None;
        }
        let tuning = self.chosen.tuning(plan, on)?;
        let (chosen, file) = (self.chosen.clone(), place(plan, options, on));
        Some((tuning, Self { chosen, open: self.open, learnt: true, file }))
    }

    /// As [`begin`](Self::begin), whatever an earlier run has learnt.
    ///
    /// # Errors
    /// As those of [`Tuning::choose`].
    pub(super) fn anew(plan: &Plan, options: &EngineOptions, on: Adapter<'_>) -> Result<(Tuning, Self)> {
        let tuning = Tuning::choose(plan, options, on.limits, on.name)?;
        let fixed = fixed(options);
        let file = place(plan, options, on);
        let because = if fixed { "it was asked for" } else { "it is usual here" };
        let chosen = Chosen { schedule: tuning.name(), because: because.to_owned(), trials: Vec::new() };
        Ok((tuning, Self { chosen, open: !fixed, learnt: false, file }))
    }

    /// Whether it is known what a schedule takes, or why it is out of the question.
    pub(super) fn knows(&self, schedule: &str) -> bool {
        self.chosen.trials.iter().any(|trial| trial.schedule == schedule && trial.known())
    }

    /// How long trials may take where so many steps are left and the last submission took so long; none if they do not pay.
    pub(super) fn budget(&self, left: u32, (steps, took): (u32, Duration)) -> Option<Duration> {
        let remaining = took.mul_f64(f64::from(left) / f64::from(steps.max(1)));
        (self.open && took >= TELLING && remaining >= LONG).then(|| remaining.mul_f64(SHARE))
    }

    /// Ends with these trials, the first of which is the usual schedule, beside those that were known; returns the number of the
    /// best, and why that could not be kept, if so.
    pub(super) fn end(&mut self, mut trials: Vec<Trial>) -> (usize, Option<Error>) {
        let time = |trial: &Trial| trial.ns_per_step.filter(|_| trial.dropped.is_none()).unwrap_or(f64::INFINITY);
        let mut best = 0;
        for (index, trial) in trials.iter().enumerate().skip(1) {
            let wanted = if best == 0 { time(&trials[0]) * (1.0 - BETTER) } else { time(&trials[best]) };
            if time(trial) < wanted {
                best = index;
            }
        }
        self.open = false;
        let news = trials.iter().skip(1).any(Trial::known);
        let earlier = std::mem::take(&mut self.chosen.trials);
        let new = trials.len();
        trials.extend(earlier.into_iter().filter(Trial::known));
        for index in (new..trials.len()).rev() {
            if trials[..new].iter().any(|trial| trial.schedule == trials[index].schedule) {
                trials.remove(index);
            }
        }
        if news {
            let tried = trials.iter().filter(|trial| trial.ns_per_step.is_some()).count();
            self.chosen.because = format!("it is the fastest of {tried} that were tried");
        }
        self.chosen.schedule.clone_from(&trials[best].schedule);
        self.chosen.trials = trials;
        let kept = self.file.as_ref().filter(|_| news).map_or(Ok(()), |file| keep(file, &self.chosen));
        (best, kept.err())
    }
}

/// What is worth trying beside the usual.
pub(super) fn candidates(plan: &Plan, on: Adapter<'_>) -> Vec<Tuning> {
    let Adapter { limits, name: adapter, .. } = on;
    let neurons: u64 = plan.slabs.iter().map(|slab| u64::from(slab.size)).sum();
    let sizes: &[Option<u32>] = if limits.software { &[None] } else { &[Some(64), Some(128), Some(256)] };
    let resident: &[Option<u32>] = if neurons > SMALL { &[] } else { &[None, Some(256)] };
    let all = [(Schedule::Resident, resident), (Schedule::Direct, sizes), (Schedule::Windowed, sizes)];
    let all = all.into_iter().flat_map(|(schedule, sizes)| sizes.iter().map(move |size| (schedule, *size)));
    Tuning::possible_of(plan, all, limits, adapter)
}

/// All schedules, for a plan on a device, as a run begins.
///
/// # Errors
/// [`Error::Request`] for options that the device or the plan does not allow.
pub fn schedules(plan: &Plan, on: Adapter<'_>, options: &EngineOptions) -> Result<Vec<Possible>> {
    let (taken, choice) = Choice::begin(plan, options, on)?;
    let tried = if choice.open { candidates(plan, on) } else { Vec::new() };
    let tried = tried.iter().filter(|tuning| tuning.name() != taken.name() && !choice.knows(&tuning.name()));
    let of = |(schedule, _)| {
        let is_taken = schedule == taken.schedule;
        let workgroup = options.workgroup.unwrap_or_else(|| usual_workgroup(schedule, plan, on.limits));
        let name = match impossible(schedule, plan, workgroup, on.limits) {
            _ if is_taken => Ok(taken.name()),
            Some(reason) => Err(reason),
            None => Tuning::of(plan, schedule, options.workgroup, on.limits, on.name)
                .map(|tuning| tuning.name())
                .map_err(|error| error.to_string()),
        };
        let tried = tried.clone().filter(|tuning| tuning.schedule == schedule).map(Tuning::name).collect();
        Possible { schedule, name, taken: is_taken.then(|| choice.chosen.because.clone()), tried }
    };
    Ok(Schedule::ALL.map(of).into())
}

/// The schedules of a plan, for people: a line for each, and what a long run tries.
pub fn schedules_text(schedules: &[Possible]) -> String {
    let mut text = String::from("schedules\n");
    for possible in schedules {
        text += &match &possible.name {
            Ok(name) => format!("  {name:<15} {}\n", possible.taken.as_deref().unwrap_or("possible")),
            Err(reason) => format!("  {:<15} not possible: {reason}\n", possible.schedule.to_string()),
        };
    }
    let tried: Vec<_> = schedules.iter().flat_map(|possible| &possible.tried).map(String::as_str).collect();
    if !tried.is_empty() {
        text += &format!("a run that is long enough tries {}\n", tried.join(", "));
    }
    text
}

/// Is nothing to be found out?
fn fixed(options: &EngineOptions) -> bool {
    options.schedule.is_some() || options.workgroup.is_some()
}

/// Where what is learnt of a network is kept, if anywhere.
fn place(plan: &Plan, options: &EngineOptions, on: Adapter<'_>) -> Option<PathBuf> {
    let folder = options.learnt.as_ref().filter(|_| !fixed(options))?;
    Some(folder.join(key(plan, options.arithmetic, on.limits, on.info?)))
}

/// The name of the file for a network's shape on a device with its driver.
fn key(plan: &Plan, arithmetic: Arithmetic, limits: &Limits, info: &AdapterInfo) -> String {
    // Which of several devices it is may change.
    let info = AdapterInfo { index: 0, ..info.clone() };
    let mut text = format!("{} {info:?} {limits:?} {arithmetic:?}", crate::version::VERSION);
    for slab in &plan.slabs {
        let ports = slab.ports.iter().map(|port| (port.synapse.as_ref().map(|model| model.name()), port.output.name()));
        let stimuli = slab.stimuli.iter().map(|stimulus| stimulus.model.name());
        text += &format!(
            "{} {} {} {:?} {:?} {}",
            slab.neuron.name(),
            slab.neuron.fragment.text,
            slab.size,
            ports.collect::<Vec<_>>(),
            stimuli.collect::<Vec<_>>(),
            slab.level
        );
    }
    let table = &plan.synapses;
    text += &format!(
        "{} {} {} {} {} {}",
        // As many, more or less: other seeds draw others.
        table.count.checked_ilog2().unwrap_or(0),
        table.parts.len(),
        table.block_bits,
        plan.window,
        plan.slots,
        plan.batch
    );
    let hasher = Sha256::new_with_prefix(text.as_bytes());
    format!("schedule-{}.json", &hash::hex(hasher)[..32])
}

/// What an earlier run has learnt, if it can be read and is possible.
fn known(file: &Path, plan: &Plan, on: Adapter<'_>) -> Option<(Tuning, Chosen)> {
    let chosen: Chosen = serde_json::from_slice(&std::fs::read(file).ok()?).ok()?;
    Some((
        chosen.tuning(plan, on)?,
        Chosen { because: "an earlier run found it to be the fastest".to_owned(), ..chosen },
    ))
}

fn keep(file: &Path, chosen: &Chosen) -> Result<()> {
    let cannot = |source| Error::File { action: "write", path: file.to_owned(), source };
    file.parent().map_or(Ok(()), std::fs::create_dir_all).map_err(cannot)?;
    let text = serde_json::to_vec_pretty(chosen).unwrap_or_default();
    replace::replace(file, |file| file.write_all(&text))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn choice() -> Choice {
        let chosen = Chosen { schedule: "direct:64".to_owned(), because: String::new(), trials: Vec::new() };
        Choice { chosen, open: true, learnt: false, file: None }
    }

    fn trial(ns: f64, dropped: bool) -> Trial {
        let dropped = dropped.then(|| "wrong".to_owned());
        Trial { ns_per_step: (ns > 0.0).then_some(ns), dropped, ..Trial::of(format!("windowed:{ns}")) }
    }

    #[test]
    fn trials_are_made_where_they_pay() {
        let (ms, s) = (Duration::from_millis, Duration::from_secs);
        // 10 ms for 100 steps: 10 s for 100,000.
        assert_eq!(choice().budget(100_000, (100, ms(10))), Some(ms(400)), "less than a twentieth of 10 s");
        assert_eq!(choice().budget(49_999, (100, ms(10))), None, "too short");
        assert_eq!(choice().budget(100_000, (10, ms(1))), None, "too soon to tell");
        assert_eq!(choice().budget(5, (1, s(1))), Some(ms(200)));
        assert_eq!(Choice { open: false, ..choice() }.budget(100_000, (100, ms(10))), None, "it is chosen");
    }

    #[test]
    fn what_was_not_tried_is_left_to_later_runs() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("learnt.json");
        let later = |name: &str| Trial { skipped: Some("too short".to_owned()), ..Trial::of(name.to_owned()) };
        let mut first = Choice { file: Some(file.clone()), ..choice() };
        // Nothing was learnt where nothing was tried.
        first.chosen.because = "it is usual here".to_owned();
        first.end(vec![trial(10.0, false), later("resident:64")]);
        assert_eq!((first.chosen.because.as_str(), file.exists()), ("it is usual here", false));

        first.end(vec![trial(10.0, false), trial(5.0, false), trial(7.0, true), later("resident:64")]);
        let kept: Chosen = serde_json::from_slice(&std::fs::read(&file).unwrap()).unwrap();
        assert_eq!((&kept, kept.schedule.as_str()), (&first.chosen, "windowed:5"));
        let mut next = Choice { chosen: kept, file: Some(file.clone()), ..choice() };
        let knows = ["windowed:10", "windowed:7", "resident:64"].map(|name| next.knows(name));
        assert_eq!(knows, [true, true, false]);
        next.end(vec![trial(5.0, false), Trial { ns_per_step: Some(4.0), ..Trial::of("resident:64".to_owned()) }]);
        assert_eq!(next.chosen.schedule, "resident:64");
        assert_eq!(next.chosen.because, "it is the fastest of 4 that were tried");
        let names: Vec<_> = next.chosen.trials.iter().map(|trial| trial.schedule.as_str()).collect();
        assert_eq!(names, ["windowed:5", "resident:64", "windowed:10", "windowed:7"]);
        assert!(next.chosen.trials.iter().all(|trial| trial.skipped.is_none()));
    }

    #[test]
    fn the_fastest_is_taken_of_those_that_are_right() {
        let best = |trials: Vec<Trial>| {
            let mut choice = choice();
            let (best, _) = choice.end(trials);
            assert!(!choice.open);
            assert_eq!(choice.chosen.schedule, choice.chosen.trials[best].schedule);
            best
        };
        assert_eq!(best(vec![trial(10.0, false), trial(9.0, false), trial(8.0, false), trial(8.5, false)]), 2);
        assert_eq!(best(vec![trial(10.0, false), trial(9.0, false), trial(1.0, true), trial(0.0, true)]), 1);
        assert_eq!(best(vec![trial(10.0, false), trial(9.8, false)]), 0, "that may be chance");
        assert_eq!(best(vec![trial(10.0, false)]), 0);
    }
}
