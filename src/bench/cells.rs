//! Recurrent cells beside the products that their steps cannot do without.

use super::turns::take_turns;
use super::{Bench, Measurement};
use crate::Result;
use crate::gpu::Gpu;
use crate::rnn::{Cell, CellKind, DeviceRnn, Options, Plain, Products, Shape, Tensor, Variant, at_once, chosen, drawn};
use std::cell::RefCell;
use std::time::Instant;

/// Units, and inputs.
pub(super) const SIZES: [usize; 3] = [128, 512, 1024];
pub(super) const BATCHES: [usize; 3] = [1, 32, 128];
pub(super) const STEPS: usize = 100;

/// Measures sequences of 100 steps of a cell, of all sizes and batches.
pub(super) fn measure(gpu: &Gpu, bench: &Bench, kind: CellKind) -> Result<Vec<Measurement>> {
    let mut measured = Vec::new();
    for n in SIZES {
        let cell = drawn(kind, n, n)?;
        for batch in BATCHES {
            measured.push(one(gpu, bench, &cell, batch)?);
        }
    }
    Ok(measured)
}

fn one(gpu: &Gpu, bench: &Bench, cell: &Cell, batch: usize) -> Result<Measurement> {
    let n = cell.n_in();
    let options = Options { arithmetic: gpu.arithmetic(), ..Options::default() };
    let mut rnn = DeviceRnn::new(gpu, std::slice::from_ref(cell), batch, &options)?;
    rnn.settle();
    let x: Vec<f32> = (0..STEPS * batch * n).map(|at| (at as f32 * 0.7).sin()).collect();
    let x = Tensor::new(gpu, &[STEPS, batch, n], &x)?;
    let mut products = Products::new(gpu, cell, batch)?;
    let operations = products.operations * STEPS as f64;
    let turns = if operations > 2e10 { 3 } else { 7 };
    let run = || {
        let start = Instant::now();
        rnn.step(&x)?;
        rnn.h()?;
        Ok(start.elapsed().as_nanos() as f64)
    };
    let turns = take_turns(turns, run, || products.time(STEPS))?;
    Ok(turns.rate(bench, format!("n {n}, batch {batch}"), "FLOP/s", operations, operations))
}

/// Measures the steps of small cells at once, each beside the same steps one by one.
pub(super) fn steps(gpu: &Gpu, bench: &Bench) -> Result<Vec<Measurement>> {
    let mut measured = Vec::new();
    for kind in [CellKind::Vanilla, CellKind::Gru, CellKind::Lstm] {
        for n in [32, 64, 128, 256, 512] {
            let cell = drawn(kind, n, n)?;
            for batch in [1, 8, 32] {
                let Some(steps) = at_once(gpu, &cell, batch)? else { continue };
                let (count, steps) = (steps.count(), RefCell::new(steps));
                let time = |at_once| steps.borrow_mut().time(at_once);
                let turns = take_turns(9, || time(true), || time(false))?;
                let what = format!("{}, n {n}, batch {batch}", kind.definition().name);
                measured.push(turns.time(bench, what, "us", 1e3, count as f64));
            }
        }
    }
    Ok(measured)
}

/// Measures the variants of a product with a matrix `[512, 4 · 512]`, each beside the one that is chosen.
pub(super) fn variants(gpu: &Gpu, bench: &Bench) -> Result<Vec<Measurement>> {
    let shape = Shape { k: 512, units: 512, gates: 4 };
    let mut measured = Vec::new();
    for rows in BATCHES {
        let mut chosen = chosen(gpu, shape, rows)?;
        for variant in Variant::candidates(gpu, shape.gates, rows) {
            let mut plain = Plain::new(gpu, shape, rows, variant)?;
            let turns = take_turns(5, || plain.time(5), || chosen.time(5))?;
            let operations = 5.0 * shape.operations(rows);
            measured.push(turns.rate(bench, format!("{rows} rows, {variant}"), "FLOP/s", operations, operations));
        }
    }
    Ok(measured)
}
