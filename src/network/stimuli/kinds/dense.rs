//! `dense`: analog input through a dense matrix.

use crate::network::stimuli::builder::builder;
use crate::network::stimuli::{Declaration, Form, Key};
use crate::network::{Array, Stimulus, StimulusKind, Value};

pub(super) static DECLARATION: Declaration = Declaration {
    name: "dense",
    called: "a dense input",
    keys: &[
        Key::needed(
            "input",
            Form::Array,
            "x, without unit: `[T, n_in]`, or `[T, batch, n_in]` with inputs of each item; zero after its end",
        ),
        Key::needed("weight", Form::Matrix, "W: `[n_in, n]` for n targeted neurons; each gets its column of x·W"),
    ],
    port: Some("the port that x·W enters; without, weights in mA make a current"),
    neurons: None,
    together: |_, _| Ok(()),
};

/// Analog input through a dense matrix.
///
/// ```
/// use neuropil::network::{Array, Dense, Initialiser, Network, Scheme};
/// use neuropil::units::Literal;
/// let mut net = Network::new(1.0.ms());
/// let weight = Initialiser::new(Scheme::KaimingNormal, 1.0.ma());
/// net.stimulate(Dense::new("hidden", Array::npy("x.npy", "1")?, weight));
/// # Ok::<(), neuropil::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Dense(Stimulus);

impl Dense {
    /// Each neuron of `target` gets its column of x·W: `input` is x, `[T, n_in]` or `[T, batch, n_in]`, and `weight` is
    /// W, `[n_in, n]`. Weights in mA make a current; others jump V, unless a port is named.
    pub fn new(target: impl AsRef<str>, input: Array, weight: impl Into<Value>) -> Self {
        Self(Stimulus::new(target, StimulusKind::Dense).param("input", input).param("weight", weight))
    }
}

builder! {
    Dense {
        /// The targeted neurons, one for each column of W; all unless given.
        neurons;
        /// The port that x·W enters; the weights are then in its unit.
        port;
    }
}
