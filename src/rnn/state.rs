//! What a layer carries from one step to the next, on the device as on the reference.

use super::Cell;
use super::cell::fits_f32;
use crate::{Error, Result};

/// The state of one layer.
#[derive(Debug, Clone, PartialEq)]
pub struct State {
    /// `[batch, n_out]`
    pub h: Vec<f64>,
    /// `[batch, n_out]`; empty for cells without a cell state.
    pub c: Vec<f64>,
}

impl State {
    /// Whether the state of all layers is known, so that a run may begin.
    ///
    /// # Errors
    /// [`Error::Request`] after a run that failed half-way.
    pub(crate) fn known(failed: bool) -> Result<()> {
        if failed {
            return Err(Error::request("run", "an earlier run failed half-way", "set the state of all layers first"));
        }
        Ok(())
    }

    /// Checks one state for each layer of a stack.
    ///
    /// # Errors
    /// [`Error::Request`] if there are more or fewer, or one does not fit its cell.
    pub(crate) fn check_all(states: &[Self], cells: &[&Cell], batch: usize) -> Result<()> {
        if states.len() != cells.len() {
            let problem = format!("there are {} for {} layers", states.len(), cells.len());
            return Err(Error::request("the state of the cells", problem, cells.len().to_string()));
        }
        let mut layers = states.iter().zip(cells).enumerate();
        layers.try_for_each(|(layer, (state, cell))| state.check(cell, batch, layer))
    }

    /// What a cell begins with where nothing else is said.
    pub(crate) fn zeros(cell: &Cell, batch: usize) -> Self {
        let units = batch * cell.n_out();
        Self { h: vec![0.0; units], c: vec![0.0; if cell.definition().has_c { units } else { 0 }] }
    }

    /// # Errors
    /// [`Error::Request`] if h or c has another shape than the cell and the batch ask for, or a number is not finite in
    /// f32. `layer` is its place in a stack.
    pub(super) fn check(&self, cell: &Cell, batch: usize, layer: usize) -> Result<()> {
        for (name, values, there) in [("h", &self.h, true), ("c", &self.c, cell.definition().has_c)] {
            let what = || format!("{name} of layer {layer}, the {} cell", cell.kind());
            let n_out = cell.n_out();
            if values.len() != if there { batch * n_out } else { 0 } {
                let legal = if there { format!("[{batch}, {n_out}]") } else { "none: it has no cell state".to_owned() };
                return Err(Error::request(what(), format!("its shape is [{}]", values.len()), legal));
            }
            if let Some(at) = values.iter().position(|&value| !fits_f32(value)) {
                let problem = format!("the number at [{}, {}] is {}", at / n_out, at % n_out, values[at]);
                return Err(Error::request(what(), problem, "finite numbers in the range of f32"));
            }
        }
        Ok(())
    }
}
