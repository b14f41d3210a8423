//! One cell: its matrices, its state, and the threads that share its units for some steps.

use super::exchange::Exchange;
use super::matrix::{Matrix, blocks_of_panel};
use super::worker::{Scratch, Shared, Worker};
use crate::number::{Arch, F32s, Lanes};
use crate::rnn::phase::phases;
use crate::rnn::{Cell, State};
use crate::team::{Barrier, together};
use crate::{Result, memory};
use std::ops::Range;

/// Multiplications of a step that feed one thread: some microseconds, against less than one for meeting the others.
const STEP: usize = 1 << 17;
/// Multiplications of a run that feed one thread: some hundred microseconds, against some ten for starting it.
const RUN: usize = 1 << 22;

/// What goes into steps, and what they leave.
pub(super) struct Steps<'a> {
    /// `[steps, batch, n_in]`
    pub x: &'a [f32],
    /// `[steps, batch, n_out]`
    pub h: &'a mut [f32],
    /// The same, if every c is wanted and there is one.
    pub c: Option<&'a mut [f32]>,
}

/// A cell with its state.
pub(super) struct Layer {
    pub cell: Cell,
    pub matrices: Vec<Matrix>,
    /// The cell's vector, by blocks of units; 0 for cells without.
    pub vector: Vec<F32s>,
    /// Blocks of units that stay together.
    quantum: usize,
    /// `[batch, n_out]`
    pub h: Vec<f32>,
    /// The same of c; empty for cells without.
    pub c: Vec<f32>,
}

impl Layer {
    /// # Errors
    /// [`Error::HostMemory`](crate::Error::HostMemory).
    pub fn new(cell: &Cell, batch: usize) -> Result<Self> {
        let phases = phases(cell);
        let blocks = cell.n_out().div_ceil(F32s::WIDTH);
        let quantum = phases.iter().map(|phase| blocks_of_panel(phase.gates(), blocks)).max().unwrap_or(1);
        let blocks = blocks.next_multiple_of(quantum);
        let bytes = phases.iter().map(|phase| Matrix::bytes(phase, blocks)).fold(0, u64::saturating_add);
        let state = memory::bytes_of::<f32>((2 * batch * cell.n_out()) as u64);
        // A copy of the cell is kept, too.
        let numbers = cell.weights().linears.iter().map(|linear| linear.weight.len() as u64).sum();
        let bytes = bytes.saturating_add(state).saturating_add(memory::bytes_of::<f64>(numbers));
        memory::needs(bytes, &format!("weights of the {} cell", cell.kind()), "fewer units")?;
        let of_unit = |unit: usize| cell.weights().vector.get(unit).copied().unwrap_or(0.0);
        let vector = (0..blocks).map(|block| F32s::from_lanes(|lane| of_unit(block * F32s::WIDTH + lane)));
        let units = batch * cell.n_out();
        Ok(Self {
            matrices: phases.iter().map(|phase| Matrix::new(phase, blocks)).collect(),
            vector: vector.collect(),
            quantum,
            h: vec![0.0; units],
            c: vec![0.0; if cell.definition().has_c { units } else { 0 }],
            cell: cell.clone(),
        })
    }

    pub fn state(&self) -> State {
        let wide = |numbers: &[f32]| numbers.iter().copied().map(f64::from).collect();
        State { h: wide(&self.h), c: wide(&self.c) }
    }

    /// Takes a state of the right shape.
    pub fn set_state(&mut self, state: &State) {
        let rounded = |numbers: &[f64]| numbers.iter().map(|&number| number as f32).collect();
        (self.h, self.c) = (rounded(&state.h), rounded(&state.c));
    }

    /// [bytes] of sums for a step of a batch item.
    pub fn sums(&self) -> usize {
        self.matrices.iter().map(|matrix| self.vector.len() / matrix.blocks * matrix.width * size_of::<F32s>()).sum()
    }

    /// Threads that rows of input, one for each step and batch item, feed.
    pub fn fed(&self, rows: usize, batch: usize) -> usize {
        let multiplications = self.matrices.iter().map(Matrix::multiplications);
        let [input, recurrent] = multiplications.fold([0; 2], |[a, b], [input, recurrent]| [a + input, b + recurrent]);
        let of_run = rows.saturating_mul(input + recurrent) / RUN;
        (batch.saturating_mul(recurrent) / STEP).min(of_run)
    }

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
