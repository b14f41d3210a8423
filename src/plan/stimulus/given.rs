//! What a stimulus is told. The file of each array is opened once: its shape is known before its numbers are read.

use crate::network::{Array, Value};
use crate::npy::NpyFile;
use crate::plan::held::converted;
use crate::plan::resolve::array_in;
use crate::units::Unit;
use crate::{Error, Result};
use std::collections::BTreeMap;

pub(super) struct Given<'a> {
    path: &'a str,
    params: &'a BTreeMap<String, Value>,
    /// The open files of arrays whose numbers are still to be read.
    files: BTreeMap<&'a str, NpyFile>,
}

impl<'a> Given<'a> {
    /// # Errors
    /// [`Error::NamedFile`] where a file cannot be opened, or is none of numbers.
    pub fn open(params: &'a BTreeMap<String, Value>, path: &'a str) -> Result<Self> {
        let mut files = BTreeMap::new();
        for (key, value) in params {
            if let Value::Array(Array::Npy { path: file, .. }) = value {
                let file = NpyFile::open(file).map_err(|error| error.named_by(format!("{path}.{key}")))?;
                files.insert(key.as_str(), file);
            }
        }
        Ok(Self { path, params, files })
    }

    pub fn get(&self, key: &str) -> Option<&'a Value> {
        self.params.get(key)
    }

    /// What a key says that must be there.
    ///
    /// # Errors
    /// [`Error::Field`] where it is not, which is what a network's check rules out.
    pub fn value(&self, key: &str) -> Result<&'a Value> {
        self.get(key).ok_or_else(|| Error::field(format!("{}.{key}", self.path), "is not given", "a value"))
    }

    /// Does anything differ from neuron to neuron?
    pub fn differs(&self) -> bool {
        self.params.values().any(|value| matches!(value, Value::Drawn(_) | Value::Array(_)))
    }

    /// The shape of an array that is still to be read; of anything else there is none.
    pub fn shape(&self, key: &str) -> &[usize] {
        match (self.files.get(key), self.get(key)) {
            (Some(file), _) => file.shape(),
            (None, Some(Value::Array(Array::Inline { shape, .. }))) => shape,
            _ => &[0],
        }
    }

    /// How many numbers an array has that is still to be read.
    pub fn elements(&self, key: &str) -> u64 {
        self.shape(key).iter().fold(1u64, |product, &axis| product.saturating_mul(axis as u64))
    }

    /// An array's shape, and its numbers in `unit`.
    ///
    /// # Errors
    /// [`Error::Field`] for another dimension, and for numbers that no word holds; [`Error::NamedFile`].
    pub fn array(&mut self, key: &str, unit: &Unit) -> Result<(Vec<usize>, Vec<f64>)> {
        let path = format!("{}.{key}", self.path);
        match (self.value(key)?, self.files.remove(key)) {
            (Value::Array(array), Some(file)) => {
                let file = file.array().map_err(|error| error.named_by(&*path))?;
                Ok((file.shape, converted(file.values, array.unit(), unit, &path)?))
            }
            (Value::Array(array), None) => array_in(array, unit, &path),
            (other, _) => Err(Error::field(path, format!("is {}", other.described()), "an array")),
        }
    }

    /// What a key says, with the array of a file in place.
    ///
    /// # Errors
    /// As [`Self::value`]; [`Error::NamedFile`].
    pub fn take(&mut self, key: &str) -> Result<Value> {
        match (self.value(key)?, self.files.remove(key)) {
            (Value::Array(array), Some(file)) => {
                let file = file.array().map_err(|error| error.named_by(format!("{}.{key}", self.path)))?;
                Ok(Array::Inline { values: file.values, shape: file.shape, unit: array.unit().clone() }.into())
            }
            (value, _) => Ok(value.clone()),
        }
    }
}
