//! Stimuli by their catalogue names, and a user's: the builder of those that have none of their own.

use crate::network::stimuli::builder::builder;
use crate::network::{Model, Stimulus, StimulusKind, Value};
use std::path::PathBuf;

/// A stimulus by its catalogue name, with what it is told by key: `current_step`, `current_ramp`, `current_sine`,
/// `ornstein_uhlenbeck`, `white_noise`, `poisson_spikes`.
///
/// ```
/// use neuropil::network::{Network, StimulusModel};
/// use neuropil::units::Literal;
/// let mut net = Network::new(0.1.ms());
/// let noise = StimulusModel::new("exc", "ornstein_uhlenbeck").param("mean", 0.3.na()).param("sigma", 0.1.na());
/// net.stimulate(noise.param("tau", 5.0.ms()).neurons(0..10));
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct StimulusModel(Stimulus);

impl StimulusModel {
    /// The stimulus of this catalogue name, with its default parameters.
    pub fn new(target: impl AsRef<str>, name: impl Into<String>) -> Self {
        Self(Stimulus::new(target, StimulusKind::named(&name.into())))
    }

    /// That of a user's WGSL file.
    pub fn file(target: impl AsRef<str>, path: impl Into<PathBuf>) -> Self {
        Self(Stimulus::new(target, StimulusKind::Model(Model::File(path.into()))))
    }

    /// That of a user's WGSL text; `name` is the prefix of its functions.
    pub fn source(target: impl AsRef<str>, name: impl Into<String>, text: impl Into<String>) -> Self {
        let model = Model::Source { name: name.into(), text: text.into() };
        Self(Stimulus::new(target, StimulusKind::Model(model)))
    }

    /// A parameter.
    pub fn param(self, name: impl Into<String>, value: impl Into<Value>) -> Self {
        Self(self.0.param(name, value))
    }
}

builder! {
    StimulusModel {
        /// The targeted neurons, each once; all unless given.
        neurons;
        /// The port that events enter; the weight is then in its unit. A current has none.
        port;
    }
}
