//! `gru` with `reset = "after"`: h̃ = φ(x·Wh + b + r⊙(h·Wh + bias)), the rest as `gru`. One product a step. It is the
//! cell of cuDNN and PyTorch, whose z means 1 − z.

use crate::network::Scheme;
use crate::number::Number;
use crate::rnn::Activation;
use crate::rnn::activation::{gate, sigmoid};
use crate::rnn::definition::{Definition, Equations, Linear};
use crate::rnn::equations::{Unit, Whole};
use crate::shader::text;

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
    wgsl: text!("cells/gru_after.wgsl"),
    equations: Equations::whole::<GruAfter>(),
};

struct GruAfter;

impl Whole for GruAfter {
    #[inline(always)]
    fn step<N: Number>(phi: Activation, x: &[N], h: &[N], unit: Unit<N>) -> (N, N) {
        let z = gate(x[1] + h[1]);
        let candidate = phi.apply(sigmoid(x[0] + h[0]).fma(h[2] + unit.bias, x[2]));
        (z.shut.fma(unit.h, z.open * candidate), unit.c)
    }
}
