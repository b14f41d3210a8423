//! `poisson_encoder`: Poisson spikes of rates that change.

use crate::network::stimuli::builder::builder;
use crate::network::stimuli::{Declaration, Form, Key};
use crate::network::{Array, Stimulus, StimulusKind, Typed, Value};
use uom::si::f64::Frequency;

pub(super) static DECLARATION: Declaration = Declaration {
    name: "poisson_encoder",
    called: "an encoder",
    keys: &[
        Key::either(
            "rate",
            Form::Frequency,
            "in each step one event with probability rate·dt, at most one a step; the host may set other rates between runs, \
             with `Simulation::set_rates`",
        ),
        Key::either("rates", Form::Frequencies, "`[T]` or `[T, n]`: the rate of each step; zero after its end"),
        Key::needed("weight", Form::Value, "of an event, in the port's unit or mV"),
    ],
    port: Some("the port that events enter"),
    neurons: None,
    together: |_, _| Ok(()),
};

/// Poisson spikes of rates that change: given for each step, or set between runs with
/// [`crate::Simulation::set_rates`].
#[derive(Debug, Clone, PartialEq)]
pub struct PoissonEncoder(Stimulus);

impl PoissonEncoder {
    /// These rates, until others are set. An event's weight jumps V, unless a port is named.
    pub fn new(target: impl AsRef<str>, rate: impl Into<Typed<Frequency>>, weight: impl Into<Value>) -> Self {
        Self::of(target, "rate", Value::from(rate.into()), weight)
    }

    /// Rates given for each step: `[T, n]`, or `[T]` for all; zero after its end.
    pub fn trace(target: impl AsRef<str>, rates: Array, weight: impl Into<Value>) -> Self {
        Self::of(target, "rates", rates, weight)
    }

    fn of(target: impl AsRef<str>, key: &str, rates: impl Into<Value>, weight: impl Into<Value>) -> Self {
        Self(Stimulus::new(target, StimulusKind::PoissonEncoder).param(key, rates).param("weight", weight))
    }
}

builder! {
    PoissonEncoder {
        /// The targeted neurons, each once; all unless given.
        neurons;
        /// The port that events enter; the weight is then in its unit.
        port;
    }
}
