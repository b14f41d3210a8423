//! Stacks of recurrent cells on the CPU in f64: the oracle of the device and of the CPU engine. It knows how they do it as little as
//! they know this.
//!
//! Every sum is taken in one order, so neither the number of threads nor the size of the batch changes a result.

use super::cell::{check_stack, count_steps};
use super::definition::Twin;
use super::equations::Unit;
use super::{Affine, Cell, State};
use crate::Result;
use rayon::prelude::*;

/// Columns of a matrix that one thread multiplies at least: fewer cost more to hand out than to do.
const COLUMNS: usize = 256;

/// A stack of cells with its state, for a batch.
#[derive(Debug, Clone)]
pub struct Reference {
    cells: Vec<Cell>,
    batch: usize,
    state: Vec<State>,
}

/// What the last layer of a stack gave.
#[derive(Debug, Clone, PartialEq)]
pub struct Sequence {
    /// `[T, batch, n_out]`
    pub h: Vec<f64>,
    /// `[T, batch, n_out]`; empty for cells without a cell state.
    pub c: Vec<f64>,
}

impl Reference {
    /// Cells, each fed by the one before, for `batch` items; all state is 0.
    ///
    /// # Errors
    /// [`Error::Request`](crate::Error::Request) if there is no cell, the batch is 0 or too large, or a cell has another number of inputs than the
    /// one before has units.
    pub fn new(cells: &[Cell], batch: usize) -> Result<Self> {
        check_stack(cells, batch)?;
        let state = cells.iter().map(|cell| State::zeros(cell, batch)).collect();
        Ok(Self { cells: cells.to_vec(), batch, state })
    }

    /// The cells, from the input on; at least one.
    pub fn cells(&self) -> &[Cell] {
        &self.cells
    }

    /// Sequences that run side by side.
    pub fn batch(&self) -> usize {
        self.batch
    }

    /// The state of each layer.
    pub fn state(&self) -> &[State] {
        &self.state
    }

    /// Sets the state of all layers.
    ///
    /// # Errors
    /// [`Error::Request`](crate::Error::Request) if there is not one for each layer, or one has another shape than its cell and the batch ask for,
    /// or a number that is not finite in f32. Nothing is changed then.
    pub fn set_state(&mut self, state: Vec<State>) -> Result<()> {
        State::check_all(&state, &self.cells.iter().collect::<Vec<_>>(), self.batch)?;
        self.state = state;
        Ok(())
    }

    /// Runs over a sequence `[T, batch, n_in]`, from the state as it is, and leaves the state after it.
    ///
    /// # Errors
    /// [`Error::Request`](crate::Error::Request) if x is no whole number of steps.
    pub fn run(&mut self, x: &[f64]) -> Result<Sequence> {
        let (batch, n_in) = (self.batch, self.cells[0].n_in());
        count_steps("x of the cells", x.len(), batch, n_in)?;
        // Items of a batch know nothing of each other: each runs through all layers and all steps by itself.
        let items: Vec<(Vec<Layer<'_>>, Sequence)> = (0..batch)
            .into_par_iter()
            .map(|item| {
                let mut layers: Vec<Layer<'_>> = self.layers(item).collect();
                let mut sequence = Sequence { h: Vec::new(), c: Vec::new() };
                for x in x.chunks_exact(n_in).skip(item).step_by(batch) {
                    let mut input = x;
                    for layer in &mut layers {
                        layer.step(input);
                        input = &layer.state.h;
                    }
                    sequence.h.extend_from_slice(input);
                    sequence.c.extend_from_slice(layers.last().map_or(&[], |layer| &layer.state.c));
                }
                (layers, sequence)
            })
            .collect();
        let of_all = |part: fn(&State) -> &[f64], layer: usize| -> Vec<f64> {
            items.iter().flat_map(|(layers, _)| part(&layers[layer].state)).copied().collect()
        };
        let state = (0..self.cells.len()).map(|i| State { h: of_all(|s| &s.h, i), c: of_all(|s| &s.c, i) }).collect();
        let n_out = self.cells[self.cells.len() - 1].n_out();
        let by_step = |part: fn(&Sequence) -> &[f64]| -> Vec<f64> {
            let steps = items.first().map_or(0, |(_, sequence)| part(sequence).len() / n_out);
            let rows = (0..steps).flat_map(|step| items.iter().map(move |(_, sequence)| (step, sequence)));
            rows.flat_map(|(step, sequence)| &part(sequence)[step * n_out..][..n_out]).copied().collect()
        };
        let sequence = Sequence { h: by_step(|s| &s.h), c: by_step(|s| &s.c) };
        self.state = state;
        Ok(sequence)
    }

    /// The layers as one item of the batch has them.
    fn layers(&self, item: usize) -> impl Iterator<Item = Layer<'_>> {
        self.cells.iter().zip(&self.state).map(move |(cell, state)| {
            let own = |values: &[f64]| values.chunks_exact(cell.n_out()).nth(item).unwrap_or(&[]).to_vec();
            Layer { cell, state: State { h: own(&state.h), c: own(&state.c) } }
        })
    }
}

