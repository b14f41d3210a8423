//! The lists of a network's elements, and what a path says of them.

use super::written::Written;
use crate::network::file::{Found, Values};
use crate::network::{Network, Population, Projection, Stimulus};
use std::path::Path;

/// A list of a network's elements.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::network) enum List {
    Populations,
    Projections,
    Stimuli,
    Records,
}

impl List {
    pub(in crate::network) const ALL: [Self; 4] = [Self::Populations, Self::Projections, Self::Stimuli, Self::Records];

    /// The key of its tables.
    pub(in crate::network) fn key(self) -> &'static str {
        match self {
            Self::Populations => "population",
            Self::Projections => "projection",
            Self::Stimuli => "stimulus",
            Self::Records => "record",
        }
    }
}

/// What is put at a path.
#[derive(Clone, Copy)]
pub(in crate::network) struct Given<'a> {
    pub value: &'a Written,
    /// Paths of files in it are relative to the folder of this one.
    pub base: &'a Path,
    /// What it may name.
    pub variables: &'a Values,
}

impl<'a> From<&'a Written> for Given<'a> {
    /// Of no file.
    fn from(value: &'a Written) -> Self {
        static NONE: Values = Values::new();
        Self { value, base: Path::new(""), variables: &NONE }
    }
}

/// An element as it was; none of those that nobody asks for again.
pub(in crate::network) enum Old {
    Population(Box<Population>),
    Projection(Box<Projection>),
    Stimulus(Box<Stimulus>),
    Other,
}

/// What a value was put at.
pub(in crate::network) struct Change {
    /// Its path, by numbers.
    pub path: String,
    /// The files and the variables that it names.
    pub found: Found,
    /// What was there before.
    pub old: Old,
}

impl Network {
    pub(in crate::network) fn len(&self, list: List) -> usize {
        match list {
            List::Populations => self.populations.len(),
            List::Projections => self.projections.len(),
            List::Stimuli => self.stimuli.len(),
            List::Records => self.records.len(),
        }
    }
}

/// The list that a path begins with, the element that it selects there, and what follows.
pub(super) fn selected(path: &str) -> Option<(List, &str, &str)> {
    let (word, rest) = path.split_once('[')?;
    let (selector, rest) = rest.split_once(']')?;
    Some((List::ALL.into_iter().find(|list| list.key() == word)?, selector, rest))
}
