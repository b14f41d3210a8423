//! What models of projections cost: sources that fire by chance, to targets that never do, with each model beside the same network
//! without one. Of plasticity, what is delivered is the same but for its weights; graded models and gap junctions have no events, for
//! all synapses are read in each step.

use super::turns::take_turns;
use super::{Bench, Measurement, host, networks};
use crate::Result;
use crate::cpu::Precision;
use crate::gpu::Gpu;
use crate::network::{Connect, GAP_JUNCTION, NamedConnect, Network, Neuron, Part, PoissonSpikes, Population, Port};
use crate::plan::{LowerOptions, Plan, State};
use crate::recording::Recording;
use crate::sim::{Engine, EngineOptions};
use crate::units::Literal;
use std::cell::Cell;
use std::sync::Arc;
use std::time::Instant;

const NEURONS: u32 = 10_000;
const TURNS: usize = 5;
/// [steps] of a turn.
const STEPS: u32 = 500;

/// With a model of the catalogue, gap junctions, or none.
fn network(model: Option<&str>) -> Network {
    let mut net = Network::new(0.1.ms()).seed(1);
    let sources = net.add(Population::new("sources", NEURONS, "spike_source"));
    net.stimulate(PoissonSpikes::new(&sources, 20.0.hz(), 1.5.mv()));
    let silent = Neuron::from("lif").param("v_th", 1e6.mv());
    let targets = net.add(Population::new("targets", NEURONS, silent).port("in", Port::expon(5.0.ms()).cuba()));
    let connect = Connect::fixed_indegree(100);
    if model == Some(GAP_JUNCTION) {
        net.couple(&sources, &targets, connect, 0.1.millisiemens());
    } else {
        let connect = NamedConnect { model: model.map(Part::new), ..connect.into() };
        net.connect(&sources, &targets, "in", connect, 0.1.ma(), 1.5.ms());
    }
    net
}

/// An executor's run from a state on.
type Run<'a> = Box<dyn FnMut(&State) -> Result<Recording> + 'a>;

fn compared(bench: &Bench, what: String, plans: [Arc<Plan>; 2], runs: [Run<'_>; 2]) -> Result<Vec<Measurement>> {
    let initial = [plans[0].initial_state()?, plans[1].initial_state()?];
    let events = Cell::new(0);
    let [mut with, mut without] = runs;
    let time = |run: &mut Run<'_>, index: usize| {
        let start = Instant::now();
        let recording = run(&initial[index])?;
        let ns = start.elapsed().as_nanos() as f64;
        events.set(networks::synaptic_events(&plans[index], &recording));
        Ok(ns)
    };
    let turns = take_turns(TURNS, || time(&mut with, 0), || time(&mut without, 1))?;
    let gathered = plans[0].gathered_synapses();
    if gathered > 0 {
        let read = gathered as f64 * f64::from(STEPS);
        return Ok(vec![turns.time(bench, what, "ns/synapse/step", 1.0, read)]);
    }
    let events = events.get() as f64;
    Ok(vec![turns.rate(bench, what, "events/s", events, events)])
}

/// Measures a model on a device.
pub(super) fn measure(gpu: &Gpu, bench: &Bench, model: &str) -> Result<Vec<Measurement>> {
    let options = LowerOptions { limits: gpu.limits().clone(), ..LowerOptions::default() };
    let lowered = |model| Plan::lower(&network(model), &options).map(Arc::new);
    let plans = [lowered(Some(model))?, lowered(None)?];
    let how = EngineOptions { arithmetic: gpu.arithmetic(), ..EngineOptions::default() };
    let engine = |plan: &Arc<Plan>| Engine::new(gpu, plan.clone(), &how);
    let [mut with, mut without] = [engine(&plans[0])?, engine(&plans[1])?];
    fn run(engine: &mut Engine) -> Run<'_> {
        Box::new(|initial| {
            engine.restore(initial)?;
            engine.run(STEPS, &mut |_| ())
        })
    }
    compared(bench, bench.what.to_owned(), plans, [run(&mut with), run(&mut without)])
}

/// The same on the CPU.
pub(super) fn on_cpu(precision: Precision, bench: &Bench, model: &str) -> Result<Vec<Measurement>> {
    let plans = [host::lowered(&network(Some(model)), precision)?, host::lowered(&network(None), precision)?];
    let [mut with, mut without] = [host::engine(&plans[0], precision)?, host::engine(&plans[1], precision)?];
    let what = format!("{}; {} threads", bench.what, with.threads());
    fn run(engine: &mut crate::cpu::Engine) -> Run<'_> {
        Box::new(|initial| {
            engine.restore(initial)?;
            engine.run(STEPS, &mut |_| ())
        })
    }
    compared(bench, what, plans, [run(&mut with), run(&mut without)])
}
