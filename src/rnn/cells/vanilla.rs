//! `vanilla`: h = φ([x, h]·W + b) (Elman, *Cogn. Sci.* 14, 179, 1990). Source: `brainstate.nn.ValinaRNNCell`.

use crate::network::Scheme;
use crate::number::Number;
use crate::rnn::Activation;
use crate::rnn::definition::{Definition, Equations, Linear};
use crate::rnn::equations::{Unit, Whole};
use crate::shader::text;

pub(in crate::rnn) static DEFINITION: Definition = Definition {
    name: "vanilla",
    what: "Plain recurrent cell",
    linears: &[Linear { name: "W", gates: &["h"], bias: true }],
    vector: None,
    has_c: false,
    activation: Activation::Relu,
    scheme: Scheme::XavierNormal,
    wgsl: text!("cells/vanilla.wgsl"),
    equations: Equations::whole::<Vanilla>(),
};

struct Vanilla;

impl Whole for Vanilla {
    #[inline(always)]
    fn step<N: Number>(phi: Activation, x: &[N], h: &[N], unit: Unit<N>) -> (N, N) {
        (phi.apply(x[0] + h[0]), unit.c)
    }
}
