//! However a run is cut, batched, stacked, fed or fetched: the same bits.

use super::{bits, options, stack};
use crate::cells::random::{Random, cell, singles};
use crate::device::gpu;
use neuropil::gpu::Gpu;
use neuropil::rnn::{Activation, Cell, CellKind, DeviceRnn, Options, Outputs, Tensor};

const N_IN: usize = 5;
const N_OUT: usize = 7;
const BATCH: usize = 3;
const STEPS: usize = 7;

/// A cell of each kind.
fn cells() -> impl Iterator<Item = Cell> {
    (0..).zip(CellKind::ALL).map(|(seed, kind)| cell(kind, N_IN, N_OUT, Activation::Tanh, seed))
}

/// `[STEPS, BATCH, N_IN]`
fn input() -> Vec<f32> {
    singles(&Random(5).numbers(STEPS * BATCH * N_IN, 1.0))
}

/// A run of one cell in submissions of so many steps.
fn cut(gpu: &Gpu, cell: &Cell, x: &[f32], steps: usize) -> Outputs {
    let options = options(|options| (options.every_c, options.steps) = (true, Some(steps)));
    let mut rnn = DeviceRnn::new(gpu, std::slice::from_ref(cell), BATCH, &options).expect("the cell fits");
    rnn.run(x).expect("the run succeeds")
}

/// A whole run of one cell.
fn whole(gpu: &Gpu, cell: &Cell, x: &[f32]) -> Outputs {
    stack(gpu, std::slice::from_ref(cell), BATCH).run(x).expect("the run succeeds")
}

/// Asserts that two runs gave the same bits.
#[track_caller]
fn same(found: &Outputs, expected: &Outputs, what: &str) {
    assert_eq!(expected.h.len(), STEPS * BATCH * N_OUT, "{what}");
    assert_eq!(bits(&found.h), bits(&expected.h), "h, {what}");
    assert_eq!(bits(&found.c), bits(&expected.c), "c, {what}");
}

#[test]
#[cfg_attr(without_device, ignore = "there is no device")]
fn a_run_is_its_steps() {
    let gpu = gpu();
    for cell in cells() {
        let (x, kind) = (input(), cell.kind());
        let expected = whole(&gpu, &cell, &x);
        let mut rnn = stack(&gpu, std::slice::from_ref(&cell), BATCH);
        for (step, x) in x.chunks(BATCH * N_IN).enumerate() {
            rnn.step(x).expect("the step succeeds");
            let units = step * BATCH * N_OUT..(step + 1) * BATCH * N_OUT;
            assert_eq!(bits(&rnn.h().expect("h can be read")), bits(&expected.h[units]), "{kind}, step {step}");
        }
        let mut rnn = stack(&gpu, std::slice::from_ref(&cell), BATCH);
        let last = rnn.run_last(&x).expect("the run succeeds");
        assert_eq!(bits(&last), bits(&expected.h[(STEPS - 1) * BATCH * N_OUT..]), "{kind}");
        assert_eq!(bits(&rnn.h().expect("h can be read")), bits(&last), "{kind}");
    }
}

#[test]
#[cfg_attr(without_device, ignore = "there is no device")]
fn submissions_of_any_length_give_the_same() {
    let gpu = gpu();
    for cell in cells() {
        let expected = whole(&gpu, &cell, &input());
        for steps in [1, 3, 128] {
            same(&cut(&gpu, &cell, &input(), steps), &expected, &format!("{}, {steps} at once", cell.kind()));
        }
    }
}

#[test]
#[cfg_attr(without_device, ignore = "there is no device")]
fn chunks_come_in_order_and_are_the_run() {
    let gpu = gpu();
    let cell = cell(CellKind::Lstm, N_IN, N_OUT, Activation::Tanh, 1);
    let options = options(|options| (options.every_c, options.steps) = (true, Some(3)));
    let mut rnn = DeviceRnn::new(&gpu, std::slice::from_ref(&cell), BATCH, &options).expect("the cell fits");
    let (mut found, mut sizes) = (Outputs::default(), Vec::new());
    let run = rnn.run_chunks(&input(), &mut |chunk| {
        sizes.push((chunk.first, chunk.steps));
        found.h.extend(chunk.h);
        found.c.extend(chunk.c);
        Ok(())
    });
    run.expect("the run succeeds");
    assert_eq!(sizes, [(0, 3), (3, 3), (6, 1)]);
    same(&found, &whole(&gpu, &cell, &input()), "in chunks");
}

