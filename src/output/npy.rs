//! An array in NumPy's own bytes, into whatever takes them: the header, then numbers.

use npyz::{DType, WriteOptions, WriterBuilder};
use std::io::{self, Write};

/// An element of an array.
pub trait Word: npyz::Serialize + Copy {
    /// NumPy's name of the type; little-endian on every machine.
    const DTYPE: &str;
    /// Its bytes, four or eight of them.
    type Bytes: IntoIterator<Item = u8>;
    fn bytes(self) -> Self::Bytes;
}

impl Word for f64 {
    const DTYPE: &str = "<f8";
    type Bytes = [u8; 8];
    fn bytes(self) -> [u8; 8] {
        self.to_le_bytes()
    }
}

impl Word for u32 {
    const DTYPE: &str = "<u4";
    type Bytes = [u8; 4];
    fn bytes(self) -> [u8; 4] {
        self.to_le_bytes()
    }
}

impl Word for f32 {
    const DTYPE: &str = "<f4";
    type Bytes = [u8; 4];
    fn bytes(self) -> [u8; 4] {
        self.to_le_bytes()
    }
}

/// Elements converted to bytes at a time.
const BLOCK: usize = 1 << 14;

/// What stands before the numbers.
pub fn write_header<T: Word>(writer: &mut impl Write, shape: &[usize]) -> io::Result<()> {
    let shape: Vec<u64> = shape.iter().map(|&axis| axis as u64).collect();
    let dtype = DType::Plain(T::DTYPE.parse().map_err(io::Error::other)?);
    WriteOptions::<T>::new().dtype(dtype).shape(&shape).writer(writer).write_header_only().map(drop)
}

/// Some of the numbers. npyz would pass them on one by one, at a third of the speed.
pub fn write_values<T: Word>(writer: &mut impl Write, values: &[T]) -> io::Result<()> {
    let mut bytes = Vec::with_capacity(size_of::<T>() * BLOCK.min(values.len()));
    for block in values.chunks(BLOCK) {
        bytes.clear();
        bytes.extend(block.iter().flat_map(|&value| value.bytes()));
        writer.write_all(&bytes)?;
    }
    Ok(())
}
