//! Executes a plan on a device: state resident there, only recordings come back. A plan becomes a program by one of several schedules.
//!
//! What is counted here becomes words of 32 bits: no cast and no sum may wrap in silence.
#![cfg_attr(not(test), warn(clippy::arithmetic_side_effects, clippy::cast_possible_truncation, clippy::cast_sign_loss))]

mod agree;
mod amplitudes;
mod bindings;
mod choice;
mod copies;
mod deliver;
mod deliveries;
mod engine;
mod finite;
mod gathers;
mod glue;
mod program;
mod recorders;
mod rows;
mod spikes;
mod strips;
mod tables;
mod texts;
mod tuning;
mod update;
mod values;

pub use crate::options::{Arithmetic, EngineOptions, Interrupt, Schedule};
pub use agree::{Verdict, Way, agree, finding};
pub use choice::{Chosen, Trial, schedules, schedules_text};
pub(crate) use engine::Dispatched;
pub use engine::Engine;
pub use tuning::{Adapter, Possible};

use crate::Result;
use crate::plan::Plan;

/// What a device is given for a plan, byte for byte, and what each window dispatches, as a run begins.
///
/// # Errors
/// [`Error::TooLarge`](crate::Error::TooLarge) where it cannot hold that; [`Error::Request`](crate::Error::Request) for options that it does
/// not allow; [`Error::Shader`](crate::Error::Shader) for a model that does not fit its kernel.
pub fn describe(plan: &Plan, on: Adapter<'_>, options: &EngineOptions) -> Result<String> {
    plan.check(on.limits, on.name)?;
    let (tuning, _) = choice::Choice::begin(plan, options, on)?;
    Ok(program::NetworkProgram::new(plan, &tuning, on.limits)?.program.to_string())
}
