//! `mgu`: f = σ([x, h]·Wf + b), h̃ = φ([x, f⊙h]·Wh + b), h = (1 − f)h + f h̃ (Zhou, Wu, Zhang and Zhou,
//! arXiv:1603.09420). Source: `brainstate.nn.MGUCell`.

use crate::network::Scheme;
use crate::number::Number;
use crate::rnn::Activation;
use crate::rnn::activation::{gate, sigmoid};
use crate::rnn::definition::{Definition, Equations, Linear};
use crate::rnn::equations::{Halves, Unit};
use crate::shader::text;

pub(in crate::rnn) static DEFINITION: Definition = Definition {
    name: "mgu",
    what: "Minimal gated unit",
    linears: &[Linear { name: "Wf", gates: &["f"], bias: true }, Linear { name: "Wh", gates: &["h"], bias: true }],
    vector: None,
    has_c: false,
    activation: Activation::Tanh,
    scheme: Scheme::Orthogonal,
    wgsl: text!("cells/mgu.wgsl"),
    equations: Equations::halves::<Mgu>(),
};

struct Mgu;

impl Halves for Mgu {
    #[inline(always)]
    fn gate<N: Number>(x: &[N], h: &[N], unit: Unit<N>) -> (N, N) {
        let f = x[0] + h[0];
        (sigmoid(f) * unit.h, f)
    }

    #[inline(always)]
    fn candidate<N: Number>(phi: Activation, x: &[N], h: &[N], f: N, unit: Unit<N>) -> N {
        let f = gate(f);
        f.shut.fma(unit.h, f.open * phi.apply(x[0] + h[0]))
    }
}
