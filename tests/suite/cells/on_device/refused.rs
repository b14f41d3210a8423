//! What cannot be: said in whole sentences, and the cells are as they were.

use super::options;
use crate::cells::random::{cell, singles};
use crate::device::gpu;
use neuropil::Error;
use neuropil::gpu::{DeviceChoice, Gpu};
use neuropil::rnn::{Activation, Cell, CellKind, DeviceRnn, Options, State, Tensor};

fn small(kind: CellKind, n_in: usize, n_out: usize) -> Cell {
    cell(kind, n_in, n_out, Activation::Tanh, 3)
}

fn gru(gpu: &Gpu) -> DeviceRnn {
    DeviceRnn::new(gpu, &[small(CellKind::Gru, 5, 7)], 3, &Options::default()).expect("the cell fits")
}

/// Holds an error against its whole text.
#[track_caller]
fn check<T>(result: neuropil::Result<T>, expected: &str) {
    let error = result.err().expect("it is refused");
    assert!(matches!(error, Error::Request { .. }), "{error:?}");
    assert_eq!(error.to_string(), expected);
}

#[test]
#[cfg_attr(without_device, ignore = "there is no device")]
fn stacks() {
    let gpu = gpu();
    let new = |cells: &[Cell], batch: usize| DeviceRnn::new(&gpu, cells, batch, &Options::default());
    check(new(&[], 1), "the stack of cells: it is empty; legal: one cell or more");
    let (below, above) = (small(CellKind::Lstm, 2, 3), small(CellKind::Mgu, 4, 5));
    for batch in [0, usize::MAX] {
        let expected = format!("the batch of the cells: it is {batch}; legal: 1 to 357913941");
        check(new(std::slice::from_ref(&below), batch), &expected);
    }
    let expected = "n_in of layer 1, the mgu cell: it is 4, but layer 0, the lstm cell, has 3 units; legal: 3";
    check(new(&[below, above], 1), expected);
}

#[test]
#[cfg_attr(without_device, ignore = "there is no device")]
fn inputs() {
    let gpu = gpu();
    let mut rnn = gru(&gpu);
    let expected = rnn.run(&vec![0.5; 15]).expect("the input fits").h;
    rnn.reset_state().expect("the state can be set");
    for len in [1, 14, 16, 20] {
        let (x, message) = (vec![0.5; len], format!("x: its shape is [{len}]; legal: [T, 3, 5]"));
        check(rnn.run(&x), &message);
        check(rnn.run_last(&x), &message);
        check(rnn.step(&x), &message);
        check(rnn.run_on_device(&x), &message);
        check(rnn.run_chunks(&x, &mut |_| Ok(())), &message);
    }
    for shape in [vec![1, 3, 6], vec![3, 4], vec![15], vec![1, 5], vec![5, 3, 1]] {
        let numbers = vec![0.5; shape.iter().product()];
        let x = Tensor::new(&gpu, &shape, &numbers).expect("there are as many numbers");
        check(rnn.run(&x), &format!("x: its shape is {shape:?}; legal: [T, 3, 5]"));
    }
    // None of this was a step.
    assert_eq!(rnn.run(&vec![0.5; 15]).expect("the input fits").h, expected);
}

#[test]
#[cfg_attr(without_device, ignore = "there is no device")]
fn tensors_of_another_batch() {
    let gpu = gpu();
    let mut rnn = gru(&gpu);
    // As many numbers as five steps of three items.
    let x = Tensor::new(&gpu, &[3, 5, 5], &[0.5; 75]).expect("there are as many numbers");
    check(rnn.run(&x), "x: its shape is [3, 5, 5]; legal: [T, 3, 5]");
}

#[test]
#[cfg_attr(without_device, ignore = "there is no device")]
fn tensors_of_another_device() {
    let gpu = gpu();
    let other = Gpu::open(&DeviceChoice::Auto).expect("it has been opened before");
    let x = Tensor::new(&other, &[1, 3, 5], &[0.5; 15]).expect("there are as many numbers");
    check(gru(&gpu).run(&x), "x: it is on another device than the cells; legal: a tensor on the same one");
}

#[test]
#[cfg_attr(without_device, ignore = "there is no device")]
fn tensors() {
    let gpu = gpu();
    let new = |shape: &[usize], count: usize| Tensor::new(&gpu, shape, &vec![0.0; count]);
    let legal = "legal: the product of its axes, one or more";
    check(new(&[2, 3], 5), &format!("a tensor: 5 numbers for the shape [2, 3]; {legal}"));
    check(new(&[], 1), &format!("a tensor: 1 numbers for the shape []; {legal}"));
    // Their product is 0 modulo 2⁶⁴.
    let vast = [1 << 32, 1 << 32];
    check(new(&vast, 0), &format!("a tensor: 0 numbers for the shape {vast:?}; {legal}"));
}

