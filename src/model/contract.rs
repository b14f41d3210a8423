//! What a fragment of each kind must offer, and what it may use.

use crate::shader::{Contract, Signature, Text, text};

/// The words that fragments may read, bound.
pub(crate) const DATA: Text = text!("abi/data.wgsl");

/// The library that every fragment may call.
pub(crate) const LIBRARY: &[(&str, &str)] = &[
    text!("lib/math.wgsl"),
    text!("abi/step.wgsl"),
    text!("abi/neuron.wgsl"),
    text!("abi/synapse.wgsl"),
    text!("abi/output.wgsl"),
    DATA,
    text!("abi/stimulus.wgsl"),
    text!("abi/projection.wgsl"),
];

const fn signature(suffix: &'static str, arguments: &'static [&'static str], result: &'static str) -> Signature {
    Signature { suffix, arguments, result, required: true }
}

const fn optional(suffix: &'static str, arguments: &'static [&'static str], result: &'static str) -> Signature {
    Signature { suffix, arguments, result, required: false }
}

/// What is computed once, for functions that take it, where there is a `struct Derived`.
const DERIVE: Signature = signature("derive", &["Params", "dt: f32"], "Derived");

pub(super) static NEURON: Contract = Contract {
    kind: "neuron",
    prelude: LIBRARY,
    signatures: &[
        signature("reset", &["Params", "State"], "State"),
        signature("update", &["Params", "Derived", "State", "Input", "Step"], "State"),
        signature("threshold", &["Params", "State"], "bool"),
        optional("held", &["Params", "State"], "bool"),
        DERIVE,
    ],
    one_of: &[],
    one_alone: false,
    with_unit: &[],
    needs_params: true,
    needs_state: true,
};

pub(super) static SYNAPSE: Contract = Contract {
    kind: "synapse",
    prelude: LIBRARY,
    signatures: &[
        signature("update", &["Params", "Derived", "State", "f32", "Step"], "State"),
        signature("output", &["Params", "State"], "f32"),
        DERIVE,
    ],
    one_of: &[],
    one_alone: false,
    with_unit: &[],
    needs_params: true,
    needs_state: true,
};

pub(super) static OUTPUT: Contract = Contract {
    kind: "output",
    prelude: LIBRARY,
    signatures: &[optional("current", &["Params", "f32", "f32"], "Current"), optional("jump", &["f32"], "f32")],
    one_of: &["current", "jump"],
    one_alone: false,
    with_unit: &["current", "jump"],
    needs_params: false,
    needs_state: false,
};

pub(super) static STIMULUS: Contract = Contract {
    kind: "stimulus",
    prelude: LIBRARY,
    signatures: &[
        optional("value", &["Params", "Site"], "f32"),
        optional("sample", &["Params", "Site", "u32"], "f32"),
        // Needed by those that have a state.
        signature("update", &["Params", "Derived", "State", "Site", "random: u32"], "State"),
        signature("output", &["Params", "State"], "f32"),
        DERIVE,
    ],
    one_of: &["value", "sample", "update"],
    one_alone: false,
    with_unit: &[],
    needs_params: true,
    needs_state: false,
};

pub(super) static PROJECTION: Contract = Contract {
    kind: "projection model",
    prelude: LIBRARY,
    signatures: &[
        optional("amplitude", &["Params", "Derived", "State", "Step"], "f32"),
        optional("value", &["Params", "Derived", "State", "Step"], "f32"),
        signature("update", &["Params", "Derived", "State", "spiked: bool", "Step"], "State"),
        DERIVE,
    ],
    one_of: &["amplitude", "value"],
    one_alone: true,
    with_unit: &[],
    needs_params: true,
    needs_state: true,
};
