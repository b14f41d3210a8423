//! Modules of PyTorch, read from their weights, compute what PyTorch computed (`tests/data/torch`).

use crate::tolerances::TORCH;
use neuropil::rnn::reference::Reference;
use neuropil::rnn::{Activation, Cell, CellKind, State, file};
use serde_json::Value;
use std::path::{Path, PathBuf};

/// A stack of cells, and one sequence through it.
pub struct Case {
    pub name: &'static str,
    pub cells: Vec<Cell>,
    pub batch: usize,
    /// `[steps, batch, n_in]`
    pub x: Vec<f64>,
    /// Of each layer.
    pub before: Vec<State>,
    /// h of the last layer after each step: `[steps, batch, n_out]`.
    pub output: Vec<f64>,
    /// Of each layer.
    pub after: Vec<State>,
}

const NAMES: [&str; 4] = ["lstm", "gru", "rnn_tanh", "rnn_relu"];

fn path(file: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/torch").join(file)
}

fn size(value: &Value) -> usize {
    value.as_u64().expect("a whole number") as usize
}

fn numbers(value: &Value) -> Vec<f64> {
    value.as_array().expect("an array").iter().map(|number| number.as_f64().expect("a number")).collect()
}

/// The layers' states, from arrays `[layers, batch, n_out]`; a cell without c has none.
fn states(case: &Value, h: &str, c: &str) -> Vec<State> {
    let units = size(&case["batch"]) * size(&case["n_out"]);
    let h = numbers(&case[h]);
    let c = case.get(c).map_or_else(Vec::new, numbers);
    let part = |values: &[f64], layer: usize| values.chunks(units).nth(layer).map_or_else(Vec::new, <[f64]>::to_vec);
    (0..size(&case["layers"])).map(|layer| State { h: part(&h, layer), c: part(&c, layer) }).collect()
}

pub fn cases() -> impl Iterator<Item = Case> {
    NAMES.into_iter().map(|name| {
        let text = std::fs::read_to_string(path(&format!("{name}.json"))).expect("the case can be read");
        let case: Value = serde_json::from_str(&text).expect("the case is JSON");
        let kind: CellKind = case["cell"].as_str().expect("a name").parse().expect("the name of a cell");
        let phi: Activation = case["activation"].as_str().expect("a name").parse().expect("an activation's name");
        let stored = file::read(&path(&format!("{name}.safetensors")), kind).expect("the weights can be read");
        let cells = stored.into_cells(Some(phi)).expect("the weights fit");
        let sizes: Vec<_> = cells.iter().map(|cell| (cell.n_in(), cell.n_out())).collect();
        let n_out = size(&case["n_out"]);
        let mut expected = vec![(n_out, n_out); size(&case["layers"])];
        expected[0].0 = size(&case["n_in"]);
        assert_eq!(sizes, expected, "{name}");
        Case {
            name,
            cells,
            batch: size(&case["batch"]),
            x: numbers(&case["x"]),
            before: states(&case, "h0", "c0"),
            output: numbers(&case["output"]),
            after: states(&case, "h", "c"),
        }
    })
}

/// The largest difference from PyTorch's output and final state, as a part of the largest number of each.
///
/// `run` computes, for cells, batch, x and initial states, the output and the final states.
pub fn error(case: &Case, run: impl FnOnce(&[Cell], usize, &[f64], &[State]) -> (Vec<f64>, Vec<State>)) -> f64 {
    let (output, after) = run(&case.cells, case.batch, &case.x, &case.before);
    assert_eq!(after.len(), case.after.len(), "{}", case.name);
    let states = after.iter().zip(&case.after).flat_map(|(a, b)| [(&a.h, &b.h), (&a.c, &b.c)]);
    let mut worst: f64 = 0.0;
    for (found, expected) in states.chain([(&output, &case.output)]) {
        assert_eq!(found.len(), expected.len(), "{}", case.name);
        let largest = expected.iter().fold(0.0, |largest: f64, value| largest.max(value.abs()));
        for (found, expected) in found.iter().zip(expected) {
            assert!(found.is_finite(), "{}", case.name);
            worst = worst.max((found - expected).abs() / largest);
        }
    }
    worst
}

fn reference(cells: &[Cell], batch: usize, x: &[f64], before: &[State]) -> (Vec<f64>, Vec<State>) {
    let mut reference = Reference::new(cells, batch).expect("the cells are a stack");
    reference.set_state(before.to_vec()).expect("the state fits");
    let sequence = reference.run(x).expect("x fits");
    (sequence.h, reference.state().to_vec())
}

#[test]
fn the_reference_computes_what_pytorch_does() {
    for case in cases() {
        let error = error(&case, reference);
        assert!(error < TORCH, "{}: {error:e}", case.name);
    }
}

#[test]
fn a_weight_that_is_off_shows() {
    for mut case in cases() {
        // One bias or weight of the last gate, which every cell needs.
        let cell = case.cells.last().expect("there is a layer");
        let mut weights = cell.weights().clone();
        let linear = weights.linears.last_mut().expect("there is a matrix");
        *linear.weight.last_mut().expect("it is not empty") += 1e-3;
        let cell = Cell::new(cell.kind(), cell.n_in(), cell.n_out(), cell.activation(), weights).expect("it fits");
        *case.cells.last_mut().expect("there is a layer") = cell;
        let error = error(&case, reference);
        assert!(error > 2.0 * TORCH, "{}: {error:e}", case.name);
    }
}
