//! Writing a `.safetensors` file, whole or not at all. It knows no cells.

use crate::replace::replace;
use crate::{Error, Result};
use safetensors::{Dtype, View};
use std::borrow::Cow;
use std::io::{self, Write};
use std::path::Path;

/// How the numbers of a written file are stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Precision {
    /// 4 bytes each, rounded to the nearest.
    F32,
    /// 8 bytes each, as they are.
    F64,
}

impl Precision {
    fn dtype(self) -> Dtype {
        match self {
            Self::F32 => Dtype::F32,
            Self::F64 => Dtype::F64,
        }
    }

    fn bytes(self) -> usize {
        match self {
            Self::F32 => 4,
            Self::F64 => 8,
        }
    }
}

/// A tensor to be written; its numbers are computed as they are needed, so that a layout needs no copy of its own.
pub(super) struct Tensor<'a> {
    pub name: String,
    pub shape: Vec<usize>,
    pub precision: Precision,
    /// The number at an index in row-major order.
    pub at: Box<dyn Fn(usize) -> f64 + 'a>,
}

impl Tensor<'_> {
    fn len(&self) -> usize {
        self.shape.iter().product()
    }
}

impl View for Tensor<'_> {
    fn dtype(&self) -> Dtype {
        self.precision.dtype()
    }

    fn shape(&self) -> &[usize] {
        &self.shape
    }

    fn data(&self) -> Cow<'_, [u8]> {
        let values = (0..self.len()).map(&self.at);
        Cow::Owned(match self.precision {
            Precision::F32 => values.flat_map(|value| (value as f32).to_le_bytes()).collect(),
            Precision::F64 => values.flat_map(f64::to_le_bytes).collect(),
        })
    }

    fn data_len(&self) -> usize {
        self.len() * self.precision.bytes()
    }
}

/// Replaces `path` by a file of these tensors.
pub(super) fn write(path: &Path, tensors: Vec<Tensor<'_>>) -> Result<()> {
    let named = tensors.into_iter().map(|tensor| (tensor.name.clone(), tensor));
    let cannot_write = |error| Error::File { action: "write", path: path.to_owned(), source: io::Error::other(error) };
    let bytes = safetensors::serialize(named, None).map_err(cannot_write)?;
    replace(path, |file| file.write_all(&bytes))
}
