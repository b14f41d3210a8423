//! Gated recurrent cells: vanilla, GRU, MGU, LSTM and UR-LSTM.
//!
//! A [`Cell`] is a [`CellKind`] with sizes, an [`Activation`] and weights: from one of the builders ([`Lstm`], [`Gru`] …), which
//! draw them, or from a [`mod@file`]. A stack of cells with its state runs as an [`Rnn`](crate::Rnn) wherever there is
//! something to run on, as a [`DeviceRnn`] on a device, on the CPU, or in f64 as a [`reference::Reference`].

pub mod activation;
mod cell;
mod cells;
pub(crate) mod cpu;
mod definition;
mod device;
mod equations;
pub mod file;
mod kind;
pub mod markdown;
mod phase;
pub mod reference;
mod state;
mod sweep;
mod typed;
mod weights;

pub use activation::Activation;
pub use cell::Cell;
pub(crate) use cell::count_steps;
pub use definition::{Definition, Linear};
pub use device::{Chunk, DeviceRnn, Input, Options, Outputs, Tensor};
pub(crate) use device::{Plain, Products, Shape, Variant, at_once, chosen};
pub use file::Stored;
pub use kind::CellKind;
pub use state::State;
pub(crate) use typed::drawn;
pub use typed::{Gru, GruReset, Lstm, Mgu, UrLstm, VanillaRnn};
pub use weights::{Affine, Weights};
