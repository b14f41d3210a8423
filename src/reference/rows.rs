//! Columns turned into rows: the values of one neuron side by side, as the twins take them.
//!
//! Knows columns only; what the values mean is the twins' affair.

use crate::plan::Column;

/// The values of a parameter set, `[neuron, column]`, or one row that all neurons share.
pub(super) struct Rows {
    values: Vec<f64>,
    width: usize,
    /// Distance between the rows of two neurons; 0 where all share one.
    stride: usize,
}

impl Rows {
    /// The rows of `size` neurons.
    pub(super) fn new(columns: &[Column], size: u32) -> Self {
        let width = columns.len();
        let shared = columns.iter().all(|column| matches!(column, Column::Constant(_)));
        let neurons = if shared { 1 } else { size as usize };
        let values = (0..neurons).flat_map(|neuron| columns.iter().map(move |column| column.at(neuron))).collect();
        Self { values, width, stride: if shared { 0 } else { width } }
    }

    /// The values of a neuron, in the columns' order.
    #[inline]
    pub(super) fn of(&self, neuron: usize) -> &[f64] {
        &self.values[neuron * self.stride..][..self.width]
    }
}
