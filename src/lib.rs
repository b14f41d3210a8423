//! Large spiking networks on any GPU that speaks Vulkan, Metal or DX12.

pub mod error;

pub use error::{Error, Result};
