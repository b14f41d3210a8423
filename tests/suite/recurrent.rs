//! `Rnn`, the way to recurrent cells that does not ask where they run: chunks, states, refusals. That the numbers are right
//! is shown by the golden cases.

use crate::device::{backends, name};
use neuropil::rnn::{Cell, Lstm, Mgu, Options, State};
use neuropil::{Backend, Error, Rnn};

const BATCH: usize = 2;

/// An MGU below an LSTM, so that the last layer has a cell state and the first none.
fn cells() -> Vec<Cell> {
    let cells = [Mgu::new(3, 5).seed(1).build(), Lstm::new(5, 4).seed(2).build()];
    cells.map(|cell| cell.expect("the sizes are legal")).to_vec()
}

/// `[steps, BATCH, 3]`
fn x(steps: usize) -> Vec<f32> {
    (0..steps * BATCH * 3).map(|i| (i as f32 * 1.7).sin()).collect()
}

/// With a number of steps in a chunk.
fn rnn(backend: &Backend, steps: usize) -> Rnn {
    let options = Options { every_c: true, steps: Some(steps), ..Options::default() };
    Rnn::new(backend, &cells(), BATCH, &options).expect("the cells are a stack")
}

#[test]
fn chunks_are_the_run_whatever_their_size() {
    for backend in backends() {
        let expected = rnn(&backend, 100).run(&x(7)).expect("x fits");
        assert_eq!((expected.h.len(), expected.c.len()), (7 * BATCH * 4, 7 * BATCH * 4), "{}", name(&backend));
        assert_ne!(expected.h, expected.c);
        for steps in [1, 3, 7] {
            let (mut h, mut c, mut chunks) = (Vec::new(), Vec::new(), Vec::new());
            let mut rnn = rnn(&backend, steps);
            rnn.run_chunks(&x(7), &mut |chunk| {
                h.extend_from_slice(chunk.h);
                c.extend_from_slice(chunk.c);
                chunks.push((chunk.first, chunk.steps));
                Ok(())
            })
            .expect("x fits");
            assert!(h == expected.h && c == expected.c, "{}, chunks of {steps}", name(&backend));
            let firsts = (0..7).step_by(steps);
            assert!(chunks.into_iter().eq(firsts.map(|first| (first, steps.min(7 - first)))), "{}", name(&backend));
        }
    }
}

#[test]
fn a_run_is_continued_and_begun_again() {
    for backend in backends() {
        let of = name(&backend).to_owned();
        let mut whole = rnn(&backend, 100);
        assert_eq!((whole.batch(), whole.cells().len()), (BATCH, 2));
        let expected = whole.run(&x(6)).expect("x fits");
        let last = &expected.h[5 * BATCH * 4..];
        let (head, tail) = (x(6)[..4 * BATCH * 3].to_vec(), x(6)[4 * BATCH * 3..].to_vec());

        let mut parts = rnn(&backend, 100);
        assert_eq!(parts.run(&head).expect("x fits").h, expected.h[..4 * BATCH * 4], "{of}");
        let state = parts.state().expect("there is one");
        assert!(state[0].c.is_empty() && state[1].c.iter().all(|c| *c != 0.0), "{of}");
        assert_eq!(parts.run_last(&tail).expect("x fits"), last, "{of}");
        parts.set_state(&state).expect("it is its own");
        assert_eq!(parts.run(&tail).expect("x fits").h, expected.h[4 * BATCH * 4..], "{of}");
        parts.reset_state().expect("the device is there");
        for one in x(6).chunks(BATCH * 3) {
            parts.step(one).expect("x fits");
        }
        assert_eq!(parts.h().expect("the device is there"), last, "{of}");
        assert_eq!(parts.state().expect("there is one"), whole.state().expect("there is one"), "{of}");

        let nothing = parts.run(&[]).expect("no step is a whole number of them");
        assert!(nothing.h.is_empty() && nothing.c.is_empty() && parts.h().expect("it is as before") == last, "{of}");
    }
}

