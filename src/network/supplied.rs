//! What a text of a network names and its host has: arrays in the place of `.npy` files, models in the place of `.wgsl` files.

use super::{Array, Model};
use crate::units::Unit;
use crate::{Error, Result};
use std::collections::BTreeMap;
use std::path::Path;

/// Arrays and models of a host, by the names that stand for them in [`Network::add_element`](super::Network::add_element): an array where
/// a network file has the path of a `.npy` file, a model where it has that of a `.wgsl` file.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Supplied {
    /// Numbers, row-major, with their shape.
    arrays: BTreeMap<String, (Vec<f64>, Vec<usize>)>,
    models: BTreeMap<String, String>,
}

impl Supplied {
    /// Nothing.
    pub fn new() -> Self {
        Self::default()
    }

    /// Has numbers, row-major in `shape`, where a text says `{ npy = "name" }`.
    ///
    /// # Errors
    /// [`Error::Request`] if the shape holds another number of numbers.
    pub fn array(&mut self, name: impl Into<String>, values: Vec<f64>, shape: &[usize]) -> Result<()> {
        if shape.iter().try_fold(1usize, |size, side| size.checked_mul(*side)) != Some(values.len()) {
            let problem = format!("{} numbers do not fill the shape {shape:?}", values.len());
            return Err(Error::request("array", problem, "as many numbers as the shape says"));
        }
        self.arrays.insert(name.into(), (values, shape.to_vec()));
        Ok(())
    }

    /// Has the WGSL of a model where a text says `name`, which ends in `.wgsl`; before that stands the model's name, the prefix of its
    /// functions.
    pub fn model(&mut self, name: impl Into<String>, text: impl Into<String>) {
        self.models.insert(name.into(), text.into());
    }

    /// The array of this name, in a unit.
    pub(super) fn array_named(&self, name: &str, unit: &Unit) -> Option<Array> {
        let (values, shape) = self.arrays.get(name)?;
        Some(Array::Inline { values: values.clone(), shape: shape.clone(), unit: unit.clone() })
    }

    /// The numbers of this name, with their shape.
    pub(super) fn numbers_named(&self, name: &str) -> Option<(&[f64], &[usize])> {
        self.arrays.get(name).map(|(values, shape)| (values.as_slice(), shape.as_slice()))
    }

    /// The model of this name.
    pub(super) fn model_named(&self, name: &str) -> Option<Model> {
        let text = self.models.get(name)?.clone();
        let name = Path::new(name).file_stem().unwrap_or_default().to_string_lossy().into_owned();
        Some(Model::Source { name, text })
    }
}
