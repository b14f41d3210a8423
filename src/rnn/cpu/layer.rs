//! One cell: its matrices and its state, by blocks of units.

use super::matrix::{Matrix, blocks_of_panel};
use crate::number::{F32s, Lanes};
use crate::rnn::phase::phases;
use crate::rnn::{Cell, State};
use crate::{Result, memory};

/// Multiplications of a step that feed one thread: some microseconds, against less than one for meeting the others.
const STEP: usize = 1 << 17;
/// Multiplications of a run that feed one thread: some hundred microseconds, against some ten for starting it.
const RUN: usize = 1 << 22;

/// A cell with its state.
pub(super) struct Layer {
    pub cell: Cell,
    pub matrices: Vec<Matrix>,
    /// The cell's vector, by blocks of units; 0 for cells without.
    pub vector: Vec<F32s>,
    /// Blocks of units that stay together.
    pub quantum: usize,
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
}
