//! What threads tell each other: each has some units, and needs h of all for its next product.

use super::rows::Rows;
use crate::number::{F32s, Lanes};
use crate::team::{Barrier, Broken, Guard};
use std::ops::Range;
use std::sync::{PoisonError, RwLock};

/// The parts of one operand, one for each thread. There are two of each, used in turn: who has gone on to the next step
/// leaves alone what others still read.
pub(super) struct Exchange<'b> {
    barrier: &'b Barrier,
    parts: Vec<[Part; 2]>,
}

struct Part {
    /// First of its blocks of units.
    first: usize,
    /// `[blocks, rows]`
    numbers: RwLock<Vec<F32s>>,
}

impl<'b> Exchange<'b> {
    /// For threads that have these blocks of units.
    pub fn new(barrier: &'b Barrier, shares: &[Range<usize>]) -> Self {
        let part = |share: &Range<usize>| Part { first: share.start, numbers: RwLock::default() };
        Self { barrier, parts: shares.iter().map(|share| [part(share), part(share)]).collect() }
    }

    /// Leaves a thread's part for the others, and takes all of them as rows of units.
    pub fn swap(&self, thread: usize, turn: usize, own: &[F32s], all: &mut Rows) -> Result<(), Broken> {
        let part = |thread: usize| &self.parts[thread][turn % 2];
        {
            let mut numbers = part(thread).numbers.write().unwrap_or_else(PoisonError::into_inner);
            numbers.clear();
            numbers.extend_from_slice(own);
        }
        self.barrier.wait()?;
        for thread in 0..self.parts.len() {
            let part = part(thread);
            let numbers = part.numbers.read().unwrap_or_else(PoisonError::into_inner);
            for (block, of_rows) in (part.first..).zip(numbers.chunks_exact(all.count())) {
                for (row, numbers) in of_rows.iter().enumerate() {
                    all.row_mut(row)[block * F32s::WIDTH..][..F32s::WIDTH].copy_from_slice(numbers.numbers());
                }
            }
        }
        Ok(())
    }

    /// Lets nobody wait for a thread that panics while this lives.
    pub fn guard(&self) -> Guard<'b> {
        self.barrier.guard()
    }
}
