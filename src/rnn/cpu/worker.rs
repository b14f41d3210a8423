//! What one thread does of a layer's steps: the same units in all of them, so that their weights and state stay in its cache.

use super::exchange::Exchange;
use super::layer::Layer;
use super::rows::Rows;
use crate::number::{Arch, F32s, Lanes, Number};
use crate::rnn::sweep::Panel;
use crate::team::Broken;
use std::ops::Range;

/// What a thread needs beside its state, kept from run to run.
#[derive(Default)]
pub(super) struct Scratch {
    /// The input's part of all steps, for each product: `[panels, steps, batch, width]`.
    inputs: [Vec<F32s>; 2],
    /// The recurrent part of one panel.
    sums: Vec<F32s>,
    /// h of all units, and what takes its place in a second product.
    operands: [Rows; 2],
    /// `[blocks, batch]`
    h: Vec<F32s>,
    c: Vec<F32s>,
    operand: Vec<F32s>,
}

/// What all threads see.
#[derive(Clone, Copy)]
pub(super) struct Shared<'a> {
    pub layer: &'a Layer,
    pub arch: Arch,
    pub exchanges: &'a [Exchange<'a>; 2],
    /// `[steps, batch, n_in]`
    pub x: &'a [f32],
    pub batch: usize,
}

/// A thread's work.
pub(super) struct Worker<'a> {
    pub shared: Shared<'a>,
    /// Its number.
    pub thread: usize,
    /// Its blocks of units.
    pub blocks: Range<usize>,
    pub scratch: &'a mut Scratch,
    /// Its columns of h, for each step and batch item.
    pub h: Vec<&'a mut [f32]>,
    /// Its columns of c: the same, or for each batch item only, or none.
    pub c: Vec<&'a mut [f32]>,
}

impl Worker<'_> {
    pub fn run(&mut self) -> Result<(), Broken> {
        let _guard = self.shared.exchanges[0].guard();
        self.begin();
        let Shared { layer, exchanges, batch, .. } = self.shared;
        let [of_h, of_operand] = exchanges;
        let steps = self.h.len() / batch;
        for step in 0..steps {
            self.product(0, step);
            if layer.matrices.len() == 2 {
                let Scratch { operand, operands: [_, all], .. } = &mut *self.scratch;
                of_operand.swap(self.thread, step, operand, all)?;
                self.product(1, step);
            }
            leave(&self.scratch.h, batch, &mut self.h[step * batch..]);
            let every_c = self.c.len() > batch;
            if every_c || step + 1 == steps {
                leave(&self.scratch.c, batch, &mut self.c[if every_c { step * batch } else { 0 }..]);
            }
            if step + 1 < steps {
                let Scratch { h, operands: [all, _], .. } = &mut *self.scratch;
                of_h.swap(self.thread, step, h, all)?;
            }
        }
        Ok(())
    }

    /// Takes the state before the first step, and computes the input's part of all.
    fn begin(&mut self) {
        let Shared { layer, arch, x, batch, .. } = self.shared;
        let n_out = layer.cell.n_out();
        let scratch = &mut *self.scratch;
        for operand in &mut scratch.operands {
            operand.shape(batch, layer.vector.len());
        }
        for (row, h) in layer.h.chunks_exact(n_out).enumerate() {
            scratch.operands[0].row_mut(row)[..n_out].copy_from_slice(h);
        }
        let zero = F32s::of(0.0);
        let states = [(&mut scratch.h, &layer.h[..]), (&mut scratch.c, &layer.c[..]), (&mut scratch.operand, &[][..])];
        for (own, all) in states {
            let number = |row: usize, unit: usize| {
                if unit < n_out { all.get(row * n_out + unit).copied().unwrap_or(0.0).into() } else { 0.0 }
            };
            let places = self.blocks.clone().flat_map(|block| (0..batch).map(move |row| (block, row)));
            own.clear();
            own.extend(places.map(|(block, row)| F32s::from_lanes(|lane| number(row, block * F32s::WIDTH + lane))));
        }
        let rows = self.h.len();
        for (matrix, sums) in layer.matrices.iter().zip(&mut scratch.inputs) {
            let panels = self.blocks.start / matrix.blocks..self.blocks.end / matrix.blocks;
            sums.resize(panels.len() * rows * matrix.width, zero);
            matrix.input(arch, panels, x, sums);
        }
    }

    /// A product with the recurrent operand, and what comes behind it.
    fn product(&mut self, index: usize, step: usize) {
        let Shared { layer, arch, batch, .. } = self.shared;
        let matrix = &layer.matrices[index];
        let Some(sweep) = layer.cell.definition().equations.sweeps[index] else { return };
        let Scratch { inputs, sums, operands, h, c, operand } = &mut *self.scratch;
        sums.resize(batch * matrix.width, F32s::of(0.0));
        let inputs = inputs[index].chunks_exact(self.h.len() * matrix.width);
        let in_panel = matrix.blocks * batch;
        let state =
            h.chunks_exact_mut(in_panel).zip(c.chunks_exact_mut(in_panel)).zip(operand.chunks_exact_mut(in_panel));
        let vectors = layer.vector[self.blocks.clone()].chunks_exact(matrix.blocks);
        let panels = self.blocks.start / matrix.blocks..;
        for (((panel, ((h, c), operand)), vector), x) in panels.zip(state).zip(vectors).zip(inputs) {
            matrix.recurrent(arch, panel, operands[index].operand(), sums);
            let x = &x[step * sums.len()..][..sums.len()];
            let phi = layer.cell.activation();
            sweep(arch, Panel { phi, rows: batch, x, sums, vector, h, c, operand });
        }
    }
}

/// Writes the state of units `[blocks, rows]` into columns of rows.
fn leave(state: &[F32s], batch: usize, rows: &mut [&mut [f32]]) {
    for (block, of_rows) in state.chunks_exact(batch).enumerate() {
        for (numbers, row) in of_rows.iter().zip(&mut *rows) {
            let Some(place) = row.get_mut(block * F32s::WIDTH..) else { continue };
            match place.first_chunk_mut::<{ F32s::WIDTH }>() {
                Some(all) => *all = *numbers.numbers(),
                None => place.copy_from_slice(&numbers.numbers()[..place.len()]),
            }
        }
    }
}
