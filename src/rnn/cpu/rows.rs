//! Rows of numbers, an operand of a product.

use crate::number::{F32s, Lanes};

/// Rows that someone holds.
#[derive(Debug, Clone, Copy)]
pub(super) struct Operand<'a> {
    pub numbers: &'a [f32],
    /// From one row to the next.
    pub stride: usize,
}

/// Rows of own, with room for whole blocks of units.
#[derive(Debug, Default)]
pub(super) struct Rows {
    numbers: Vec<f32>,
    count: usize,
    stride: usize,
}

impl Rows {
    /// Numbers from one row to the next, for so many blocks of units. Some are left between, for rows a power of two apart
    /// displace each other from the cache.
    pub fn stride(blocks: usize) -> usize {
        (blocks + 1) * F32s::WIDTH
    }

    /// Makes room for so many rows.
    pub fn shape(&mut self, count: usize, blocks: usize) {
        (self.count, self.stride) = (count, Self::stride(blocks));
        self.numbers.resize(self.count * self.stride, 0.0);
    }

    pub fn count(&self) -> usize {
        self.count
    }

    pub fn row_mut(&mut self, row: usize) -> &mut [f32] {
        &mut self.numbers[row * self.stride..][..self.stride]
    }

    pub fn operand(&self) -> Operand<'_> {
        Operand { numbers: &self.numbers, stride: self.stride }
    }
}