/// One layer of one item of the batch.
struct Layer<'a> {
    cell: &'a Cell,
    state: State,
}

impl Layer<'_> {
    fn step(&mut self, x: &[f64]) {
        let (cell, phi, n_out) = (self.cell, self.cell.activation(), self.cell.n_out());
        let (State { h, c }, weights) = (&self.state, cell.weights());
        let number = |values: &[f64], i: usize| values.get(i).copied().unwrap_or(0.0);
        let unit = |i: usize| Unit { h: h[i], c: number(c, i), bias: number(&weights.vector, i) };
        let (h, c) = match cell.definition().equations.twin {
            Twin::One(step) => {
                let all = Products::new(&weights.linears, x, h);
                (0..n_out).map(|i| step(phi, all.x(i), all.h(i), unit(i))).unzip()
            }
            Twin::Two(gate, step) => {
                let first = Products::new(&weights.linears[..1], x, h);
                let gated = (0..n_out).map(|i| gate(first.x(i), first.h(i), unit(i)));
                let (operand, kept): (Vec<f64>, Vec<f64>) = gated.unzip();
                let second = Products::new(&weights.linears[1..], x, &operand);
                let h = (0..n_out).map(|i| step(phi, second.x(i), second.h(i), kept[i], unit(i)));
                (h.collect(), Vec::new())
            }
        };
        self.state = State { h, c: if cell.definition().has_c { c } else { Vec::new() } };
    }
}

/// What matrices add up from the input, with the bias, and from the recurrent operand: `[n_out, gates]`.
struct Products {
    x: Vec<f64>,
    h: Vec<f64>,
    gates: usize,
}

impl Products {
    fn new(affines: &[Affine], x: &[f64], h: &[f64]) -> Self {
        let (mut of_x, mut of_h) = (Vec::new(), Vec::new());
        for Affine { weight, bias } in affines {
            let columns = weight.len() / (x.len() + h.len());
            let (weight_x, weight_h) = weight.split_at(x.len() * columns);
            let bias = if bias.is_empty() { vec![0.0; columns] } else { bias.clone() };
            of_x.extend(product(x, weight_x, bias));
            of_h.extend(product(h, weight_h, vec![0.0; columns]));
        }
        let n_out = h.len();
        let by_unit = |columns: Vec<f64>| -> Vec<f64> {
            (0..n_out).flat_map(|unit| columns.iter().skip(unit).step_by(n_out)).copied().collect()
        };
        Self { gates: of_x.len() / n_out, x: by_unit(of_x), h: by_unit(of_h) }
    }

    fn x(&self, unit: usize) -> &[f64] {
        &self.x[unit * self.gates..][..self.gates]
    }

    fn h(&self, unit: usize) -> &[f64] {
        &self.h[unit * self.gates..][..self.gates]
    }
}

/// `sum` + v·M for a row-major matrix M, with as many columns as `sum` has numbers.
fn product(v: &[f64], matrix: &[f64], mut sum: Vec<f64>) -> Vec<f64> {
    let width = sum.len();
    sum.par_chunks_mut(COLUMNS).enumerate().for_each(|(chunk, sum)| {
        for (v, row) in v.iter().zip(matrix.chunks_exact(width)) {
            sum.iter_mut().zip(&row[chunk * COLUMNS..]).for_each(|(sum, m)| *sum += v * m);
        }
    });
    sum
}

#[cfg(test)]
mod tests;
