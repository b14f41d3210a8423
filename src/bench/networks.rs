//! Whole networks, as a user runs them: from the first step to the last recorded spike on the host.

use super::floor::Nothing;
use super::turns::take_turns;
use super::{Bench, Measurement};
use crate::Result;
use crate::gpu::Gpu;
use crate::network::NetworkFile;
use crate::plan::{LowerOptions, Plan};
use crate::recording::Recording;
use crate::sim::{Engine, EngineOptions};
use std::cell::Cell;
use std::sync::Arc;
use std::time::Instant;

/// [ms] what is simulated in one turn.
pub(super) const MODEL_MS: f64 = 1000.0;
const TURNS: usize = 3;

/// Measures the network of a network file's text.
pub(super) fn measure(gpu: &Gpu, bench: &Bench, text: &str) -> Result<Vec<Measurement>> {
    let file = NetworkFile::parse(text, format!("networks/{}.toml", bench.name))?;
    let options = LowerOptions { limits: gpu.limits().clone(), ..LowerOptions::default() };
    let plan = Arc::new(Plan::lower(&file.network, &options).map_err(|error| file.locate(error))?);
    let mut engine =
        Engine::new(gpu, plan.clone(), &EngineOptions { arithmetic: gpu.arithmetic(), ..EngineOptions::default() })?;
    let steps = (MODEL_MS / plan.dt_ms).round() as u32;
    let initial = plan.initial_state()?;
    // As a long run goes on.
    engine.run(steps.div_ceil(20), &mut |_| ())?;
    let chosen = engine.try_all(steps)?;
    let nothing = Nothing::new(gpu, engine.dispatches())?;
    let mut events = 0;
    // The floor follows the run at once, with as many windows in a submission.
    let repeated = Cell::new([1, 1]);
    let turns = take_turns(
        TURNS,
        || {
            engine.restore(&initial)?;
            let start = Instant::now();
            let recording = engine.run(steps, &mut |_| ())?;
            let ns = start.elapsed().as_nanos() as f64;
            events = synaptic_events(&plan, &recording);
            repeated.set(engine.repeated(steps));
            Ok(ns)
        },
        || nothing.time(repeated.get()),
    )?;
    let dispatches = engine.dispatches().len() as u32 * repeated.get()[0];
    let what = format!("{}; {}, {dispatches} dispatches", bench.what, chosen.schedule);
    let seconds = MODEL_MS / 1e3;
    Ok(vec![
        turns.time(bench, what, "s/model s", 1e9, seconds),
        turns.plain_rate(bench, "steps".to_owned(), "steps/s", f64::from(steps)),
        turns.plain_rate(bench, format!("synaptic events, {events} in all"), "events/s", events as f64),
    ])
}

/// Synapses of all spikes.
pub(super) fn synaptic_events(plan: &Plan, recording: &Recording) -> u64 {
    let mut events = 0;
    for (source, found) in recording.populations.iter().enumerate() {
        events += found.spikes.neuron.iter().map(|&neuron| plan.synapses.row_len(source, neuron)).sum::<u64>();
    }
    events
}
