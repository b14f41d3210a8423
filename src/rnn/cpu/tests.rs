//! Cells on the CPU against the reference; that neither threads, batch nor cuts change a bit; what is refused.

use super::*;
use crate::rnn::reference::Reference;
use crate::rnn::{Activation, CellKind, Outputs, drawn};

/// Numbers between −1 and 1.
fn numbers(count: usize, seed: u32) -> Vec<f32> {
    let mut word = seed;
    let mut next = || {
        word = word.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (word >> 8) as f32 / (1 << 23) as f32 - 1.0
    };
    (0..count).map(|_| next()).collect()
}

/// A cell all of whose numbers are drawn, biases too.
fn cell(kind: CellKind, n_in: usize, n_out: usize, activation: Activation) -> Cell {
    let mut weights = drawn(kind, n_in, n_out.max(2)).unwrap().weights().clone();
    if n_out < 2 {
        weights.linears.iter_mut().for_each(|linear| {
            let gates = linear.weight.len() / (n_in + 2) / 2;
            linear.weight.truncate((n_in + 1) * gates);
            linear.bias.truncate(if linear.bias.is_empty() { 0 } else { gates });
        });
        weights.vector.truncate(1);
    }
    let mut biases = numbers(10 * n_out, 7).into_iter().map(|number| f64::from(number) * 0.5);
    for number in weights.linears.iter_mut().flat_map(|linear| &mut linear.bias).chain(&mut weights.vector) {
        *number = biases.next().unwrap();
    }
    Cell::new(kind, n_in, n_out, activation, weights).unwrap()
}

fn stack() -> [Cell; 6] {
    [
        cell(CellKind::Lstm, 3, 150, Activation::Tanh),
        cell(CellKind::Gru, 150, 140, Activation::Tanh),
        cell(CellKind::Mgu, 140, 77, Activation::Tanh),
        cell(CellKind::GruAfter, 77, 129, Activation::Tanh),
        cell(CellKind::Vanilla, 129, 70, Activation::Tanh),
        cell(CellKind::UrLstm, 70, 35, Activation::Tanh),
    ]
}

const EVERY_C: Options =
    Options { f16: false, arithmetic: crate::options::Arithmetic::Portable, every_c: true, steps: None };

fn rnn(cells: &[Cell], batch: usize) -> CpuRnn {
    CpuRnn::with(4, cells, batch, &EVERY_C).unwrap()
}

fn run(rnn: &mut CpuRnn, x: &[f32]) -> Outputs {
    Outputs::of(|sink| rnn.run_chunks(x, sink)).unwrap()
}

/// How far numbers are from the reference's, in parts of what they may be.
fn error(cells: &[Cell], batch: usize, x: &[f32]) -> f64 {
    let found = run(&mut rnn(cells, batch), x);
    let wide: Vec<f64> = x.iter().copied().map(f64::from).collect();
    let expected = Reference::new(cells, batch).unwrap().run(&wide).unwrap();
    assert_eq!((found.h.len(), found.c.len()), (expected.h.len(), expected.c.len()));
    let pairs = found.h.iter().zip(&expected.h).chain(found.c.iter().zip(&expected.c));
    pairs.map(|(&found, expected)| (f64::from(found) - expected).abs() / (2e-6 + 2e-6 * expected.abs())).fold(
        0.0,
        |a, b| {
            // NaN counts.
            if b <= a { a } else { b }
        },
    )
}

#[test]
fn every_cell_is_the_reference_s() {
    for kind in CellKind::ALL {
        for (n_in, n_out) in [(1, 1), (5, 16), (17, 33), (40, 70), (130, 263)] {
            for batch in [1, 3, 33] {
                let cell = cell(kind, n_in, n_out, Activation::Tanh);
                let error = error(&[cell], batch, &numbers(7 * batch * n_in, 3));
                assert!(error <= 1.0, "{kind} {n_in} {n_out}, batch {batch}: {error}");
            }
        }
    }
}

