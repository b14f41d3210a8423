//! What is not a number stays in its item of the batch, and is seen there.

use super::{bits, stack};
use crate::cells::random::{Random, cell, singles};
use crate::device::gpu;
use neuropil::rnn::{Activation, CellKind};

const N_IN: usize = 5;
const N_OUT: usize = 7;
const BATCH: usize = 3;
const STEPS: usize = 4;

#[test]
#[cfg_attr(without_device, ignore = "there is no device")]
fn nan_spoils_its_item_alone() {
    let gpu = gpu();
    for (seed, kind) in (0..).zip(CellKind::ALL) {
        let cell = cell(kind, N_IN, N_OUT, Activation::Tanh, seed);
        let clean = singles(&Random(17).numbers(STEPS * BATCH * N_IN, 1.0));
        let mut rnn = stack(&gpu, std::slice::from_ref(&cell), BATCH);
        let expected = rnn.run(&clean).expect("the run succeeds");
        for item in 0..BATCH {
            rnn.reset_state().expect("the state can be set");
            let mut x = clean.clone();
            // In the second step, the last input of the item.
            x[(BATCH + item) * N_IN + N_IN - 1] = f32::NAN;
            let found = rnn.run(&x).expect("the run succeeds");
            let rows = |values: &[f32]| -> Vec<Vec<f32>> { values.chunks(N_OUT).map(<[f32]>::to_vec).collect() };
            let all = [(&found.h, &expected.h), (&found.c, &expected.c)];
            for (found, expected) in all.map(|(found, expected)| (rows(found), rows(expected))) {
                for (row, (found, expected)) in found.iter().zip(&expected).enumerate() {
                    if row % BATCH == item && row >= BATCH {
                        assert!(found.iter().all(|h| h.is_nan()), "{kind}, item {item}, row {row}: {found:?}");
                    } else {
                        assert_eq!(bits(found), bits(expected), "{kind}, item {item}, row {row}");
                    }
                }
            }
        }
        rnn.reset_state().expect("the state can be set");
        let again = rnn.run(&clean).expect("the run succeeds");
        assert_eq!((bits(&again.h), bits(&again.c)), (bits(&expected.h), bits(&expected.c)), "{kind}");
    }
}

#[test]
#[cfg_attr(without_device, ignore = "there is no device")]
fn every_activation_passes_nan_on() {
    let gpu = gpu();
    for &activation in Activation::ALL {
        let cell = cell(CellKind::Vanilla, N_IN, N_OUT, activation, 1);
        let mut rnn = stack(&gpu, std::slice::from_ref(&cell), 1);
        let mut x = singles(&Random(19).numbers(STEPS * N_IN, 1.0));
        x[N_IN] = f32::NAN;
        let h = rnn.run(&x).expect("the run succeeds").h;
        for (step, h) in h.chunks(N_OUT).enumerate() {
            assert!(h.iter().all(|h| h.is_nan() == (step > 0)), "{activation}, step {step}: {h:?}");
        }
    }
}
