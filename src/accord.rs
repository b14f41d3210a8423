//! Do two executors of a plan compute the same, to the last bit? And if not, what differs first.
//!
//! With portable arithmetic a device and the CPU engine in f32 do; who does not is wrong.

use crate::options::EngineOptions;
pub use crate::plan::Difference;
use crate::plan::{self, Plan, State};
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
    Ok(plan::difference(plan, step, [&one, &other]))
}
