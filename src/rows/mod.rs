//! Rows: the synapses of a network by their sources. How they are drawn, rounded, laid out in blocks, encoded and decoded,
//! here and in `shaders/rows/`; nobody else knows a bit of it.
//!
//! A *block* is a part of a population's inlets of one port, and a tile of the delay ring. The synapses from one population to
//! one block are a *strip*: a row for each source neuron, entries of one format, one after the other. Rows are drawn in
//! whole numbers, each number a function of (projection, row or column, number of the draw), so that they may be drawn by
//! anybody, in any order, twice, and on a device: neither threads nor the size of blocks change a synapse.
//!
//! They are *surveyed* first (how long is each row in each block, how large are the sums of weights onto each neuron), then
//! every table has its size, then they are drawn again into their places. Knows plain numbers: no units, models or files.
//!
//! What is counted here becomes words of 32 bits: no cast and no sum may wrap in silence.
#![cfg_attr(not(test), warn(clippy::arithmetic_side_effects, clippy::cast_possible_truncation, clippy::cast_sign_loss))]

mod blocks;
mod build;
mod bundles;
pub(crate) mod cache;
mod counter;
mod degrees;
mod deliver;
mod drawing;
mod failure;
mod fill;
mod format;
mod incoming;
mod items;
mod neighbours;
mod normal;
mod own;
mod partners;
mod procedural;
mod progress;
mod projection;
mod quantiles;
mod released;
mod request;
mod scale;
mod space;
mod survey;
mod table;
#[cfg(test)]
pub(crate) mod tests;
mod tile;
mod weigh;
mod wiring;
mod words;

pub(crate) use build::build;
pub(crate) use deliver::{Scratch, Spikes};
pub(crate) use failure::Failure;
pub use format::{EntrySize, Format, Sign};
pub(crate) use incoming::SLICE;
pub use incoming::{Entries, Incoming};
pub(crate) use items::{ScalesOfItems, WeightsOfItems, weigh_items};
pub(crate) use own::Joined;
pub(crate) use procedural::Procedural;
pub use progress::Progress;
pub(crate) use projection::{Connection, OfProjection};
pub(crate) use quantiles::extremes;
pub(crate) use released::amplitude;
pub(crate) use request::{Built, Request};
pub use scale::Scale;
pub(crate) use space::{Point, Space};
pub use table::{Block, Part, Strip, Synapse, Table};
pub(crate) use tile::Tile;
pub(crate) use wiring::{Pairs, Values, Wiring};

/// \[steps\] The longest delay.
pub(crate) const LONGEST_DELAY: u32 = u32::MAX >> 2;

/// \[steps\] The longest delay that may be drawn: its law is a table of all delays.
pub(crate) const LONGEST_DRAWN: u32 = 1 << 22;
