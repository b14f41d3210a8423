//! The numbers of a cell, in f64 as they were given or drawn; the device rounds them once.

/// One matrix of a cell, with its bias.
#[derive(Debug, Clone, PartialEq)]
pub struct Affine {
    /// `[n_in + n_out, gates · n_out]`, row-major: the rows of x, then those of h.
    pub weight: Vec<f64>,
    /// `[gates · n_out]`; empty where the cell has none.
    pub bias: Vec<f64>,
}

/// All numbers of a cell.
#[derive(Debug, Clone, PartialEq)]
pub struct Weights {
    /// The matrices, in the order of [`Definition::linears`](super::Definition::linears).
    pub linears: Vec<Affine>,
    /// `[n_out]`: the cell's own vector; empty where it has none.
    pub vector: Vec<f64>,
}
