//! A kind of cell as the rest sees it: which matrices it has, what stands in their columns, and one unit's step.
//!
//! A step of every cell is one or two products, each followed by arithmetic that stays within a unit. What a product
//! adds up from the input x and what from the recurrent operand reach that arithmetic apart: most cells add the two, a
//! reset after the product does not. A cell's file has it once ([`super::equations`]): it serves the reference, in f64,
//! and the CPU engine; `shaders/cells/` has it in WGSL.

use super::Activation;
use super::equations::{Halves, Unit, Whole};
use super::sweep::{self, Sweep};
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
    /// Its unit's step.
    pub(super) equations: Equations,
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

/// The equations of a cell, for each of those who compute with them.
#[derive(Debug)]
pub(super) struct Equations {
    /// One unit's step in f64.
    pub twin: Twin,
    /// Loops over units side by side, one for each product.
    pub sweeps: [Option<Sweep>; 2],
}

impl Equations {
    pub const fn whole<E: Whole>() -> Self {
        Self { twin: Twin::One(E::step::<f64>), sweeps: [Some(sweep::whole::<E>), None] }
    }

    pub const fn halves<E: Halves>() -> Self {
        let twin = Twin::Two(E::gate::<f64>, E::candidate::<f64>);
        Self { twin, sweeps: [Some(sweep::gate::<E>), Some(sweep::candidate::<E>)] }
    }
}

/// One unit's step.
#[derive(Debug, Clone, Copy)]
pub(super) enum Twin {
    /// [`Whole::step`].
    One(WholeStep),
    /// [`Halves::gate`], [`Halves::candidate`].
    Two(FirstHalf, SecondHalf),
}

type WholeStep = fn(Activation, &[f64], &[f64], Unit<f64>) -> (f64, f64);
type FirstHalf = fn(&[f64], &[f64], Unit<f64>) -> (f64, f64);
type SecondHalf = fn(Activation, &[f64], &[f64], f64, Unit<f64>) -> f64;

impl Definition {
    /// Gates of all its matrices together.
    pub fn gates(&self) -> usize {
        self.linears.iter().map(|linear| linear.gates.len()).sum()
    }
}
