//! A run that continues, from where it is or from a state that is set, and one that begins again.

use super::{bits, options, stack};
use crate::cells::random::{Random, cell, singles};
use crate::device::gpu;
use neuropil::rnn::{Activation, Cell, CellKind, DeviceRnn, Tensor};

const N_IN: usize = 5;
const N_OUT: usize = 7;
const BATCH: usize = 3;

fn cells() -> Vec<Cell> {
    (0..).zip(CellKind::ALL).map(|(seed, kind)| cell(kind, N_IN, N_OUT, Activation::Tanh, seed)).collect()
}

/// `[7, BATCH, N_IN]`, cut after `first` steps.
fn halves(first: usize) -> (Vec<f32>, Vec<f32>) {
    let mut x = singles(&Random(11).numbers(7 * BATCH * N_IN, 1.0));
    let rest = x.split_off(first * BATCH * N_IN);
    (x, rest)
}

#[test]
#[cfg_attr(without_device, ignore = "there is no device")]
fn a_run_continues_where_the_one_before_ended() {
    let gpu = gpu();
    for cell in cells() {
        let whole = stack(&gpu, std::slice::from_ref(&cell), BATCH).run(&halves(7).0).expect("the run succeeds");
        // In submissions of three steps, the state does not lie where it began.
        let options = options(|options| (options.every_c, options.steps) = (true, Some(3)));
        let mut rnn = DeviceRnn::new(&gpu, std::slice::from_ref(&cell), BATCH, &options).expect("the cell fits");
        let (x, rest) = halves(5);
        let mut found = rnn.run(&x).expect("the run succeeds");
        let after = rnn.run(&rest).expect("the run succeeds");
        found.h.extend(after.h);
        found.c.extend(after.c);
        assert_eq!((bits(&found.h), bits(&found.c)), (bits(&whole.h), bits(&whole.c)), "{}", cell.kind());
    }
}

#[test]
#[cfg_attr(without_device, ignore = "there is no device")]
fn a_state_goes_to_the_host_and_back_unchanged() {
    let gpu = gpu();
    let sizes = [(CellKind::UrLstm, N_IN, N_OUT), (CellKind::Lstm, N_OUT, 6), (CellKind::Mgu, 6, 3)];
    let cells: Vec<Cell> =
        (4..).zip(sizes).map(|(seed, (kind, n_in, n_out))| cell(kind, n_in, n_out, Activation::Tanh, seed)).collect();
    let (x, rest) = halves(4);
    let mut first = stack(&gpu, &cells, BATCH);
    first.run(&x).expect("the run succeeds");
    let states: Vec<_> = (0..cells.len()).map(|layer| first.state(layer).expect("there is a layer")).collect();
    let expected = first.run(&rest).expect("the run succeeds");

    let mut second = stack(&gpu, &cells, BATCH);
    // Whatever happened before is forgotten.
    second.run(&rest).expect("the run succeeds");
    for (layer, state) in states.iter().enumerate() {
        second.set_state(layer, state).expect("the state fits");
        assert_eq!(&second.state(layer).expect("there is a layer"), state);
    }
    assert_eq!(bits(&second.run(&rest).expect("the run succeeds").h), bits(&expected.h));
}

#[test]
#[cfg_attr(without_device, ignore = "there is no device")]
fn after_a_reset_the_first_run_is_repeated() {
    let gpu = gpu();
    for cell in cells() {
        let mut rnn = stack(&gpu, std::slice::from_ref(&cell), BATCH);
        let (x, rest) = halves(3);
        let first = rnn.run(&x).expect("the run succeeds");
        let on = rnn.run(&rest[..x.len()]).expect("the run succeeds");
        assert_ne!(bits(&on.h), bits(&first.h));
        rnn.reset_state().expect("the state can be set");
        let state = rnn.state(0).expect("there is a layer");
        assert!(state.h.iter().chain(&state.c).all(|number| *number == 0.0));
        assert_eq!(state.h.len(), BATCH * N_OUT);
        let again = rnn.run(&x).expect("the run succeeds");
        assert_eq!((bits(&again.h), bits(&again.c)), (bits(&first.h), bits(&first.c)), "{}", cell.kind());
    }
}

#[test]
#[cfg_attr(without_device, ignore = "there is no device")]
fn no_steps_change_nothing() {
    let gpu = gpu();
    let cell = cell(CellKind::Lstm, N_IN, N_OUT, Activation::Tanh, 1);
    let mut rnn = stack(&gpu, std::slice::from_ref(&cell), BATCH);
    rnn.run(&halves(2).0).expect("the run succeeds");
    let (state, h) = (rnn.state(0).unwrap(), rnn.h().unwrap());
    let none: Vec<f32> = Vec::new();
    let found = rnn.run(&none).expect("no step succeeds");
    assert!(found.h.is_empty() && found.c.is_empty());
    let mut chunks = 0;
    rnn.run_chunks(&none, &mut |_| {
        chunks += 1;
        Ok(())
    })
    .expect("no step succeeds");
    assert_eq!(chunks, 0);
    rnn.step(&none).expect("no step succeeds");
    assert_eq!(bits(&rnn.run_last(&none).expect("no step succeeds")), bits(&h));
    let tensor = rnn.run_on_device(&none).expect("no step succeeds");
    assert_eq!(tensor.shape(), [0, BATCH, N_OUT]);
    assert!(tensor.read().expect("it can be read").is_empty());
    let empty = Tensor::new(&gpu, &[0, BATCH, N_IN], &[]).expect("the shape fits");
    assert!(rnn.run(&empty).expect("no step succeeds").h.is_empty());
    assert_eq!(rnn.state(0).unwrap(), state);
}
