//! Saturated gates, tiny inputs and large ones, in relative error: cells whose sums have terms of one sign each.
//!
//! Then no sum is a difference of near numbers, and every element of h and c must be right to its own size, however small
//! it is. Where signs are mixed no arithmetic in f32 can give that: see `sums.rs`.

use super::{Run, options};
use crate::cells::difference;
use crate::cells::random::{Random, cell, doubles, single};
use crate::device::gpu;
use crate::tolerances::{CELL, SMALLEST};
use neuropil::gpu::Gpu;
use neuropil::rnn::{Activation, Cell, CellKind, State};

const N_IN: usize = 5;
/// One for each way in which up to four gates can be open or shut, and one more.
const N_OUT: usize = 17;
const BATCH: usize = 2;

/// The sign of what a unit's gate is computed from, gates counted through all matrices: of all combinations, one for each
/// unit.
fn sign(gate: usize, unit: usize) -> f64 {
    if unit >> gate & 1 == 0 { 1.0 } else { -1.0 }
}

/// Which of a kind's gates is φ of a sum: what the new state comes from.
fn candidate(kind: CellKind) -> usize {
    let gates = kind.definition().linears.iter().flat_map(|linear| linear.gates);
    gates.into_iter().position(|gate| matches!(*gate, "h" | "g" | "u")).expect("every cell has one")
}

/// A number between ½ and 1.
fn positive(random: &mut Random) -> f64 {
    0.75 + 0.25 * random.number()
}

/// A cell whose sums have terms of one sign each. Inputs of about `x` add up to `from_x` or less in each gate, states of up
/// to `h`, which have the signs of their candidates, to `from_h` or less; biases are up to `bias`, those of candidates 0.
fn one_sided(kind: CellKind, activation: Activation, [x, from_x, h, from_h, bias]: [f64; 5]) -> Cell {
    let mut random = Random(23);
    // Of the same shapes.
    let mut weights = cell(kind, N_IN, N_OUT, activation, 0).weights().clone();
    let definition = kind.definition();
    // The gates of all matrices are counted together, so that no two share their signs.
    let mut gate = 0;
    for (linear, affine) in definition.linears.iter().zip(&mut weights.linears) {
        let columns = linear.gates.len() * N_OUT;
        for (at, weight) in affine.weight.iter_mut().enumerate() {
            let (row, column) = (at / columns, at % columns);
            let size = match row.checked_sub(N_IN) {
                None => from_x / x / N_IN as f64,
                Some(from) => sign(candidate(kind), from) * from_h / h / N_OUT as f64,
            };
            *weight = single(sign(gate + column / N_OUT, column % N_OUT) * size * positive(&mut random));
        }
        for (at, number) in affine.bias.iter_mut().enumerate() {
            let size = if gate + at / N_OUT == candidate(kind) { 0.0 } else { bias };
            *number = single(sign(gate + at / N_OUT, at % N_OUT) * size * positive(&mut random));
        }
        gate += linear.gates.len();
    }
    for (unit, number) in weights.vector.iter_mut().enumerate() {
        *number = match kind {
            // It is added to f and taken from r: of one sign with both, or it must be 0.
            CellKind::UrLstm if sign(0, unit) == sign(1, unit) => 0.0,
            CellKind::UrLstm => single(sign(0, unit) * bias * positive(&mut random)),
            // It is added to the state's part of the candidate.
            _ => single(sign(candidate(kind), unit) * h),
        };
    }
    Cell::new(kind, N_IN, N_OUT, activation, weights).expect("its shapes are the same")
}

/// One step of such a cell, from a state of up to `h` with the signs of what is added to it.
fn step(cell: Cell, x: f64, h: f64) -> Run {
    let mut random = Random(29);
    let mut state = |there: bool| -> Vec<f64> {
        let signs = (0..BATCH * N_OUT).map(|at| sign(candidate(cell.kind()), at % N_OUT)).filter(|_| there);
        signs.map(|sign| single(sign * h * positive(&mut random))).collect()
    };
    let state = State { h: state(true), c: state(cell.definition().has_c) };
    let x = (0..BATCH * N_IN).map(|_| single(x * positive(&mut random))).collect();
    Run { cell, batch: BATCH, state, x }
}

/// The largest relative error of the device over all kinds, each asserted.
fn check(gpu: &Gpu, what: &str, sizes: [f64; 5]) {
    for (kind, activation) in
        CellKind::ALL.into_iter().flat_map(|kind| [(kind, Activation::Tanh), (kind, Activation::Silu)])
    {
        let run = step(one_sided(kind, activation, sizes), sizes[0], sizes[2]);
        let off = run.error(gpu, SMALLEST);
        let (h, _) = run.on_reference(&run.cell);
        let (least, most) =
            h.iter().fold((f64::INFINITY, 0.0), |(least, most): (f64, f64), h| (least.min(h.abs()), most.max(h.abs())));
        println!("{what}, {kind}, {activation}: off by {off:.1e}; |h| from {least:.1e} to {most:.1e}");
        assert!(off < CELL, "{what}, {kind}, {activation}: off by {off:e}");
    }
}

#[test]
#[cfg_attr(without_device, ignore = "there is no device")]
fn gates_that_inputs_of_a_thousand_saturate() {
    let gpu = gpu();
    check(&gpu, "x of 1e3", [1e3, 25.0, 0.5, 1.0, 0.5]);
}

#[test]
#[cfg_attr(without_device, ignore = "there is no device")]
fn gates_that_biases_saturate_over_inputs_of_a_millionth() {
    let gpu = gpu();
    check(&gpu, "x of 1e-6", [1e-6, 1e-6, 1e-6, 1e-6, 25.0]);
}

#[test]
#[cfg_attr(without_device, ignore = "there is no device")]
fn inputs_of_a_millionth_into_open_gates() {
    let gpu = gpu();
    check(&gpu, "x of 1e-6, gates half open", [1e-6, 1e-6, 1e-6, 1e-6, 0.0]);
}

#[test]
#[cfg_attr(without_device, ignore = "there is no device")]
fn an_error_of_the_smallest_element_is_noticed() {
    let gpu = gpu();
    for sizes in [[1e3, 25.0, 0.5, 1.0, 0.5], [1e-6, 1e-6, 1e-6, 1e-6, 25.0]] {
        for kind in CellKind::ALL {
            let run = step(one_sided(kind, Activation::Silu, sizes), sizes[0], sizes[2]);
            let found = doubles(&run.on_device(&gpu, &options(|_| ())).h);
            let (mut expected, _) = run.on_reference(&run.cell);
            let least = expected.iter_mut().min_by(|a, b| a.abs().total_cmp(&b.abs())).expect("there are units");
            *least *= 1.0 + 3.0 * CELL;
            assert!(difference(&found, &expected, SMALLEST) > CELL, "{kind}");
        }
    }
}
