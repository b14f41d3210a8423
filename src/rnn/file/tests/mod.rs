//! Files made here, right and wrong; every message in full.

mod format;
mod own;
mod pytorch;
mod round;

use super::{Stored, read};
use crate::rnn::{Affine, Cell, CellKind, Weights};
use crate::{Error, Result};
use safetensors::Dtype;
use safetensors::tensor::TensorView;
use std::path::PathBuf;

/// A tensor of a file.
#[derive(Clone)]
struct Raw {
    name: String,
    dtype: Dtype,
    shape: Vec<usize>,
    bytes: Vec<u8>,
}

impl Raw {
    /// F64 numbers.
    fn new(name: &str, shape: &[usize], values: &[f64]) -> Self {
        let bytes = values.iter().flat_map(|value| value.to_le_bytes()).collect();
        Self { name: name.to_owned(), dtype: Dtype::F64, shape: shape.to_vec(), bytes }
    }

    /// F64 numbers, of which nothing is of interest.
    fn any(name: &str, shape: &[usize]) -> Self {
        Self::new(name, shape, &vec![0.5; shape.iter().product()])
    }

    /// The same with another number at an index.
    fn with(mut self, index: usize, value: f64) -> Self {
        self.bytes[8 * index..][..8].copy_from_slice(&value.to_le_bytes());
        self
    }
}

fn bytes(tensors: &[Raw]) -> Vec<u8> {
    let views =
        tensors.iter().map(|raw| (&raw.name, TensorView::new(raw.dtype, raw.shape.clone(), &raw.bytes).unwrap()));
    safetensors::serialize(views, None).unwrap()
}

/// A folder with the file `w.safetensors`.
struct Folder(tempfile::TempDir);

impl Folder {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn path(&self) -> PathBuf {
        self.0.path().join("w.safetensors")
    }

    fn holding(bytes: &[u8]) -> Self {
        let folder = Self::new();
        std::fs::write(folder.path(), bytes).unwrap();
        folder
    }

    /// An error's message without the folder's name.
    fn message(&self, error: &Error) -> String {
        error.to_string().replace(&format!("{}/", self.0.path().display()), "")
    }
}

fn read_raw(kind: CellKind, tensors: &[Raw]) -> Result<Stored> {
    let folder = Folder::holding(&bytes(tensors));
    read(&folder.path(), kind)
}

fn check_bytes(kind: CellKind, bytes: &[u8], expected: &str) {
    let folder = Folder::holding(bytes);
    let error = read(&folder.path(), kind).unwrap_err();
    assert!(matches!(error, Error::Data { .. }), "{error:?}");
    assert_eq!(folder.message(&error), format!("w.safetensors: {expected}"));
}

fn check(kind: CellKind, tensors: &[Raw], expected: &str) {
    check_bytes(kind, &bytes(tensors), expected);
}

/// A cell with weights that are all different, and exact in f32 even when 1 is added.
fn cell(kind: CellKind, n_in: usize, n_out: usize) -> Cell {
    let mut values = (-40..).map(|value: i32| f64::from(value) / 64.0);
    let mut numbers = |length: usize| -> Vec<f64> { values.by_ref().take(length).collect() };
    let definition = kind.definition();
    let linears = definition.linears.iter().map(|linear| {
        let columns = linear.gates.len() * n_out;
        let weight = numbers((n_in + n_out) * columns);
        Affine { weight, bias: numbers(if linear.bias { columns } else { 0 }) }
    });
    let linears = linears.collect();
    let vector = numbers(if definition.vector.is_some() { n_out } else { 0 });
    Cell::new(kind, n_in, n_out, definition.activation, Weights { linears, vector }).unwrap()
}
