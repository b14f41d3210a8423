//! A cell as a host describes it: kind, sizes, activation and weights, checked once. Pure data; knows no device.

use super::definition::Definition;
use super::{Activation, CellKind, Weights};
use crate::{Error, Result};

/// The most numbers of one matrix: in f16 they fill the largest binding that there is, 2 GiB.
const LARGEST: usize = 1 << 30;

/// A cell with its weights: of the right shapes, and finite in f32.
#[derive(Debug, Clone, PartialEq)]
pub struct Cell {
    kind: CellKind,
    n_in: usize,
    n_out: usize,
    activation: Activation,
    weights: Weights,
}

impl Cell {
    /// A cell of `n_in` inputs and `n_out` units.
    ///
    /// # Errors
    /// [`Error::Request`] if a size is 0 or so large that a matrix has more than 2³⁰ numbers; if a matrix, a bias or the
    /// vector is missing, too many, or of another shape than kind and sizes ask for; if a number is NaN, infinite or
    /// beyond the range of f32.
    pub fn new(kind: CellKind, n_in: usize, n_out: usize, activation: Activation, weights: Weights) -> Result<Self> {
        check_sizes(kind, n_in, n_out)?;
        let definition = kind.definition();
        if weights.linears.len() != definition.linears.len() {
            let names: Vec<&str> = definition.linears.iter().map(|linear| linear.name).collect();
            let problem = format!("it has {} matrices", weights.linears.len());
            return Err(Error::request(what(kind), problem, format!("{}: {}", names.len(), names.join(", "))));
        }
        for (linear, affine) in definition.linears.iter().zip(&weights.linears) {
            let columns = linear.gates.len() * n_out;
            check(kind, &format!("{}.weight", linear.name), &affine.weight, &[n_in + n_out, columns])?;
            check(kind, &format!("{}.bias", linear.name), &affine.bias, &[if linear.bias { columns } else { 0 }])?;
        }
        let vector = if definition.vector.is_some() { n_out } else { 0 };
        check(kind, definition.vector.unwrap_or("vector"), &weights.vector, &[vector])?;
        Ok(Self { kind, n_in, n_out, activation, weights })
    }

    /// Its kind.
    pub fn kind(&self) -> CellKind {
        self.kind
    }

    /// What its matrices are.
    pub fn definition(&self) -> &'static Definition {
        self.kind.definition()
    }

    /// Inputs.
    pub fn n_in(&self) -> usize {
        self.n_in
    }

    /// Units, which are also its outputs.
    pub fn n_out(&self) -> usize {
        self.n_out
    }

    /// φ.
    pub fn activation(&self) -> Activation {
        self.activation
    }

    /// Its numbers.
    pub fn weights(&self) -> &Weights {
        &self.weights
    }
}

/// The steps of an input `[T, batch, n_in]` of so many numbers; `what` it is, in messages.
///
/// # Errors
/// [`Error::Request`] if they are no whole number.
pub(crate) fn count_steps(what: &str, numbers: usize, batch: usize, n_in: usize) -> Result<usize> {
    if !numbers.is_multiple_of(batch * n_in) {
        return Err(Error::request(what, format!("its shape is [{numbers}]"), format!("[T, {batch}, {n_in}]")));
    }
    Ok(numbers / (batch * n_in))
}

/// A cell, in messages.
fn what(kind: CellKind) -> String {
    format!("the {kind} cell")
}

/// Whether f32 has a finite number for it; none for NaN.
pub(super) fn fits_f32(value: f64) -> bool {
    value.abs() <= f64::from(f32::MAX)
}

