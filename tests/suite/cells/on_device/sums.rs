//! How exact the sums are where their terms cancel: against the sum of the terms' sizes, which bounds what is lost to
//! rounding; a part of the result itself cannot.

use super::{Run, options};
use crate::cells::random::{cell, doubles, single};
use crate::device::gpu;
use crate::tolerances::SUM;
use neuropil::gpu::Gpu;
use neuropil::rnn::{Activation, Cell, CellKind};

/// Runs of one step of cells whose φ keeps both signs, up to a factor, so that h shows the sum: over few terms and many,
/// inputs of about a thousand and of about a millionth.
fn runs() -> impl Iterator<Item = (String, Run)> {
    let sizes = [(2, 3), (63, 5), (70, 133), (700, 70), (2100, 9)];
    sizes.into_iter().flat_map(|(n_in, n_out)| {
        [1e3, 1e-6].map(|scale| {
            let mut run = Run::new(cell(CellKind::Vanilla, n_in, n_out, Activation::LeakyRelu, 3), 3, 1, 4);
            run.x.iter_mut().for_each(|x| *x = single(*x * scale));
            (format!("{n_in} + {n_out} terms, x of {scale:e}"), run)
        })
    })
}

/// The largest error of h, as a part of the sum of the sizes of its terms.
fn error(gpu: &Gpu, run: &Run, cell: &Cell) -> f64 {
    let found = doubles(&run.on_device(gpu, &options(|_| ())).h);
    let (expected, _) = run.on_reference(cell);
    let (n_in, n_out) = (cell.n_in(), cell.n_out());
    let linear = &cell.weights().linears[0];
    let sizes = (0..run.batch).flat_map(|item| {
        let (x, h) = (&run.x[item * n_in..][..n_in], &run.state.h[item * n_out..][..n_out]);
        (0..n_out).map(move |unit| {
            let column = linear.weight.iter().skip(unit).step_by(n_out);
            let terms = x.iter().chain(h).zip(column).map(|(x, weight)| (x * weight).abs());
            terms.sum::<f64>() + linear.bias[unit].abs()
        })
    });
    let errors = found.iter().zip(&expected).zip(sizes).map(|((found, expected), size)| {
        let factor = if *expected < 0.0 { 0.01 } else { 1.0 };
        (found - expected).abs() / (factor * size)
    });
    errors.fold(0.0, |worst, error| if error <= worst { worst } else { error })
}

#[test]
#[cfg_attr(without_device, ignore = "there is no device")]
fn sums_are_right_to_a_few_roundings() {
    let gpu = gpu();
    for (name, run) in runs() {
        let off = error(&gpu, &run, &run.cell);
        println!("{name}: off by {off:.1e}");
        assert!(off < SUM, "{name}: off by {off:e}");
    }
}

#[test]
#[cfg_attr(without_device, ignore = "there is no device")]
fn a_term_that_is_missing_is_noticed() {
    let gpu = gpu();
    for (name, run) in runs() {
        let mut weights = run.cell.weights().clone();
        let (n_in, n_out) = (run.cell.n_in(), run.cell.n_out());
        // The last input of the last unit, and the last unit's weight of itself: whichever counts.
        weights.linears[0].weight[n_in * n_out - 1] = 0.0;
        *weights.linears[0].weight.last_mut().expect("it is not empty") = 0.0;
        let without = Cell::new(CellKind::Vanilla, n_in, n_out, run.cell.activation(), weights).expect("it fits");
        let off = error(&gpu, &run, &without);
        assert!(off > 10.0 * SUM, "{name}: off by {off:e} only");
    }
}
