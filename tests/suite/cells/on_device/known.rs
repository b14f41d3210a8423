//! brainstate's traces and printed values, and PyTorch's modules, on the device.

use super::stack;
use crate::cells::random::{doubles, singles};
use crate::cells::{Case, golden, torch, values};
use crate::device::gpu;
use crate::tolerances::{CELL, CELL_FLOOR, CELL_PRINTED, TORCH};
use neuropil::gpu::Gpu;
use neuropil::rnn::{Cell, State};

/// How far the device is off, with another cell of the same kind and sizes perhaps.
fn error(gpu: &Gpu, case: &Case, cell: &Cell, floor: f64) -> f64 {
    let mut rnn = stack(gpu, std::slice::from_ref(cell), case.batch);
    rnn.set_state(0, &case.state).expect("the state fits");
    let found = rnn.run(&singles(&case.x)).expect("the run succeeds");
    case.difference(&doubles(&found.h), &doubles(&found.c), floor)
}

#[test]
#[cfg_attr(without_device, ignore = "there is no device")]
fn the_device_follows_brainstate() {
    let gpu = gpu();
    for case in golden::cases() {
        let off = error(&gpu, &case, &case.cell, CELL_FLOOR);
        println!("{}: off by {off:.1e}", case.name);
        assert!(off < CELL, "{}: off by {off:e}", case.name);
    }
}

#[test]
#[cfg_attr(without_device, ignore = "there is no device")]
fn a_thousandth_in_one_number_is_noticed() {
    let gpu = gpu();
    for case in golden::cases() {
        for (i, cell) in case.perturbed(1e-3).iter().enumerate() {
            let off = error(&gpu, &case, cell, CELL_FLOOR);
            assert!(off > 2.0 * CELL, "{}, number {i}: off by {off:e} only", case.name);
        }
    }
}

#[test]
#[cfg_attr(without_device, ignore = "there is no device")]
fn the_device_gives_the_printed_values() {
    let gpu = gpu();
    for case in values::cases() {
        let off = error(&gpu, &case, &case.cell, 1.0);
        println!("{}: off by {off:.1e}", case.name);
        assert!(off < CELL_PRINTED, "{}: off by {off:e}", case.name);
        for (i, cell) in case.perturbed(1e-2).iter().enumerate() {
            let off = error(&gpu, &case, cell, 1.0);
            assert!(off > CELL_PRINTED, "{}, number {i}: off by {off:e} only", case.name);
        }
    }
}

/// A stack of a [`torch::Case`] on the device.
fn layers(gpu: &Gpu, cells: &[Cell], batch: usize, x: &[f64], before: &[State]) -> (Vec<f64>, Vec<State>) {
    let mut rnn = stack(gpu, cells, batch);
    for (layer, state) in before.iter().enumerate() {
        rnn.set_state(layer, state).expect("the state fits");
    }
    let output = doubles(&rnn.run(&singles(x)).expect("the run succeeds").h);
    let after = (0..cells.len()).map(|layer| rnn.state(layer).expect("there is such a layer")).collect();
    (output, after)
}

#[test]
#[cfg_attr(without_device, ignore = "there is no device")]
fn the_device_computes_what_pytorch_does() {
    let gpu = gpu();
    for case in torch::cases() {
        let off = torch::error(&case, |cells, batch, x, before| layers(&gpu, cells, batch, x, before));
        println!("{}: off by {off:.1e}", case.name);
        assert!(off < TORCH, "{}: off by {off:e}", case.name);
    }
}
