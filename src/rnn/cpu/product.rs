//! Products of a few rows, or many, with a packed matrix.
//!
//! Each sum is added up by itself: along k in parts of a fixed length, each from its first number to its last by fused
//! multiply-add, and the parts in their order. So neither the number of rows, nor threads, nor how sums are laid in registers
//! changes a bit. Libraries choose the parts by the shape of the product; this one is as fast as they are on large products, and faster on
//! few rows.

use super::rows::Operand;
use crate::number::{Arch, F32s, Lanes};
use pulp::{Simd, WithSimd};

/// Numbers of a part of a sum: of four columns they fill most of the first cache.
const PART: usize = 128;

/// Sums of some rows with a panel: all rows of the matrix, in `W` columns of numbers side by side.
pub(super) struct Product<'a> {
    /// As long as a row of the operand is read.
    pub k: usize,
    pub operand: Operand<'a>,
    /// Columns, 1 to 4.
    pub width: usize,
    /// `[k, width]`
    pub panel: &'a [F32s],
    /// `[width]` what sums begin with.
    pub start: &'a [F32s],
    /// `[rows, width]`
    pub sums: &'a mut [F32s],
}

impl Product<'_> {
    pub fn compute(self, arch: Arch) {
        arch.with(self);
    }

    #[inline(always)]
    fn of_width<S: Simd, const W: usize>(self, simd: S) {
        let (panel, _) = self.panel.as_chunks::<W>();
        let (sums, _) = self.sums.as_chunks_mut::<W>();
        let Some(start) = self.start.first_chunk::<W>() else { return };
        sums.fill(*start);
        for first in (0..self.k).step_by(PART) {
            let part = &panel[first..self.k.min(first + PART)];
            let operand = Part { numbers: self.operand.numbers, stride: self.operand.stride, first };
            match (S::F32_LANES, W) {
                // As many sums as registers hold, beside a row of the panel.
                (F32s::WIDTH, 4) => tiles::<S, 6, 4, W>(simd, operand, part, sums),
                (F32s::WIDTH, 3) => tiles::<S, 8, 3, W>(simd, operand, part, sums),
                (F32s::WIDTH, 2) => tiles::<S, 12, 2, W>(simd, operand, part, sums),
                (F32s::WIDTH, 1) => tiles::<S, 12, 1, W>(simd, operand, part, sums),
                (8, _) => tiles::<S, 6, 2, W>(simd, operand, part, sums),
                (4, _) => tiles::<S, 6, 4, W>(simd, operand, part, sums),
                _ => plain(operand, part, sums),
            }
        }
    }
}

impl WithSimd for Product<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        match self.width {
            1 => self.of_width::<S, 1>(simd),
            2 => self.of_width::<S, 2>(simd),
            3 => self.of_width::<S, 3>(simd),
            _ => self.of_width::<S, 4>(simd),
        }
    }
}

/// The numbers of rows of the operand that meet a part of the panel.
#[derive(Clone, Copy)]
struct Part<'a> {
    numbers: &'a [f32],
    stride: usize,
    first: usize,
}

impl<'a> Part<'a> {
    #[inline(always)]
    fn row(&self, row: usize, length: usize) -> &'a [f32] {
        &self.numbers[row * self.stride + self.first..][..length]
    }
}

/// All rows, in tiles of `R` of them and `V` vectors.
#[inline(always)]
fn tiles<S: Simd, const R: usize, const V: usize, const W: usize>(
    simd: S,
    operand: Part<'_>,
    panel: &[[F32s; W]],
    sums: &mut [[F32s; W]],
) {
    let (mut row, rows) = (0, sums.len());
    while row < rows {
        match rows - row {
            left if left >= R => row += tile::<S, R, V, W>(simd, operand, row, panel, sums),
            4.. => row += tile::<S, 4, V, W>(simd, operand, row, panel, sums),
            2.. => row += tile::<S, 2, V, W>(simd, operand, row, panel, sums),
            _ => row += tile::<S, 1, V, W>(simd, operand, row, panel, sums),
        }
    }
}

/// The vector of this number, counted through a row of the panel.
#[inline(always)]
fn vector<S: Simd, const W: usize>(row: &[F32s; W], at: usize) -> S::f32s {
    let each = F32s::WIDTH / S::F32_LANES;
    S::as_simd_f32s(row[at / each].numbers()).0[at % each]
}

