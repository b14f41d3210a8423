//! Executes a plan on a device: state resident there, two dispatches a window, only recordings come back.

mod deliver;
mod engine;
mod finite;
mod glue;
mod layout;
mod options;
mod program;
mod recorders;
mod spikes;
mod submission;
mod update;
mod values;

pub use engine::Engine;
pub use options::{Delivery, EngineOptions};

/// [bytes] the immediates of `shaders/kernels/window.wgsl`.
const IMMEDIATES: u32 = 24;
const _: () = assert!(IMMEDIATES as usize <= 4 * crate::gpu::doctor::IMMEDIATES);
