//! Do two executors of a plan compute the same, to the last bit? And if not, what differs first.
//!
//! With portable arithmetic a device and the CPU engine in f32 do; who does not is wrong.

use crate::options::EngineOptions;
use crate::plan::{Plan, State};
use crate::{Backend, Error, Result, Simulation};
use std::sync::Arc;

/// Steps between two comparisons. Where one finds a difference, they are computed again one by one.
const STRIDE: u32 = 100;

/// What two executors made of the same steps.
#[derive(Debug, Clone, PartialEq)]
pub enum Accord {
    /// The same.
    Same {
        /// Of the spikes that are recorded, see [`Recording::spike_hash`](crate::recording::Recording::spike_hash).
        hash: String,
        /// How many they are.
        spikes: usize,
    },
    /// Something else.
    Different(Difference),
}

/// The first value that differs: of the first step, population, batch item, neuron and variable.
#[derive(Debug, Clone, PartialEq)]
pub struct Difference {
    /// The step after which it does.
    pub step: u32,
    /// Name of the population.
    pub population: String,
    /// Item of the batch.
    pub item: u32,
    /// Index of the neuron in the population.
    pub neuron: u32,
    /// The variable, as users write it; `arrivals at PORT` for what is under way in the delay ring.
    pub variable: String,
    /// What each of the two has.
    pub values: [f64; 2],
}

impl std::fmt::Display for Difference {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { step, population, item, neuron, variable, values: [one, other] } = self;
        let item = if *item == 0 { String::new() } else { format!(" (batch item {item})") };
        write!(
            f,
            "after step {step}, {variable} of neuron {neuron} of population `{population}`{item}: {one:e} and {other:e}"
        )
    }
}

/// Runs a plan for so many steps on both, with the same options, and compares spikes and the whole state.
///
/// # Errors
/// As [`Simulation::of_plan`] and [`Simulation::run_steps`]; [`Error::Request`] for a model in WGSL alone, where one is the CPU.
pub fn compare(
    plan: &Arc<Plan>,
    backends: [&Backend; 2],
    options: &EngineOptions,
    steps: u32,
    progress: &mut dyn FnMut(u32),
) -> Result<Accord> {
    let [one, other] = backends.map(|backend| Simulation::of_plan(plan.clone(), backend, options));
    let mut both = [one?, other?];
    let mut recording = plan.outline(0, 0)?;
    let mut done = 0;
    while done < steps {
        let before = both[0].state()?;
        let next = STRIDE.min(steps - done);
        let [one, other] = &mut both;
        let (one, other) = (one.run_steps(next, &mut |_| ())?, other.run_steps(next, &mut |_| ())?);
        if one != other || difference(plan, done, &both)?.is_some() {
            return first(plan, &mut both, &before, next).map(Accord::Different);
        }
        recording.append(one)?;
        done += next;
        progress(done);
    }
    let spikes = recording.populations.iter().map(|population| population.spikes.len()).sum();
    Ok(Accord::Same { hash: recording.spike_hash(), spikes })
}

/// Step by step from a state that both had.
fn first(plan: &Plan, both: &mut [Simulation; 2], before: &State, steps: u32) -> Result<Difference> {
    for simulation in both.iter_mut() {
        simulation.restore(before)?;
    }
    for step in before.step..before.step.saturating_add(steps) {
        for simulation in both.iter_mut() {
            simulation.run_steps(1, &mut |_| ())?;
        }
        if let Some(difference) = difference(plan, step, both)? {
            return Ok(difference);
        }
    }
    // Computed again they agree: so one of the two does not always compute the same.
    let legal = "the same from the same state: please report it, with the device's name and driver";
    Err(Error::request("comparison", "steps that differed came out the same a second time", legal))
}

/// What differs first in their states, if anything does.
fn difference(plan: &Plan, step: u32, both: &[Simulation; 2]) -> Result<Option<Difference>> {
    let [one, other] = [both[0].state()?, both[1].state()?];
    Ok(of_states(plan, step, [&one, &other]))
}

/// What differs first in two states after a step, if anything does.
pub(crate) fn of_states(plan: &Plan, step: u32, states: [&State; 2]) -> Option<Difference> {
    let variables: Vec<_> = (0..plan.slabs.len()).map(|slab| plan.variables(slab)).collect();
    for (index, population) in plan.populations.iter().enumerate() {
        for item in 0..plan.batch {
            for neuron in 0..population.size {
                for (variable, named) in variables[population.slab].iter().enumerate() {
                    let at = plan.state_index(index, variable, item, neuron);
                    let values = [0, 1].map(|of: usize| states[of].slabs[population.slab][at]);
                    if values[0].to_bits() != values[1].to_bits() {
                        let (population, variable) = (population.name.clone(), plan.variable_name(index, named));
                        return Some(Difference { step, population, item, neuron, variable, values });
                    }
                }
            }
        }
    }
    let [one, other] = states.map(|state| &state.ring);
    let at = one.iter().zip(other).position(|(one, other)| one != other)?;
    Some(arrivals(plan, step, at, [one[at], other[at]]))
}

/// A number of the delay ring, `[slot, batch, inlet]`.
fn arrivals(plan: &Plan, step: u32, at: usize, values: [i32; 2]) -> Difference {
    let inlets = plan.inlets as usize;
    let (inlet, item) = ((at % inlets) as u32, (at / inlets) as u32 % plan.batch);
    let ports =
        plan.populations.iter().flat_map(|population| population.ports.iter().map(move |port| (population, port)));
    let mut place =
        ports.filter(|(population, port)| (port.first_inlet..port.first_inlet + population.size).contains(&inlet));
    let (population, neuron, variable) = match place.next() {
        Some((population, port)) => {
            (population.name.clone(), inlet - port.first_inlet, format!("arrivals at {}", port.name))
        }
        None => (String::new(), inlet, "arrivals".to_owned()),
    };
    Difference { step, population, item, neuron, variable, values: values.map(f64::from) }
}
