//! brainstate's float64 traces of its cells, `tests/data/golden/*Cell_*.json`.

use super::Case;
use crate::golden::{case, numbers};
use crate::tolerances::CELL_REFERENCE;
use neuropil::rnn::{Affine, Cell, CellKind, State, Weights};
use serde_json::Value;

/// Nested arrays in row-major order; nothing where there is none.
fn flat(value: &Value) -> Vec<f64> {
    match value {
        Value::Null => Vec::new(),
        Value::Array(rows) if rows.iter().any(Value::is_array) => rows.iter().flat_map(flat).collect(),
        _ => numbers(value),
    }
}

fn load(model: &str, kind: CellKind, activation: &str) -> Case {
    let name = format!("{model}_{activation}");
    let case = case(&name);
    let size = |key: &str| case[key].as_u64().expect("a size") as usize;
    let weights = &case["weights"];
    let affine = |name: &&str| Affine { weight: flat(&weights[name]["weight"]), bias: flat(&weights[name]["bias"]) };
    let definition = kind.definition();
    let names: Vec<&str> = definition.linears.iter().map(|linear| linear.name).collect();
    let weights = Weights {
        linears: names.iter().map(affine).collect(),
        vector: definition.vector.map_or_else(Vec::new, |name| flat(&weights[name])),
    };
    let activation = activation.parse().expect("the activation is known");
    let cell = Cell::new(kind, size("num_in"), size("num_out"), activation, weights).expect("the weights fit");
    let batch = case["h0"].as_array().expect("an array").len();
    let state = State { h: flat(&case["h0"]), c: flat(&case["c0"]) };
    Case { name, cell, batch, state, x: flat(&case["x"]), h: flat(&case["h"]), c: flat(&case["c"]) }
}

/// All 15 of them.
pub fn cases() -> Vec<Case> {
    let models = [
        ("ValinaRNNCell", CellKind::Vanilla),
        ("GRUCell", CellKind::Gru),
        ("MGUCell", CellKind::Mgu),
        ("LSTMCell", CellKind::Lstm),
        ("URLSTMCell", CellKind::UrLstm),
    ];
    let each = models.iter().flat_map(|model| ["tanh", "relu", "sigmoid"].map(|activation| (model, activation)));
    each.map(|(&(model, kind), activation)| load(model, kind, activation)).collect()
}

#[test]
fn the_reference_follows_brainstate() {
    for case in cases() {
        // 30 steps of 5 items of 20 units.
        assert_eq!(case.h.len(), 30 * 5 * 20, "{}", case.name);
        let difference = case.on_the_reference(&case.cell);
        println!("{}: off by {difference:.1e}", case.name);
        assert!(difference < CELL_REFERENCE, "{}: off by {difference:e}", case.name);
    }
}

#[test]
fn a_millionth_in_one_number_is_noticed() {
    for case in cases() {
        for (i, cell) in case.perturbed(1e-6).iter().enumerate() {
            let difference = case.on_the_reference(cell);
            assert!(difference > CELL_REFERENCE, "{}, number {i}: off by {difference:e} only", case.name);
        }
    }
}

#[test]
fn a_millionth_in_the_state_is_noticed() {
    for mut case in cases() {
        case.state.h[7] += 1e-6;
        assert!(case.on_the_reference(&case.cell) > CELL_REFERENCE, "{}: h", case.name);
        case.state.h[7] -= 1e-6;
        if !case.state.c.is_empty() {
            case.state.c[7] += 1e-6;
            assert!(case.on_the_reference(&case.cell) > CELL_REFERENCE, "{}: c", case.name);
        }
    }
}
