//! Executes a plan on a device: state resident there, two dispatches a window, only recordings come back.
//!
//! What is counted here becomes words of 32 bits: no cast and no sum may wrap in silence.
#![cfg_attr(not(test), warn(clippy::arithmetic_side_effects, clippy::cast_possible_truncation, clippy::cast_sign_loss))]

mod deliver;
mod engine;
mod finite;
mod glue;
mod program;
mod recorders;
mod schedule;
mod spikes;
mod strips;
mod update;
mod values;

pub use crate::options::{Delivery, EngineOptions};
pub use engine::Engine;