/// So many rows from this one on; returns how many they are.
#[inline(always)]
fn tile<S: Simd, const R: usize, const V: usize, const W: usize>(
    simd: S,
    operand: Part<'_>,
    row: usize,
    panel: &[[F32s; W]],
    sums: &mut [[F32s; W]],
) -> usize {
    let k = panel.len();
    let rows: [&[f32]; R] = std::array::from_fn(|i| &operand.row(row + i, k)[..k]);
    let Some(sums) = sums[row..].first_chunk_mut::<R>() else { return R };
    let each = F32s::WIDTH / S::F32_LANES;
    for first in (0..W * each).step_by(V) {
        let mut part = [[simd.splat_f32s(0.0); V]; R];
        for i in 0..k {
            let columns: [S::f32s; V] = std::array::from_fn(|v| vector::<S, W>(&panel[i], first + v));
            for (row, sums) in rows.iter().zip(&mut part) {
                let number = simd.splat_f32s(row[i]);
                for (sum, column) in sums.iter_mut().zip(columns) {
                    *sum = simd.mul_add_f32s(number, column, *sum);
                }
            }
        }
        for (row, part) in sums.iter_mut().zip(part) {
            for (at, part) in (first..).zip(part) {
                let place = &mut S::as_mut_simd_f32s(row[at / each].numbers_mut()).0[at % each];
                *place = simd.add_f32s(*place, part);
            }
        }
    }
    R
}

/// The same where there is no fused multiply-add: products are rounded, too.
#[inline(always)]
fn plain<const W: usize>(operand: Part<'_>, panel: &[[F32s; W]], sums: &mut [[F32s; W]]) {
    for (row, sums) in sums.iter_mut().enumerate() {
        let mut part = [[0.0; F32s::WIDTH]; W];
        for (number, columns) in operand.row(row, panel.len()).iter().zip(panel) {
            for (part, column) in part.iter_mut().zip(columns) {
                part.iter_mut().zip(column.numbers()).for_each(|(sum, column)| *sum += number * column);
            }
        }
        for (sum, part) in sums.iter_mut().zip(&part) {
            sum.numbers_mut().iter_mut().zip(part).for_each(|(sum, part)| *sum += part);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn number(i: usize) -> f32 {
        (i as f32 * 0.737).sin()
    }

    #[test]
    fn sums_are_right_in_all_shapes_and_those_of_each_row_alone() {
        let arch = Arch::new();
        for width in 1..=4 {
            for k in [1, 7, 128, 300] {
                let (rows, stride) = (31, k + 5);
                let numbers: Vec<f32> = (0..rows * stride).map(number).collect();
                let panel: Vec<F32s> =
                    (0..k * width).map(|i| F32s::from_lanes(|lane| number(i * 16 + lane + 9).into())).collect();
                let start: Vec<F32s> = (0..width).map(|i| F32s::from_lanes(|lane| (i * 16 + lane) as f64)).collect();
                let compute = |from: usize, rows: usize| {
                    let mut sums = vec![F32s::from_lanes(|_| f64::NAN); rows * width];
                    let operand = Operand { numbers: &numbers[from * stride..], stride };
                    Product { k, operand, width, panel: &panel, start: &start, sums: &mut sums }.compute(arch);
                    sums
                };
                let all = compute(0, rows);
                for row in 0..rows {
                    for column in 0..width * 16 {
                        let products = (0..k).map(|i| {
                            f64::from(numbers[row * stride + i]) * panel[i * width + column / 16].lane(column % 16)
                        });
                        let expected = column as f64 + products.sum::<f64>();
                        let found = all[row * width + column / 16].lane(column % 16);
                        let room = 1e-6 * (column + k) as f64;
                        assert!((found - expected).abs() < room, "{width} {k} {row} {column}: {found}, not {expected}");
                    }
                }
                for (from, count) in [(0, 1), (5, 1), (3, 2), (7, 3), (11, 13), (1, 30)] {
                    assert_eq!(compute(from, count), all[from * width..(from + count) * width], "{width} {k} {from}");
                }
            }
        }
    }
}
