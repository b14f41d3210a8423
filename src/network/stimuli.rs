//! What acts on a population from outside.
//!
//! A kind of stimulus that has keys of its own declares them, in a file of its own below `kinds/`: what each may be told, what
//! must hold of them whatever the models are, and a typed builder. Whoever reads, checks, documents or lowers stimuli goes by
//! these declarations. Any other kind is a model of the catalogue, whose parameters are its keys; they wait for the model,
//! for nothing here knows one.

mod builder;
mod declaration;
pub(super) mod kinds;
mod markdown;

pub use declaration::{Declaration, Form, Key, Need};
pub use markdown::markdown;

use super::check::values;
use super::{StimulusKind, Value};
use crate::Result;
use std::collections::BTreeMap;

/// Something that acts on a population from outside.
#[derive(Debug, Clone, PartialEq)]
pub struct Stimulus {
    /// Its name; unless it has one, it is called by its number.
    pub name: Option<String>,
    /// Name of the target population.
    pub target: String,
    /// The targeted neurons, by index in the population; all if absent. A duplicate counts twice.
    pub neurons: Option<Vec<u32>>,
    /// What it is.
    pub kind: StimulusKind,
    /// The port that it enters; none: its weight jumps V. A current has none.
    pub port: Option<String>,
    /// What it is told, by key: those that its kind declares, or the parameters of its model.
    pub params: BTreeMap<String, Value>,
}

impl Stimulus {
    fn new(target: impl AsRef<str>, kind: StimulusKind) -> Self {
        Self {
            name: None,
            target: target.as_ref().to_owned(),
            neurons: None,
            kind,
            port: None,
            params: BTreeMap::new(),
        }
    }

    fn param(mut self, key: impl Into<String>, value: impl Into<Value>) -> Self {
        self.params.insert(key.into(), value.into());
        self
    }

    /// What must hold of its keys whatever the models are; `path` is its own in the network.
    pub(super) fn check(&self, path: &str) -> Result<()> {
        match self.kind.declaration() {
            Some(declaration) => declaration.check(self, path),
            None => self.params.iter().try_for_each(|(key, value)| values::value(&format!("{path}.{key}"), value)),
        }
    }
}
