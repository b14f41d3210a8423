//! Where a step's time goes: each dispatch of a window by itself, beside what a step takes in a run, under every schedule that is
//! possible.
//!
//! Both do the same steps from the same state, in turns. What a run takes beyond its dispatches is starting, waiting and reading back.

mod table;

use super::networks::synaptic_events;
use super::turns::median;
use crate::gpu::{Clock, Gpu};
use crate::network::{Network, NetworkFile, Rule};
use crate::plan::{LowerOptions, Plan};
use crate::recording::PopulationSpikes;
use crate::sim::{Arithmetic, Chosen, Dispatched, Engine, EngineOptions, Possible, Schedule, schedules};
use crate::{Error, Result};
use serde::Serialize;
use std::sync::Arc;
use std::time::Instant;

/// [ms] of model time before anything is measured: the network is awake then, and submissions are as long as they will be.
const BEFORE_MS: f64 = 50.0;
/// [ms] of model time of one turn.
const TURN_MS: f64 = 100.0;
const TURNS: usize = 5;
/// [ns] A first turn that takes longer is the only one.
const LONG: f64 = 2e9;
/// Of so many neurons of the microcircuit one is profiled, and of the square of it synapses.
const OF: u32 = 5;

/// Where a step's time goes in a network on a device.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Profile {
    /// The network's name.
    pub network: String,
    /// Neurons.
    pub neurons: u64,
    /// Synapses.
    pub synapses: u64,
    /// \[ms\] a step.
    pub dt_ms: f64,
    /// Steps of a window.
    pub window: u32,
    /// By which clock dispatches were timed; runs are by the host's.
    pub clock: Clock,
    /// All schedules.
    pub schedules: Vec<Profiled>,
}

/// Where a step's time goes under one schedule.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Profiled {
    /// Its name, with the size of its workgroups.
    pub schedule: String,
    /// The dispatches of a window, in their order.
    pub kernels: Vec<Kernel>,
    /// \[ns\] a step of a run, by the host's clock.
    pub whole_ns: Option<f64>,
    /// \[ns\] of it in no kernel: starting, waiting, reading back. Below 0 where timing each dispatch by itself takes longer than the
    /// whole.
    pub rest_ns: Option<f64>,
    /// Synapses that a step's spikes go through; none where not all neurons are recorded.
    pub events_per_step: Option<f64>,
    /// Why nothing was measured: it is not possible here, or failed.
    pub why_not: Option<String>,
}

/// A dispatch of each window.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Kernel {
    /// The kernel's name.
    pub kernel: String,
    /// Its workgroups along three axes.
    pub workgroups: [u32; 3],
    /// \[ns\] a step.
    pub ns_per_step: f64,
    /// Of a step of the run.
    pub percent: f64,
    /// Bytes that a step cannot do without: state in and out once in a window, arrivals once in a step. None for a delivery.
    pub bytes_per_step: Option<f64>,
    /// Synapses that it goes through in a step, where no other dispatch does.
    pub events_per_step: Option<f64>,
}

/// The networks that are profiled, with their names.
///
/// # Errors
/// None: the network files of neuropil are right.
pub fn networks() -> Result<Vec<(String, Network)>> {
    let of = |name: &str, text: &str| Ok(NetworkFile::parse(text, format!("networks/{name}.toml"))?.network);
    let mut microcircuit = of("microcircuit", include_str!("../../networks/microcircuit.toml"))?;
    for population in &mut microcircuit.populations {
        population.size /= OF;
    }
    for projection in &mut microcircuit.projections {
        if let Rule::FixedTotalNumber(pairs) = &mut projection.connect.rule {
            *pairs /= u64::from(OF * OF);
        }
    }
    Ok(vec![
        ("coba".to_owned(), of("coba", include_str!("../../networks/coba.toml"))?),
        ("brunel".to_owned(), of("brunel", include_str!("../../networks/brunel.toml"))?),
        ("microcircuit, a fifth of its neurons".to_owned(), microcircuit),
    ])
}

fn lower(gpu: &Gpu, network: &Network) -> Result<Arc<Plan>> {
    let adapter = gpu.info().name.clone();
    let options = LowerOptions { limits: gpu.limits().clone(), adapter, ..LowerOptions::default() };
    Plan::lower(network, &options).map(Arc::new)
}

/// A state that is not finite takes as long.
fn options(gpu: &Gpu) -> EngineOptions {
    EngineOptions { arithmetic: gpu.arithmetic(), allow_nonfinite: true, ..EngineOptions::default() }
}

fn steps_of(plan: &Plan, ms: f64) -> u32 {
    ((ms / plan.dt_ms).round() as u32).max(1)
}

/// Measures where a step's time goes in a network, under all schedules. One that fails says so in its place.
///
/// # Errors
/// As those of lowering the network; [`Error::DeviceLost`], [`Error::Hung`].
pub fn profile(gpu: &Gpu, arithmetic: Arithmetic, name: &str, network: &Network) -> Result<Profile> {
    let gpu = &gpu.computing(arithmetic);
    let clock = gpu.clocks().first().copied().unwrap_or(Clock::Wall);
    profile_by(gpu, clock, name, network)
}

