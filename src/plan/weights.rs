//! Counts weights: finds for each port the finest scale at which no sum overflows, and the whole numbers for its weights.
//!
//! A synapse reaches a slot of the delay ring at most once, so a cell holds at most the sum of the |counts| onto its neuron.
//! That sum is added up here as it will be there, from rounded counts, and in whole numbers: threads change nothing.

use super::assemble::{Bundle, Ends};
use super::connect::Csr;
use super::suspicious::{Rounded, rounded};
use super::{Column, PopulationPlan, Scale};
use crate::{Error, Result, Warning};
use rayon::prelude::*;

/// [synapses] of one job at least: enough to outweigh its start.
const JOB: usize = 1 << 16;

/// A projection whose weights are whole numbers.
pub(super) struct Counted<'a> {
    pub ends: Ends<'a>,
    pub synapses: Csr,
    pub counts: Counts,
    /// [steps]
    pub delays: Column,
}

/// Weights in whole numbers of their port's scale.
pub(super) enum Counts {
    /// The same for all synapses.
    Shared(i32),
    /// One for each.
    Each(Vec<i32>),
}

impl Counts {
    /// The one of a synapse.
    pub(super) fn at(&self, synapse: usize) -> i32 {
        match self {
            Self::Shared(count) => *count,
            Self::Each(counts) => counts[synapse],
        }
    }

    /// The one of all synapses.
    pub(super) fn shared(&self) -> Option<i32> {
        match self {
            Self::Shared(count) => Some(*count),
            Self::Each(_) => None,
        }
    }
}

/// Finds each port's scale: the finest at which the sum of all |weights| onto each of its neurons fits an i32, as counted.
///
/// # Errors
/// [`Error::Field`] naming a port whose sum is beyond f32.
pub(super) fn choose_scales(bundles: &[Bundle<'_>], populations: &mut [PopulationPlan]) -> Result<()> {
    let mut onto: Vec<Vec<Vec<&Bundle<'_>>>> =
        populations.iter().map(|population| population.ports.iter().map(|_| Vec::new()).collect()).collect();
    for bundle in bundles.iter().filter(|bundle| !bundle.synapses.targets.is_empty()) {
        onto[bundle.ends.post][bundle.ends.port].push(bundle);
    }
    for (population, onto) in populations.iter_mut().zip(&onto) {
        for (port, bundles) in population.ports.iter_mut().zip(onto) {
            port.synapses = bundles.iter().map(|bundle| bundle.synapses.targets.len() as u64).sum();
            port.scale = scale(bundles).map_err(|(neuron, unit)| {
                let largest = Scale::COARSEST.weight(i32::MAX);
                let field = format!("population[{}].ports.{}", population.name, port.name);
                let problem = format!("the |weights| onto neuron {neuron} add up to more than {largest:.3e} {unit}");
                Error::field(field, problem, "a sum that f32 can hold")
            })?;
        }
    }
    Ok(())
}

/// The scale of the port onto which these projections are all; or a neuron for which there is none, and the port's unit.
fn scale<'a>(bundles: &[&Bundle<'a>]) -> Result<Scale, (usize, &'a str)> {
    let largest = bundles.iter().map(|bundle| largest(bundle.weights.values())).fold(0.0, f64::max);
    if largest == 0.0 {
        return Ok(Scale { power: 0 });
    }
    let finest = Scale::finest(largest);
    // Cut off, not rounded, so that rounding up alone makes no scale coarser than it must be.
    let factor = 2f64.powi(finest.power);
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "cut off, below 2³¹")]
    let (_, sum) = largest_sum(bundles, |weight| (weight.abs() * factor) as u64);
    let mut scale = finest.coarser(sum.checked_ilog2().unwrap_or(0).saturating_sub(i32::BITS - 2));
    loop {
        let count = |weight| scale.count(weight).map_or(u64::MAX, |count| u64::from(count.unsigned_abs()));
        let (neuron, sum) = largest_sum(bundles, count);
        if i32::try_from(sum).is_ok() {
            return Ok(scale);
        }
        if scale == Scale::COARSEST {
            return Err((neuron, bundles.first().map_or("", |bundle| bundle.ends.unit)));
        }
        scale = scale.coarser(1);
    }
}

