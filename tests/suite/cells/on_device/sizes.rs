//! Sizes that are multiples of nothing that a kernel might like, against the reference.

use super::{Run, options};
use crate::cells::difference;
use crate::cells::random::{cell, doubles};
use crate::device::gpu;
use crate::tolerances::{CELL, CELL_FLOOR};
use neuropil::rnn::{Activation, Cell, CellKind, Weights};

const SIZES: [usize; 7] = [1, 3, 4, 5, 31, 33, 130];
const BATCHES: [usize; 5] = [1, 2, 3, 8, 17];
const STEPS: [usize; 3] = [1, 2, 7];

/// Each size twice as n_in and twice as n_out, each kind twice or thrice, each batch with several of them.
fn runs() -> impl Iterator<Item = Run> {
    (0..14).map(|i| {
        let (n_in, n_out) = (SIZES[i % 7], SIZES[(3 * i + 1 + i / 7) % 7]);
        let cell = cell(CellKind::ALL[i % 6], n_in, n_out, Activation::Tanh, 7 + i as u64);
        Run::new(cell, BATCHES[i % 5], STEPS[i % 3], 70 + i as u64)
    })
}

#[test]
#[cfg_attr(without_device, ignore = "there is no device")]
fn odd_sizes_follow_the_reference() {
    let gpu = gpu();
    for run in runs() {
        let (cell, batch) = (&run.cell, run.batch);
        let steps = run.x.len() / batch / cell.n_in();
        let name = format!("{} of {} and {}, {batch} × {steps}", cell.kind(), cell.n_in(), cell.n_out());
        let off = run.error(&gpu, CELL_FLOOR);
        println!("{name}: off by {off:.1e}");
        assert!(off < CELL, "{name}: off by {off:e}");
    }
}

/// The cell with one number of its last matrix off by 1/1000: that of the last row and the last column.
fn spoilt(cell: &Cell) -> Cell {
    let mut weights: Weights = cell.weights().clone();
    let linear = weights.linears.last_mut().expect("there is a matrix");
    *linear.weight.last_mut().expect("it is not empty") += 1e-3;
    Cell::new(cell.kind(), cell.n_in(), cell.n_out(), cell.activation(), weights).expect("its shapes are the same")
}

#[test]
#[cfg_attr(without_device, ignore = "there is no device")]
fn a_thousandth_in_the_last_weight_is_noticed() {
    let gpu = gpu();
    for run in runs() {
        let (expected, _) = run.on_reference(&spoilt(&run.cell));
        let found = doubles(&run.on_device(&gpu, &options(|_| ())).h);
        let off = difference(&found, &expected, CELL_FLOOR);
        assert!(off > 2.0 * CELL, "{} of {}: off by {off:e} only", run.cell.kind(), run.cell.n_out());
    }
}
