//! `lstm`: [i, g, f, o] = [x, h]·W + b, c = σ(f + 1)c + σ(i)φ(g), h = σ(o)φ(c) (Hochreiter and Schmidhuber, *Neural
//! Comput.* 9, 1735, 1997; the 1 after Jozefowicz et al., 2015). Source: `brainstate.nn.LSTMCell`.

use crate::network::Scheme;
use crate::number::Number;
use crate::rnn::Activation;
use crate::rnn::activation::sigmoid;
use crate::rnn::definition::{Definition, Equations, Linear};
use crate::rnn::equations::{Unit, Whole};
use crate::shader::text;

pub(in crate::rnn) static DEFINITION: Definition = Definition {
    name: "lstm",
    what: "Long short-term memory",
    linears: &[Linear { name: "W", gates: &["i", "g", "f", "o"], bias: true }],
    vector: None,
    has_c: true,
    activation: Activation::Tanh,
    scheme: Scheme::XavierNormal,
    wgsl: text!("cells/lstm.wgsl"),
    equations: Equations::whole::<Lstm>(),
};

struct Lstm;

impl Whole for Lstm {
    #[inline(always)]
    fn step<N: Number>(phi: Activation, x: &[N], h: &[N], unit: Unit<N>) -> (N, N) {
        let [i, g, f, o] = [0, 1, 2, 3].map(|gate| x[gate] + h[gate]);
        let c = sigmoid(f + N::of(1.0)).fma(unit.c, sigmoid(i) * phi.apply(g));
        (sigmoid(o) * phi.apply(c), c)
    }
}
