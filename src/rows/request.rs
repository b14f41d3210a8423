//! What is asked of building, and what comes of it.

use super::{Progress, Scale, Table, Wiring};
use std::sync::Arc;

/// What is to be built.
#[derive(Clone)]
pub struct Request<'a> {
    /// The projections, in the network's order.
    pub wirings: Vec<Arc<Wiring>>,
    /// Neurons of each population.
    pub sizes: &'a [u32],
    /// For each population and port the inlet of its first neuron.
    pub first_inlets: &'a [Vec<u32>],
    /// Inlets of a block at most, as a power of two; chosen if `None`.
    pub block_bits: Option<u32>,
    /// Threads that each own blocks, where the CPU delivers: it has enough of them for all. None for a device.
    pub threads: Option<usize>,
    /// \[bytes\] what one binding of a device may hold of the entries.
    pub binding: u64,
    /// Told how far it has come.
    pub progress: &'a Progress,
}

/// Rows, and what is known of their weights.
#[derive(Debug, Default)]
pub struct Built {
    /// The rows.
    pub table: Table,
    /// For each population and port how weights are counted.
    pub scales: Vec<Vec<Scale>>,
    /// For each population and port the synapses that end there.
    pub synapses: Vec<Vec<u64>>,
    /// For each projection what was found of it.
    pub projections: Vec<Summary>,
}

/// What was found of a projection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Summary {
    /// Synapses.
    pub synapses: u64,
    /// Synapses whose |count| is below 2⁹: counting may move them by more than 2⁻¹⁰ of themselves.
    pub weak: u64,
    /// The smallest |count| but 0; 0 where there is none.
    pub smallest: u32,
    /// How many counts are below 0, and the least, where weights are drawn.
    pub below: Option<(u64, i32)>,
    /// Weights are rounded to 10 significant bits, and to multiples of 2^this; not at all if `None`.
    pub rounding: Option<u32>,
}