fn largest(weights: &[f64]) -> f64 {
    let larger = |largest: f64, weight: &f64| largest.max(weight.abs());
    if weights.len() <= JOB {
        return weights.iter().fold(0.0, larger);
    }
    weights.par_chunks(JOB).map(|weights| weights.iter().fold(0.0, larger)).reduce(|| 0.0, f64::max)
}

/// The largest sum of what `of` gives for each weight onto a neuron, and the first neuron that has it.
fn largest_sum(bundles: &[&Bundle<'_>], of: impl Fn(f64) -> u64 + Sync) -> (usize, u64) {
    let neurons = bundles.first().map_or(0, |bundle| bundle.ends.post_size as usize);
    let mut sums = vec![0u64; neurons];
    for bundle in bundles {
        let targets = &bundle.synapses.targets;
        let add = |sums: &mut [u64], first: usize, targets: &[u32]| {
            let mut add = |target: u32, number: u64| {
                let sum = &mut sums[target as usize];
                *sum = sum.saturating_add(number);
            };
            match &bundle.weights {
                Column::Constant(weight) => {
                    let number = of(*weight);
                    targets.iter().for_each(|&target| add(target, number));
                }
                Column::Each(weights) => {
                    targets.iter().zip(&weights[first..]).for_each(|(&target, &weight)| add(target, of(weight)));
                }
            }
        };
        // Each thread has sums of its own, which is worth it where synapses are many more than neurons.
        let job = JOB.max(neurons.saturating_mul(4));
        if targets.len() <= job {
            add(&mut sums, 0, targets);
            continue;
        }
        let parts = (0..targets.len()).into_par_iter().step_by(job).fold(
            || vec![0; neurons],
            |mut sums, first| {
                let targets = &targets[first..];
                add(&mut sums, first, &targets[..job.min(targets.len())]);
                sums
            },
        );
        if let Some(part) = parts.reduce_with(joined) {
            sums = joined(sums, part);
        }
    }
    sums.into_iter().enumerate().rev().max_by_key(|(_, sum)| *sum).unwrap_or((0, 0))
}

fn joined(mut sums: Vec<u64>, other: Vec<u64>) -> Vec<u64> {
    sums.iter_mut().zip(other).for_each(|(sum, other)| *sum = sum.saturating_add(other));
    sums
}

/// A projection with its weights counted in the scale of its port; says where one is rounded by a large part of itself.
///
/// # Errors
/// [`Error::Field`] for a weight that the scale cannot count, which [`choose_scales`] rules out.
pub(super) fn counted<'a>(
    bundle: Bundle<'a>,
    populations: &[PopulationPlan],
    warnings: &mut Vec<Warning>,
) -> Result<Counted<'a>> {
    let Bundle { index, ends, synapses, weights, drawn, delays } = bundle;
    let population = &populations[ends.post];
    let port = &population.ports[ends.port];
    let field = format!("projection[{index}].weight");
    let beyond = || Error::field(&*field, "a weight is beyond the scale of its port", "a weight that f32 can hold");
    let counts = match &weights {
        // What reaches nobody was not asked for its size.
        _ if synapses.targets.is_empty() => Counts::Each(Vec::new()),
        Column::Constant(weight) => Counts::Shared(port.scale.count(*weight).ok_or_else(beyond)?),
        Column::Each(weights) => {
            let mut counts = vec![0; weights.len()];
            let count = |(count, weight): (&mut i32, &f64)| port.scale.count(*weight).map(|counted| *count = counted);
            counts.par_iter_mut().zip(&**weights).try_for_each(count).ok_or_else(beyond)?;
            Counts::Each(counts)
        }
    };
    let loss = Rounded::of(&weights, synapses.targets.len(), port.scale);
    warnings.extend(rounded(field, loss, drawn, (&population.name, port, ends.unit)));
    Ok(Counted { ends, synapses, counts, delays })
}

#[cfg(test)]
mod tests;
