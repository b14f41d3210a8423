//! Constant weights that differ from item to item of a batch: each item counts them as if it were alone.
//!
//! Rows are drawn for the first item. What other items have of their own is the scale of a port, and so the count of every
//! projection onto it. An entry of a strip whose synapses share one weight says nothing of it, so nothing is drawn again.

use super::bundles::Onto;
use super::counter::Counter;
use super::drawing::Drawing;
use super::failure::{Failure, Watch};
use super::request::{Built, Request};
use super::survey::{Load, survey};
use super::weigh::{Builder, finest_of};
use super::{Scale, Table, Values, Wiring};
use crate::memory::{bytes_of, needs};
use rayon::prelude::*;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;

/// For some projections, by index, the weight of all their synapses in each item.
pub(crate) type WeightsOfItems = BTreeMap<usize, Vec<f64>>;

/// For some ports, by population and port, the scale of each item.
pub(crate) type ScalesOfItems = BTreeMap<(usize, usize), Vec<Scale>>;

/// How an item counts the projections onto a port.
struct Counted {
    scale: Scale,
    /// Of each projection.
    counters: Vec<Counter>,
}

/// The projections onto a port of which some have a weight for each item.
struct Port<'r> {
    request: Request<'r>,
    /// Their indices.
    members: Vec<usize>,
    block_bits: u32,
}

/// Gives the strips and projections onto each port the counts of all items; with the scales of ports, where they differ.
///
/// # Errors
/// [`Failure::Sum`] if an item's weights add up to too much; [`Failure::Items`], [`Failure::Shared`] where other synapses of a port
/// cannot follow.
pub(crate) fn weigh_items(
    request: &Request<'_>,
    weights: &WeightsOfItems,
    batch: usize,
    built: &mut Built,
) -> Result<ScalesOfItems, Failure> {
    let ends = |index: &usize| (request.wirings[*index].post, request.wirings[*index].port);
    let mut ports: BTreeMap<_, Vec<usize>> = weights.keys().map(|index| (ends(index), Vec::new())).collect();
    for index in 0..request.wirings.len() {
        if let Some(members) = ports.get_mut(&ends(&index)) {
            members.push(index);
        }
    }
    let mut scales = BTreeMap::new();
    for (end, members) in ports {
        let wirings = members.iter().map(|&index| request.wirings[index].clone()).collect();
        let request = Request { wirings, ..request.clone() };
        let port = Port { request, members, block_bits: built.table.block_bits };
        let (counted, synapses) = port.counted(weights, batch)?;
        port.check(&counted)?;
        port.put(&counted, &synapses, end, &mut built.table)?;
        if counted.iter().any(|item| item.scale != counted[0].scale) {
            scales.insert(end, counted.iter().map(|item| item.scale).collect());
        }
    }
    let table = &mut built.table;
    let places = table.strips.len().saturating_add(table.procedural.len()).saturating_mul(batch);
    needs(bytes_of::<i32>(places as u64), "the weights of items", "fewer items").map_err(Failure::Memory)?;
    // A kernel looks all of them up, or none.
    if table.strips.iter().any(|strip| !strip.items.is_empty()) {
        for strip in table.strips.iter_mut().filter(|strip| strip.items.is_empty()) {
            strip.items = strip.format.weight.map_or_else(Vec::new, |weight| vec![weight; batch]);
        }
    }
    if table.procedural.iter().any(|drawn| !drawn.items.is_empty()) {
        for drawn in table.procedural.iter_mut().filter(|drawn| drawn.items.is_empty()) {
            if let Counter::Constant(weight) = drawn.counter {
                drawn.items = vec![weight; batch];
            }
        }
    }
    Ok(scales)
}