#[test]
#[cfg_attr(without_device, ignore = "there is no device")]
fn every_c_is_returned_where_it_is_asked_for_and_changes_nothing() {
    let gpu = gpu();
    for cell in cells() {
        let expected = whole(&gpu, &cell, &input());
        let has_c = cell.definition().has_c;
        assert_eq!(expected.c.len(), if has_c { expected.h.len() } else { 0 }, "{}", cell.kind());
        let mut rnn = DeviceRnn::new(&gpu, &[cell], BATCH, &Options::default()).expect("the cell fits");
        let found = rnn.run(&input()).expect("the run succeeds");
        assert_eq!((bits(&found.h), found.c), (bits(&expected.h), Vec::new()));
        let state = rnn.state(0).expect("there is a layer");
        assert_eq!(singles(&state.c), expected.c[if has_c { (STEPS - 1) * BATCH * N_OUT } else { 0 }..]);
    }
}

#[test]
#[cfg_attr(without_device, ignore = "there is no device")]
fn a_batch_is_its_items() {
    let gpu = gpu();
    for cell in cells() {
        let (x, expected) = (input(), whole(&gpu, &cell, &input()));
        let of = |values: &[f32], width: usize, item: usize| -> Vec<f32> {
            values.chunks(width).skip(item).step_by(BATCH).flatten().copied().collect()
        };
        for item in 0..BATCH {
            let mut rnn = stack(&gpu, std::slice::from_ref(&cell), 1);
            let found = rnn.run(&of(&x, N_IN, item)).expect("the run succeeds");
            assert_eq!(bits(&found.h), bits(&of(&expected.h, N_OUT, item)), "{}, item {item}", cell.kind());
            assert_eq!(bits(&found.c), bits(&of(&expected.c, N_OUT, item)), "{}, item {item}", cell.kind());
        }
    }
}

#[test]
#[cfg_attr(without_device, ignore = "there is no device")]
fn numbers_that_stay_on_the_device_are_the_same() {
    let gpu = gpu();
    for cell in cells() {
        let (x, expected) = (input(), whole(&gpu, &cell, &input()));
        let mut rnn = stack(&gpu, std::slice::from_ref(&cell), BATCH);
        let tensor = Tensor::new(&gpu, &[STEPS, BATCH, N_IN], &x).expect("the shape fits");
        assert_eq!(bits(&tensor.read().expect("it can be read")), bits(&x));
        same(&rnn.run(&tensor).expect("the run succeeds"), &expected, "x on the device");
        rnn.reset_state().expect("the state can be set");
        let h = rnn.run_on_device(&x).expect("the run succeeds");
        assert_eq!(h.shape(), [STEPS, BATCH, N_OUT]);
        assert_eq!(bits(&h.read().expect("it can be read")), bits(&expected.h), "{}", cell.kind());
        let last = rnn.h_on_device().expect("there is room");
        assert_eq!(last.shape(), [BATCH, N_OUT]);
        assert_eq!(bits(&last.read().expect("it can be read")), bits(&expected.h[(STEPS - 1) * BATCH * N_OUT..]));
    }
}

#[test]
#[cfg_attr(without_device, ignore = "there is no device")]
fn a_stack_is_its_cells_one_after_the_other() {
    let gpu = gpu();
    let sizes = [(CellKind::Lstm, N_IN, N_OUT), (CellKind::Gru, N_OUT, 3), (CellKind::Vanilla, 3, 6)];
    let cells: Vec<Cell> =
        (1..).zip(sizes).map(|(seed, (kind, n_in, n_out))| cell(kind, n_in, n_out, Activation::Tanh, seed)).collect();
    for steps in [None, Some(2)] {
        let new = |cells: &[Cell]| {
            DeviceRnn::new(&gpu, cells, BATCH, &options(|options| options.steps = steps)).expect("the cells fit")
        };
        let mut rnn = new(&cells);
        assert!(rnn.cells().eq(&cells));
        let expected = rnn.run(&input()).expect("the run succeeds").h;
        assert_eq!(expected.len(), STEPS * BATCH * 6);
        let mut on_host = input();
        let mut on_device = Tensor::new(&gpu, &[STEPS, BATCH, N_IN], &input()).expect("the shape fits");
        for (layer, cell) in cells.iter().enumerate() {
            let mut alone = new(std::slice::from_ref(cell));
            on_host = alone.run(&on_host).expect("the run succeeds").h;
            assert_eq!(rnn.state(layer).unwrap(), alone.state(0).unwrap(), "layer {layer}");
            alone.reset_state().expect("the state can be set");
            on_device = alone.run_on_device(&on_device).expect("the run succeeds");
        }
        assert_eq!(bits(&on_host), bits(&expected));
        assert_eq!(bits(&on_device.read().expect("it can be read")), bits(&expected));
    }
}
