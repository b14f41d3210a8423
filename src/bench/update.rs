//! The update kernel alone: many neurons that never spike.

use super::floor::Copy;
use super::turns::take_turns;
use super::{Bench, Measurement};
use crate::Result;
use crate::gpu::Gpu;
use crate::network::{Connect, Network, Neuron, PoissonInput, Population, Port, Sampler};
use crate::plan::{LowerOptions, Plan};
use crate::sim::{Engine, EngineOptions};
use crate::units::Literal;
use std::sync::Arc;

const NEURONS: u32 = 1_000_000;
const STEPS: u32 = 32;
const TURNS: usize = 7;

/// Measures updates in windows of `window` steps.
pub(super) fn measure(gpu: &Gpu, bench: &Bench, window: u32, poisson: bool) -> Result<Vec<Measurement>> {
    let options = LowerOptions { limits: gpu.limits().clone(), ..LowerOptions::default() };
    let plan = Arc::new(Plan::lower(&network(window, poisson), &options)?);
    let windows = STEPS / plan.window;
    let mut engine =
        Engine::new(gpu, plan.clone(), &EngineOptions { arithmetic: gpu.arithmetic(), ..EngineOptions::default() })?;
    let copy = Copy::new(gpu, &plan)?;
    let turns = take_turns(TURNS, || Ok(engine.time(windows)?.ns), || copy.time(windows))?;
    // The state is loaded and stored once in a window, a word arrives in each step.
    let words = 2 * plan.slabs[0].variable_count() as u32 + plan.window;
    let bytes = f64::from(4 * words) / f64::from(plan.window);
    let what = format!("{}; {bytes} bytes moved a step and neuron", bench.what);
    let neuron_steps = f64::from(NEURONS) * f64::from(windows * plan.window);
    Ok(vec![turns.time(bench, what, "ns/neuron/step", 1.0, neuron_steps)])
}

pub(super) fn network(window: u32, poisson: bool) -> Network {
    let mut net = Network::new(0.1.ms());
    let params = [("tau", 20.0.ms()), ("tau_ref", 2.0.ms())];
    let neuron = params.into_iter().fold(Neuron::from("lif_ref"), |neuron, (name, value)| neuron.param(name, value));
    // Far above what the Poisson drive can reach.
    let neuron = neuron.param("v_th", 1000.0.mv());
    let cells = net.add(Population::new("cells", NEURONS, neuron).port("spikes", Port::delta()));
    // One synapse, so that its delay sets the window.
    net.connect(&cells, &cells, "spikes", Connect::list([(0, 1)]), 1.0.mv(), (0.1 * f64::from(window)).ms());
    if poisson {
        net.stimulate(PoissonInput::new(&cells, 1000, 25.0.hz(), 0.1.mv()).sampler(Sampler::Poisson));
    }
    net
}
