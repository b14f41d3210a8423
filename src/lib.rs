//! Large spiking networks, and gated recurrent cells, on any GPU that speaks Vulkan, Metal or DX12, and on
//! the CPU where there is none.
//!
//! A network is described in physical units, by a TOML file or in Rust ([`network`]); lowered to a plan in whole steps and
//! plain numbers ([`plan`]); and executed on a device, or on the CPU where there is none ([`Simulation`]). What comes
//! back is a [`recording::Recording`].
//!
//! ```
//! use neuropil::network::{Current, Network, Population};
//! use neuropil::units::Literal;
//! use neuropil::{Device, Simulation};
//!
//! let mut net = Network::new(0.1.ms());
//! let cells = net.add(Population::new("cells", 10, "lif"));
//! net.stimulate(Current::new(&cells, 2.0.ma()));
//!
//! let mut simulation = Simulation::new(&net, &Device::Auto)?;
//! let recording = simulation.run(100.0.ms())?;
//! // The first spike in step 34, then one every 35 steps, from each of the ten.
//! assert_eq!(recording.population("cells").unwrap().spikes.len(), 10 * 28);
//! # Ok::<(), neuropil::Error>(())
//! ```
//!
//! # Where to look
//!
//! - [`network`]: populations, projections, stimuli, recorders; [`network::NetworkFile`] reads a file.
//! - [`units`]: `20.0.ms()`, quantities and their dimensions.
//! - [`model`]: the catalogue, with typed builders such as [`model::LifRef`].
//! - [`Ensemble`]: networks that differ in values, as the items of one batch.
//! - [`Simulation`]: run, continue, look, change, save and restore.
//! - [`Rnn`]: gated recurrent cells, described in [`rnn`]: LSTM, GRU and others.
//! - [`recording`]: spikes, traces, rates, irregularity; [`output`] writes them to a folder.
//! - [`gpu`]: which devices there are, and whether their drivers compute rightly; [`cpu`]: the engine without one.
//!
//! Everything that can fail returns an [`Error`] with the culprit's name, its value and the legal range.
//!
//! The examples of the repository are whole programs; its `ARCHITECTURE.md` says how the parts fit together.

pub mod accord;
pub mod backend;
pub mod bench;
mod counts;
pub mod cpu;
mod draw;
mod engine;
pub mod ensemble;
pub mod error;
pub mod gpu;
mod hash;
mod initialise;
pub mod json_schema;
mod memory;
pub mod model;
mod nearest;
pub mod network;
pub mod npy;
mod number;
mod options;
pub mod output;
mod pace;
pub mod plan;
mod program;
pub mod random;
pub mod recording;
pub mod recurrent;
pub mod reference;
mod replace;
pub mod rnn;
pub mod rows;
pub mod shader;
mod shorten;
pub mod sim;
pub mod simulation;
mod team;
pub mod units;
pub mod version;
pub mod warning;

pub use backend::{Backend, Device};
pub use ensemble::Ensemble;
pub use error::{Error, Result};
pub use recurrent::Rnn;
pub use simulation::Simulation;
pub use warning::Warning;

/// The README's Rust is compiled and run.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;

/// So is the manual's.
#[cfg(doctest)]
#[doc = include_str!("../docs/recurrent-cells.md")]
struct RecurrentCells;
