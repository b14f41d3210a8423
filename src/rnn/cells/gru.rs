//! `gru`: [r, z] = σ([x, h]·Wrz + b), h̃ = φ([x, r⊙h]·Wh + b), h = (1 − z)h + z h̃: the reset acts before the product
//! (Cho et al., arXiv:1406.1078). Source: `brainstate.nn.GRUCell`.

use crate::network::Scheme;
use crate::number::Number;
use crate::rnn::Activation;
use crate::rnn::activation::{gate, sigmoid};
use crate::rnn::definition::{Definition, Equations, Linear};
use crate::rnn::equations::{Halves, Unit};
use crate::shader::text;

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
    wgsl: text!("cells/gru.wgsl"),
    equations: Equations::halves::<Gru>(),
};

struct Gru;

impl Halves for Gru {
    #[inline(always)]
    fn gate<N: Number>(x: &[N], h: &[N], unit: Unit<N>) -> (N, N) {
        (sigmoid(x[0] + h[0]) * unit.h, x[1] + h[1])
    }

    #[inline(always)]
    fn candidate<N: Number>(phi: Activation, x: &[N], h: &[N], z: N, unit: Unit<N>) -> N {
        let z = gate(z);
        z.shut.fma(unit.h, z.open * phi.apply(x[0] + h[0]))
    }
}
