//! A plan executed on the CPU, as fast as that goes: for those without a GPU.
//!
//! Each thread owns a share of the neurons and all that arrives at them. It steps its neurons block by block with the models' loops
//! over numbers side by side, for a whole window at a time; meets the others at a barrier, where all say who spiked; and adds
//! the weights of all spikes to its own part of the delay ring, so that nobody needs an atomic. In f32 each operation is rounded as the
//! device's text has it. Neither threads nor blocks change a bit of a result. It knows nothing of WGSL or devices.

mod block;
mod desk;
pub mod doctor;
mod engine;
mod exchange;
mod gather;
mod samples;
mod share;
mod shares;
mod tile;
mod values;

pub use engine::Engine;

use crate::number::Arch;
use crate::team::cores;
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

impl std::fmt::Display for Precision {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::F32 => "f32",
            Self::F64 => "f64",
        })
    }
}

/// The cores that the engine may use and the vector instructions that it does, as a clause.
pub fn describe() -> String {
    let cores = if cores() == 1 { "1 core".to_owned() } else { format!("{} cores", cores()) };
    format!("{cores}, {}", instructions())
}

/// The vector instructions that were found.
fn instructions() -> &'static str {
    match Arch::new().name().as_str() {
        "V4" => "AVX-512",
        "V3" => "AVX2",
        "Neon" | "NeonFcma" => "Neon",
        _ => "no vector instructions beyond the platform's least",
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_instructions_have_a_name() {
        assert!(["Scalar", "V3", "V4", "Neon", "NeonFcma"].contains(&Arch::new().name().as_str()));
    }
}
