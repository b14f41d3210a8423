//! From the survey to whole numbers: the finest scale of each port at which the sums of weights fit, as they are rounded there,
//! and what follows from it for each projection.

use super::counter::{Counter, Rounding};
use super::drawing::Drawing;
use super::failure::{Failure, Watch};
use super::format::Contents;
use super::request::{Request, Summary};
use super::survey::{Found, Load, survey};
use super::{Scale, Values};
use crate::memory::{bytes_of, needs};
use crate::network::Precision;
use std::collections::BTreeMap;

/// All projections from one population to one port of another, by their indices.
pub(super) type Bundles = BTreeMap<Ends, Vec<usize>>;
/// Target population, its port, source population.
pub(super) type Ends = (usize, usize, usize);

/// Rows on their way.
pub(super) struct Builder<'a> {
    pub(super) request: &'a Request<'a>,
    pub(super) drawings: Vec<Drawing>,
    pub(super) block_bits: u32,
    pub(super) watch: Watch<'a>,
    /// Of each bundle that is held, the lengths of its rows in each block.
    pub(super) lengths: BTreeMap<Ends, Vec<Vec<u32>>>,
}

/// What is known of all projections once they are surveyed.
pub(super) struct Surveyed {
    pub(super) scales: Vec<Vec<Scale>>,
    pub(super) synapses: Vec<Vec<u64>>,
    pub(super) found: Vec<Found>,
    pub(super) counters: Vec<Counter>,
    pub(super) roundings: Vec<Option<Rounding>>,
    /// By how many powers of two each port's scale is coarser than the one in which its projections were surveyed.
    pub(super) shifts: Vec<u32>,
}

