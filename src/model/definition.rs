//! A model as the rest of neuropil sees it: its WGSL fragment, what was read from it, and its twin.

use super::{CATALOGUE, Compiled, Entry, Twin, contract};
use crate::nearest;
use crate::shader::{Contract, Field, Fragment, Reflection, reflect};
use crate::{Error, Result};
use std::borrow::Cow;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

/// What a model is a model of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ModelKind {
    /// A neuron.
    Neuron,
    /// A synapse: filters what arrives at a port.
    Synapse,
    /// How a port acts on its neuron.
    Output,
    /// Something that acts on a population from outside.
    Stimulus,
    /// What a projection makes of its sources' spikes.
    Projection,
}

impl ModelKind {
    /// All kinds, in the order of the catalogue.
    pub const ALL: [ModelKind; 5] =
        [ModelKind::Neuron, ModelKind::Synapse, ModelKind::Output, ModelKind::Stimulus, ModelKind::Projection];

    /// One of its kind, in words.
    pub(crate) fn model(self) -> String {
        if self == Self::Projection { self.to_string() } else { format!("{self} model") }
    }

    fn contract(self) -> &'static Contract {
        match self {
            Self::Neuron => &contract::NEURON,
            Self::Synapse => &contract::SYNAPSE,
            Self::Output => &contract::OUTPUT,
            Self::Stimulus => &contract::STIMULUS,
            Self::Projection => &contract::PROJECTION,
        }
    }
}

impl std::fmt::Display for ModelKind {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.contract().kind)
    }
}

/// A model, built-in or a user's.
#[derive(Debug)]
pub struct Definition {
    /// What it is a model of.
    pub kind: ModelKind,
    /// Its WGSL.
    pub fragment: Fragment,
    /// Parameters, state and functions, read from the WGSL.
    pub reflection: Reflection,
    /// Its equations in f64; a user's model has none.
    pub twin: Option<Twin>,
    /// Its equations over numbers side by side, which the CPU engine steps; a user's model has none.
    pub compiled: Option<Compiled>,
}

impl Definition {
    fn new(kind: ModelKind, fragment: Fragment) -> Result<Self> {
        let reflection = reflect(&fragment, kind.contract())?;
        Ok(Self { kind, fragment, reflection, twin: None, compiled: None })
    }

    /// Is it the same text?
    pub(crate) fn is_same(&self, other: &Self) -> bool {
        self.kind == other.kind
            && self.fragment.path == other.fragment.path
            && self.fragment.text == other.fragment.text
    }

    /// The model's name, the prefix of its functions.
    pub fn name(&self) -> &str {
        &self.fragment.name
    }

    /// Does the WGSL have the function `<name>_<suffix>`?
    pub fn has(&self, suffix: &str) -> bool {
        self.reflection.functions.iter().any(|function| function == suffix)
    }

    /// The state variable that jumps act on: `v`, or the first.
    pub fn driven(&self) -> Option<&Field> {
        let state = &self.reflection.state;
        state.iter().find(|field| field.name == "v").or(state.first())
    }

    /// Whether its neurons ever spike: a readout of rates does not. A user's neuron is taken to.
    pub fn spikes(&self) -> bool {
        !matches!(self.twin, Some(Twin::Neuron(twin)) if !twin.spikes())
    }

    /// Does a stimulus draw random words?
    pub fn draws(&self) -> bool {
        self.has("sample") || self.has("update")
    }

    /// Whether it is a stimulus that its parameters alone make: all words that it reads follow from them.
    pub(crate) fn is_general(&self) -> bool {
        let params = &self.reflection.params;
        let words = params.iter().filter(|field| !field.is_given()).count();
        if words == 0 && self.twin.is_none() {
            return true;
        }
        let Some(Twin::Stimulus(twin)) = self.twin else { return false };
        let known = twin.words(&vec![0.0; params.len()], 1.0).map_or(0, |words| words.len());
        known == words
    }

    /// Is it a projection's model that gives a value in each step, in place of amplitudes of spikes?
    pub fn is_graded(&self) -> bool {
        self.kind == ModelKind::Projection && self.has("value")
    }

    /// Index of the state variable of that name.
    pub fn variable(&self, name: &str) -> Option<usize> {
        self.reflection.state.iter().position(|field| field.name == name)
    }
}

/// The built-in model of that kind and name; `None` if there is none.
///
/// # Errors
/// [`Error::Shader`] if the model's own WGSL breaks its contract, which its tests rule out.
pub fn find(kind: ModelKind, name: &str) -> Result<Option<Arc<Definition>>> {
    Ok(catalogue()?.iter().find(|model| model.kind == kind && model.name() == name).cloned())
}

/// The built-in models of that name, of any kind.
///
/// # Errors
/// [`Error::Request`] if there is none; else as [`find`].
pub fn named(name: &str) -> Result<Vec<Arc<Definition>>> {
    let models: Vec<_> = catalogue()?.iter().filter(|model| model.name() == name).cloned().collect();
    if !models.is_empty() {
        return Ok(models);
    }
    let names: Vec<_> = catalogue()?.iter().map(|model| model.name()).collect();
    let problem = format!("there is no model `{name}`{}", nearest::hint(name, names.iter().copied()));
    Err(Error::request("models", problem, format!("{}, or a .wgsl file", names.join(", "))))
}

/// All built-in models, in the order of the registry.
///
/// # Errors
/// As [`find`].
pub fn catalogue() -> Result<&'static [Arc<Definition>]> {
    static MODELS: OnceLock<Vec<Arc<Definition>>> = OnceLock::new();
    if let Some(models) = MODELS.get() {
        return Ok(models);
    }
    let models: Vec<_> = CATALOGUE.iter().map(|entry| built_in(entry).map(Arc::new)).collect::<Result<_>>()?;
    Ok(MODELS.get_or_init(|| models))
}

fn built_in(entry: &Entry) -> Result<Definition> {
    let fragment =
        Fragment { name: entry.name.to_owned(), path: PathBuf::from(entry.path), text: Cow::Borrowed(entry.wgsl) };
    let definition = Definition::new(entry.kind, fragment)?;
    Ok(Definition { twin: Some(entry.twin), compiled: Some((entry.compiled)()), ..definition })
}

/// A user's model from WGSL text; `path` is named in its errors, and its stem is the model's name.
///
/// # Errors
/// [`Error::Shader`] where the text breaks the contract of its kind.
pub fn user(kind: ModelKind, path: &Path, text: String) -> Result<Arc<Definition>> {
    let fragment = Fragment { name: stem(path), path: path.to_owned(), text: Cow::Owned(text) };
    Definition::new(kind, fragment).map(Arc::new)
}

fn stem(path: &Path) -> String {
    path.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default()
}

/// What a user's WGSL text is most likely meant to be, by the functions that it has.
pub fn likely_kind(path: &Path, text: &str) -> ModelKind {
    let name = stem(path);
    let has = |suffix: &str| text.contains(&format!("fn {name}_{suffix}("));
    match () {
        () if has("threshold") || has("reset") => ModelKind::Neuron,
        () if has("amplitude") || text.contains("spiked: bool") => ModelKind::Projection,
        () if has("current") || has("jump") => ModelKind::Output,
        () if has("value") || has("sample") || has("update") && text.contains(": Site") => ModelKind::Stimulus,
        () if has("output") => ModelKind::Synapse,
        () => ModelKind::Neuron,
    }
}
