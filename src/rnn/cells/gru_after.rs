//! `gru` with `reset = "after"`: h̃ = φ(x·Wh + b + r⊙(h·Wh + bias)), the rest as `gru`. One product a step. It is the
//! cell of cuDNN and PyTorch, whose z means 1 − z.

use crate::network::Scheme;
use crate::rnn::Activation;
use crate::rnn::definition::{Definition, Linear, Twin, sigmoid};

pub(in crate::rnn) static DEFINITION: Definition = Definition {
    name: "gru_after",
    what: "Gated recurrent unit, reset after the product",
    linears: &[
        Linear { name: "Wrz", gates: &["r", "z"], bias: true },
        Linear { name: "Wh", gates: &["h"], bias: true },
    ],
    vector: Some("bias"),
    has_c: false,
    activation: Activation::Tanh,
    scheme: Scheme::Orthogonal,
    wgsl: ("shaders/cells/gru_after.wgsl", include_str!("../../../shaders/cells/gru_after.wgsl")),
    twin: Twin::One(|phi, x, h, unit| {
        let (r, z) = (sigmoid(x[0] + h[0]), sigmoid(x[1] + h[1]));
        ((1.0 - z) * unit.h + z * phi.of(x[2] + r * (h[2] + unit.bias)), 0.0)
    }),
};
