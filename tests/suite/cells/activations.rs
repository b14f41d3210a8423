//! Activation functions in f64 against brainstate and against mpmath, `tests/data/activations`.

use crate::golden::numbers;
use crate::tolerances::{ACTIVATION, ACTIVATION_SOURCE};
use neuropil::rnn::Activation;
use serde_json::Value;
use std::path::Path;

/// A function, what brainstate gives for each argument, and what is exact.
type Expected = (Activation, Vec<f64>, Vec<f64>);

/// The arguments, and all functions.
fn fixture() -> (Vec<f64>, Vec<Expected>) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/activations/activations.json");
    let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let fixture: Value = serde_json::from_str(&text).expect("the fixture is JSON");
    let values = |phi: &Activation| {
        let function = &fixture["functions"][phi.name()];
        (*phi, numbers(&function["brainstate"]), numbers(&function["exact"]))
    };
    assert_eq!(fixture["functions"].as_object().expect("functions by name").len(), Activation::ALL.len());
    (numbers(&fixture["x"]), Activation::ALL.iter().map(values).collect())
}

/// How far `of` is from the exact value and from brainstate's, in parts of what it may be.
fn error(of: f64, x: f64, brainstate: f64, exact: f64) -> f64 {
    let apart = (of - exact).abs() / (ACTIVATION * exact.abs()).max(f64::MIN_POSITIVE);
    let from_source = (of - brainstate).abs() / (ACTIVATION_SOURCE * (x.abs() + exact.abs())).max(f64::MIN_POSITIVE);
    apart.max(from_source)
}

#[test]
fn functions_are_those_of_brainstate_and_right_in_their_tails() {
    let (x, functions) = fixture();
    for (phi, brainstate, exact) in functions {
        for (i, &x) in x.iter().enumerate() {
            let (of, source, exact) = (phi.of(x), brainstate[i], exact[i]);
            let message = format!("{phi}({x}) is {of:e}; brainstate: {source:e}, exact: {exact:e}");
            assert!(error(of, x, source, exact) <= 1.0, "{message}");
        }
    }
}

#[test]
fn every_function_differs_from_every_other_and_small_errors_are_noticed() {
    let (x, functions) = fixture();
    for (phi, brainstate, exact) in &functions {
        for &(other, ..) in &functions {
            let right = (0..x.len()).all(|i| error(other.of(x[i]), x[i], brainstate[i], exact[i]) <= 1.0);
            // With α = 1 the two are one.
            let same = phi == &other || [*phi, other].iter().all(|phi| matches!(phi.name(), "elu" | "celu"));
            assert_eq!(right, same, "{phi} and {other}");
        }
        for i in (0..x.len()).filter(|&i| exact[i] != 0.0) {
            let wrong = phi.of(x[i]) * (1.0 + 4e-14);
            assert!(error(wrong, x[i], brainstate[i], exact[i]) > 1.0, "{phi}({})", x[i]);
        }
    }
}
