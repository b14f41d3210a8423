//! Our own layout: the matrices and the vector under brainstate's names, and optionally the initial state.

use super::archive::Archive;
use super::write::{Precision, Tensor};
use super::{Initial, StoredLayer, times};
use crate::Result;
use crate::rnn::{Affine, Cell, Definition, State, Weights};

/// The initial states, as brainstate names them.
const STATES: [&str; 2] = ["h0", "c0"];

/// The names that a file of this kind must have, and those that it may have.
pub(super) fn names(kind: &Definition) -> (Vec<String>, Vec<String>) {
    let linears = kind.linears.iter().flat_map(|linear| {
        let bias = linear.bias.then(|| format!("{}.bias", linear.name));
        std::iter::once(format!("{}.weight", linear.name)).chain(bias)
    });
    let needed = linears.chain(kind.vector.map(str::to_owned)).collect();
    (needed, states(kind).iter().map(|&name| name.to_owned()).collect())
}

fn states(kind: &Definition) -> &'static [&'static str] {
    if kind.has_c { &STATES } else { &STATES[..1] }
}

/// The tensors of this kind with their shapes in words.
pub(super) fn needs(kind: &Definition) -> String {
    let mut parts = Vec::new();
    for linear in kind.linears {
        let columns = times(linear.gates.len());
        parts.push(format!("`{}.weight` [n_in + n_out, {columns}]", linear.name));
        if linear.bias {
            parts.push(format!("`{}.bias` [{columns}]", linear.name));
        }
    }
    parts.extend(kind.vector.map(|name| format!("`{name}` [n_out]")));
    let states: Vec<_> = states(kind).iter().map(|name| format!("`{name}`")).collect();
    format!("{}, and optionally {} [batch, n_out]", parts.join(", "), states.join(", "))
}

pub(super) fn read(archive: &mut Archive, kind: &Definition) -> Result<StoredLayer> {
    let (needed, optional) = names(kind);
    let there = archive.names();
    if let Some(name) = needed.iter().find(|&name| !there.contains(name)) {
        return Err(archive.missing(name, needs(kind)));
    }
    if let Some(name) = there.iter().find(|&name| !needed.contains(name) && !optional.contains(name)) {
        let problem = format!("{} is no tensor of the cell {}", archive.described(name), kind.name);
        return Err(archive.wrong(problem, needs(kind)));
    }

    let (n_in, n_out) = sizes(archive, kind)?;
    for linear in kind.linears {
        let columns = linear.gates.len() * n_out;
        archive.require(&format!("{}.weight", linear.name), &[n_in + n_out, columns])?;
        if linear.bias {
            archive.require(&format!("{}.bias", linear.name), &[columns])?;
        }
    }
    if let Some(name) = kind.vector {
        archive.require(name, &[n_out])?;
    }

    // The states before the weights: they are short, so their errors come soon.
    let h0 = initial(archive, STATES[0], n_out)?;
    let c0 = initial(archive, STATES[1], n_out)?;
    let mut linears = Vec::with_capacity(kind.linears.len());
    for linear in kind.linears {
        let weight = archive.values(&format!("{}.weight", linear.name))?;
        let bias = if linear.bias { archive.values(&format!("{}.bias", linear.name))? } else { vec![] };
        linears.push(Affine { weight, bias });
    }
    let vector = kind.vector.map(|name| archive.values(name)).transpose()?.unwrap_or_default();
    Ok(StoredLayer { n_in, n_out, weights: Weights { linears, vector }, h0, c0 })
}

/// n_in and n_out, from the first matrix.
fn sizes(archive: &Archive, kind: &Definition) -> Result<(usize, usize)> {
    let first = &kind.linears[0];
    let (name, gates) = (format!("{}.weight", first.name), first.gates.len());
    let shape = archive.shape(&name)?;
    if let &[rows, columns] = shape
        && columns > 0
        && columns % gates == 0
        && rows > columns / gates
    {
        return Ok((rows - columns / gates, columns / gates));
    }
    let legal = format!("[n_in + n_out, {}], where n_in and n_out are at least 1", times(gates));
    Err(archive.misshapen(&name, shape, legal))
}

fn initial(archive: &mut Archive, name: &str, n_out: usize) -> Result<Option<Initial>> {
    if !archive.names().iter().any(|there| there == name) {
        return Ok(None);
    }
    let batch = match *archive.shape(name)? {
        [units] if units == n_out => None,
        [batch, units] if units == n_out && batch > 0 => Some(batch),
        ref shape => {
            let legal = format!("[batch, {n_out}] with a batch of at least 1, [{n_out}]");
            return Err(archive.misshapen(name, shape, legal));
        }
    };
    Ok(Some(Initial { batch, values: archive.values(name)? }))
}

/// The tensors of a cell, and of its state if one is given.
pub(super) fn tensors<'a>(cell: &'a Cell, state: Option<&'a State>, precision: Precision) -> Vec<Tensor<'a>> {
    let tensor = |name: String, shape: Vec<usize>, values| Tensor { name, shape, precision, at: at(values) };
    let kind = cell.definition();
    let mut tensors = Vec::new();
    for (linear, affine) in kind.linears.iter().zip(&cell.weights().linears) {
        let columns = linear.gates.len() * cell.n_out();
        let rows = cell.n_in() + cell.n_out();
        tensors.push(tensor(format!("{}.weight", linear.name), vec![rows, columns], &affine.weight));
        if linear.bias {
            tensors.push(tensor(format!("{}.bias", linear.name), vec![columns], &affine.bias));
        }
    }
    if let Some(name) = kind.vector {
        tensors.push(tensor(name.to_owned(), vec![cell.n_out()], &cell.weights().vector));
    }
    if let Some(state) = state {
        for (name, values) in states(kind).iter().zip([&state.h, &state.c]) {
            let batch = values.len() / cell.n_out();
            tensors.push(tensor((*name).to_owned(), vec![batch, cell.n_out()], values));
        }
    }
    tensors
}

fn at(values: &[f64]) -> Box<dyn Fn(usize) -> f64 + '_> {
    Box::new(|index| values[index])
}
