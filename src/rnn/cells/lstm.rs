//! `lstm`: [i, g, f, o] = [x, h]·W + b, c = σ(f + 1)c + σ(i)φ(g), h = σ(o)φ(c) (Hochreiter and Schmidhuber, *Neural
//! Comput.* 9, 1735, 1997; the 1 after Jozefowicz et al., 2015). Source: `brainstate.nn.LSTMCell`.

use crate::network::Scheme;
use crate::rnn::Activation;
use crate::rnn::definition::{Definition, Linear, Twin, sigmoid};

pub(in crate::rnn) static DEFINITION: Definition = Definition {
    name: "lstm",
    what: "Long short-term memory",
    linears: &[Linear { name: "W", gates: &["i", "g", "f", "o"], bias: true }],
    vector: None,
    has_c: true,
    activation: Activation::Tanh,
    scheme: Scheme::XavierNormal,
    wgsl: ("shaders/cells/lstm.wgsl", include_str!("../../../shaders/cells/lstm.wgsl")),
    twin: Twin::One(|phi, x, h, unit| {
        let [i, g, f, o] = [0, 1, 2, 3].map(|gate| x[gate] + h[gate]);
        let c = sigmoid(f + 1.0) * unit.c + sigmoid(i) * phi.of(g);
        (sigmoid(o) * phi.of(c), c)
    }),
};
