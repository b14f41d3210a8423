//! Small cells with weights of a few tenths, whose results after three steps are known to seven decimals from brainstate
//! 0.2.1.

use super::Case;
use crate::tolerances::CELL_PRINTED;
use neuropil::rnn::{Affine, Cell, CellKind, State, Weights};

/// Inputs of three steps.
const X: [f64; 6] = [0.5, -1.0, 1.0, 0.25, -0.3, 0.7];

/// `[2 + 3, gates · 3]`: ((k mod period) − middle)/10 for the k-th number.
fn matrix(gates: usize, period: usize, middle: f64) -> Vec<f64> {
    (0..5 * gates * 3).map(|k| ((k % period) as f64 - middle) / 10.0).collect()
}

fn load(kind: CellKind, matrices: &[Vec<f64>], bias: [f64; 3], h: [f64; 3], c: &[f64]) -> Case {
    let definition = kind.definition();
    let mut linears = Vec::new();
    for (linear, weight) in definition.linears.iter().zip(matrices) {
        let bias = if kind == CellKind::Vanilla { bias.to_vec() } else { vec![0.0; linear.gates.len() * 3] };
        linears.push(Affine { weight: weight.clone(), bias: if linear.bias { bias } else { Vec::new() } });
    }
    let vector = if definition.vector.is_some() { bias.to_vec() } else { Vec::new() };
    let cell = Cell::new(kind, 2, 3, definition.activation, Weights { linears, vector }).expect("the weights fit");
    let state = State { h: vec![0.0; 3], c: vec![0.0; c.len()] };
    Case { name: kind.to_string(), cell, batch: 1, state, x: X.to_vec(), h: h.to_vec(), c: c.to_vec() }
}

/// One for each kind that brainstate has; h and c are those of the last step.
pub fn cases() -> Vec<Case> {
    let (w3, w2, w4) = (matrix(1, 5, 2.0), matrix(2, 6, 2.5), matrix(4, 7, 3.0));
    let none = [0.0; 3];
    vec![
        load(CellKind::Vanilla, std::slice::from_ref(&w3), [0.1, 0.2, 0.3], [0.27, 0.365, 0.21], &[]),
        load(CellKind::Gru, &[w2, w3.clone()], none, [-0.0047036, 0.0536023, -0.0637516], &[]),
        load(CellKind::Mgu, &[w3.clone(), w3], none, [0.0075356, 0.0649337, -0.0452067], &[]),
        load(
            CellKind::Lstm,
            std::slice::from_ref(&w4),
            none,
            [-0.0184416, 0.0001421, 0.0382740],
            &[-0.0407437, 0.0003050, 0.0807302],
        ),
        load(
            CellKind::UrLstm,
            std::slice::from_ref(&w4),
            [-0.5, 0.0, 0.5],
            [0.0460554, -0.0104702, 0.0393369],
            &[0.0998043, -0.0222198, 0.0852913],
        ),
    ]
}

#[test]
fn the_reference_gives_the_printed_values() {
    for case in cases() {
        let difference = case.on_the_reference(&case.cell);
        println!("{}: off by {difference:.1e}", case.name);
        assert!(difference < CELL_PRINTED, "{}: off by {difference:e}", case.name);
    }
}

#[test]
fn a_hundredth_in_one_number_is_noticed() {
    for case in cases() {
        for (i, cell) in case.perturbed(1e-2).iter().enumerate() {
            let difference = case.on_the_reference(cell);
            assert!(difference > CELL_PRINTED, "{}, number {i}: off by {difference:e} only", case.name);
        }
    }
}
