//! Weights that are legal but most likely not meant: those that counting rounds away, and negative conductances.

use super::{Column, PortPlan, Scale};
use crate::Warning;
use crate::units::{Quantity, Unit};
use rayon::prelude::*;

/// [part of itself] What a weight may be rounded by.
const TOLERATED: f64 = 1e-3;
/// Drawn weights are near 0 by chance; up to one in so many may be rounded by more.
const BY_CHANCE: usize = 100;

/// What counting does to a projection's weights.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Rounded {
    /// Synapses.
    all: usize,
    /// Those whose weight is rounded by more than [`TOLERATED`] of itself.
    many: usize,
    /// [part of itself] What a weight is rounded by at most, where that is more than [`TOLERATED`].
    worst: f64,
}

impl Rounded {
    /// Of the weights of `all` synapses.
    #[expect(clippy::arithmetic_side_effects, reason = "numbers of synapses in memory")]
    pub(super) fn of(weights: &Column, all: usize, scale: Scale) -> Self {
        // Rounding takes half a unit at most.
        let surely_kept = 0.5 / TOLERATED * scale.weight(1);
        let one = |weight: &f64| {
            let loss = if weight.abs() > surely_kept { 0.0 } else { scale.loss(*weight) };
            (usize::from(loss > TOLERATED), loss)
        };
        let (many, worst) = match weights {
            Column::Constant(weight) => {
                let (lost, worst) = one(weight);
                (lost * all, worst)
            }
            Column::Each(weights) => {
                let joined = |(many, worst): (usize, f64), (more, loss): (usize, f64)| (many + more, worst.max(loss));
                weights.par_iter().with_min_len(1 << 14).map(one).reduce(|| (0, 0.0), joined)
            }
        };
        Self { all, many, worst }
    }
}

/// Says that weights of a projection are rounded by more than is tolerated; `port` is population, port and unit.
pub(super) fn rounded(
    field: String,
    Rounded { all, many, worst }: Rounded,
    drawn: bool,
    (population, port, unit): (&str, &PortPlan, &str),
) -> Option<Warning> {
    if many == 0 || drawn && many <= all / BY_CHANCE {
        return None;
    }
    let problem = format!(
        "{many} of {all} weights are rounded by more than 0.1 % of themselves, the worst by {:.2} %: port `{}` of \
         population `{population}` counts them in multiples of {}",
        100.0 * worst,
        port.name,
        resolution(port.scale, unit),
    );
    let hint = "weak ones keep their value on a second port of the same kind, for a port resolves 2^-31 to 2^-29 of the \
                largest sum of |weights| onto one of its neurons";
    Some(Warning::new(field, problem, hint))
}

/// The unit in which a port counts, for people.
pub(super) fn resolution(scale: Scale, unit: &str) -> String {
    let unit = if unit == "1" { String::new() } else { format!(" {unit}") };
    format!("{:.3e}{unit}", scale.weight(1))
}

/// Says that weights onto `all` neurons or synapses are negative though `unit` is one of conductance.
pub(super) fn negative(field: String, weights: &Column, all: usize, unit: &Unit) -> Option<Warning> {
    if unit.dimension() != Unit::SIEMENS.dimension() {
        return None;
    }
    let below = || weights.values().iter().filter(|weight| **weight < 0.0);
    let least = Quantity::new(below().copied().reduce(f64::min)?, unit);
    let many = if matches!(weights, Column::Constant(_)) { all } else { below().count() };
    if many == 0 {
        return None;
    }
    let problem = format!(
        "{many} of {all} weights are negative, the least {least}: a negative conductance drives V away from the \
         reversal potential"
    );
    let hint = "the sign of an inhibitory conductance synapse is in its reversal potential: write the weight positive \
                and the potential low";
    Some(Warning::new(field, problem, hint))
}
