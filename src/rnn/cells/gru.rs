//! `gru`: [r, z] = σ([x, h]·Wrz + b), h̃ = φ([x, r⊙h]·Wh + b), h = (1 − z)h + z h̃: the reset acts before the product
//! (Cho et al., arXiv:1406.1078). Source: `brainstate.nn.GRUCell`.

use crate::network::Scheme;
use crate::rnn::Activation;
use crate::rnn::definition::{Definition, Linear, Twin, sigmoid};

pub(in crate::rnn) static DEFINITION: Definition = Definition {
    name: "gru",
    what: "Gated recurrent unit, reset before the product",
    linears: &[
        Linear { name: "Wrz", gates: &["r", "z"], bias: true },
        Linear { name: "Wh", gates: &["h"], bias: true },
    ],
    vector: None,
    has_c: false,
    activation: Activation::Tanh,
    scheme: Scheme::Orthogonal,
    wgsl: ("shaders/cells/gru.wgsl", include_str!("../../../shaders/cells/gru.wgsl")),
    twin: Twin::Two(
        |x, h, unit| (sigmoid(x[0] + h[0]) * unit.h, sigmoid(x[1] + h[1])),
        |phi, x, h, z, unit| (1.0 - z) * unit.h + z * phi.of(x[0] + h[0]),
    ),
};
