//! The products of a cell's step, with the numbers of their matrices by row, gate and unit.

use super::definition::Twin;
use super::{Affine, Cell};

/// A product of a step. Cells with one product have the gates of all their matrices in it.
#[derive(Clone)]
pub(super) struct Phase<'c> {
    cell: &'c Cell,
    /// Whether it is the first of the step, or the second.
    pub index: usize,
    /// Of each gate the matrix, and its place among the gates there.
    columns: Vec<(usize, usize)>,
}

/// The products of a cell's step, one or two.
pub(super) fn phases(cell: &Cell) -> Vec<Phase<'_>> {
    let linears = cell.definition().linears.iter().enumerate();
    let columns = linears.map(|(linear, of)| (0..of.gates.len()).map(|gate| (linear, gate)).collect::<Vec<_>>());
    let columns = match cell.definition().equations.twin {
        Twin::One(_) => vec![columns.flatten().collect()],
        Twin::Two(..) => columns.collect(),
    };
    columns.into_iter().enumerate().map(|(index, columns)| Phase { cell, index, columns }).collect()
}

impl Phase<'_> {
    /// The cell.
    pub fn cell(&self) -> &Cell {
        self.cell
    }

    /// Gates of its matrix.
    pub fn gates(&self) -> usize {
        self.columns.len()
    }

    /// The number of the matrix in row k: first those of the input, then those of h.
    pub fn weight(&self, k: usize, gate: usize, unit: usize) -> f64 {
        let (affine, width, column) = self.place(gate, unit);
        affine.weight[k * width + column]
    }

    /// The bias; 0 for cells without.
    pub fn bias(&self, gate: usize, unit: usize) -> f64 {
        let (affine, _, column) = self.place(gate, unit);
        affine.bias.get(column).copied().unwrap_or(0.0)
    }

    /// The matrix of a gate, its number of columns, and the column of a unit.
    fn place(&self, gate: usize, unit: usize) -> (&Affine, usize, usize) {
        let (linear, gate) = self.columns[gate];
        let gates = self.cell.definition().linears[linear].gates.len();
        (&self.cell.weights().linears[linear], gates * self.cell.n_out(), gate * self.cell.n_out() + unit)
    }
}
