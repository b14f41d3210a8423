//! `ur_lstm`: [f, r, u, o] = [x, h]·W, f = σ(f + b), r = σ(r − b), G = 2rf + (1 − 2r)f², c = Gc + (1 − G)φ(u),
//! h = σ(o)φ(c) (Gu, Gulcehre, Paine, Hoffman and Pascanu, arXiv:1910.09890). Source: `brainstate.nn.URLSTMCell`.

use crate::network::Scheme;
use crate::rnn::Activation;
use crate::rnn::definition::{Definition, Linear, Twin, sigmoid};

pub(in crate::rnn) static DEFINITION: Definition = Definition {
    name: "ur_lstm",
    what: "Long short-term memory with uniform initial gates and a refine gate",
    linears: &[Linear { name: "W", gates: &["f", "r", "u", "o"], bias: false }],
    vector: Some("bias"),
    has_c: true,
    activation: Activation::Tanh,
    scheme: Scheme::XavierNormal,
    wgsl: ("shaders/cells/ur_lstm.wgsl", include_str!("../../../shaders/cells/ur_lstm.wgsl")),
    twin: Twin::One(|phi, x, h, unit| {
        let [f, r, u, o] = [0, 1, 2, 3].map(|gate| x[gate] + h[gate]);
        let (f, r) = (sigmoid(f + unit.bias), sigmoid(r - unit.bias));
        let g = 2.0 * r * f + (1.0 - 2.0 * r) * f * f;
        let c = g * unit.c + (1.0 - g) * phi.of(u);
        (sigmoid(o) * phi.of(c), c)
    }),
};