#[test]
fn so_it_is_with_every_activation() {
    for kind in CellKind::ALL {
        for &phi in Activation::ALL {
            let error = error(&[cell(kind, 5, 20, phi)], 2, &numbers(3 * 2 * 5, 9));
            assert!(error <= 1.0, "{kind} {phi}: {error}");
        }
    }
}

#[test]
fn stacks_are_the_reference_s() {
    let error = error(&stack(), 5, &numbers(9 * 5 * 3, 1));
    assert!(error <= 1.0, "{error}");
}

#[test]
fn every_cell_fits_a_panel() {
    for kind in CellKind::ALL {
        let cell = drawn(kind, 4, 40).unwrap();
        let layer = Layer::new(&cell, 1).unwrap();
        for matrix in &layer.matrices {
            assert!((1..=4).contains(&matrix.width), "{kind}");
        }
        let sweeps = cell.definition().equations.sweeps;
        assert_eq!(sweeps.iter().flatten().count(), layer.matrices.len());
    }
}

#[test]
fn threads_change_no_bit() {
    let (cells, batch) = (stack(), 3);
    let x = numbers(11 * batch * 3, 5);
    let of = |threads: Option<usize>| {
        let mut rnn = rnn(&cells, batch);
        rnn.forced = threads;
        (run(&mut rnn, &x), rnn.state())
    };
    let expected = of(Some(1));
    assert!(expected.0.h.iter().all(|h| h.is_finite()));
    for threads in 2..=4 {
        assert_eq!(of(Some(threads)), expected, "{threads}");
    }
    assert_eq!(of(None), expected);
}

#[test]
fn cuts_change_no_bit() {
    let (cells, batch, steps) = (stack(), 2, 13);
    let x = numbers(steps * batch * 3, 5);
    let mut whole = rnn(&cells, batch);
    let expected = run(&mut whole, &x);
    let options = |steps| Options { steps: Some(steps), ..EVERY_C };
    for size in [1, 4, 13, usize::MAX] {
        let mut cut = CpuRnn::with(2, &cells, batch, &options(size)).unwrap();
        let mut firsts = Vec::new();
        let found = Outputs::of(|sink| {
            cut.run_chunks(&x, &mut |chunk| {
                firsts.push((chunk.first, chunk.steps));
                sink(chunk)
            })
        });
        assert_eq!((found.unwrap(), cut.state()), (expected.clone(), whole.state()), "{size}");
        let chunks = (0..steps).step_by(size).map(|first| (first, size.min(steps - first)));
        assert_eq!(firsts, chunks.collect::<Vec<_>>());
        // And within a chunk.
        cut.reset_state();
        cut.together = 3;
        assert_eq!((run(&mut cut, &x), cut.state()), (expected.clone(), whole.state()), "{size}");
        // Nothing comes back.
        cut.reset_state();
        cut.step(&x).unwrap();
        assert_eq!((cut.h(), cut.state()), (expected.h[12 * batch * 35..].to_vec(), whole.state()));
    }
    // Calls one after the other, by two that hand over the state.
    let (first, second) = x.split_at(6 * batch * 3);
    let mut begun = rnn(&cells, batch);
    let mut h = run(&mut begun, first).h;
    let mut other = rnn(&cells, batch);
    other.set_state(&begun.state()).unwrap();
    assert_eq!(run(&mut other, &[]), Outputs::default());
    h.extend(run(&mut other, second).h);
    assert_eq!((h, other.state()), (expected.h, whole.state()));
}

#[test]
fn an_item_s_numbers_do_not_depend_on_the_batch() {
    let (cells, batch, steps) = (stack(), 33, 4);
    let x = numbers(steps * batch * 3, 8);
    let all = run(&mut rnn(&cells, batch), &x);
    for item in [0, 1, 17, 32] {
        let of = |values: &[f32], width| -> Vec<f32> {
            values.chunks_exact(width).skip(item).step_by(batch).flatten().copied().collect()
        };
        let alone = run(&mut rnn(&cells, 1), &of(&x, 3));
        assert_eq!(alone, Outputs { h: of(&all.h, 35), c: of(&all.c, 35) });
    }
    assert_ne!(all.h[..35], all.h[35..70]);
}

