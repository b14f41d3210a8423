//! Columns turned into rows: the values of one neuron side by side, as the twins take them.
//!
//! Knows columns only; what the values mean is the twins' affair.

use crate::plan::Column;

/// The values of a parameter set, `[neuron, column]`: a row for each neuron of each batch item, for each neuron, or one that all share.
pub(super) struct Rows {
    values: Vec<f64>,
    width: usize,
    rows: usize,
}

impl Rows {
    /// The rows of a population's neurons.
    pub(super) fn new(columns: &[Column]) -> Self {
        let rows = columns.iter().map(|column| column.values().len()).max().unwrap_or(1);
        let values = (0..rows).flat_map(|row| columns.iter().map(move |column| column.at(row))).collect();
        Self { values, width: columns.len(), rows }
    }

    /// The values of a neuron, by its place `[item, neuron]`, in the columns' order.
    #[inline]
    pub(super) fn of(&self, place: usize) -> &[f64] {
        let row = if self.rows > 1 { place % self.rows } else { 0 };
        &self.values[row * self.width..][..self.width]
    }
}