fn profile_by(gpu: &Gpu, clock: Clock, name: &str, network: &Network) -> Result<Profile> {
    let plan = lower(gpu, network)?;
    let mut found = Vec::new();
    for Possible { schedule, name, .. } in schedules(&plan, gpu.into(), &EngineOptions::default())? {
        let nothing = |name: String, why_not: String| Profiled {
            schedule: name,
            kernels: Vec::new(),
            whole_ns: None,
            rest_ns: None,
            events_per_step: None,
            why_not: Some(why_not),
        };
        found.push(match name {
            Err(reason) => nothing(schedule.to_string(), format!("it is not possible here: {reason}")),
            Ok(name) => match measure(gpu, clock, &plan, schedule) {
                Err(error @ (Error::DeviceLost { .. } | Error::Hung { .. })) => return Err(error),
                Err(error) => nothing(name, error.to_string()),
                Ok(measured) => profiled(&plan, schedule, name, &measured),
            },
        });
    }
    Ok(Profile {
        network: name.to_owned(),
        neurons: plan.populations.iter().map(|population| u64::from(population.size)).sum(),
        synapses: plan.synapses.count,
        dt_ms: plan.dt_ms,
        window: plan.window,
        clock,
        schedules: found,
    })
}

/// What the turns took.
struct Measured {
    /// Steps of a turn.
    steps: u32,
    /// [ns] of each turn's run.
    whole: Vec<f64>,
    /// Each turn's dispatches.
    kernels: Vec<Vec<Dispatched>>,
    /// Synaptic events of a turn.
    events: Option<u64>,
}

fn measure(gpu: &Gpu, clock: Clock, plan: &Arc<Plan>, schedule: Schedule) -> Result<Measured> {
    let options = EngineOptions { schedule: Some(schedule), ..options(gpu) };
    let mut engine = Engine::new(gpu, plan.clone(), &options)?;
    engine.run(steps_of(plan, BEFORE_MS), &mut |_| ())?;
    let state = engine.state()?;
    let windows = steps_of(plan, TURN_MS).div_ceil(plan.window);
    let steps = windows * plan.window;
    let mut measured = Measured { steps, whole: Vec::new(), kernels: Vec::new(), events: None };
    for turn in 0..=TURNS {
        let start = Instant::now();
        let recording = engine.run(steps, &mut |_| ())?;
        let whole = start.elapsed().as_nanos() as f64;
        let is_whole = recording.populations.iter().all(PopulationSpikes::is_whole);
        measured.events = is_whole.then(|| synaptic_events(plan, &recording));
        engine.restore(&state)?;
        let kernels = engine.time_each(clock, windows)?;
        engine.restore(&state)?;
        let last = whole > LONG;
        // The first warms up, unless it is the only one.
        if turn > 0 || last {
            measured.whole.push(whole);
            measured.kernels.push(kernels);
        }
        if last {
            break;
        }
    }
    Ok(measured)
}

fn profiled(plan: &Plan, schedule: Schedule, name: String, measured: &Measured) -> Profiled {
    let steps = f64::from(measured.steps);
    let whole = median(measured.whole.clone()) / steps;
    let events = measured.events.map(|events| events as f64 / steps);
    let first = measured.kernels.first().map_or(&[][..], Vec::as_slice);
    // Who goes through synapses: the only one of its kind goes through all.
    let delivers = |kernel: &str| match schedule {
        Schedule::Windowed => kernel == "deliver",
        Schedule::Direct | Schedule::Resident => plan.synapses.count > 0,
    };
    let delivering = first.iter().filter(|dispatched| delivers(&dispatched.kernel)).count();
    let mut slabs = 0..plan.slabs.len();
    let kernels: Vec<_> = (0..)
        .zip(first)
        .map(|(number, Dispatched { kernel, workgroups, .. }): (usize, _)| {
            let ns = median(measured.kernels.iter().map(|turn| turn[number].ns).collect()) / steps;
            let bytes = match kernel.as_str() {
                "deliver" => None,
                // Updates are dispatched in the order of slabs.
                _ if schedule == Schedule::Resident => Some((0..plan.slabs.len()).map(|slab| bytes(plan, slab)).sum()),
                _ => slabs.next().map(|slab| bytes(plan, slab)),
            };
            Kernel {
                kernel: kernel.clone(),
                workgroups: *workgroups,
                ns_per_step: ns,
                percent: 100.0 * ns / whole,
                bytes_per_step: bytes,
                events_per_step: events.filter(|_| delivering == 1 && delivers(kernel)),
            }
        })
        .collect();
    let rest = whole - kernels.iter().map(|kernel| kernel.ns_per_step).sum::<f64>();
    Profiled {
        schedule: name,
        kernels,
        whole_ns: Some(whole),
        rest_ns: Some(rest),
        events_per_step: events,
        why_not: None,
    }
}

/// Bytes that a step of a slab moves, as the floor of the bench `update` does: state in and out once in a window, what arrives once.
fn bytes(plan: &Plan, slab: usize) -> f64 {
    let place = &plan.slabs[slab];
    let words = 2.0 * place.variable_count() as f64 / f64::from(plan.window) + place.ports.len() as f64;
    4.0 * words * f64::from(place.size) * f64::from(plan.batch)
}

/// Tries all schedules that are candidates for a network, as a long run does, and says which was the fastest.
///
/// # Errors
/// As those of lowering the network, and of a run.
pub fn tried(gpu: &Gpu, arithmetic: Arithmetic, network: &Network) -> Result<Chosen> {
    let gpu = &gpu.computing(arithmetic);
    let plan = lower(gpu, network)?;
    let mut engine = Engine::new(gpu, plan.clone(), &options(gpu))?;
    engine.run(steps_of(&plan, BEFORE_MS), &mut |_| ())?;
    engine.try_all(steps_of(&plan, TURN_MS))
}

#[cfg(test)]
mod tests;
