//! Schedule alone: a network in which everybody spikes all the time and nobody minds.

use super::floor::Add;
use super::turns::take_turns;
use super::{Bench, Measurement};
use crate::Result;
use crate::gpu::Gpu;
use crate::network::{Connect, Current, Network, Neuron, Population, Port, uniform};
use crate::plan::{LowerOptions, Plan};
use crate::sim::{Engine, EngineOptions, Schedule};
use crate::units::Literal;
use std::sync::Arc;

const NEURONS: u32 = 10_000;
const TARGETS: u32 = 1000;
/// Windows of one turn, of 15 steps each.
const WINDOWS: u32 = 2;
const TURNS: usize = 7;

/// Measures one kind of schedule; nothing where the device does not offer it.
pub(super) fn measure(gpu: &Gpu, bench: &Bench, schedule: Schedule) -> Result<Vec<Measurement>> {
    let options = LowerOptions { limits: gpu.limits().clone(), ..LowerOptions::default() };
    let plan = Arc::new(Plan::lower(&network(), &options)?);
    let options = EngineOptions { schedule: Some(schedule), arithmetic: gpu.arithmetic(), ..EngineOptions::default() };
    let mut engine = Engine::new(gpu, plan.clone(), &options)?;
    let add = Add::new(gpu, &plan, TARGETS, 1024)?;
    // Everybody fires each tenth step: one turn has as many spikes as another, but for one step's.
    let mut spikes = 0;
    let turns = take_turns(
        TURNS,
        || {
            let timing = engine.time(WINDOWS)?;
            spikes = engine.count_spikes(WINDOWS)?;
            Ok(timing.ns)
        },
        || add.time(),
    )?;
    let events = spikes as f64 * f64::from(TARGETS);
    let what = format!("{}; updates included", bench.what);
    Ok(vec![turns.rate(bench, what, "events/s", events, add.adds as f64)])
}

pub(super) fn network() -> Network {
    let mut net = Network::new(0.1.ms());
    // A drive towards 420 mV passes the threshold in 10 steps.
    let neuron = Neuron::from("lif_ref").param("tau", 20.0.ms()).param("v_th", 20.0.mv()).param("tau_ref", 0.0.ms());
    let cells = Population::new("cells", NEURONS, neuron).init("v", uniform(0.0.mv(), 20.0.mv()));
    let cells = net.add(cells.port("spikes", Port::delta()));
    net.connect(&cells, &cells, "spikes", Connect::fixed_outdegree(TARGETS), 1e-6.mv(), 1.5.ms());
    net.stimulate(Current::new(&cells, 420.0.ma()));
    net
}
