//! Large spiking networks on any GPU that speaks Vulkan, Metal or DX12.

pub mod bench;
pub mod error;
pub mod gpu;
pub mod model;
pub mod network;
pub mod npy;
pub mod plan;
pub mod random;
pub mod recording;
pub mod reference;
pub mod shader;
pub mod sim;
pub mod simulation;
pub mod units;

pub use error::{Error, Result};
pub use simulation::{Backend, Device, Simulation};
