//! NumPy's `.npy` files: parameters, weights, currents and connection lists that a user brings.
//!
//! It knows neither units nor what the numbers are for; it gives them in row-major order.

use crate::replace::replace;
use crate::{Error, Result, memory};
use npyz::{DType, NpyHeader, Order, TypeChar, WriteOptions, WriterBuilder};
use std::fs::File;
use std::io::{BufReader, BufWriter, Read, Seek};
use std::path::{Path, PathBuf};

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

/// What helps where an array has no room.
const SMALLER: &str = "a smaller array, or one of parts of it";

/// \[bytes\] read at once; a multiple of every number's size.
const PIECE: usize = 1 << 18;

/// Reads an array of f32, f64, i32, i64, u32 or u64, of either byte order, in C or Fortran order. Whole numbers beyond
/// 2^53 are rounded to the nearest f64.
///
/// # Errors
/// [`Error::File`] if the file cannot be read; [`Error::Data`] if it is no `.npy` file, of another type, or cut short;
/// [`Error::HostMemory`] if its numbers have no room.
pub fn read(path: &Path) -> Result<NpyArray> {
    NpyFile::open(path)?.array()
}

/// Writes an array of f64.
///
/// # Errors
/// [`Error::File`] if the file cannot be written.
pub fn write(path: &Path, values: &[f64], shape: &[usize]) -> Result<()> {
    let shape: Vec<u64> = shape.iter().map(|&axis| axis as u64).collect();
    replace(path, |file| {
        let options = WriteOptions::new().default_dtype().shape(&shape);
        let mut writer = options.writer(BufWriter::new(file)).begin_nd()?;
        writer.extend(values.iter().copied())?;
        writer.finish()
    })
}

/// An open file of numbers whose header is sound: its shape can be looked at before they are read.
#[derive(Debug)]
pub struct NpyFile {
    path: PathBuf,
    reader: BufReader<File>,
    shape: Vec<usize>,
    element: Element,
    order: Order,
}

impl NpyFile {
    /// Opens a file such as [`read`] reads.
    ///
    /// # Errors
    /// As [`read`]; only of what is no file, as a pipe, it shows when the numbers are read that it is cut short.
    pub fn open(path: &Path) -> Result<Self> {
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
        let size = |shape: &[usize]| shape.iter().try_fold(element.bytes, |product, &n| product.checked_mul(n));
        let Some(shape) = shape.filter(|shape| size(shape).is_some()) else {
            return Err(wrong(format!("its shape {:?} has too many elements", header.shape())));
        };
        let file = Self { path: path.to_owned(), reader, shape, element, order: header.order() };
        file.check_length()?;
        Ok(file)
    }

    /// \[bytes\] of the file; `None` of what is none, as a pipe.
    pub(crate) fn length(&self) -> Option<u64> {
        self.reader.get_ref().metadata().ok().filter(std::fs::Metadata::is_file).map(|data| data.len())
    }

    /// A wrong shape cannot ask for memory. What is no file does not say how much will come.
    fn check_length(&self) -> Result<()> {
        let (Some(length), Ok(read)) = (self.length(), self.reader.get_ref().stream_position()) else { return Ok(()) };
        let there = length.saturating_sub(read - self.reader.buffer().len() as u64);
        if there < self.size() as u64 { Err(self.ends_after(there)) } else { Ok(()) }
    }

    fn ends_after(&self, bytes: u64) -> Error {
        let problem = format!("it ends after {bytes} of {} bytes of its shape {:?}", self.size(), self.shape);
        Error::Data { path: self.path.clone(), problem, legal: LEGAL.to_owned() }
    }

    fn numbers(&self) -> usize {
        self.shape.iter().product()
    }

    /// \[bytes\] of all numbers in the file.
    pub(crate) fn size(&self) -> usize {
        self.element.bytes * self.numbers()
    }

    /// The length of each axis; empty for a single number.
    pub fn shape(&self) -> &[usize] {
        &self.shape
    }

    /// Reads the numbers.
    ///
    /// # Errors
    /// As [`read`].
    pub fn array(self) -> Result<NpyArray> {
        Ok(NpyArray { shape: self.shape.clone(), values: self.values(Some)? })
    }

    /// Reads the numbers in row-major order, each rounded to the nearest f32.
    ///
    /// # Errors
    /// As [`read`]; [`Error::Data`] with the place of a number that is NaN, infinite or beyond the range of f32.
    pub fn finite_f32(self) -> Result<Vec<f32>> {
        self.values(|value| (value.abs() <= f64::from(f32::MAX)).then_some(value as f32))
    }

    /// Reads and converts the numbers piece by piece, so that they are held only once; `None` is a number that is
    /// illegal.
    fn values<T: Copy>(mut self, convert: impl Fn(f64) -> Option<T>) -> Result<Vec<T>> {
        let cannot_read = |source| Error::File { action: "read", path: self.path.clone(), source };
        let (numbers, size) = (self.numbers(), self.size());
        let mut values = Vec::new();
        let copies = if self.order == Order::Fortran { 2 } else { 1 };
        let what = format!("the array of shape {:?} in {}", self.shape, self.path.display());
        memory::needs(copies * memory::bytes_of::<T>(numbers as u64), &what, SMALLER)?;
        memory::grow(&mut values, numbers, &what, SMALLER)?;
        let (mut piece, mut read) = (Vec::with_capacity(PIECE.min(size)), 0);
        while read < size {
            piece.clear();
            let wanted = PIECE.min(size - read);
            read += (&mut self.reader).take(wanted as u64).read_to_end(&mut piece).map_err(cannot_read)?;
            if piece.len() < wanted {
                return Err(self.ends_after(read as u64));
            }
            for number in self.element.decode(&piece) {
                let Some(value) = convert(number) else {
                    let problem = format!("the number at {:?} is {number:e}", self.place(values.len()));
                    let legal = "finite numbers in the range of f32".to_owned();
                    return Err(Error::Data { path: self.path, problem, legal });
                };
                values.push(value);
            }
        }
        Ok(if self.order == Order::Fortran { row_major(&values, &self.shape) } else { values })
    }

    /// The indices along each axis of the number that is stored at `index`.
    fn place(&self, mut index: usize) -> Vec<usize> {
        let mut place = vec![0; self.shape.len()];
        let mut along = |axis: usize| {
            place[axis] = index % self.shape[axis];
            index /= self.shape[axis];
        };
        match self.order {
            Order::C => (0..self.shape.len()).rev().for_each(&mut along),
            Order::Fortran => (0..self.shape.len()).for_each(&mut along),
        }
        place
    }
}

/// How a number is stored.
#[derive(Debug)]
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
fn row_major<T: Copy>(stored: &[T], shape: &[usize]) -> Vec<T> {
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
