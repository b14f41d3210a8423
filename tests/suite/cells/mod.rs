//! Recurrent cells: cases with known results, and whatever runs them.

mod activations;
pub mod golden;
mod on_device;
pub mod random;
pub mod torch;
mod values;

use neuropil::rnn::reference::Reference;
use neuropil::rnn::{Cell, State};

/// A cell, what it is given, and what it must give.
pub struct Case {
    pub name: String,
    pub cell: Cell,
    pub batch: usize,
    /// The state before the first step.
    pub state: State,
    /// `[T, batch, n_in]`
    pub x: Vec<f64>,
    /// `[T', batch, n_out]`: h after the last T' steps, T' ≤ T.
    pub h: Vec<f64>,
    /// `[T', batch, n_out]`; empty for cells without a cell state.
    pub c: Vec<f64>,
}

/// The largest difference, as a part of what is expected, or of `floor` where that is smaller; NaN if one is.
pub fn difference(found: &[f64], expected: &[f64], floor: f64) -> f64 {
    assert_eq!(found.len(), expected.len());
    let differences = found.iter().zip(expected).map(|(f, e)| (f - e).abs() / e.abs().max(floor));
    // Unlike `max`, keeps NaN.
    differences.fold(0.0, |worst, d| if d <= worst { worst } else { d })
}

impl Case {
    /// [`difference`] of a run's h and c from what they must be.
    pub fn difference(&self, h: &[f64], c: &[f64], floor: f64) -> f64 {
        let units = self.batch * self.cell.n_out();
        let steps = self.x.len() / (self.batch * self.cell.n_in());
        assert_eq!(h.len(), steps * units, "{}", self.name);
        assert_eq!(c.len(), if self.c.is_empty() { 0 } else { steps * units }, "{}", self.name);
        let last =
            |found: &[f64], expected: &[f64]| difference(&found[found.len() - expected.len()..], expected, floor);
        let (h, c) = (last(h, &self.h), last(c, &self.c));
        if h <= c { c } else { h }
    }

    /// [`Case::difference`] of the reference, with a floor of 1, with another cell of the same kind and sizes perhaps.
    fn on_the_reference(&self, cell: &Cell) -> f64 {
        let mut reference = Reference::new(std::slice::from_ref(cell), self.batch).expect("the cell stands alone");
        reference.set_state(vec![self.state.clone()]).expect("the state fits");
        let sequence = reference.run(&self.x).expect("the input fits");
        self.difference(&sequence.h, &sequence.c, 1.0)
    }

    /// The cell with one number of each tensor in turn off by `by`.
    pub fn perturbed(&self, by: f64) -> Vec<Cell> {
        let weights = self.cell.weights();
        let with = |change: &dyn Fn(&mut neuropil::rnn::Weights)| {
            let mut changed = weights.clone();
            change(&mut changed);
            let (kind, activation) = (self.cell.kind(), self.cell.activation());
            Cell::new(kind, self.cell.n_in(), self.cell.n_out(), activation, changed).expect("its shapes are the same")
        };
        let mut cells = Vec::new();
        for (i, affine) in weights.linears.iter().enumerate() {
            // The first row is an input's, the last a unit's.
            for at in [0, affine.weight.len() - 1] {
                cells.push(with(&|weights| weights.linears[i].weight[at] += by));
            }
            if !affine.bias.is_empty() {
                cells.push(with(&|weights| weights.linears[i].bias[0] += by));
            }
        }
        if !weights.vector.is_empty() {
            cells.push(with(&|weights| weights.vector[0] += by));
        }
        cells
    }
}
