//! A stack of cells as the tensors of PyTorch's layout.

use super::names::{BIAS_HH, BIAS_IH, WEIGHT_HH, WEIGHT_IH};
use super::{Gate, MODULES, Module, OTHER_GRU, OTHER_GRU_LEGAL, module_of};
use crate::rnn::file::write::{Precision, Tensor};
use crate::rnn::{Activation, Cell, CellKind};
use crate::{Error, Result};

/// The tensors of a stack, after it was checked to be one that PyTorch has.
pub fn tensors(cells: &[Cell], precision: Precision) -> Result<Vec<Tensor<'_>>> {
    let module = check(cells)?;
    Ok(cells.iter().enumerate().flat_map(|(layer, cell)| layer_tensors(cell, layer, module, precision)).collect())
}

fn check(cells: &[Cell]) -> Result<&'static Module> {
    let wrong = |problem: String, legal: &str| Error::request("a module of PyTorch", problem, legal);
    let Some(first) = cells.first() else {
        return Err(wrong("it has no layers".to_owned(), "1 or more"));
    };
    let Some(module) = module_of(first.kind()) else {
        if first.kind() == CellKind::Gru {
            return Err(wrong(OTHER_GRU.to_owned(), OTHER_GRU_LEGAL));
        }
        let legal = MODULES.each_ref().map(|module| module.kind.definition().name).join(", ");
        return Err(wrong(format!("PyTorch has no cell {}", first.kind()), &legal));
    };
    let (phi, relu) = (first.activation(), first.kind() == CellKind::Vanilla && first.activation() == Activation::Relu);
    if phi != Activation::Tanh && !relu {
        let legal = if first.kind() == CellKind::Vanilla { "tanh, relu" } else { "tanh" };
        return Err(wrong(format!("the activation of its cells is {phi}"), legal));
    }
    for (layer, cell) in cells.iter().enumerate().skip(1) {
        if (cell.kind(), cell.activation()) != (first.kind(), phi) {
            let problem = format!("layer {layer} is of the cell {} with {}", cell.kind(), cell.activation());
            return Err(wrong(problem, &format!("{} with {phi}, as layer 0", first.kind())));
        }
        let n_out = first.n_out();
        if (cell.n_in(), cell.n_out()) != (n_out, n_out) {
            let problem = format!("layer {layer} has {} inputs and {} units", cell.n_in(), cell.n_out());
            return Err(wrong(problem, &format!("{n_out} of each, as layer 0 has units")));
        }
    }
    Ok(module)
}

fn layer_tensors<'a>(cell: &'a Cell, layer: usize, module: &'static Module, precision: Precision) -> [Tensor<'a>; 4] {
    let (n_in, n_out) = (cell.n_in(), cell.n_out());
    let rows = module.gates.len() * n_out;
    let tensor = |part: &str, shape: Vec<usize>, at: Box<dyn Fn(usize) -> f64 + 'a>| {
        let name = format!("{part}_l{layer}");
        Tensor { name, shape, precision, at }
    };
    let gate = move |row: usize| (&module.gates[row / n_out], row % n_out);
    let matrix = move |index: usize, first: usize, inputs: usize| {
        let (gate, unit) = gate(index / inputs);
        weight(cell, gate, first + index % inputs, unit)
    };
    let input_bias = move |row| {
        let (gate, unit) = gate(row);
        gate.sign * (cell.weights().linears[gate.linear].bias[gate.column * n_out + unit] + gate.shift)
    };
    let hidden_bias = move |row| {
        let (gate, unit) = gate(row);
        if gate.apart { cell.weights().vector[unit] } else { 0.0 }
    };
    [
        tensor(WEIGHT_IH, vec![rows, n_in], Box::new(move |index| matrix(index, 0, n_in))),
        tensor(WEIGHT_HH, vec![rows, n_out], Box::new(move |index| matrix(index, n_in, n_out))),
        tensor(BIAS_IH, vec![rows], Box::new(input_bias)),
        tensor(BIAS_HH, vec![rows], Box::new(hidden_bias)),
    ]
}

/// PyTorch's weight of our row, for a unit of a gate.
fn weight(cell: &Cell, gate: &Gate, row: usize, unit: usize) -> f64 {
    let affine = &cell.weights().linears[gate.linear];
    gate.sign * affine.weight[row * affine.bias.len() + gate.column * cell.n_out() + unit]
}