impl Port<'_> {
    /// How each item counts, and how many synapses each projection has.
    fn counted(&self, weights: &WeightsOfItems, batch: usize) -> Result<(Vec<Counted>, Vec<u64>), Failure> {
        let of_item = |item: usize| {
            let of_member = |(index, wiring): (&usize, &Arc<Wiring>)| match (weights.get(index), &wiring.weights) {
                (Some(own), _) => Values::Constant(own.get(item).copied().unwrap_or_default()),
                (None, shared) => shared.clone(),
            };
            self.members.iter().zip(&self.request.wirings).map(of_member).collect::<Vec<_>>()
        };
        let constant = |wiring: &Arc<Wiring>| matches!(wiring.weights, Values::Constant(_));
        if self.request.wirings.iter().all(constant) {
            let items: Vec<Vec<f64>> = (0..batch).map(|item| of_item(item).iter().map(constant_of).collect()).collect();
            return self.by_numbers(&items);
        }
        // Drawn weights and those given one by one are rounded as their port's scale has it, so all are surveyed for each item.
        let mut known: Vec<(Vec<u64>, usize)> = Vec::new();
        let (mut counted, mut synapses) = (Vec::with_capacity(batch), Vec::new());
        for item in 0..batch {
            let values = of_item(item);
            let bits: Vec<u64> = values.iter().map(|values| constant_of(values).to_bits()).collect();
            if let Some((_, like)) = known.iter().find(|(other, _)| *other == bits) {
                let Counted { scale, counters } = &counted[*like];
                let again = Counted { scale: *scale, counters: counters.clone() };
                counted.push(again);
                continue;
            }
            let (own, found) = self.weigh(&values)?;
            counted.push(own);
            synapses = found;
            known.push((bits, item));
        }
        Ok((counted, synapses))
    }

    /// How one item counts, all surveyed.
    fn weigh(&self, values: &[Values<f64>]) -> Result<(Counted, Vec<u64>), Failure> {
        let with = |(wiring, weights): (&Arc<Wiring>, &Values<f64>)| {
            Arc::new(Wiring { weights: weights.clone(), ..Wiring::clone(wiring) })
        };
        let wirings = self.request.wirings.iter().zip(values).map(with).collect();
        let request = Request { wirings, ..self.request.clone() };
        let builder = self.builder(&request)?;
        let mut ports = Onto::all(&builder.drawings);
        let Some(onto) = ports.first_mut() else {
            return Ok((Counted { scale: Scale { power: 0 }, counters: Vec::new() }, Vec::new()));
        };
        let (scale, weighed) = builder.weigh(onto)?;
        let weighed: BTreeMap<_, _> = weighed.into_iter().collect();
        let synapses = weighed.values().map(|weighed| weighed.found.synapses).collect();
        let counters = weighed.into_values().map(|weighed| weighed.counter).collect();
        Ok((Counted { scale, counters }, synapses))
    }

    fn builder<'a>(&self, request: &'a Request<'a>) -> Result<Builder<'a>, Failure> {
        let drawings =
            request.wirings.iter().zip(&self.members).map(|(wiring, &index)| Drawing::new(wiring.clone(), index));
        let drawings = drawings.collect::<Result<Vec<_>, _>>()?;
        let watch = Watch { progress: request.progress, done: AtomicU64::new(0), all: u64::MAX };
        Ok(Builder { request, drawings, block_bits: self.block_bits, watch })
    }

    /// How each item counts, from how many synapses of each projection reach a neuron.
    fn by_numbers(&self, items: &[Vec<f64>]) -> Result<(Vec<Counted>, Vec<u64>), Failure> {
        let builder = self.builder(&self.request)?;
        let mut numbers = Vec::with_capacity(self.members.len());
        for drawing in &builder.drawings {
            numbers.push(self.reaching(drawing, &builder.watch)?);
        }
        let synapses: Vec<u64> =
            numbers.iter().map(|each| each.iter().fold(0, |sum: u64, more| sum.saturating_add(*more))).collect();
        // Neurons that are reached alike count alike.
        let neurons = 0..numbers.first().map_or(0, Vec::len);
        let mut reached: Vec<(Vec<u64>, usize)> =
            neurons.map(|neuron| (numbers.iter().map(|each| each[neuron]).collect(), neuron)).collect();
        reached.sort_unstable();
        reached.dedup_by(|one, other| one.0 == other.0);
        let counted: Result<_, _> = items.par_iter().map(|weights| self.scaled(weights, &synapses, &reached)).collect();
        Ok((counted?, synapses))
    }

    /// How many synapses of a projection reach each neuron.
    fn reaching(&self, drawing: &Drawing, watch: &Watch<'_>) -> Result<Vec<u64>, Failure> {
        let [sources, targets] = [drawing.wiring.pre, drawing.wiring.post].map(|end| self.request.sizes[end] as usize);
        needs(bytes_of::<[u64; 3]>(targets as u64), "counting what reaches each neuron", "fewer neurons")
            .map_err(Failure::Memory)?;
        let mut loads = vec![Load::default(); targets];
        let blocks = if drawing.by_columns() { targets.div_ceil(1 << self.block_bits) } else { 0 };
        let mut lengths = vec![vec![0; sources]; blocks];
        survey(drawing, &Counter::Constant(1), &mut loads, &mut lengths, self.block_bits, watch)?;
        Ok(loads.into_iter().map(|load| load.synapses).collect())
    }

    /// The finest scale at which all sums of |counts| fit, as `Builder::weigh` finds it; `reached` has the synapses of each projection
    /// that reach a neuron, and the neuron.
    fn scaled(&self, weights: &[f64], synapses: &[u64], reached: &[(Vec<u64>, usize)]) -> Result<Counted, Failure> {
        let Wiring { post, port, .. } = *self.request.wirings[0];
        let there = || weights.iter().zip(synapses).filter(|(_, synapses)| **synapses > 0).map(|(weight, _)| *weight);
        let finest = finest_of(there().map(|weight| [weight.min(0.0), weight.max(0.0)]));
        let most = u64::from(i32::MAX.unsigned_abs());
        let coarsest = finest.power.abs_diff(Scale::COARSEST.power).min(63);
        for scale in (0..=coarsest).map(|shift| finest.coarser(shift)) {
            let counts: Vec<Option<i32>> = weights.iter().map(|weight| scale.count(*weight)).collect();
            let fits = reached.iter().all(|(numbers, _)| {
                let sum = |sum: u64, (number, count): (&u64, &Option<i32>)| match count {
                    _ if *number == 0 => sum,
                    Some(count) => sum.saturating_add(number.saturating_mul(u64::from(count.unsigned_abs()))),
                    None => u64::MAX,
                };
                numbers.iter().zip(&counts).fold(0, sum) <= most
            });
            if fits {
                // What reaches nobody is not asked for its size.
                let counter = |(count, synapses): (&Option<i32>, &u64)| {
                    Counter::Constant(if *synapses > 0 { count.unwrap_or(0) } else { 0 })
                };
                let counters = counts.iter().zip(synapses).map(counter).collect();
                return Ok(Counted { scale, counters });
            }
        }
        let sum = |numbers: &[u64]| {
            numbers.iter().zip(weights).map(|(number, weight)| *number as f64 * weight.abs()).sum::<f64>()
        };
        let largest = reached.iter().max_by(|one, other| sum(&one.0).total_cmp(&sum(&other.0)));
        Err(Failure::Sum { post, port, neuron: largest.map_or(0, |(_, neuron)| *neuron) })
    }

    /// Do all items count alike what is drawn, or given one by one?
    fn check(&self, counted: &[Counted]) -> Result<(), Failure> {
        for (at, &wiring) in self.members.iter().enumerate() {
            let of = |item: &Counted| match &item.counters[at] {
                Counter::Constant(_) => None,
                Counter::Drawn { rounding, .. } | Counter::Each { rounding, .. } => Some((item.scale, *rounding)),
            };
            let first = of(&counted[0]);
            if let Some(item) = counted.iter().position(|item| of(item) != first) {
                return Err(Failure::Items { wiring, item });
            }
        }
        Ok(())
    }

    /// Leaves the counts where delivery looks for them.
    fn put(
        &self,
        counted: &[Counted],
        synapses: &[u64],
        end: (usize, usize),
        table: &mut Table,
    ) -> Result<(), Failure> {
        let counts = |at: usize| -> Option<Vec<i32>> {
            let count = |item: &Counted| match item.counters[at] {
                Counter::Constant(count) => Some(count),
                Counter::Drawn { .. } | Counter::Each { .. } => None,
            };
            counted.iter().map(count).collect()
        };
        let differ = |counts: &Option<Vec<i32>>| {
            counts.as_ref().is_some_and(|counts| counts.iter().any(|count| *count != counts[0]))
        };
        for (at, wiring) in self.request.wirings.iter().enumerate() {
            let own = counts(at);
            if !differ(&own) || synapses[at] == 0 {
                continue;
            }
            let own = own.unwrap_or_default();
            if let Some(drawn) = table.procedural.iter_mut().find(|drawn| drawn.index() == wiring.index) {
                drawn.items = own;
                continue;
            }
            // Entries of one row have one weight, unless they say their own.
            let beside = |&other: &usize| {
                let others = &self.request.wirings[other];
                let same =
                    (others.pre, others.modelled, others.storage) == (wiring.pre, wiring.modelled, wiring.storage);
                same && synapses[other] > 0
            };
            if let Some(other) =
                (0..self.members.len()).filter(beside).find(|&other| counts(other).as_ref() != Some(&own))
            {
                return Err(Failure::Shared { wirings: [at, other].map(|at| self.members[at]) });
            }
            let blocks = &table.blocks;
            let here = table.strips.iter_mut().filter(|strip| {
                let block = &blocks[strip.block];
                let same = (strip.source, strip.modelled) == (wiring.pre, wiring.modelled);
                same && (block.population, block.port) == end
            });
            here.for_each(|strip| strip.items.clone_from(&own));
        }
        Ok(())
    }
}

/// The weight of all; 0 where each has its own.
fn constant_of(values: &Values<f64>) -> f64 {
    if let Values::Constant(weight) = values { *weight } else { 0.0 }
}
