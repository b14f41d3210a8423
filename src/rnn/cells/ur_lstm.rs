//! `ur_lstm`: [f, r, u, o] = [x, h]·W, f = σ(f + b), r = σ(r − b), G = 2rf + (1 − 2r)f², c = Gc + (1 − G)φ(u),
//! h = σ(o)φ(c) (Gu, Gulcehre, Paine, Hoffman and Pascanu, arXiv:1910.09890). Source: `brainstate.nn.URLSTMCell`.

use crate::network::Scheme;
use crate::number::Number;
use crate::rnn::Activation;
use crate::rnn::activation::{gate, sigmoid};
use crate::rnn::definition::{Definition, Equations, Linear};
use crate::rnn::equations::{Unit, Whole};
use crate::shader::text;

pub(in crate::rnn) static DEFINITION: Definition = Definition {
    name: "ur_lstm",
    what: "Long short-term memory with uniform initial gates and a refine gate",
    linears: &[Linear { name: "W", gates: &["f", "r", "u", "o"], bias: false }],
    vector: Some("bias"),
    has_c: true,
    activation: Activation::Tanh,
    scheme: Scheme::XavierNormal,
    wgsl: text!("cells/ur_lstm.wgsl"),
    equations: Equations::whole::<UrLstm>(),
};

struct UrLstm;

impl Whole for UrLstm {
    #[inline(always)]
    fn step<N: Number>(phi: Activation, x: &[N], h: &[N], unit: Unit<N>) -> (N, N) {
        let [f, r, u, o] = [0, 1, 2, 3].map(|gate| x[gate] + h[gate]);
        let (f, r) = (gate(f + unit.bias), gate(r - unit.bias));
        // G and 1 − G as sums of what is not negative: no difference of near numbers where gates saturate.
        let two = N::of(2.0);
        let kept = f.open * (two * r.open).fma(f.shut, f.open);
        let added = f.shut * (two * r.shut).fma(f.open, f.shut);
        let c = kept.fma(unit.c, added * phi.apply(u));
        (sigmoid(o) * phi.apply(c), c)
    }
}
