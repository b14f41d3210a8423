//! A kind of cell as the rest sees it: which matrices it has, what stands in their columns, and one unit's step.
//!
//! A step of every cell is one or two products, each followed by arithmetic that stays within a unit. What a product
//! adds up from the input x and what from the recurrent operand reach that arithmetic apart: most cells add the two, a
//! reset after the product does not. Here the arithmetic is in f64, written from the equations; `shaders/cells/` has it
//! in WGSL.

use super::Activation;
use crate::network::Scheme;

/// A kind of cell.
#[derive(Debug)]
pub struct Definition {
    /// Its name, also that of its WGSL functions.
    pub name: &'static str,
    /// What it is, in a line.
    pub what: &'static str,
    /// Its matrices, in the order in which a step uses them.
    pub linears: &'static [Linear],
    /// The name of its vector of one number for each unit, if it has one.
    pub vector: Option<&'static str>,
    /// Whether it carries a cell state c beside h.
    pub has_c: bool,
    /// What φ is where nothing else is said.
    pub activation: Activation,
    /// How its matrices are drawn where no weights are given.
    pub scheme: Scheme,
    /// The fragment of its unit's step: its path and its text.
    pub wgsl: (&'static str, &'static str),
    /// One unit's step in f64.
    pub(super) twin: Twin,
}

/// A matrix `[n_in + n_out, gates · n_out]` of a cell.
#[derive(Debug)]
pub struct Linear {
    /// Its name: `W` of `W.weight` and `W.bias`.
    pub name: &'static str,
    /// What stands in its columns, `n_out` of them each.
    pub gates: &'static [&'static str],
    /// Whether a bias is added.
    pub bias: bool,
}

/// One unit of one batch item before a step.
#[derive(Debug, Clone, Copy)]
pub(super) struct Unit {
    pub h: f64,
    /// 0 for cells without one.
    pub c: f64,
    /// The unit's number of the cell's vector; 0 for cells without one.
    pub bias: f64,
}

/// One unit's step; slices have a number for each gate of the product's matrices, `x` with the bias.
#[derive(Debug, Clone, Copy)]
pub(super) enum Twin {
    /// One product with all matrices, their gates in turn.
    One(Whole),
    /// A product with each of two matrices.
    Two(FirstHalf, SecondHalf),
}

/// (φ, x, recurrent, unit) to the next (h, c).
type Whole = fn(Activation, &[f64], &[f64], Unit) -> (f64, f64);

/// (x, recurrent, unit) to what takes h's place in the second product, and a gate that is kept.
type FirstHalf = fn(&[f64], &[f64], Unit) -> (f64, f64);

/// (φ, x, recurrent, the gate that was kept, unit) to the next h.
type SecondHalf = fn(Activation, &[f64], &[f64], f64, Unit) -> f64;

/// The logistic function.
pub(super) fn sigmoid(x: f64) -> f64 {
    Activation::Sigmoid.of(x)
}

impl Definition {
    /// Gates of all its matrices together.
    pub fn gates(&self) -> usize {
        self.linears.iter().map(|linear| linear.gates.len()).sum()
    }
}