#[test]
fn c_is_there_where_it_is_asked_for() {
    let cells = [cell(CellKind::Lstm, 3, 20, Activation::Tanh)];
    let x = numbers(5 * 2 * 3, 4);
    let mut every = rnn(&cells, 2);
    let outputs = run(&mut every, &x);
    let mut last = CpuRnn::new(&cells, 2, &Options::default()).unwrap();
    assert_eq!(run(&mut last, &x), Outputs { h: outputs.h, c: vec![] });
    let wide: Vec<f64> = outputs.c[4 * 2 * 20..].iter().copied().map(f64::from).collect();
    assert_eq!((&last.state()[0].c, last.state()), (&wide, every.state()));
    // A cell without gives none.
    assert!(run(&mut rnn(&[cell(CellKind::Gru, 3, 20, Activation::Tanh)], 2), &x).c.is_empty());
}

#[test]
fn work_is_shared_out_where_it_feeds_threads() {
    let fed =
        |n: usize, rows, batch| Layer::new(&drawn(CellKind::Lstm, n, n).unwrap(), batch).unwrap().fed(rows, batch);
    // A small cell, a single small step, a long sequence, a large batch.
    assert_eq!(fed(32, 1000, 1), 0);
    assert_eq!(fed(256, 1, 1), 0);
    assert_eq!(fed(256, 100, 1), 2);
    assert!(fed(256, 128, 128) > 2);
}

#[test]
fn what_does_not_fit_is_refused() {
    let cells = stack();
    let message = |result: Result<()>| result.unwrap_err().to_string();
    let f16 = Options { f16: true, ..Options::default() };
    assert_eq!(
        message(CpuRnn::new(&cells, 1, &f16).map(drop)),
        "weights in f16: the CPU engine has no 16-bit floats; legal: weights as they are, or an adapter whose `shader_f16` is true"
    );
    assert!(CpuRnn::new(&[], 1, &EVERY_C).is_err());
    assert!(CpuRnn::new(&cells, 0, &EVERY_C).is_err());
    let mut rnn = rnn(&cells, 2);
    let x = numbers(2 * 2 * 3, 1);
    let expected = run(&mut rnn, &x);
    let before = rnn.state();
    assert_eq!(message(rnn.step(&x[1..])), "x: its shape is [11]; legal: [T, 2, 3]");
    let mut state = before.clone();
    state[3].h[1] = f64::NAN;
    assert!(
        message(rnn.set_state(&state)).starts_with("h of layer 3, the gru_after cell: the number at [0, 1] is NaN")
    );
    assert_eq!(rnn.state(), before);

    let stop = |_: Chunk<'_>| Err(Error::request("the sink", "it is full", "room"));
    assert_eq!(message(rnn.run_chunks(&x, &mut { stop })), "the sink: it is full; legal: room");
    let failed = "run: an earlier run failed half-way; legal: set the state of all layers first";
    assert_eq!(message(rnn.step(&x)), failed);
    rnn.set_state(&before).unwrap();
    rnn.step(&x).unwrap();
    rnn.reset_state();
    assert_eq!(run(&mut rnn, &x), expected);
}

#[test]
fn more_inputs_than_the_cache_holds_are_summed() {
    let n_in = 131_073;
    let cell = [cell(CellKind::Vanilla, n_in, 3, Activation::Tanh)];
    let x: Vec<f32> = numbers(2 * n_in, 5).into_iter().map(|number| number * 1e-3).collect();
    let found = run(&mut rnn(&cell, 1), &x);
    let exact = Reference::new(&cell, 1).unwrap().run(&x.iter().map(|&x| x.into()).collect::<Vec<f64>>()).unwrap();
    for (found, exact) in found.h.iter().zip(exact.h) {
        assert!((f64::from(*found) - exact).abs() < 1e-5, "{found}, expected {exact}");
    }
}
