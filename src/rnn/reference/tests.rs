//! Batches, threads, stacks and continued runs give the same numbers; wrong shapes are refused. That the numbers are
//! right is shown by the golden cases.

use super::*;
use crate::rnn::{Activation, CellKind, Gru, GruReset, Lstm, Mgu, UrLstm, VanillaRnn};

/// A stack with every kind of cell, wider than one chunk of columns.
fn stack() -> Vec<Cell> {
    let cells = [
        Lstm::new(3, 70).seed(1).build(),
        Gru::new(70, 300).seed(2).build(),
        Mgu::new(300, 5).seed(3).build(),
        Gru::new(5, 4).reset(GruReset::After).seed(4).build(),
        VanillaRnn::new(4, 6).activation(Activation::Tanh).seed(5).build(),
        UrLstm::new(6, 7).seed(6).build(),
    ];
    let cells: Vec<Cell> = cells.into_iter().map(|cell| cell.unwrap()).collect();
    assert!(CellKind::ALL.iter().all(|&kind| cells.iter().any(|cell| cell.kind() == kind)));
    cells
}

fn x(steps: usize, batch: usize) -> Vec<f64> {
    (0..steps * batch * 3).map(|i| (i as f64 * 1.7).sin()).collect()
}

#[test]
fn an_item_s_numbers_do_not_depend_on_the_batch_or_on_threads() {
    let cells = stack();
    let mut all = Reference::new(&cells, 3).unwrap();
    let sequence = all.run(&x(5, 3)).unwrap();
    assert_eq!((sequence.h.len(), sequence.c.len()), (5 * 3 * 7, 5 * 3 * 7));
    assert!(sequence.h.iter().all(|h| h.is_finite() && *h != 0.0));
    for item in 0..3 {
        let of = |values: &[f64], width| -> Vec<f64> {
            values.chunks_exact(width).skip(item).step_by(3).flatten().copied().collect()
        };
        let mut one = Reference::new(&cells, 1).unwrap();
        let alone = rayon::ThreadPoolBuilder::new().num_threads(1).build().unwrap();
        let found = alone.install(|| one.run(&of(&x(5, 3), 3))).unwrap();
        assert_eq!(found, Sequence { h: of(&sequence.h, 7), c: of(&sequence.c, 7) });
        for (layer, state) in one.state().iter().enumerate() {
            assert_eq!(state.h, all.state()[layer].h.chunks_exact(state.h.len()).nth(item).unwrap());
        }
    }
    // And items differ.
    assert_ne!(sequence.h[..7], sequence.h[7..14]);
}

#[test]
fn a_run_in_two_parts_is_the_run() {
    let cells = stack();
    let x = x(6, 2);
    let mut whole = Reference::new(&cells, 2).unwrap();
    let sequence = whole.run(&x).unwrap();
    let mut first = Reference::new(&cells, 2).unwrap();
    let mut h = first.run(&x[..2 * 2 * 3]).unwrap().h;
    let mut second = Reference::new(&cells, 2).unwrap();
    second.set_state(first.state().to_vec()).unwrap();
    h.extend(second.run(&x[2 * 2 * 3..]).unwrap().h);
    assert_eq!(h, sequence.h);
    assert_eq!(second.state(), whole.state());
    let nothing = second.run(&[]).unwrap();
    assert_eq!(nothing, Sequence { h: vec![], c: vec![] });
    assert_eq!(second.state(), whole.state());
}

#[test]
fn a_stack_is_its_layers_one_after_the_other() {
    let cells = stack();
    let mut input = x(4, 2);
    let expected = Reference::new(&cells, 2).unwrap().run(&input).unwrap();
    for cell in &cells[..5] {
        input = Reference::new(std::slice::from_ref(cell), 2).unwrap().run(&input).unwrap().h;
    }
    assert_eq!(Reference::new(&cells[5..], 2).unwrap().run(&input).unwrap(), expected);
}

#[test]
fn a_reset_after_the_product_has_a_vector_within_it() {
    // One unit, by hand: r = z = σ(0) = 1/2, h̃ = tanh(0.3 x + r(0.4 h + 0.2)).
    let affine = |weight: Vec<f64>, n| Affine { weight, bias: vec![0.0; n] };
    let weights =
        crate::rnn::Weights { linears: vec![affine(vec![0.0; 4], 2), affine(vec![0.3, 0.4], 1)], vector: vec![0.2] };
    let cell = Gru::new(1, 1).reset(GruReset::After).weights(weights).build().unwrap();
    let mut reference = Reference::new(&[cell], 1).unwrap();
    reference.set_state(vec![State { h: vec![0.6], c: vec![] }]).unwrap();
    let h = reference.run(&[2.0]).unwrap().h[0];
    let expected = 0.5 * 0.6 + 0.5 * (0.3f64 * 2.0 + 0.5 * (0.4 * 0.6 + 0.2)).tanh();
    assert!((h - expected).abs() < 1e-15, "{h}, not {expected}");
}

#[test]
fn wrong_shapes_are_refused() {
    let cells = stack();
    assert!(Reference::new(&cells[1..], 0).is_err());
    let mut reference = Reference::new(&cells[..2], 2).unwrap();
    let message = |result: Result<()>| result.unwrap_err().to_string();
    assert_eq!(message(reference.run(&[0.0; 7]).map(drop)), "x of the cells: its shape is [7]; legal: [T, 2, 3]");
    let state = reference.state().to_vec();
    let mut set = |change: fn(&mut Vec<State>)| {
        let mut changed = state.clone();
        change(&mut changed);
        message(reference.set_state(changed))
    };
    assert_eq!(set(|s| s.truncate(1)), "the state of the cells: there are 1 for 2 layers; legal: 2");
    let expected = "c of layer 0, the lstm cell: its shape is [139]; legal: [2, 70]";
    assert_eq!(set(|s| s[0].c.truncate(139)), expected);
    let expected = "c of layer 1, the gru cell: its shape is [1]; legal: none: it has no cell state";
    assert_eq!(set(|s| s[1].c.push(0.0)), expected);
    let expected = "h of layer 1, the gru cell: the number at [1, 2] is NaN; legal: finite numbers in the range of f32";
    assert_eq!(set(|s| s[1].h[302] = f64::NAN), expected);
    assert_eq!(reference.state(), state);
}
