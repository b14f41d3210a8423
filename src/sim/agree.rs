//! Do all schedules of a network leave the same bits on a device? Each is run from the first step on, with workgroups of several
//! sizes, alone and in a batch, a window or many in a submission.

mod difference;

use super::tuning::Tuning;
use super::{Engine, EngineOptions, Schedule, schedules};
use crate::gpu::Gpu;
use crate::gpu::doctor::{Finding, Need};
use crate::network::Network;
use crate::plan::{LowerOptions, Plan};
use crate::{Error, Result};
use difference::{Outcome, difference, of_item};
use serde::Serialize;
use std::fmt;
use std::sync::Arc;
use std::time::Instant;

/// Items of the batches.
const BATCHES: [u32; 2] = [1, 3];
/// Windows of a submission.
const SUBMISSIONS: [u32; 2] = [1, 64];
/// Invocations of a workgroup, beside the usual number and that of a subgroup.
const SIZES: [u32; 3] = [64, 128, 256];

/// A way to run a network, and what it left.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Way {
    /// The schedule with the size of its workgroups, the batch, and windows of a submission.
    pub name: String,
    /// What it left, beside what the first way with the same batch did.
    pub verdict: Verdict,
    /// \[ns\] what a step of all items took.
    pub ns_per_step: Option<f64>,
}

/// What a way to run a network left.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// The same spikes, samples and state, bit for bit.
    Same,
    /// Others; the first difference.
    Differs(String),
    /// Nothing: it ended with this error.
    Failed(String),
    /// It is not possible here, for this reason.
    Impossible(String),
}

impl fmt::Display for Way {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (verdict, reason) = match &self.verdict {
            Verdict::Same => ("same", ""),
            Verdict::Differs(how) => ("differs", how.as_str()),
            Verdict::Failed(why) => ("failed", why.as_str()),
            Verdict::Impossible(why) => ("impossible", why.as_str()),
        };
        let time = self.ns_per_step.map_or(String::new(), |ns| format!("{ns:.0} ns a step"));
        let line = format!("{verdict:<10}  {:<48}  {time:>18}", self.name);
        f.write_str(line.trim_end())?;
        if reason.is_empty() { Ok(()) } else { write!(f, "  {reason}") }
    }
}

/// Runs so many steps of a network in every way that is possible on a device; `told` hears of each as it ends.
///
/// # Errors
/// As those of lowering the network; [`Error::NonFinite`] from the first; [`Error::DeviceLost`] and [`Error::Hung`]. A way that fails, or leaves other bits, is none: see
/// [`finding`].
pub fn agree(gpu: &Gpu, network: &Network, steps: u32, told: &mut dyn FnMut(&Way)) -> Result<Vec<Way>> {
    compare(gpu, network, steps, told, &|_, outcome| outcome)
}

/// What ways to run a network say of a device, as a self-test that is required.
pub fn finding(ways: &[Way]) -> Finding {
    let wrong = ways.iter().find_map(|way| match &way.verdict {
        Verdict::Differs(why) | Verdict::Failed(why) => Some(format!("{}: {why}", way.name)),
        Verdict::Same | Verdict::Impossible(_) => None,
    });
    let same = ways.iter().filter(|way| way.verdict == Verdict::Same).count();
    let passed = wrong.is_none();
    let detail = wrong.unwrap_or_else(|| format!("{same} ways to run leave the same bits"));
    Finding { test: "schedules", passed, need: Need::Required, detail }
}

/// `seen` makes of each outcome what is compared.
fn compare(
    gpu: &Gpu,
    network: &Network,
    steps: u32,
    told: &mut dyn FnMut(&Way),
    seen: &dyn Fn(&str, Outcome) -> Outcome,
) -> Result<Vec<Way>> {
    let mut ways = Vec::new();
    let mut say = |way: Way| {
        told(&way);
        ways.push(way);
    };
    let mut single: Option<Outcome> = None;
    for batch in BATCHES {
        let lower = LowerOptions {
            batch,
            limits: gpu.limits().clone(),
            adapter: gpu.info().name.clone(),
            ..LowerOptions::default()
        };
        let plan = match Plan::lower(network, &lower) {
            Ok(plan) => Arc::new(plan),
            // What is given for each item is given for one batch alone.
            Err(error) if batch > 1 => {
                let name = format!("batch {batch}");
                say(Way { name, verdict: Verdict::Impossible(error.to_string()), ns_per_step: None });
                continue;
            }
            Err(error) => return Err(error),
        };
        if single.is_none() {
            for possible in schedules(&plan, gpu.into(), &EngineOptions::default())? {
                let name = possible.schedule.to_string();
                if let Err(reason) = possible.name {
                    say(Way { name, verdict: Verdict::Impossible(reason), ns_per_step: None });
                }
            }
        }
        let mut first: Option<(String, Outcome)> = None;
        for tuning in tunings(&plan, gpu) {
            for windows in SUBMISSIONS {
                let together = if windows == 1 { "a window" } else { "64 windows" };
                let name = format!("{}, batch {batch}, {together} a submission", tuning.name());
                let (verdict, ns_per_step) = match run(gpu, &plan, &tuning, windows, steps) {
                    Err(error @ (Error::DeviceLost { .. } | Error::Hung { .. })) => return Err(error),
                    // What the network does wrong is no schedule's fault.
                    Err(error @ Error::NonFinite { .. }) if first.is_none() => return Err(error),
                    Err(error) => (Verdict::Failed(error.to_string()), None),
                    Ok((outcome, ns)) => {
                        let outcome = seen(&name, outcome);
                        let other = match &first {
                            Some((known, expected)) => difference(&plan, (known, expected), &outcome),
                            None => None,
                        };
                        first.get_or_insert_with(|| (tuning.name(), outcome));
                        (other.map_or(Verdict::Same, Verdict::Differs), Some(ns))
                    }
                };
                say(Way { name, verdict, ns_per_step });
            }
        }
        let Some((_, outcome)) = first else { continue };
        match &single {
            Some(alone) => {
                let other = difference(&plan, ("a batch of 1", alone), &of_item(&outcome, 0));
                let verdict = other.map_or(Verdict::Same, Verdict::Differs);
                say(Way { name: format!("spikes of item 0 of batch {batch}"), verdict, ns_per_step: None });
            }
            None => single = Some(of_item(&outcome, 0)),
        }
    }
    Ok(ways)
}

/// All that are possible, those of the usual size first.
fn tunings(plan: &Plan, gpu: &Gpu) -> Vec<Tuning> {
    let lanes = Some(gpu.limits().max_subgroup).filter(|lanes| *lanes > 0);
    let sizes = || [None, lanes].into_iter().chain(SIZES.map(Some));
    let all = Schedule::ALL.into_iter().flat_map(|(schedule, _)| sizes().map(move |size| (schedule, size)));
    Tuning::possible_of(plan, all, gpu.limits(), &gpu.info().name)
}

fn run(gpu: &Gpu, plan: &Arc<Plan>, tuning: &Tuning, windows: u32, steps: u32) -> Result<(Outcome, f64)> {
    let options = EngineOptions {
        schedule: Some(tuning.schedule),
        workgroup: Some(tuning.workgroup),
        windows_per_submission: Some(windows),
        ..EngineOptions::default()
    };
    let mut engine = Engine::new(gpu, plan.clone(), &options)?;
    let start = Instant::now();
    let recording = engine.run(steps, &mut |_| ())?;
    let ns = start.elapsed().as_nanos() as f64 / f64::from(steps.max(1));
    Ok((Outcome { recording, state: Some(engine.state()?) }, ns))
}

#[cfg(test)]
mod tests;