impl Builder<'_> {
    /// The largest size that a projection's weights may have.
    fn largest(&self, index: usize) -> f64 {
        let drawing = &self.drawings[index];
        match &drawing.wiring.weights {
            Values::Constant(weight) => weight.abs(),
            Values::Drawn(_) => drawing.quantiles.as_ref().map_or(0.0, |quantiles| quantiles.largest()),
            Values::Each(weights) => weights.iter().fold(0.0, |largest, weight| largest.max(weight.abs())),
        }
    }

    fn counter(&self, index: usize, scale: Scale, rounding: Option<Rounding>) -> Option<Counter> {
        let drawing = &self.drawings[index];
        Counter::of(&drawing.wiring, drawing.quantiles.as_ref(), scale, rounding)
    }

    /// Surveys all projections, port by port.
    pub(super) fn survey_all(&mut self, bundles: &Bundles) -> Result<Surveyed, Failure> {
        let ports = |of: fn(&Vec<u32>) -> usize| self.request.first_inlets.iter().map(of);
        let mut scales: Vec<Vec<Scale>> = ports(Vec::len).map(|ports| vec![Scale { power: 0 }; ports]).collect();
        let mut synapses: Vec<Vec<u64>> = ports(Vec::len).map(|ports| vec![0; ports]).collect();
        let mut found: Vec<Option<Found>> = self.drawings.iter().map(|_| None).collect();
        let mut counters: Vec<Option<Counter>> = self.drawings.iter().map(|_| None).collect();
        let mut roundings: Vec<Option<Rounding>> = vec![None; self.drawings.len()];
        let mut shifts = vec![0; self.drawings.len()];
        let by_port: Vec<_> = bundles.iter().collect();
        for bundles in by_port.chunk_by(|((post, port, _), _), (other, _)| (*post, *port) == (other.0, other.1)) {
            let (post, port, _) = *bundles[0].0;
            let members: Vec<usize> = bundles.iter().flat_map(|(_, members)| members.iter().copied()).collect();
            let (mut finest, mut loads) = self.survey_port(bundles, &mut found)?;
            if finest != self.finest(&members, &found) {
                // The largest weights reach nobody: what reaches somebody may be counted more finely.
                (finest, loads) = self.survey_port(bundles, &mut found)?;
            }
            let of = |index: usize| found[index].as_ref();
            synapses[post][port] = members.iter().filter_map(|&index| of(index)).map(|found| found.synapses).sum();
            let scale = self.settle(&members, &found, finest, &loads).map_err(|neuron| match neuron {
                Ok(neuron) => Failure::Sum { post, port, neuron },
                Err(failure) => failure,
            })?;
            scales[post][port] = scale;
            let shift = finest.power.abs_diff(scale.power);
            for &index in &members {
                shifts[index] = shift;
                roundings[index] = of(index).and_then(|found| rounding(&self.drawings[index], found, shift));
                // What reaches nobody was not asked for its size.
                counters[index] = self.counter(index, scale, roundings[index]);
            }
        }
        let found: Vec<Found> = found.into_iter().flatten().collect();
        let counters = counters.into_iter().map(|counter| counter.unwrap_or(Counter::Constant(0))).collect();
        Ok(Surveyed { scales, synapses, found, counters, roundings, shifts })
    }

    /// The finest scale of a port that counts all weights of these projections, but of those that are found to be empty.
    fn finest(&self, members: &[usize], found: &[Option<Found>]) -> Scale {
        let there = |index: &&usize| found[**index].as_ref().is_none_or(|found| found.synapses > 0);
        let largest = members.iter().filter(there).map(|&index| self.largest(index)).fold(0.0, f64::max);
        match Scale::finest(largest) {
            _ if largest == 0.0 => Scale { power: 0 },
            // The largest may be rounded up to what is one too many.
            finest if finest.count(largest).is_none() => finest.coarser(1),
            finest => finest,
        }
    }

    /// Surveys all projections onto a port, in the finest scale that counts their weights.
    fn survey_port(
        &mut self,
        bundles: &[(&Ends, &Vec<usize>)],
        found: &mut [Option<Found>],
    ) -> Result<(Scale, Vec<Load>), Failure> {
        let (post, port, _) = *bundles[0].0;
        let members: Vec<usize> = bundles.iter().flat_map(|(_, members)| members.iter().copied()).collect();
        let finest = self.finest(&members, found);
        let targets = self.request.sizes[post] as usize;
        needs(bytes_of::<Load>(targets as u64).saturating_mul(2), "counting what reaches each neuron", "fewer neurons")
            .map_err(Failure::Memory)?;
        let mut loads = vec![Load::default(); targets];
        for (key, members) in bundles.iter().map(|(key, members)| (**key, *members)) {
            let blocks = targets.div_ceil(1 << self.block_bits);
            let rows = self.request.sizes[key.2] as usize;
            let held = members.iter().any(|&index| self.drawings[index].stored());
            let bytes = bytes_of::<u32>((rows as u64).saturating_mul(blocks as u64)).saturating_mul(2);
            needs(if held { bytes } else { 0 }, "the starts of rows", "fewer neurons").map_err(Failure::Memory)?;
            let mut lengths = vec![vec![0u32; rows]; if held { blocks } else { 0 }];
            for &index in members.iter() {
                let drawing = &self.drawings[index];
                let lengths = if drawing.stored() { &mut lengths[..] } else { &mut [] };
                let counter = self.counter(index, finest, None);
                let first_reached = |loads: &[Load]| loads.iter().position(|load| load.synapses > 0);
                let before = if counter.is_none() { first_reached(&loads) } else { None };
                let known = counter.as_ref().unwrap_or(&Counter::Constant(0));
                let surveyed = survey(drawing, known, &mut loads, lengths, self.block_bits, &self.watch)?;
                if counter.is_none() && surveyed.synapses > 0 {
                    let neuron = before.or_else(|| first_reached(&loads)).unwrap_or(0);
                    return Err(Failure::Sum { post, port, neuron });
                }
                if surveyed.synapses > u64::from(u32::MAX) && drawing.stored() {
                    return Err(Failure::TooMany { wiring: index, synapses: surveyed.synapses });
                }
                found[index] = Some(surveyed);
            }
            if held {
                self.lengths.insert(key, lengths);
            }
        }
        Ok((finest, loads))
    }

    /// The finest scale at which the sums of all |counts|, as they are rounded, fit; or the neuron whose sum does not.
    fn settle(
        &self,
        members: &[usize],
        found: &[Option<Found>],
        finest: Scale,
        loads: &[Load],
    ) -> Result<Scale, Result<usize, Failure>> {
        let most = u64::from(i32::MAX.unsigned_abs());
        // A count differs from what it is in another scale by 2 at most; where it is rounded by 2⁻¹⁰ of itself, or by half of
        // what all are multiples of.
        let half_step = |shift: u32| {
            let of = |&index: &usize| rounding(&self.drawings[index], found[index].as_ref()?, shift);
            let coarsest = members.iter().filter_map(of).map(|rounding| rounding.shift).max().unwrap_or(0);
            (1u64 << coarsest) >> 1
        };
        let spread = |load: &Load, shift: u32, half: u64| {
            (load.sum >> shift >> 10).saturating_add(load.synapses.saturating_mul(half + 2)).saturating_add(2)
        };
        let sum = |load: &Load, shift: u32| load.sum >> shift;
        let fits = |shift: u32| {
            let half = half_step(shift);
            loads.iter().all(|load| sum(load, shift).saturating_add(spread(load, shift, half)) <= most)
        };
        let may_fit = |shift: u32| {
            let half = half_step(shift);
            loads.iter().all(|load| sum(load, shift) <= most.saturating_add(spread(load, shift, half)))
        };
        let coarsest = finest.power.abs_diff(Scale::COARSEST.power);
        for shift in (0..=coarsest.min(63)).filter(|shift| may_fit(*shift)) {
            let scale = finest.coarser(shift);
            if fits(shift) || self.fits_exactly(members, found, finest, scale, loads.len()).map_err(Err)? {
                return Ok(scale);
            }
        }
        let largest = loads.iter().enumerate().rev().max_by_key(|(_, load)| load.sum);
        Err(Ok(largest.map_or(0, |(neuron, _)| neuron)))
    }

    /// Draws once more, for scales on the edge.
    fn fits_exactly(
        &self,
        members: &[usize],
        found: &[Option<Found>],
        finest: Scale,
        scale: Scale,
        targets: usize,
    ) -> Result<bool, Failure> {
        let mut loads = vec![Load::default(); targets];
        let shift = finest.power.abs_diff(scale.power);
        for &index in members.iter().filter(|&&index| found[index].as_ref().is_some_and(|found| found.synapses > 0)) {
            let drawing = &self.drawings[index];
            let rounding = found[index].as_ref().and_then(|found| rounding(drawing, found, shift));
            let Some(counter) = self.counter(index, scale, rounding) else { return Ok(false) };
            let rows = drawing.wiring.sides.n_pre as usize;
            let blocks = if drawing.by_columns() { targets.div_ceil(1 << self.block_bits) } else { 0 };
            let mut lengths = vec![vec![0; rows]; blocks];
            survey(drawing, &counter, &mut loads, &mut lengths, self.block_bits, &self.watch)?;
        }
        Ok(loads.iter().all(|load| load.sum <= u64::from(i32::MAX.unsigned_abs())))
    }
}