#[test]
fn c_is_returned_where_it_is_asked_for() {
    for backend in backends() {
        let mut plain = Rnn::new(&backend, &cells(), BATCH, &Options::default()).expect("the cells are a stack");
        let outputs = plain.run(&x(2)).expect("x fits");
        assert!(outputs.c.is_empty() && outputs.h == rnn(&backend, 9).run(&x(2)).expect("x fits").h);
    }
}

#[test]
fn what_does_not_fit_changes_nothing() {
    for backend in backends() {
        let mut rnn = rnn(&backend, 100);
        rnn.step(&x(1)).expect("x fits");
        let before = rnn.state().expect("there is one");
        let message = |result: Result<(), Error>| result.expect_err("it does not fit").to_string();
        assert_eq!(message(rnn.step(&[0.0; 7])), "x: its shape is [7]; legal: [T, 2, 3]");
        assert_eq!(message(rnn.set_state(&before[1..])), "the state of the cells: there are 1 for 2 layers; legal: 2");
        let mut wrong = vec![State { h: vec![0.5; 10], c: vec![] }, before[1].clone()];
        wrong[1].c.pop();
        assert_eq!(message(rnn.set_state(&wrong)), "c of layer 1, the lstm cell: its shape is [7]; legal: [2, 4]");
        assert_eq!(rnn.state().expect("there is one"), before, "{}", name(&backend));
    }
}

#[test]
fn after_a_failure_a_state_must_be_set() {
    for backend in backends() {
        let mut rnn = rnn(&backend, 2);
        let expected = rnn.run(&x(6)).expect("x fits").h;
        rnn.reset_state().expect("the device is there");
        let failed = rnn.run_chunks(&x(6), &mut |chunk| match chunk.first {
            0 => Ok(()),
            _ => Err(Error::request("the sink", "it is full", "")),
        });
        assert_eq!(failed.expect_err("the sink fails").to_string(), "the sink: it is full");
        let refused = rnn.run(&x(6)).expect_err("the state is unknown").to_string();
        assert_eq!(refused, "run: an earlier run failed half-way; legal: set the state of all layers first");
        let zeros = |units: usize| vec![0.0; BATCH * units];
        let begin = [State { h: zeros(5), c: vec![] }, State { h: zeros(4), c: zeros(4) }];
        // Chunks of the failed run that were under way are none of those that follow.
        for _ in 0..3 {
            rnn.set_state(&begin).expect("it fits");
            assert_eq!(rnn.run(&x(6)).expect("x fits").h, expected, "{}", name(&backend));
        }
    }
}

#[test]
fn stacks_that_cannot_run_are_refused() {
    let reference = Backend::Reference;
    let message = |cells: &[Cell], batch: usize, options: &Options| {
        Rnn::new(&reference, cells, batch, options).err().expect("it cannot run").to_string()
    };
    let half = Options { f16: true, ..Options::default() };
    assert_eq!(
        message(&cells(), 1, &half),
        "weights in f16: the reference computes in 64 bits; legal: weights as they are, or an adapter whose \
         `shader_f16` is true"
    );
    let plain = Options::default();
    assert_eq!(message(&[], 1, &plain), "the stack of cells: it is empty; legal: one cell or more");
    assert_eq!(message(&cells(), 0, &plain), "the batch of the cells: it is 0; legal: 1 to 214748364");
}

#[test]
fn any_number_of_steps_at_once_can_be_asked_for() {
    let reference = Backend::Reference;
    // With numbers of a step that are a power of two, the numbers of a chunk would be 0 in whole words.
    for (steps, n_in) in [(usize::MAX, 3), (1 << (usize::BITS - 1), 4)] {
        let cell = Lstm::new(n_in, 4).seed(3).build().expect("it is a cell");
        let rnn = |steps| {
            let options = Options { steps, ..Options::default() };
            Rnn::new(&reference, std::slice::from_ref(&cell), BATCH, &options).expect("the cells are a stack")
        };
        let x = vec![0.5; 3 * BATCH * n_in];
        assert_eq!(rnn(Some(steps)).run(&x).expect("x fits"), rnn(None).run(&x).expect("x fits"));
    }
}
