//! What is legal but most likely not meant: weights that counting rounds away, negative conductances, and stimuli that never act.

use super::{Column, Scale};
use crate::Warning;
use crate::recording::Period;
use crate::units::{Quantity, Unit};
use rayon::prelude::*;

/// [part of itself] What a weight may be rounded by.
const TOLERATED: f64 = 1e-3;
/// Drawn weights are near 0 by chance; up to one in so many may be rounded by more.
const BY_CHANCE: u64 = 100;

/// What counting does to a projection's weights.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Weak {
    /// Those whose weight is rounded by more than [`TOLERATED`] of itself.
    many: u64,
    /// [part of itself] What a weight is rounded by at most, where that is more than [`TOLERATED`].
    worst: f64,
}

impl Weak {
    /// Of these weights.
    #[expect(clippy::arithmetic_side_effects, reason = "numbers of synapses in memory")]
    pub(super) fn of(weights: &[f64], scale: Scale) -> Self {
        // Rounding takes half a unit at most.
        let surely_kept = 0.5 / TOLERATED * scale.weight(1);
        let one = |weight: &f64| {
            let loss = if weight.abs() > surely_kept { 0.0 } else { scale.loss(*weight) };
            (u64::from(loss > TOLERATED), loss)
        };
        let joined = |(many, worst): (u64, f64), (more, loss): (u64, f64)| (many + more, worst.max(loss));
        let (many, worst) = weights.par_iter().with_min_len(1 << 14).map(one).reduce(|| (0, 0.0), joined);
        Self { many, worst }
    }

    /// Of drawn weights, of which so many have counts too small to be kept for sure.
    pub(super) fn drawn(many: u64, smallest: u32) -> Self {
        // What is counted as nothing is lost.
        Self { many, worst: if smallest == 0 { 1.0 } else { 0.5 / f64::from(smallest) } }
    }

    /// Does it round more weights, or by more, than another?
    pub(super) fn is_worse(self, other: Self) -> bool {
        (self.many, self.worst) > (other.many, other.worst)
    }

    /// If so many synapses have each of these weights.
    pub(super) fn times(self, synapses: u64) -> Self {
        Self { many: self.many.saturating_mul(synapses), ..self }
    }
}

/// Says that a projection has no synapse.
pub(super) fn empty(projection: usize) -> Warning {
    let problem = "it makes no synapse: chance, positions or a list without pairs leave nobody to connect";
    Warning::new(format!("projection[{projection}].connect"), problem, "a rule that connects some neurons")
}

/// Says that weights of a projection are rounded by more than is tolerated; `of` are its synapses, and whether weights are
/// drawn; then come population and port, scale and unit.
pub(super) fn rounded(
    field: String,
    Weak { many, worst }: Weak,
    (all, drawn): (u64, bool),
    (population, port): (&str, &str),
    (scale, unit): (Scale, &str),
) -> Option<Warning> {
    if many == 0 || drawn && many <= all / BY_CHANCE {
        return None;
    }
    let problem = format!(
        "{many} of {all} weights are rounded by more than 0.1 % of themselves, the worst by {:.2} %: port `{port}` of \
         population `{population}` counts them in multiples of {}",
        100.0 * worst,
        resolution(scale, unit),
    );
    let hint = "weak ones keep their value on a second port of the same kind, for a port resolves 2^-31 to 2^-29 of the \
                largest sum of |weights| onto one of its neurons";
    Some(Warning::new(field, problem, hint))
}

/// Says that a stimulus acts on nobody, or in no step of the network's duration.
pub(super) fn idle(path: &str, period: Period, chosen: Option<&[u32]>, duration: Option<u32>) -> Option<Warning> {
    let Period { start, stop } = period;
    let of = |key: &str, problem: String, hint| Some(Warning::new(format!("{path}.{key}"), problem, hint));
    if chosen.is_some_and(<[u32]>::is_empty) {
        return of("neurons", "it never acts, for the list has no neurons".to_owned(), "name some, or none for all");
    }
    if start == stop {
        return of(
            "stop",
            format!("it never acts, for it ends at step {stop}, where it begins"),
            "a time after `start`",
        );
    }
    let end = duration.filter(|end| start > 0 && start >= *end)?;
    let problem =
        format!("it never acts, for it begins at step {start}, and the network's `duration` ends at step {end}");
    of("start", problem, "an earlier start, or a longer duration")
}

/// Says that a stimulus acts at times alone of which the first comes after the network's duration.
pub(super) fn late(path: &str, first: Option<u32>, duration: Option<u32>) -> Option<Warning> {
    let first = first?;
    let end = duration.filter(|end| first >= *end)?;
    let problem = format!(
        "it never acts, for its first time is in step {first}, and the network's `duration` ends at step {end}"
    );
    Some(Warning::new(path, problem, "earlier times, or a longer duration"))
}

/// Says that the weights of `all` gap junctions are negative, so many of them, and the least is this.
pub(super) fn driven_apart(field: String, below: Option<(u64, f64)>, all: u64, unit: &Unit) -> Option<Warning> {
    let (many, least) = below.filter(|(many, _)| *many > 0)?;
    let least = Quantity::new(least, unit);
    let problem =
        format!("{many} of {all} weights are negative, the least {least}: they drive V of source and target apart");
    Some(Warning::new(field, problem, "weights above 0, as conductances have"))
}

/// Says that what a graded projection brings is filtered once more.
pub(super) fn filtered(field: String, port: &str, synapse: &str) -> Warning {
    let problem = format!(
        "port `{port}` has the synapse {synapse}, to which the values of a graded projection are arrivals, anew in each step: it adds them up"
    );
    Warning::new(field, problem, "a port without synapse takes the sum of weight·value as it is")
}

/// The unit in which a port counts, for people.
pub(super) fn resolution(scale: Scale, unit: &str) -> String {
    let unit = if unit == "1" { String::new() } else { format!(" {unit}") };
    format!("{:.3e}{unit}", scale.weight(1))
}

/// Says that weights onto `all` neurons are negative though `unit` is one of conductance.
pub(super) fn negative(field: String, weights: &Column, all: usize, unit: &Unit) -> Option<Warning> {
    let below = || weights.values().iter().copied().filter(|weight| *weight < 0.0);
    let least = below().reduce(f64::min)?;
    let many = if weights.is_each() { below().count() } else { all };
    negative_weights(field, Some((many as u64, least)), all as u64, unit)
}

/// The same, of `all` synapses or neurons of which so many are below 0, and the least is this.
pub(super) fn negative_weights(field: String, below: Option<(u64, f64)>, all: u64, unit: &Unit) -> Option<Warning> {
    let (many, least) = below.filter(|(many, _)| *many > 0)?;
    if unit.dimension() != Unit::SIEMENS.dimension() {
        return None;
    }
    let least = Quantity::new(least, unit);
    let problem = format!(
        "{many} of {all} weights are negative, the least {least}: a negative conductance drives V away from the \
         reversal potential"
    );
    let hint = "the sign of an inhibitory conductance synapse is in its reversal potential: write the weight positive \
                and the potential low";
    Some(Warning::new(field, problem, hint))
}