/// What was found of a projection, in the counts of its port's scale.
pub(super) fn summary(found: &Found, rounding: Option<Rounding>, shift: u32) -> Summary {
    let weak = found.sizes[1..].iter().zip(1u32..).filter(|(_, bits)| *bits < 10 + shift);
    Summary {
        synapses: found.synapses,
        weak: weak.map(|(synapses, _)| synapses).sum(),
        smallest: found.smallest >> shift.min(31),
        below: (found.below > 0).then(|| (found.below, -((found.counts[0].unsigned_abs() >> shift.min(31)) as i32))),
        rounding: rounding.map(|rounding| rounding.shift),
    }
}

/// How a projection's counts are rounded, in a scale coarser by so many powers than the one in which they were found.
fn rounding(drawing: &Drawing, found: &Found, shift: u32) -> Option<Rounding> {
    if matches!(drawing.wiring.weights, Values::Constant(_)) || found.synapses == 0 {
        return None;
    }
    let [least, greatest] = found.counts.map(|count| count.unsigned_abs() >> shift.min(31));
    let rounding = Rounding::of(least.max(greatest).saturating_add(2));
    let kept = rounding.keeps((found.smallest >> shift.min(31)).saturating_sub(2));
    match drawing.wiring.precision {
        Some(Precision::Exact) => None,
        Some(Precision::Compact) => Some(rounding),
        None => kept.then_some(rounding),
    }
}

/// What is known of a projection's synapses, in the counts of its port's scale, which is coarser by so many powers than the
/// one in which they were found.
pub(super) fn contents(found: &Found, counter: &Counter, rounding: Option<Rounding>, shift: u32) -> Contents {
    let delays = [if found.instant { 0 } else { found.delays[0] }, found.delays[1]];
    if let Counter::Constant(count) = counter {
        let small = Rounding { shift: 0 }.round(*count) == *count && count.unsigned_abs() < 1 << 24;
        return Contents { delays, counts: [*count; 2], rounded: small.then_some(0) };
    }
    // A count differs from what it was there by 2 at most.
    let bound = |count: i32| {
        let size = ((count.unsigned_abs() >> shift.min(31)) + 2).min(i32::MAX as u32).cast_signed();
        let bound = rounding.map_or(size, |rounding| rounding.round(size));
        // No count is rounded up as far as that.
        if bound < 0 { i32::MAX } else { bound }
    };
    let [least, greatest] = found.counts;
    // Between quantiles that were counted anew, what was just above 0 may lie below it.
    let (mut below, mut above) = (least < 0, greatest > 0);
    if let Counter::Drawn { quantiles, .. } = counter
        && shift > 0
    {
        let near = 2i64 << shift.min(31);
        below |= i64::from(least) < near && quantiles.iter().any(|&count| count < 0);
        above |= i64::from(greatest) > -near && quantiles.iter().any(|&count| count > 0);
    }
    let counts = [if below { -bound(least.min(0)) } else { 0 }, if above { bound(greatest.max(0)) } else { 0 }];
    Contents { delays, counts, rounded: rounding.map(|rounding| rounding.shift) }
}
