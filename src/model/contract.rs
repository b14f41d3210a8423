//! What a fragment of each kind must offer, and what it may use.

use crate::shader::{Contract, Signature};

/// The library that every fragment may call.
pub(crate) const LIBRARY: &[(&str, &str)] = &[
    ("shaders/lib/math.wgsl", include_str!("../../shaders/lib/math.wgsl")),
    ("shaders/abi/step.wgsl", include_str!("../../shaders/abi/step.wgsl")),
    ("shaders/abi/neuron.wgsl", include_str!("../../shaders/abi/neuron.wgsl")),
    ("shaders/abi/synapse.wgsl", include_str!("../../shaders/abi/synapse.wgsl")),
    ("shaders/abi/output.wgsl", include_str!("../../shaders/abi/output.wgsl")),
    ("shaders/abi/stimulus.wgsl", include_str!("../../shaders/abi/stimulus.wgsl")),
];

const fn signature(suffix: &'static str, arguments: &'static [&'static str], result: &'static str) -> Signature {
    Signature { suffix, arguments, result, required: true }
}

const fn optional(suffix: &'static str, arguments: &'static [&'static str], result: &'static str) -> Signature {
    Signature { suffix, arguments, result, required: false }
}

pub(super) static NEURON: Contract = Contract {
    kind: "neuron",
    prelude: LIBRARY,
    signatures: &[
        signature("reset", &["Params", "State"], "State"),
        signature("update", &["Params", "State", "Input", "Step"], "State"),
        signature("threshold", &["Params", "State"], "bool"),
        optional("held", &["Params", "State"], "bool"),
    ],
    needs_params: true,
    needs_state: true,
};

pub(super) static SYNAPSE: Contract = Contract {
    kind: "synapse",
    prelude: LIBRARY,
    signatures: &[
        signature("update", &["Params", "State", "f32", "Step"], "State"),
        signature("output", &["Params", "State"], "f32"),
    ],
    needs_params: true,
    needs_state: true,
};

pub(super) static OUTPUT: Contract = Contract {
    kind: "output",
    prelude: LIBRARY,
    signatures: &[optional("current", &["Params", "f32", "f32"], "Current"), optional("jump", &["f32"], "f32")],
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
        signature("update", &["Params", "State", "Site", "random: u32"], "State"),
        optional("output", &["Params", "State"], "f32"),
    ],
    needs_params: true,
    needs_state: false,
};
