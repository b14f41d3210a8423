//! Some steps of a cell, by threads that share its units.

use super::exchange::Exchange;
use super::layer::Layer;
use super::worker::{Scratch, Shared, Worker};
use crate::number::{Arch, F32s, Lanes};
use crate::team::{Barrier, together};
use std::ops::Range;

/// What goes into steps, and what they leave.
pub(super) struct Steps<'a> {
    /// `[steps, batch, n_in]`
    pub x: &'a [f32],
    /// `[steps, batch, n_out]`
    pub h: &'a mut [f32],
    /// The same, if every c is wanted and there is one.
    pub c: Option<&'a mut [f32]>,
}

impl Layer {
    /// Computes steps of input `[steps, batch, n_in]`, from the state, which is then the last. Leaves h `[steps, batch,
    /// n_out]`, and c of all steps where there is room for it.
    ///
    /// `threads` share the work, as many of them as have units and scratch; or one where they cannot be started.
    pub fn run(&mut self, threads: usize, scratch: &mut [Scratch], batch: usize, steps: Steps<'_>) {
        let threads = threads.clamp(1, self.vector.len() / self.quantum).min(scratch.len());
        let mut last_c = vec![0.0; self.c.len()];
        let Steps { x, h, c } = steps;
        let every_c = c.is_some();
        let c = c.unwrap_or(&mut last_c);
        if !self.shared(&mut scratch[..threads], batch, x, h, c) {
            self.shared(&mut scratch[..1], batch, x, h, c);
        }
        let units = batch * self.cell.n_out();
        self.h.copy_from_slice(&h[h.len() - units..]);
        if every_c {
            self.c.copy_from_slice(&c[c.len() - units..]);
        } else {
            self.c = last_c;
        }
    }

    /// With a thread for each scratch; false where one cannot be started: then nothing was done.
    fn shared(&self, scratch: &mut [Scratch], batch: usize, x: &[f32], h: &mut [f32], c: &mut [f32]) -> bool {
        let threads = scratch.len();
        let quanta = self.vector.len() / self.quantum;
        let share =
            |thread: usize| quanta * thread / threads * self.quantum..quanta * (thread + 1) / threads * self.quantum;
        let shares: Vec<Range<usize>> = (0..threads).map(share).collect();
        let barrier = Barrier::new(threads as u32);
        let exchanges = [Exchange::new(&barrier, &shares), Exchange::new(&barrier, &shares)];
        let shared = Shared { layer: self, arch: Arch::new(), exchanges: &exchanges, x, batch };
        let n_out = self.cell.n_out();
        let (h, c) = (columns(h, n_out, &shares), columns(c, n_out, &shares));
        let parts = shares.iter().zip(scratch).enumerate().zip(h.into_iter().zip(c));
        let worker = |((thread, (share, scratch)), (h, c)): ((_, (&Range<usize>, _)), _)| {
            let blocks = share.clone();
            Worker { shared, thread, blocks, scratch, h, c }
        };
        together(&mut parts.map(worker).collect::<Vec<_>>(), |worker| {
            // Where a thread has panicked, so will this one when it is joined.
            let _ = worker.run();
        })
        .is_ok()
    }
}

/// The columns of rows of `n_out` numbers that belong to each share, row by row.
fn columns<'a>(rows: &'a mut [f32], n_out: usize, shares: &[Range<usize>]) -> Vec<Vec<&'a mut [f32]>> {
    let count = rows.len() / n_out;
    let mut all: Vec<Vec<&mut [f32]>> = shares.iter().map(|_| Vec::with_capacity(count)).collect();
    for mut row in rows.chunks_exact_mut(n_out) {
        for (own, share) in all.iter_mut().zip(shares) {
            let (columns, rest) = row.split_at_mut((share.len() * F32s::WIDTH).min(row.len()));
            own.push(columns);
            row = rest;
        }
    }
    all
}
