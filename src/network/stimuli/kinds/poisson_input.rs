//! `poisson_input`: independent Poisson sources, summed.

use crate::network::stimuli::builder::builder;
use crate::network::stimuli::{Declaration, Form, Key, Need};
use crate::network::{Stimulus, StimulusKind, Typed, Value};
use uom::si::f64::Frequency;

pub(super) static DECLARATION: Declaration = Declaration {
    name: "poisson_input",
    called: "a Poisson input",
    keys: &[
        Key::needed("sources", Form::Whole, "Poisson sources of each neuron, summed"),
        Key::needed("rate", Form::Frequency, "of each source; at most one event a step"),
        Key::needed("weight", Form::Value, "of an event, in the port's unit or mV"),
        Key { name: "sampler", form: Form::Word(&NAMES), need: Need::Default(NAMES[0]), meaning: "see below" },
    ],
    port: Some("the port that events enter"),
    neurons: None,
    together: |_, _| Ok(()),
};

/// How the number of events of `n` sources with probability `p` per step is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Sampler {
    /// `Normal` where np > 5 and n(1−p) > 5, otherwise `Binomial`.
    #[default]
    Auto,
    /// Normal of the binomial's mean and variance, rounded and clamped to 0…n.
    Normal,
    /// Exact binomial.
    Binomial,
    /// Poisson counts of mean np, as NEST's generator draws them.
    Poisson,
}

impl Sampler {
    /// All samplers, with their names in network files.
    pub const ALL: [(&'static str, Self); 4] =
        [("auto", Self::Auto), ("normal", Self::Normal), ("binomial", Self::Binomial), ("poisson", Self::Poisson)];

    /// The sampler of this name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.iter().find(|(own, _)| *own == name).map(|(_, sampler)| *sampler)
    }
}

const NAMES: [&str; 4] = {
    let [auto, normal, binomial, poisson] = Sampler::ALL;
    [auto.0, normal.0, binomial.0, poisson.0]
};

/// Independent Poisson sources, summed.
#[derive(Debug, Clone, PartialEq)]
pub struct PoissonInput(Stimulus);

impl PoissonInput {
    /// Each neuron of `target` gets `sources` sources of this rate. An event's weight jumps V, unless a port is named.
    pub fn new(
        target: impl AsRef<str>,
        sources: u32,
        rate: impl Into<Typed<Frequency>>,
        weight: impl Into<Value>,
    ) -> Self {
        let stimulus = Stimulus::new(target, StimulusKind::PoissonInput).param("sources", f64::from(sources));
        Self(stimulus.param("rate", Value::from(rate.into())).param("weight", weight))
    }

    /// How the number of events of a step is drawn.
    pub fn sampler(self, sampler: Sampler) -> Self {
        let name = Sampler::ALL.iter().find(|(_, other)| *other == sampler).map_or("", |(name, _)| name);
        Self(self.0.param("sampler", Value::choice(name)))
    }
}

builder! {
    PoissonInput {
        /// The targeted neurons; all unless given. A duplicate counts twice.
        neurons;
        /// The port that events enter; the weight is then in its unit.
        port;
    }
}
