//! A `.safetensors` file opened for reading: its header as a whole, its numbers tensor by tensor as f64.
//!
//! The header is read here rather than by the crate, which wants the whole file in memory: so a wrong file is found out
//! before its numbers are read, and they are never held twice. It knows no cells.

use crate::{Error, Result, memory};
use half::{bf16, f16};
use safetensors::Dtype;
use safetensors::tensor::{Metadata, TensorInfo};
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

/// \[bytes\] of the number in front that says how long the header is.
const PREFIX: u64 = 8;
/// \[bytes\] The format's bound of a header; where the first 8 bytes say more, they are something else.
const LONGEST_HEADER: u64 = 100_000_000;
/// \[bytes\] read at once; a multiple of every number's size.
const PIECE: usize = 1 << 18;
/// How many tensors a message lists.
const LISTED: usize = 8;

const LEGAL: &str = "a .safetensors file";

/// An open file whose header is sound and whose length is that of its tensors.
#[derive(Debug)]
pub(super) struct Archive {
    path: PathBuf,
    file: File,
    header: Metadata,
    /// Where the numbers begin.
    start: u64,
}

impl Archive {
    /// # Errors
    /// [`Error::File`] if it cannot be read; [`Error::Data`] if it is empty, cut short, or of another format.
    pub fn open(path: &Path) -> Result<Self> {
        let cannot_read = |source| Error::File { action: "read", path: path.to_owned(), source };
        let wrong = |problem: String| Error::Data { path: path.to_owned(), problem, legal: LEGAL.to_owned() };

        let mut file = File::open(path).map_err(cannot_read)?;
        let length = file.seek(SeekFrom::End(0)).and_then(|end| file.rewind().map(|()| end)).map_err(cannot_read)?;
        match length {
            0 => return Err(wrong("it is empty".to_owned())),
            1..PREFIX => return Err(wrong(format!("it ends after {length} of the {PREFIX} bytes before its header"))),
            PREFIX.. => {}
        }
        let mut prefix = [0; PREFIX as usize];
        file.read_exact(&mut prefix).map_err(cannot_read)?;
        let size = u64::from_le_bytes(prefix);
        let rest = length - PREFIX;
        if size > LONGEST_HEADER {
            return Err(wrong(format!(
                "it is of another format: its first {PREFIX} bytes would mean a header of {size} bytes"
            )));
        }
        if size > rest {
            return Err(wrong(format!("it ends after {rest} of the {size} bytes of its header")));
        }
        let mut text = vec![0; size as usize];
        file.read_exact(&mut text).map_err(cannot_read)?;
        let header: Metadata =
            serde_json::from_slice(&text).map_err(|error| wrong(format!("its header is wrong ({error})")))?;

        let archive = Self { path: path.to_owned(), file, header, start: PREFIX + size };
        archive.check_length(rest - size)?;
        Ok(archive)
    }

    fn check_length(&self, there: u64) -> Result<()> {
        for name in self.header.offset_keys() {
            let info = self.info(&name)?;
            let (begin, end) = (info.data_offsets.0 as u64, info.data_offsets.1 as u64);
            if end > there {
                let (shape, there) = (&info.shape, there.saturating_sub(begin));
                let problem = format!("it ends within `{name}` {shape:?}, after {there} of {} bytes", end - begin);
                return Err(self.wrong(problem, LEGAL));
            }
        }
        let needed = self.header.data_len() as u64;
        if there > needed {
            return Err(self.wrong(format!("{} bytes follow its last tensor", there - needed), LEGAL));
        }
        Ok(())
    }

    /// The names of all tensors, sorted.
    pub fn names(&self) -> Vec<String> {
        let mut names = self.header.offset_keys();
        names.sort();
        names
    }

    /// A tensor with its shape, for a message.
    pub fn described(&self, name: &str) -> String {
        format!("`{name}` {:?}", self.header.info(name).map_or(&[][..], |info| &info.shape))
    }

    /// The tensors with their shapes, for a message.
    pub fn listed(&self) -> String {
        let names = self.names();
        let mut parts: Vec<_> = names.iter().take(LISTED).map(|name| self.described(name)).collect();
        if names.len() > LISTED {
            parts.push(format!("and {} more", names.len() - LISTED));
        }
        parts.join(", ")
    }

    /// This file does not hold what is needed.
    pub fn wrong(&self, problem: impl Into<String>, legal: impl Into<String>) -> Error {
        Error::Data { path: self.path.clone(), problem: problem.into(), legal: legal.into() }
    }

