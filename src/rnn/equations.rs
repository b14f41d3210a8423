//! One unit's step, over [`Number`]: what a cell's file has once for all who compute with it.

use super::Activation;
use crate::number::Number;

/// A unit of a batch item before a step, or several side by side.
#[derive(Debug, Clone, Copy)]
pub(super) struct Unit<N> {
    pub h: N,
    /// 0 for cells without one.
    pub c: N,
    /// The unit's number of the cell's vector; 0 for cells without one.
    pub bias: N,
}

/// The equations of a cell with one product, which has the gates of all its matrices in turn.
pub(super) trait Whole: 'static {
    /// The next (h, c). Slices have a number for each gate: what the product adds up from the input, with the bias, and
    /// from h.
    fn step<N: Number>(phi: Activation, x: &[N], h: &[N], unit: Unit<N>) -> (N, N);
}

/// The equations of a cell with a product for each of its two matrices.
pub(super) trait Halves: 'static {
    /// What takes h's place in the second product, and a gate that is kept.
    fn gate<N: Number>(x: &[N], h: &[N], unit: Unit<N>) -> (N, N);
    /// The next h, from the second product and the gate that was kept.
    fn candidate<N: Number>(phi: Activation, x: &[N], h: &[N], kept: N, unit: Unit<N>) -> N;
}
