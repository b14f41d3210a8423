//! Models of the user's own: each error at its place in the user's file, and a right one runs.

use super::{Folder, check};

/// A leaky neuron.
const MINE: &str = "/// Mine.
struct Params {
    /// [ms] time constant; default 10; range > 0
    tau: f32,
}
struct State {
    /// [mV] potential; default 0
    v: f32,
}
fn mine_reset(p: Params, s: State) -> State {
    return State(0.0);
}
fn mine_update(p: Params, s: State, input: Input, step: Step) -> State {
    return State(s.v - step.dt / p.tau * s.v + input.jump);
}
fn mine_threshold(p: Params, s: State) -> bool {
    return s.v >= 20.0;
}
";

/// A network whose neurons are of `mine.wgsl`: [`MINE`] with `old` replaced by `new`.
pub fn folder(old: &str, new: &str) -> Folder {
    let params = "reset = \"hard\"\nparams = { tau = \"20 ms\", v_th = \"20 mV\" }\n";
    let folder = Folder::with(&[("model = \"lif\"", "model = \"mine.wgsl\""), (params, "")]);
    assert_eq!(MINE.matches(old).count(), 1, "{old}");
    folder.write("mine.wgsl", MINE.replace(old, new))
}

#[test]
fn a_syntax_error() {
    check(
        &folder("State(s.v -", "State(= s.v -"),
        "mine.wgsl:14:18: expected expression, found \"=\"\n      \
         return State(= s.v - step.dt / p.tau * s.v + input.jump);\n                   ^",
    );
}

#[test]
fn a_type_error() {
    check(
        &folder("s.v >= 20.0", "1u + s.v >= 20.0"),
        "mine.wgsl:17:12: Operation Add can't work with a value (of type u32) and a value (of type f32)\n      \
         return 1u + s.v >= 20.0;\n             ^^^^^^^^",
    );
}

#[test]
fn a_broken_contract() {
    check(
        &folder("fn mine_threshold", "fn mine_treshold"),
        "mine.wgsl:1:1: a neuron needs `fn mine_threshold(p: Params, s: State) -> bool`, which is missing\n  \
         /// Mine.\n  ^",
    );
    check(
        &folder("    /// [ms] time constant; default 10; range > 0\n", ""),
        "mine.wgsl:3:5: `tau` has no comment that says what it is; write one above it, for example \
         `/// [ms] membrane time constant; default 5; range > 0`\n      tau: f32,\n      ^^^",
    );
}

#[test]
fn neither_the_reference_nor_the_cpu_has_its_equations_but_plan_does_not_need_them() {
    let folder = folder("Mine.", "Mine.");
    check(
        &folder,
        "the neuron model `mine` on the CPU reference: it has no equations in f64: a model given as WGSL alone needs \
         a GPU; legal: a GPU adapter, or a model of the catalogue",
    );
    for choice in ["cpu", "cpu:f64"] {
        folder.run(&["run", "n.toml", "--device", choice]).failed(
            2,
            "the neuron model `mine` on the CPU: it is given as WGSL alone, which needs a GPU or a software driver; legal: a \
             GPU adapter, or a model of the catalogue",
        );
    }
    let plan = folder.run(&["plan", "n.toml", "--device", "reference"]).done();
    assert!(plan.contains("cells               20 x mine "), "{plan}");
}

#[test]
#[cfg_attr(without_device, ignore = "there is no device")]
fn a_right_one_runs_on_an_adapter() {
    super::devices::adapters();
    let folder = folder("Mine.", "Mine.");
    folder.run(&["run", "n.toml", "--device", "0", "--out", "here"]).done();
    let summary = super::results::summary(&folder, "here");
    // 5 mV a millisecond in the mean, less the leak: each neuron fires every 5 ms or so.
    let spikes = summary["populations"][0]["spikes"].as_u64().unwrap();
    assert!((40..=120).contains(&spikes), "{summary}");
}
