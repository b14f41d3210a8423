//! Every message of this module, whole; and renaming, which must change names and nothing else.

mod comments;
mod contract;
mod naga;
mod reflection;
mod renaming;

use super::*;

const NEURON: Contract = Contract {
    kind: "neuron",
    prelude: &[
        ("abi/neuron.wgsl", "struct Input { current: f32, jump: f32 }\nstruct Step { dt: f32, index: u32 }\n"),
        (
            "lib/math.wgsl",
            "//! Own functions.\n\n/// e^x - 1\nfn exp_less_one(x: f32) -> f32 { return exp(x) - 1.0; }\n",
        ),
    ],
    signatures: &[
        Signature { suffix: "reset", arguments: &["Params", "State"], result: "State", required: false },
        Signature {
            suffix: "update",
            arguments: &["Params", "Derived", "State", "Input", "Step"],
            result: "State",
            required: true,
        },
        Signature { suffix: "threshold", arguments: &["Params", "State"], result: "bool", required: true },
        Signature { suffix: "derive", arguments: &["Params", "dt: f32"], result: "Derived", required: true },
    ],
    one_of: &[],
    one_alone: false,
    with_unit: &[],
    needs_params: true,
    needs_state: true,
};

/// A fragment that is right, and uses everything.
const LIF: &str = include_str!("tests/lif.wgsl");

fn fragment(text: impl Into<Cow<'static, str>>) -> Fragment {
    Fragment { name: "lif".to_owned(), path: "models/lif.wgsl".into(), text: text.into() }
}

/// Changes `from` to `to` in the right fragment and expects the message, whole.
#[track_caller]
fn check(from: &str, to: &str, expected: &str) {
    assert!(LIF.contains(from), "the fragment has no {from:?}");
    check_text(LIF.replace(from, to), expected);
}

/// The right fragment with what is derived of its parameters.
fn deriving() -> String {
    let derived = "struct Derived {\n    /// [1] dt/tau\n    h: f32,\n}\n\n\
                   fn lif_derive(p: Params, dt: f32) -> Derived {\n    return Derived(dt / p.tau);\n}\n\nstruct State {";
    LIF.replace("struct State {", derived).replace("lif_update(p: Params, ", "lif_update(p: Params, d: Derived, ")
}

/// Changes `from` to `to` in the fragment that derives.
#[track_caller]
fn check_deriving(from: &str, to: &str, expected: &str) {
    assert!(deriving().contains(from), "the fragment has no {from:?}");
    check_text(deriving().replace(from, to), expected);
}

#[track_caller]
fn check_text(text: impl Into<Cow<'static, str>>, expected: &str) {
    let error = reflect(&fragment(text), &NEURON).expect_err("this fragment is wrong");
    assert!(matches!(error, crate::Error::Shader { .. }), "{error:?}");
    assert_eq!(error.to_string(), expected, "\n--- found\n{error}\n--- expected\n{expected}");
}
