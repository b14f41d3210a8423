//! `current`: a constant current, or one given for each step.

use crate::network::stimuli::builder::builder;
use crate::network::stimuli::{Declaration, Form, Key};
use crate::network::{Array, Stimulus, StimulusKind, Typed, Value};
use uom::si::f64::ElectricCurrent;

pub(super) static DECLARATION: Declaration = Declaration {
    name: "current",
    called: "a current",
    keys: &[
        Key::either("value", Form::Value, "a constant current"),
        Key::either("trace", Form::Array, "`[T]` or `[T, n]`: the current of each step; zero after its end"),
    ],
    port: None,
    neurons: None,
    together: |_, _| Ok(()),
};

/// A current into a population.
///
/// ```
/// use neuropil::network::{Array, Current, Network};
/// use neuropil::units::Literal;
/// let mut net = Network::new(0.1.ms());
/// net.stimulate(Current::new("exc", 2.0.ma()).neurons(0..10));
/// net.stimulate(Current::trace("exc", Array::npy("i.npy", "mA")?));
/// # Ok::<(), neuropil::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Current(Stimulus);

impl Current {
    /// A constant current.
    pub fn new(target: impl AsRef<str>, current: impl Into<Typed<ElectricCurrent>>) -> Self {
        Self(Stimulus::new(target, StimulusKind::Current).param("value", Value::from(current.into())))
    }

    /// A current given for each step: `[T, n]`, or `[T]` for all; zero after its end.
    pub fn trace(target: impl AsRef<str>, trace: Array) -> Self {
        Self(Stimulus::new(target, StimulusKind::Current).param("trace", trace))
    }
}

builder! {
    Current {
        /// The targeted neurons; all unless given. A duplicate counts twice.
        neurons;
    }
}
