//! `mgu`: f = σ([x, h]·Wf + b), h̃ = φ([x, f⊙h]·Wh + b), h = (1 − f)h + f h̃ (Zhou, Wu, Zhang and Zhou,
//! arXiv:1603.09420). Source: `brainstate.nn.MGUCell`.

use crate::network::Scheme;
use crate::rnn::Activation;
use crate::rnn::definition::{Definition, Linear, Twin, sigmoid};

pub(in crate::rnn) static DEFINITION: Definition = Definition {
    name: "mgu",
    what: "Minimal gated unit",
    linears: &[Linear { name: "Wf", gates: &["f"], bias: true }, Linear { name: "Wh", gates: &["h"], bias: true }],
    vector: None,
    has_c: false,
    activation: Activation::Tanh,
    scheme: Scheme::Orthogonal,
    wgsl: ("shaders/cells/mgu.wgsl", include_str!("../../../shaders/cells/mgu.wgsl")),
    twin: Twin::Two(
        |x, h, unit| {
            let f = sigmoid(x[0] + h[0]);
            (f * unit.h, f)
        },
        |phi, x, h, f, unit| (1.0 - f) * unit.h + f * phi.of(x[0] + h[0]),
    ),
};
