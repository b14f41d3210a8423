//! Reading of NumPy's `.npy` files: parameters, weights, currents and connection lists that a user brings.
//!
//! It knows neither units nor what the numbers are for; it gives them as f64 in row-major order.

use crate::{Error, Result};
use npyz::{DType, NpyHeader, Order, TypeChar};
use std::fs::File;
use std::io::{BufReader, Read};
use std::path::Path;

/// An array of numbers, in row-major order.
#[derive(Debug, Clone, PartialEq)]
pub struct NpyArray {
    /// The length of each axis; empty for a single number.
    pub shape: Vec<usize>,
    /// The numbers; the last axis runs fastest.
    pub values: Vec<f64>,
}

/// The element types that are read, in NumPy's names.
const LEGAL: &str = "a .npy file of float32, float64, int32, int64, uint32 or uint64";

/// Reads an array of f32, f64, i32, i64, u32 or u64, of either byte order, in C or Fortran order. Whole numbers beyond
/// 2^53 are rounded to the nearest f64.
///
/// # Errors
/// [`Error::File`] if the file cannot be read; [`Error::Data`] if it is no `.npy` file, of another type, or cut short.
pub fn read(path: &Path) -> Result<NpyArray> {
    let cannot_read = |source| Error::File { action: "read", path: path.to_owned(), source };
    let wrong = |problem: String| Error::Data { path: path.to_owned(), problem, legal: LEGAL.to_owned() };

    let mut reader = BufReader::new(File::open(path).map_err(cannot_read)?);
    let header = NpyHeader::from_reader(&mut reader).map_err(|error| match error.kind() {
        std::io::ErrorKind::InvalidData => wrong(format!("it is not a .npy file ({error})")),
        std::io::ErrorKind::UnexpectedEof => wrong("it ends within its header".to_owned()),
        _ => cannot_read(error),
    })?;
    let element =
        Element::of(&header.dtype()).ok_or_else(|| wrong(format!("its type is {}", header.dtype().descr())))?;

    // Not `header.len()`, which wraps where a broken header claims more than there can be.
    let shape = header.shape().iter().map(|&axis| usize::try_from(axis).ok()).collect::<Option<Vec<_>>>();
    let length = shape.as_ref().and_then(|shape| shape.iter().try_fold(1usize, |product, &n| product.checked_mul(n)));
    let size = length.and_then(|length| length.checked_mul(element.bytes));
    let (Some(shape), Some(size)) = (shape, size) else {
        return Err(wrong(format!("its shape {:?} has too many elements", header.shape())));
    };

    // Grows with what is there, so that a wrong shape cannot ask for memory.
    let mut bytes = Vec::new();
    reader.take(size as u64).read_to_end(&mut bytes).map_err(cannot_read)?;
    if bytes.len() < size {
        let problem = format!("it ends after {} of {size} bytes of its shape {shape:?}", bytes.len());
        return Err(wrong(problem));
    }
    let stored = element.decode(&bytes);
    let values = if header.order() == Order::Fortran { row_major(&stored, &shape) } else { stored };
    Ok(NpyArray { shape, values })
}

/// How a number is stored.
struct Element {
    kind: TypeChar,
    bytes: usize,
    big_endian: bool,
}

impl Element {
    /// `None` for a type that is not read.
    fn of(dtype: &DType) -> Option<Self> {
        let DType::Plain(kind) = dtype else { return None };
        let bytes = kind.num_bytes()?;
        let number = matches!(kind.type_char(), TypeChar::Float | TypeChar::Int | TypeChar::Uint);
        let big_endian = kind.endianness() == npyz::Endianness::Big;
        (number && matches!(bytes, 4 | 8)).then(|| Self { kind: kind.type_char(), bytes, big_endian })
    }

    fn decode(&self, bytes: &[u8]) -> Vec<f64> {
        if self.bytes == 4 {
            let words = words(bytes, self.big_endian).map(u32::from_le_bytes);
            match self.kind {
                TypeChar::Float => words.map(|word| f64::from(f32::from_bits(word))).collect(),
                TypeChar::Int => words.map(|word| f64::from(word.cast_signed())).collect(),
                _ => words.map(f64::from).collect(),
            }
        } else {
            let words = words(bytes, self.big_endian).map(u64::from_le_bytes);
            match self.kind {
                TypeChar::Float => words.map(f64::from_bits).collect(),
                TypeChar::Int => words.map(|word| word.cast_signed() as f64).collect(),
                _ => words.map(|word| word as f64).collect(),
            }
        }
    }
}

/// The words of `bytes`, in little-endian order.
fn words<const N: usize>(bytes: &[u8], big_endian: bool) -> impl Iterator<Item = [u8; N]> + '_ {
    bytes.as_chunks::<N>().0.iter().map(move |&word| {
        let mut word = word;
        if big_endian {
            word.reverse();
        }
        word
    })
}

/// `stored` with the first axis running fastest, rearranged so that the last does.
fn row_major(stored: &[f64], shape: &[usize]) -> Vec<f64> {
    let mut index = vec![0usize; shape.len()];
    let strides: Vec<usize> = shape.iter().scan(1, |stride, &n| Some(std::mem::replace(stride, *stride * n))).collect();
    let mut values = Vec::with_capacity(stored.len());
    let mut place = 0;
    for _ in 0..stored.len() {
        values.push(stored[place]);
        for axis in (0..shape.len()).rev() {
            index[axis] += 1;
            place += strides[axis];
            if index[axis] < shape[axis] {
                break;
            }
            place -= strides[axis] * shape[axis];
            index[axis] = 0;
        }
    }
    values
}

#[cfg(test)]
mod tests;