/// The sizes of a cell, before anything is allocated for it.
pub(super) fn check_sizes(kind: CellKind, n_in: usize, n_out: usize) -> Result<()> {
    for (name, size) in [("n_in", n_in), ("n_out", n_out)] {
        if size == 0 {
            return Err(Error::request(format!("{name} of {}", what(kind)), "it is 0", "1 or more"));
        }
    }
    for linear in kind.definition().linears {
        let gates = linear.gates.len();
        let rows = n_in.checked_add(n_out);
        let numbers = rows.and_then(|rows| gates.checked_mul(n_out)?.checked_mul(rows));
        if numbers.is_none_or(|numbers| numbers > LARGEST) {
            let problem = format!("its shape [{n_in} + {n_out}, {gates} · {n_out}] has too many numbers");
            let what = format!("{}.weight of {}", linear.name, what(kind));
            return Err(Error::request(what, problem, format!("{LARGEST} or fewer")));
        }
    }
    Ok(())
}

/// Whether cells can be stacked, each fed by the one before, for a batch.
///
/// # Errors
/// [`Error::Request`] if there is no cell, the batch is 0 or too large, or a cell has another number of inputs than the
/// one before has units.
pub(super) fn check_stack(cells: &[Cell], batch: usize) -> Result<()> {
    if cells.is_empty() {
        return Err(Error::request("the stack of cells", "it is empty", "one cell or more"));
    }
    for (layer, pair) in cells.windows(2).enumerate() {
        let (below, above) = (&pair[0], &pair[1]);
        if below.n_out != above.n_in {
            let what = format!("n_in of layer {}, {}", layer + 1, self::what(above.kind));
            let problem = format!(
                "it is {}, but layer {layer}, {}, has {} units",
                above.n_in,
                self::what(below.kind),
                below.n_out
            );
            return Err(Error::request(what, problem, below.n_out.to_string()));
        }
    }
    check_batch(batch, cells.iter().map(|cell| cell.n_in.max(cell.n_out)).max().unwrap_or(1))
}

/// Whether there can be a batch for a stack whose largest number of inputs or units is `widest`.
///
/// # Errors
/// [`Error::Request`] if it is 0 or too large.
pub(super) fn check_batch(batch: usize, widest: usize) -> Result<()> {
    if batch == 0 || batch > LARGEST / widest {
        let legal = format!("1 to {}", LARGEST / widest);
        return Err(Error::request("the batch of the cells", format!("it is {batch}"), legal));
    }
    Ok(())
}

