//! The arrays of a network, open: what lowering takes is counted from their shapes, and then the numbers are taken out of them.
//!
//! A network that names an array's file in several places, by the same path, gets the same numbers in all of them where they are
//! read when the file is opened: of a pipe, of a small file, and of all files beyond those that are held open. So a pipe is opened
//! once. A large file is opened once for each place, and read there later.

use super::held::converted;
use super::shapes::elements;
use crate::Result;
use crate::memory::{bytes_of, needs};
use crate::network::{Array, Value};
use crate::npy::{NpyArray, NpyFile};
use crate::units::Unit;
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::rc::Rc;

/// A value, its array open.
pub(super) type Given<'a> = Value<OpenArray<'a>>;

/// Values by the names of a model's fields.
pub(super) type GivenByName<'a> = BTreeMap<String, Given<'a>>;

/// [bytes] Of an array that is read when it is opened.
const SMALL: usize = 1 << 16;

/// Large files that are held open at a time, for a process may have so many open only; those beyond are read at once.
const HELD: usize = 64;

/// Is this shape legal?
pub(super) type CheckShape<'a> = &'a dyn Fn(&[usize]) -> Result<()>;

/// The files of a network's arrays.
#[derive(Default)]
pub(super) struct Files {
    /// Whoever holds a file open has a copy.
    held: Rc<()>,
    /// What was read when it was opened.
    read: RefCell<BTreeMap<PathBuf, Rc<NpyArray>>>,
}

impl Files {
    /// Opens a file, unless its numbers are here; errors are those of the field `path`. What is no file, as a pipe, is read at
    /// once: whoever writes there may wait with another until it is.
    fn open<'a>(&self, file: &Path, path: &str, check: CheckShape<'_>) -> Result<Numbers<'a>> {
        if let Some(array) = self.read.borrow().get(file) {
            check(&array.shape)?;
            return Ok(Numbers::Read(array.clone()));
        }
        let opened = NpyFile::open(file).map_err(|error| error.named_by(path))?;
        check(opened.shape())?;
        // One is that of `self`.
        let waits = opened.length().is_some() && opened.size() > SMALL && Rc::strong_count(&self.held) <= HELD;
        if waits {
            return Ok(Numbers::File { file: opened, _held: self.held.clone() });
        }
        let array = Rc::new(opened.array().map_err(|error| error.named_by(path))?);
        self.read.borrow_mut().insert(file.to_owned(), array.clone());
        Ok(Numbers::Read(array))
    }
}

/// An array of known shape, whose numbers are still to be taken.
pub(super) struct OpenArray<'a> {
    numbers: Numbers<'a>,
    /// Of the numbers.
    pub unit: &'a Unit,
}

enum Numbers<'a> {
    Inline {
        values: &'a [f64],
        shape: &'a [usize],
    },
    Read(Rc<NpyArray>),
    File {
        file: NpyFile,
        /// Counts it.
        _held: Rc<()>,
    },
}

impl<'a> OpenArray<'a> {
    /// Opens an array's file, if it stands in one; errors are those of the field `path`. Its shape is checked before it is read.
    pub(super) fn new(array: &'a Array, path: &str, files: &Files, check: CheckShape<'_>) -> Result<Self> {
        let numbers = match array {
            Array::Inline { values, shape, .. } => {
                check(shape)?;
                Numbers::Inline { values, shape }
            }
            Array::Npy { path: file, .. } => files.open(file, path, check)?,
        };
        Ok(Self { numbers, unit: array.unit() })
    }

    /// The length of each axis.
    pub(super) fn shape(&self) -> &[usize] {
        match &self.numbers {
            Numbers::Inline { shape, .. } => shape,
            Numbers::Read(array) => &array.shape,
            Numbers::File { file, .. } => file.shape(),
        }
    }

    /// How many numbers it has.
    pub(super) fn elements(&self) -> u64 {
        elements(self.shape()) as u64
    }

    /// Its shape and its numbers in `unit`; errors are those of the field `path`.
    pub(super) fn read(self, unit: &Unit, path: &str) -> Result<(Vec<usize>, Vec<f64>)> {
        let NpyArray { shape, values } = match self.numbers {
            Numbers::Inline { values, shape } => NpyArray { shape: shape.to_vec(), values: values.to_vec() },
            Numbers::Read(array) => match Rc::try_unwrap(array) {
                Ok(array) => array,
                Err(shared) => {
                    let what = format!("another copy of an array of shape {:?}", shared.shape);
                    needs(bytes_of::<f64>(shared.values.len() as u64), &what, "a smaller array")
                        .map_err(|error| error.named_by(path))?;
                    NpyArray::clone(&shared)
                }
            },
            Numbers::File { file, .. } => file.array().map_err(|error| error.named_by(path))?,
        };
        Ok((shape, converted(values, self.unit, unit, path)?))
    }
}

/// A value, its array opened and the shape checked; errors are those of the field `path`.
pub(super) fn given<'a>(value: &'a Value, path: &str, files: &Files, check: CheckShape<'_>) -> Result<Given<'a>> {
    value.with_array(|array| OpenArray::new(array, path, files, check))
}
