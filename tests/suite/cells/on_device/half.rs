//! Weights in f16: sums of weights that are rounded to it, and no other loss.

use super::{Run, options};
use crate::cells::difference;
use crate::cells::random::{cell, doubles};
use crate::device::gpu;
use crate::tolerances::{CELL, CELL_FLOOR, CELL_HALF};
use half::f16;
use neuropil::rnn::{Activation, Cell, CellKind, DeviceRnn};

/// The cell with its matrices rounded to f16.
fn rounded(cell: &Cell) -> Cell {
    let mut weights = cell.weights().clone();
    let numbers = weights.linears.iter_mut().flat_map(|linear| &mut linear.weight);
    numbers.for_each(|number| *number = f64::from(f16::from_f64(*number)));
    Cell::new(cell.kind(), cell.n_in(), cell.n_out(), cell.activation(), weights).expect("its shapes are the same")
}

#[test]
#[cfg_attr(without_device, ignore = "there is no device")]
fn weights_in_f16_are_rounded_and_nothing_else_is() {
    let gpu = gpu();
    if !gpu.limits().shader_f16 {
        println!("skipped: {} has no 16-bit floats", gpu.info().name);
        return;
    }
    for (seed, kind) in (0..).zip(CellKind::ALL) {
        let run = Run::new(cell(kind, 9, 7, Activation::Tanh, seed), 3, 4, seed);
        let found = run.on_device(&gpu, &options(|options| (options.f16, options.every_c) = (true, true)));
        let error = |cell: &Cell| {
            let (h, c) = run.on_reference(cell);
            let errors = [(&found.h, h), (&found.c, c)];
            errors
                .map(|(found, expected)| difference(&doubles(found), &expected, CELL_FLOOR))
                .into_iter()
                .fold(0.0, f64::max)
        };
        let (off, without) = (error(&rounded(&run.cell)), error(&run.cell));
        println!("{kind}: off by {off:.1e}, from weights that are not rounded by {without:.1e}");
        assert!(found.h.iter().chain(&found.c).all(|number| number.is_finite()), "{kind}");
        assert!(off < CELL, "{kind}: off by {off:e}");
        assert!(CELL_HALF.0 < without && without < CELL_HALF.1, "{kind}: off by {without:e}");
    }
}

#[test]
#[cfg_attr(without_device, ignore = "there is no device")]
fn a_weight_beyond_f16_is_refused() {
    let gpu = gpu();
    let sound = cell(CellKind::Vanilla, 2, 3, Activation::Tanh, 1);
    let mut weights = sound.weights().clone();
    weights.linears[0].weight[4] = -1e5;
    let cell = Cell::new(CellKind::Vanilla, 2, 3, Activation::Tanh, weights).expect("f32 holds it");
    let built = DeviceRnn::new(&gpu, &[cell], 1, &options(|options| options.f16 = true));
    let found = built.err().expect("f16 does not hold it").to_string();
    let expected = if gpu.limits().shader_f16 {
        "input weights 1 of the vanilla cell: a weight is beyond the range of f16; legal: -65504 to 65504".to_owned()
    } else {
        refusal(&gpu.info().name)
    };
    assert_eq!(found, expected);
}

/// What an adapter without 16-bit floats answers.
fn refusal(adapter: &str) -> String {
    let legal = "weights in f32, or an adapter whose `shader_f16` is true";
    format!("weights in f16: {adapter} has no 16-bit floats; legal: {legal}")
}

#[test]
#[cfg_attr(without_device, ignore = "there is no device")]
fn adapters_without_f16_refuse_it() {
    let gpu = gpu();
    let cell = cell(CellKind::Gru, 2, 3, Activation::Tanh, 1);
    let built = DeviceRnn::new(&gpu, &[cell], 1, &options(|options| options.f16 = true));
    let found = built.err().map(|error| error.to_string());
    assert_eq!(found, (!gpu.limits().shader_f16).then(|| refusal(&gpu.info().name)));
}