/// Whether a tensor has as many numbers as its shape says, all of them finite in f32.
fn check(kind: CellKind, name: &str, values: &[f64], shape: &[usize]) -> Result<()> {
    let what = || format!("{name} of {}", what(kind));
    if values.len() != shape.iter().product::<usize>() {
        let problem = format!("its shape is [{}]", values.len());
        let legal = match shape {
            [0] => "none, for this cell has no such tensor".to_owned(),
            [rows, columns] => format!("{shape:?}, row-major: [{}]", rows * columns),
            _ => format!("{shape:?}"),
        };
        return Err(Error::request(what(), problem, legal));
    }
    if let Some(at) = values.iter().position(|&value| !fits_f32(value)) {
        let place = match shape {
            [_, columns] => format!("[{}, {}]", at / columns, at % columns),
            _ => format!("[{at}]"),
        };
        let problem = format!("the number at {place} is {}", values[at]);
        return Err(Error::request(what(), problem, "finite numbers in the range of f32"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rnn::Affine;

    fn gru(rz: usize, bias: usize) -> Weights {
        let affine = |weight, bias| Affine { weight: vec![0.1; weight], bias: vec![0.2; bias] };
        Weights { linears: vec![affine(rz, bias), affine(15, 3)], vector: vec![] }
    }

    fn message(weights: Weights) -> String {
        Cell::new(CellKind::Gru, 2, 3, Activation::Tanh, weights).unwrap_err().to_string()
    }

    #[test]
    fn shapes_are_checked() {
        assert!(Cell::new(CellKind::Gru, 2, 3, Activation::Tanh, gru(30, 6)).is_ok());
        let expected = "Wrz.weight of the gru cell: its shape is [29]; legal: [5, 6], row-major: [30]";
        assert_eq!(message(gru(29, 6)), expected);
        assert_eq!(message(gru(30, 0)), "Wrz.bias of the gru cell: its shape is [0]; legal: [6]");
        let mut weights = gru(30, 6);
        weights.vector = vec![0.0; 3];
        let expected = "vector of the gru cell: its shape is [3]; legal: none, for this cell has no such tensor";
        assert_eq!(message(weights), expected);
        let mut weights = gru(30, 6);
        weights.linears.pop();
        assert_eq!(message(weights), "the gru cell: it has 1 matrices; legal: 2: Wrz, Wh");
        let weights = Weights { linears: vec![Affine { weight: vec![0.0; 60], bias: vec![] }], vector: vec![0.0; 2] };
        let error = Cell::new(CellKind::UrLstm, 2, 3, Activation::Tanh, weights).unwrap_err().to_string();
        assert_eq!(error, "bias of the ur_lstm cell: its shape is [2]; legal: [3]");
    }

    #[test]
    fn numbers_are_finite_in_f32() {
        for (number, text) in
            [(f64::NAN, "NaN"), (f64::NEG_INFINITY, "-inf"), (1e39, "1000000000000000000000000000000000000000")]
        {
            let mut weights = gru(30, 6);
            weights.linears[0].weight[13] = number;
            let expected = format!(
                "Wrz.weight of the gru cell: the number at [2, 1] is {text}; legal: finite numbers in the range of f32"
            );
            assert_eq!(message(weights), expected);
        }
        let mut weights = gru(30, 6);
        weights.linears[1].bias[2] = f64::NAN;
        assert!(message(weights).starts_with("Wh.bias of the gru cell: the number at [2] is NaN"));
    }

    #[test]
    fn stacks_fit_together() {
        let cell = |kind, n_in, n_out| {
            let weights = Weights {
                linears: vec![Affine { weight: vec![0.0; (n_in + n_out) * n_out], bias: vec![0.0; n_out] }],
                vector: vec![],
            };
            Cell::new(kind, n_in, n_out, Activation::Relu, weights).unwrap()
        };
        let (a, b) = (cell(CellKind::Vanilla, 2, 3), cell(CellKind::Vanilla, 4, 5));
        let of = |cells: &[Cell], batch| check_stack(cells, batch).map_err(|error| error.to_string());
        assert_eq!(of(&[a.clone(), cell(CellKind::Vanilla, 3, 1)], 7), Ok(()));
        let expected =
            "n_in of layer 1, the vanilla cell: it is 4, but layer 0, the vanilla cell, has 3 units; legal: 3";
        assert_eq!(of(&[a.clone(), b], 7), Err(expected.to_owned()));
        assert_eq!(of(&[], 7), Err("the stack of cells: it is empty; legal: one cell or more".to_owned()));
        for batch in [0, usize::MAX] {
            let expected = format!("the batch of the cells: it is {batch}; legal: 1 to 357913941");
            assert_eq!(of(std::slice::from_ref(&a), batch), Err(expected));
        }
    }

    #[test]
    fn sizes_are_checked_before_anything_else() {
        let of =
            |n_in, n_out| Cell::new(CellKind::Lstm, n_in, n_out, Activation::Tanh, gru(0, 0)).unwrap_err().to_string();
        assert_eq!(of(0, 3), "n_in of the lstm cell: it is 0; legal: 1 or more");
        assert_eq!(of(3, 0), "n_out of the lstm cell: it is 0; legal: 1 or more");
        for (n_in, n_out) in [(usize::MAX, 2), (1, usize::MAX), (1, 1 << 40), (1 << 20, 1 << 20)] {
            let text = of(n_in, n_out);
            let expected = format!(
                "W.weight of the lstm cell: its shape [{n_in} + {n_out}, 4 · {n_out}] has too many numbers; legal: 1073741824 or fewer"
            );
            assert_eq!(text, expected);
        }
    }
}
