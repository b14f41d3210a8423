//! Twins and typed builders of the built-in models of projections, one file each.

pub(super) mod ampa;
pub(super) mod bio_nmda;
pub(super) mod std;
pub(super) mod stp;
pub(super) mod tsodyks2;

pub use ampa::{Ampa, GabaA};
pub use bio_nmda::BioNmda;
pub use std::Std;
pub use stp::Stp;
pub use tsodyks2::Tsodyks2;

#[cfg(test)]
mod tests;