    /// A tensor is missing; `legal` says what is needed.
    pub fn missing(&self, name: &str, legal: impl Into<String>) -> Error {
        self.wrong(format!("`{name}` is missing among {}", self.listed()), legal)
    }

    fn info(&self, name: &str) -> Result<&TensorInfo> {
        self.header.info(name).ok_or_else(|| self.missing(name, ""))
    }

    /// The shape of a tensor of floating-point numbers.
    pub fn shape(&self, name: &str) -> Result<&[usize]> {
        let info = self.info(name)?;
        if !matches!(info.dtype, Dtype::F32 | Dtype::F64 | Dtype::F16 | Dtype::BF16) {
            let problem = format!("`{name}` {:?} is of type {}", info.shape, info.dtype);
            return Err(self.wrong(problem, "F32, F64, F16, BF16"));
        }
        Ok(&info.shape)
    }

    /// A tensor has another shape than `needed` (numbers or words).
    pub fn misshapen(&self, name: &str, found: &[usize], needed: impl Into<String>) -> Error {
        self.wrong(format!("`{name}` has shape {found:?}"), needed)
    }

    /// Checks the type of a tensor, that it has a shape, and that its numbers have room.
    pub fn require(&self, name: &str, needed: &[usize]) -> Result<()> {
        let found = self.shape(name)?;
        if found == needed { self.check_room(name) } else { Err(self.misshapen(name, found, format!("{needed:?}"))) }
    }

    fn check_room(&self, name: &str) -> Result<()> {
        let shape = &self.info(name)?.shape;
        let numbers = shape.iter().fold(1, |product: u64, &axis| product.saturating_mul(axis as u64));
        let what = format!("`{name}` of shape {shape:?} in {}", self.path.display());
        memory::needs(memory::bytes_of::<f64>(numbers), &what, "smaller cells")
    }

    /// Gives each number of a tensor, whose type was checked, with its index in row-major order.
    pub fn each(&mut self, name: &str, mut take: impl FnMut(usize, f64)) -> Result<()> {
        let info = self.info(name)?;
        let (dtype, (begin, end)) = (info.dtype, info.data_offsets);
        let cannot_read = |source| Error::File { action: "read", path: self.path.clone(), source };
        self.file.seek(SeekFrom::Start(self.start + begin as u64)).map_err(cannot_read)?;
        let mut bytes = vec![0; PIECE.min(end - begin)];
        let (mut left, mut first) = (end - begin, 0);
        let mut numbers = Vec::new();
        while left > 0 {
            let piece = &mut bytes[..PIECE.min(left)];
            left -= piece.len();
            self.file.read_exact(piece).map_err(cannot_read)?;
            numbers.clear();
            decode(dtype, piece, &mut numbers).map_err(cannot_read)?;
            for (index, &number) in numbers.iter().enumerate() {
                if number.is_nan() || number.abs() > f64::from(f32::MAX) {
                    let place = place(first + index, &self.info(name)?.shape);
                    let problem = format!("`{name}`{place:?} is {number:e}");
                    return Err(self.wrong(problem, "finite numbers in the range of f32"));
                }
                take(first + index, number);
            }
            first += numbers.len();
        }
        Ok(())
    }

    /// All numbers of a tensor in row-major order.
    pub fn values(&mut self, name: &str) -> Result<Vec<f64>> {
        self.check_room(name)?;
        let mut values = Vec::with_capacity(self.info(name)?.shape.iter().product());
        self.each(name, |_, value| values.push(value))?;
        Ok(values)
    }
}

fn decode(dtype: Dtype, bytes: &[u8], numbers: &mut Vec<f64>) -> io::Result<()> {
    match dtype {
        Dtype::F32 => numbers.extend(bytes.as_chunks().0.iter().map(|&word| f64::from(f32::from_le_bytes(word)))),
        Dtype::F64 => numbers.extend(bytes.as_chunks().0.iter().map(|&word| f64::from_le_bytes(word))),
        Dtype::F16 => numbers.extend(bytes.as_chunks().0.iter().map(|&word| f16::from_le_bytes(word).to_f64())),
        Dtype::BF16 => numbers.extend(bytes.as_chunks().0.iter().map(|&word| bf16::from_le_bytes(word).to_f64())),
        other => return Err(io::Error::new(io::ErrorKind::InvalidData, format!("numbers of type {other}"))),
    }
    Ok(())
}

/// The indices along each axis of the number at `index`.
fn place(mut index: usize, shape: &[usize]) -> Vec<usize> {
    let mut place = vec![0; shape.len()];
    for (at, &axis) in place.iter_mut().zip(shape).rev() {
        *at = index % axis;
        index /= axis;
    }
    place
}
