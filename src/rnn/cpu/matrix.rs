//! The matrices of one product of a cell, packed so that whoever computes a panel reads one stream, and has all gates of its
//! units together.

use super::product::Product;
use super::rows::Operand;
use crate::number::{Arch, F32s, Lanes, Number};
use crate::rnn::phase::Phase;
use rayon::prelude::*;

/// Columns of a panel at most: what registers hold beside sums.
const COLUMNS: usize = 4;
/// [bytes] of an operand that the second cache holds beside a panel.
const OPERAND: usize = 512 << 10;

/// A product of a step: the input's part and the recurrent one.
#[derive(Debug)]
pub(super) struct Matrix {
    /// Blocks of units of a panel.
    pub blocks: usize,
    /// Columns of a panel: all gates of a block, then those of the next.
    pub width: usize,
    input: Packed,
    recurrent: Packed,
    /// `[panels, width]`
    bias: Vec<F32s>,
}

/// `[panels, k, width]`
#[derive(Debug)]
struct Packed {
    k: usize,
    numbers: Vec<F32s>,
}

/// Blocks of a panel, for so many of all.
pub(super) fn blocks_of_panel(gates: usize, all: usize) -> usize {
    let most = (COLUMNS / gates).max(1);
    most.min(all.next_power_of_two())
}

impl Matrix {
    /// With room for so many blocks, a multiple of a panel's.
    pub fn new(phase: &Phase<'_>, all: usize) -> Self {
        let (gates, units) = (phase.gates(), phase.cell().n_out());
        let blocks = blocks_of_panel(gates, all);
        let width = blocks * gates;
        let column = |panel: usize, column: usize, number: &dyn Fn(usize, usize) -> f64| {
            let first = (panel * blocks + column / gates) * F32s::WIDTH;
            F32s::from_lanes(|lane| if first + lane < units { number(column % gates, first + lane) } else { 0.0 })
        };
        let pack = |first: usize, k: usize| {
            let rows = (0..all / blocks * k).into_par_iter().flat_map_iter(|row| {
                let (panel, row) = (row / k, first + row % k);
                (0..width).map(move |at| column(panel, at, &|gate, unit| phase.weight(row, gate, unit)))
            });
            Packed { k, numbers: rows.collect() }
        };
        let n_in = phase.cell().n_in();
        let bias =
            (0..all / blocks * width).map(|at| column(at / width, at % width, &|gate, unit| phase.bias(gate, unit)));
        Self { blocks, width, input: pack(0, n_in), recurrent: pack(n_in, units), bias: bias.collect() }
    }

    /// [bytes] of one for a cell.
    pub fn bytes(phase: &Phase<'_>, all: usize) -> u64 {
        let rows = (phase.cell().n_in() + phase.cell().n_out() + 1) as u64;
        rows.saturating_mul((all * phase.gates() * size_of::<F32s>()) as u64)
    }

    /// The input's part of these panels, for all rows of the input: `[panels, rows, width]`.
    pub fn input(&self, arch: Arch, panels: std::ops::Range<usize>, x: &[f32], sums: &mut [F32s]) {
        let k = self.input.k;
        let rows = x.len() / k;
        let together = (OPERAND / (k * size_of::<f32>())).max(1).next_multiple_of(24);
        for first in (0..rows).step_by(together) {
            let count = together.min(rows - first);
            let operand = Operand { numbers: &x[first * k..][..count * k], stride: k };
            for (panel, sums) in panels.clone().zip(sums.chunks_exact_mut(rows * self.width)) {
                let start = &self.bias[panel * self.width..][..self.width];
                let sums = &mut sums[first * self.width..][..count * self.width];
                let panel = self.input.panel(panel, self.width);
                Product { k, operand, width: self.width, panel, start, sums }.compute(arch);
            }
        }
    }

    /// The recurrent part of a panel, for as many rows as there is room for sums.
    pub fn recurrent(&self, arch: Arch, panel: usize, operand: Operand<'_>, sums: &mut [F32s]) {
        let start = &[F32s::of(0.0); COLUMNS][..self.width];
        let panel = self.recurrent.panel(panel, self.width);
        Product { k: self.recurrent.k, operand, width: self.width, panel, start, sums }.compute(arch);
    }

    /// Multiplications of a row: the input's, and the recurrent ones.
    pub fn multiplications(&self) -> [usize; 2] {
        [&self.input, &self.recurrent].map(|packed| packed.numbers.len() * F32s::WIDTH)
    }
}

impl Packed {
    fn panel(&self, panel: usize, width: usize) -> &[F32s] {
        &self.numbers[panel * self.k * width..][..self.k * width]
    }
}