#[test]
#[cfg_attr(without_device, ignore = "there is no device")]
fn states() {
    let gpu = gpu();
    let cells = [small(CellKind::Gru, 5, 7), small(CellKind::Lstm, 7, 2)];
    let mut rnn = DeviceRnn::new(&gpu, &cells, 3, &Options::default()).expect("the cells fit");
    let before = [rnn.state(0).unwrap(), rnn.state(1).unwrap()];
    let state = |h: usize, c: usize| State { h: vec![0.1; h], c: vec![0.1; c] };
    check(rnn.set_state(0, &state(20, 0)), "h of layer 0, the gru cell: its shape is [20]; legal: [3, 7]");
    check(
        rnn.set_state(0, &state(21, 21)),
        "c of layer 0, the gru cell: its shape is [21]; legal: none: it has no cell state",
    );
    check(rnn.set_state(1, &state(21, 0)), "h of layer 1, the lstm cell: its shape is [21]; legal: [3, 2]");
    check(rnn.set_state(1, &state(6, 0)), "c of layer 1, the lstm cell: its shape is [0]; legal: [3, 2]");
    let mut odd = state(6, 6);
    odd.c[3] = f64::NAN;
    let expected =
        "c of layer 1, the lstm cell: the number at [1, 1] is NaN; legal: finite numbers in the range of f32";
    check(rnn.set_state(1, &odd), expected);
    check(rnn.set_state(2, &state(6, 6)), "layer 2: there is none; legal: 0 to 1");
    check(rnn.state(2), "layer 2: there is none; legal: 0 to 1");
    assert_eq!([rnn.state(0).unwrap(), rnn.state(1).unwrap()], before);
}

#[test]
#[cfg_attr(without_device, ignore = "there is no device")]
fn a_run_that_was_stopped_needs_a_state() {
    let gpu = gpu();
    let cells = [small(CellKind::Gru, 5, 7), small(CellKind::Lstm, 7, 2)];
    let mut rnn = DeviceRnn::new(&gpu, &cells, 3, &Options::default()).expect("the cells fit");
    let x = singles(&[0.5; 30]);
    let expected = rnn.run(&x).expect("the run succeeds").h;
    rnn.reset_state().expect("the state can be set");
    let stopped = |rnn: &mut DeviceRnn| {
        check(rnn.run_chunks(&x, &mut |_| Err(Error::request("the sink", "it is full", ""))), "the sink: it is full");
        check(rnn.run(&x), "run: an earlier run failed half-way; legal: set the state of all layers first");
    };
    stopped(&mut rnn);
    rnn.reset_state().expect("the state can be set");
    assert_eq!(rnn.run(&x).expect("the state is known").h, expected);
    stopped(&mut rnn);
    rnn.set_state(0, &State { h: vec![0.0; 21], c: Vec::new() }).expect("the state fits");
    check(rnn.run(&x), "run: an earlier run failed half-way; legal: set the state of all layers first");
    rnn.set_state(1, &State { h: vec![0.0; 6], c: vec![0.0; 6] }).expect("the state fits");
    assert_eq!(rnn.run(&x).expect("the state is known").h, expected);
}

#[test]
#[cfg_attr(without_device, ignore = "there is no device")]
fn batches_of_more_workgroups_than_one_axis_has_are_computed() {
    let gpu = gpu();
    let cell = small(CellKind::Vanilla, 1, 1);
    let batch = 17 * gpu.limits().max_workgroups as usize;
    let options = options(|options| options.steps = Some(1));
    let mut rnn = DeviceRnn::new(&gpu, &[cell], batch, &options).expect("the cell fits");
    let h = rnn.run(&vec![0.5; batch]).expect("the run succeeds").h;
    assert!(h[0] != 0.0 && h.iter().all(|number| *number == h[0]));
}

/// Holds the error of what no binding can hold against its whole text.
#[track_caller]
fn check_too_large(gpu: &Gpu, result: neuropil::Result<DeviceRnn>, buffer: &str) {
    let error = result.err().expect("it is too large");
    let Error::TooLarge { needed, .. } = error else { panic!("{error:?}") };
    let (name, limit) = (&gpu.info().name, gpu.limits().max_binding);
    assert!(needed > limit);
    let expected = format!("{buffer} needs {needed} bytes, but max_storage_buffer_binding_size of {name} is {limit}");
    assert_eq!(error.to_string(), expected);
}

#[test]
#[cfg_attr(without_device, ignore = "there is no device")]
fn what_the_adapter_cannot_hold() {
    let gpu = gpu();
    let limit = usize::try_from(gpu.limits().max_binding).expect("it is an address");
    let one = options(|options| options.steps = Some(1));
    let all = options(|options| options.steps = Some(usize::MAX));
    check_too_large(&gpu, DeviceRnn::new(&gpu, &[small(CellKind::Mgu, 4096, 1)], 1, &all), "the input");
    let items = limit / 16 + 1;
    check_too_large(&gpu, DeviceRnn::new(&gpu, &[small(CellKind::Vanilla, 4, 1)], items, &one), "the input");
    // A row of h is longer than one of x.
    let items = limit / 4 / 1024 + 1;
    check_too_large(&gpu, DeviceRnn::new(&gpu, &[small(CellKind::Lstm, 1, 1024)], items, &one), "h of the lstm cell");
    if limit > 256 << 20 {
        println!("skipped: weights of more than {limit} bytes take too much of the host's memory");
        return;
    }
    // Four gates of as many columns as rows.
    let wide = small(CellKind::Lstm, 1, (limit / 16).isqrt() + 1);
    check_too_large(&gpu, DeviceRnn::new(&gpu, &[wide], 1, &one), "recurrent weights 1 of the lstm cell");
}
