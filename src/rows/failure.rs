//! Why rows are not built, and who is told how far building has come.

use super::Progress;
use crate::Error;
use std::sync::atomic::{AtomicU64, Ordering};

/// Why nothing was built.
#[derive(Debug)]
pub enum Failure {
    /// There are not as many values as synapses.
    Values {
        /// Index of the projection.
        wiring: usize,
        /// `weight` or `delay`.
        what: &'static str,
        /// Values that were given.
        given: usize,
        /// Synapses that there are.
        synapses: u64,
    },
    /// Weights onto a neuron add up to what no scale can count.
    Sum {
        /// Index of the target population.
        post: usize,
        /// Index of its port.
        port: usize,
        /// Index of the neuron.
        neuron: usize,
    },
    /// A place in a block, and delays, do not fit an entry together.
    Entry {
        /// Index of a projection.
        wiring: usize,
        /// Inlets of the block.
        inlets: u32,
        /// \[steps\] smallest and largest delay.
        delays: [u32; 2],
    },
    /// More synapses than places can be counted for.
    TooMany {
        /// Index of a projection.
        wiring: usize,
        /// Synapses.
        synapses: u64,
        /// How many there may be.
        most: u64,
    },
    /// A neuron has fewer in reach than it is to have partners.
    Near {
        /// Index of the projection.
        wiring: usize,
        /// Number of the neuron among those of its end.
        neuron: u32,
        /// How many there are.
        there: u32,
    },
    /// Synapses whose weights are their own would be counted in other units in another item of the batch.
    Items {
        /// Index of their projection.
        wiring: usize,
        /// The item.
        item: usize,
    },
    /// Two projections with a weight for each item share the rows of one population.
    Shared {
        /// Their indices.
        wirings: [usize; 2],
    },
    /// There is no room.
    Memory(Error),
    /// Whoever is told of the progress said that it is enough.
    Stopped,
}

impl Failure {
    /// The same of projections that have other numbers.
    pub(crate) fn numbered(mut self, number: impl Fn(usize) -> usize) -> Self {
        match &mut self {
            Self::Values { wiring, .. }
            | Self::Entry { wiring, .. }
            | Self::TooMany { wiring, .. }
            | Self::Near { wiring, .. }
            | Self::Items { wiring, .. } => *wiring = number(*wiring),
            Self::Shared { wirings } => *wirings = wirings.map(number),
            Self::Sum { .. } | Self::Memory(_) | Self::Stopped => {}
        }
        self
    }
}

/// Counts what is done.
pub(super) struct Watch<'a> {
    pub(super) progress: &'a Progress,
    pub(super) done: AtomicU64,
    pub(super) all: u64,
}

impl Watch<'_> {
    pub(super) fn done(&self, synapses: u64) -> Result<(), Failure> {
        let done = self.done.fetch_add(synapses, Ordering::Relaxed).saturating_add(synapses);
        if self.progress.tell(done.min(self.all), self.all) { Ok(()) } else { Err(Failure::Stopped) }
    }
}
