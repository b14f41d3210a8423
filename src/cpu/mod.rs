//! A plan executed on the CPU, as fast as that goes: for those without a GPU.
//!
//! Each thread owns a share of the neurons and all that arrives at them. It steps its neurons block by block with the models' loops
//! over numbers side by side, for a whole window at a time; meets the others at a barrier, where all say who spiked; and adds
//! the weights of all spikes to its own part of the delay ring, so that nobody needs an atomic. In f32 each operation is rounded as the
//! device's text has it. Neither threads nor blocks change a bit of a result. It knows nothing of WGSL or devices.

mod block;
mod engine;
mod exchange;
mod share;
mod team;

pub use engine::Engine;

use crate::{Error, Result};
use std::str::FromStr;

/// The numbers that the engine computes with.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Precision {
    /// 32 bits, as a device.
    #[default]
    F32,
    /// 64 bits, as the reference.
    F64,
}

impl Precision {
    /// Bits of a number.
    pub fn bits(self) -> u32 {
        match self {
            Self::F32 => 32,
            Self::F64 => 64,
        }
    }
}

impl FromStr for Precision {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        match text {
            "f32" => Ok(Self::F32),
            "f64" => Ok(Self::F64),
            other => Err(Error::request("the CPU's numbers", format!("there are no `{other}`"), "f32, f64")),
        }
    }
}
