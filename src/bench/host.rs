//! The CPU engine: the same networks as on a device, each beside what memory, additions and barriers alone take.

use super::turns::take_turns;
use super::{Bench, Measurement, cells, deliver, networks, update};
use crate::cpu::{Engine, Precision};
use crate::network::{Network, NetworkFile};
use crate::plan::Plan;
use crate::rnn::{CellKind, Options, drawn};
use crate::sim::EngineOptions;
use crate::team::{Barrier, together};
use crate::{Backend, Result, Rnn};
use std::hint::black_box;
use std::sync::Arc;
use std::time::Instant;

const TURNS: usize = 5;
/// [steps] of a turn of an update.
const STEPS: u32 = 64;
/// [steps] of a turn of a delivery.
const DELIVERED: u32 = 60;

pub(super) fn lowered(network: &Network, precision: Precision) -> Result<Arc<Plan>> {
    let backend = Backend::Cpu { precision, reason: None };
    Plan::lower(network, &backend.lower_options(1)).map(Arc::new)
}

pub(super) fn engine(plan: &Arc<Plan>, precision: Precision) -> Result<Engine> {
    Engine::new(plan.clone(), precision, &EngineOptions::default())
}

/// [ns] that something takes.
fn time<T>(thing: impl FnOnce() -> Result<T>) -> Result<f64> {
    let start = Instant::now();
    thing()?;
    Ok(start.elapsed().as_nanos() as f64)
}

/// Measures updates in windows of `window` steps; the floor reads and writes the state as often.
pub(super) fn update(precision: Precision, bench: &Bench, window: u32, poisson: bool) -> Result<Vec<Measurement>> {
    let plan = lowered(&update::network(window, poisson), precision)?;
    let mut engine = engine(&plan, precision)?;
    let variables = plan.slabs[0].variable_count() + 1;
    let words = variables * plan.slabs[0].size as usize / engine.threads();
    let mut copies = vec![vec![0u32; words]; engine.threads()];
    let windows = STEPS / plan.window;
    let turns = take_turns(
        TURNS,
        || time(|| engine.run(STEPS, &mut |_| ())),
        || {
            time(|| {
                together(&mut copies, |copy| {
                    for _ in 0..windows {
                        black_box(&mut *copy).iter_mut().for_each(|word| *word = word.wrapping_add(1));
                    }
                })
            })
        },
    )?;
    let neuron_steps = f64::from(plan.slabs[0].size) * f64::from(windows * plan.window);
    let core_ns = engine.threads() as f64;
    let what = format!("{}; {} threads, core-ns", bench.what, engine.threads());
    Ok(vec![turns.time(bench, what, "ns/neuron/step", 1.0 / core_ns, neuron_steps)])
}

/// Measures delivery; the floor adds to as many places of the ring in the order of the rows.
pub(super) fn deliver(precision: Precision, bench: &Bench) -> Result<Vec<Measurement>> {
    let plan = lowered(&deliver::network(), precision)?;
    let mut engine = engine(&plan, precision)?;
    let threads = engine.threads();
    // The places of all synapses, row after row, for each thread those of its share of the neurons.
    let size = plan.populations[0].size;
    let share = size.div_ceil(threads as u32);
    let mut adders: Vec<(Vec<u32>, Vec<i32>)> = (0..threads as u32)
        .map(|thread| {
            let own = |synapse: &crate::rows::Synapse| synapse.inlet / share == thread;
            let rows = (0..size).flat_map(|neuron| plan.synapses.row(0, neuron));
            (rows.filter(own).map(|synapse| synapse.inlet % share).collect(), vec![0; share as usize])
        })
        .collect();
    let adds: usize = adders.iter().map(|(places, _)| places.len()).sum();
    let mut events = 0;
    let turns = take_turns(
        TURNS,
        || {
            let start = Instant::now();
            let recording = engine.run(DELIVERED, &mut |_| ())?;
            let ns = start.elapsed().as_nanos() as f64;
            events = networks::synaptic_events(&plan, &recording);
            Ok(ns)
        },
        || {
            time(|| {
                together(&mut adders, |(places, ring)| {
                    for &place in &*black_box(places) {
                        ring[place as usize] = ring[place as usize].wrapping_add(1);
                    }
                })
            })
        },
    )?;
    let what = format!("{}; updates included, {threads} threads", bench.what);
    Ok(vec![turns.rate(bench, what, "events/s", events as f64, adds as f64)])
}

/// Measures sequences of a cell, of all sizes and batches, in f32: in f64 the CPU has the reference alone. There is no floor beside it.
pub(super) fn cells(precision: Precision, bench: &Bench, kind: CellKind) -> Result<Vec<Measurement>> {
    let backend = Backend::Cpu { precision, reason: None };
    let mut measured = Vec::new();
    for n in cells::SIZES.into_iter().filter(|_| precision == Precision::F32) {
        let cell = drawn(kind, n, n)?;
        for batch in cells::BATCHES {
            let mut rnn = Rnn::new(&backend, std::slice::from_ref(&cell), batch, &Options::default())?;
            let x: Vec<f32> = (0..cells::STEPS * batch * n).map(|at| (at as f32 * 0.7).sin()).collect();
            let turns = take_turns(2 * TURNS, || time(|| rnn.run_last(&x)), || Ok(0.0))?;
            let operations = 4.0 * (n * n * kind.definition().gates() * batch * cells::STEPS) as f64;
            measured.push(turns.plain_rate(bench, format!("n {n}, batch {batch}"), "FLOP/s", operations));
        }
    }
    Ok(measured)
}

/// Measures the network of a network file's text; the floor is the threads' meetings.
pub(super) fn network(precision: Precision, bench: &Bench, text: &str) -> Result<Vec<Measurement>> {
    let file = NetworkFile::parse(text, format!("networks/{}.toml", bench.name))?;
    let plan = lowered(&file.network, precision).map_err(|error| file.locate(error))?;
    let mut engine = engine(&plan, precision)?;
    let threads = engine.threads();
    let steps = (networks::MODEL_MS / plan.dt_ms).round() as u32;
    let initial = plan.initial_state()?;
    let meetings = steps.div_ceil(plan.window) * plan.levels();
    let mut events = 0;
    let turns = take_turns(
        TURNS,
        || {
            engine.restore(&initial)?;
            let start = Instant::now();
            let recording = engine.run(steps, &mut |_| ())?;
            let ns = start.elapsed().as_nanos() as f64;
            events = networks::synaptic_events(&plan, &recording);
            Ok(ns)
        },
        || {
            let barrier = Barrier::new(threads as u32);
            time(|| {
                together(&mut vec![(); threads], |()| {
                    for _ in 0..meetings {
                        if barrier.wait().is_err() {
                            break;
                        }
                    }
                })
            })
        },
    )?;
    let what = format!("{}; {threads} threads meet {meetings} times", bench.what);
    Ok(vec![
        turns.time(bench, what, "s/model s", 1e9, networks::MODEL_MS / 1e3),
        turns.plain_rate(bench, "steps".to_owned(), "steps/s", f64::from(steps)),
        turns.plain_rate(bench, format!("synaptic events, {events} in all"), "events/s", events as f64),
    ])
}
