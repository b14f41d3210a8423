//! From the survey to whole numbers: the finest scale of each port at which the sums of weights fit, as they are rounded there,
//! and what follows from it for each projection.

use super::bundles::{Bundle, Onto};
use super::counter::{Counter, Rounding};
use super::drawing::Drawing;
use super::failure::{Failure, Watch};
use super::format::Contents;
use super::request::{Request, Summary};
use super::survey::{Found, Load, survey};
use super::{Scale, Values};
use crate::memory::{bytes_of, needs};
use crate::network::Precision;

/// Rows on their way.
pub(super) struct Builder<'a> {
    pub(super) request: &'a Request<'a>,
    pub(super) drawings: Vec<Drawing>,
    pub(super) block_bits: u32,
    pub(super) watch: Watch<'a>,
}

/// What there is of some projections, each with its index.
type ByIndex<T> = Vec<(usize, T)>;

/// What is known of a projection once it is surveyed.
pub(super) struct Weighed {
    pub(super) found: Found,
    pub(super) counter: Counter,
    pub(super) rounding: Option<Rounding>,
    /// By how many powers of two its port's scale is coarser than the one in which it was surveyed.
    pub(super) shift: u32,
}

impl Builder<'_> {
    fn counter(&self, index: usize, scale: Scale, rounding: Option<Rounding>) -> Option<Counter> {
        let drawing = &self.drawings[index];
        Counter::of(&drawing.wiring, drawing.quantiles.as_ref(), scale, rounding)
    }

    /// Surveys all projections onto a port; with its scale, and what each is there, by index.
    pub(super) fn weigh(&self, onto: &mut Onto) -> Result<(Scale, ByIndex<Weighed>), Failure> {
        let mut finest = self.finest(onto.bundles.iter().flat_map(|bundle| &bundle.members));
        let (mut found, mut loads) = self.survey_port(onto, finest)?;
        let there = found.iter().filter(|(_, found)| found.synapses > 0);
        let of_those = self.finest(there.map(|(index, _)| index));
        if finest != of_those {
            // The largest weights reach nobody: what reaches somebody may be counted more finely.
            finest = of_those;
            (found, loads) = self.survey_port(onto, finest)?;
        }
        let scale = self.settle(onto, &found, finest, &loads)?;
        let shift = finest.power.abs_diff(scale.power);
        let weighed = found.into_iter().map(|(index, found)| {
            let rounding = rounding(&self.drawings[index], &found, shift);
            // What reaches nobody was not asked for its size.
            let counter = self.counter(index, scale, rounding).unwrap_or(Counter::Constant(0));
            (index, Weighed { found, counter, rounding, shift })
        });
        Ok((scale, weighed.collect()))
    }

    /// The finest scale that counts all weights of these projections.
    fn finest<'i>(&self, projections: impl Iterator<Item = &'i usize>) -> Scale {
        finest_of(projections.map(|&index| self.drawings[index].weights()))
    }

    /// Surveys all projections onto a port in this scale; with what was found of each, by index, and what reaches each neuron.
    fn survey_port(&self, onto: &mut Onto, scale: Scale) -> Result<(ByIndex<Found>, Vec<Load>), Failure> {
        let Onto { post, port, ref mut bundles } = *onto;
        let targets = self.request.sizes[post] as usize;
        needs(bytes_of::<Load>(targets as u64).saturating_mul(2), "counting what reaches each neuron", "fewer neurons")
            .map_err(Failure::Memory)?;
        let (mut loads, mut all) = (vec![Load::default(); targets], Vec::new());
        for Bundle { source, members, lengths, .. } in bundles {
            let blocks = targets.div_ceil(1 << self.block_bits);
            let rows = self.request.sizes[*source] as usize;
            let held = members.iter().any(|&index| self.drawings[index].stored());
            let bytes = bytes_of::<u32>((rows as u64).saturating_mul(blocks as u64)).saturating_mul(2);
            needs(if held { bytes } else { 0 }, "the starts of rows", "fewer neurons").map_err(Failure::Memory)?;
            *lengths = vec![vec![0; rows]; if held { blocks } else { 0 }];
            for &index in members.iter() {
                let drawing = &self.drawings[index];
                let lengths = if drawing.stored() { &mut lengths[..] } else { &mut [] };
                let counter = self.counter(index, scale, None);
                let first_reached = |loads: &[Load]| loads.iter().position(|load| load.synapses > 0);
                let before = if counter.is_none() { first_reached(&loads) } else { None };
                let known = counter.as_ref().unwrap_or(&Counter::Constant(0));
                let found = survey(drawing, known, &mut loads, lengths, self.block_bits, &self.watch)?;
                if counter.is_none()
                    && let Some(neuron) = before.or_else(|| first_reached(&loads)).filter(|_| found.synapses > 0)
                {
                    return Err(Failure::Sum { post, port, neuron });
                }
                let most = u64::from(u32::MAX);
                if found.synapses > most && drawing.stored() {
                    return Err(Failure::TooMany { wiring: index, synapses: found.synapses, most });
                }
                all.push((index, found));
            }
        }
        Ok((all, loads))
    }

    /// The finest scale at which the sums of all |counts|, as they are rounded, fit.
    #[expect(clippy::arithmetic_side_effects, reason = "a half step is below 2³¹")]
    fn settle(&self, onto: &Onto, found: &[(usize, Found)], finest: Scale, loads: &[Load]) -> Result<Scale, Failure> {
        let most = u64::from(i32::MAX.unsigned_abs());
        // A count differs from what it is in another scale by 2 at most; where it is rounded by 2⁻¹⁰ of itself, or by half of
        // what all are multiples of.
        let half_step = |shift: u32| {
            let roundings = found.iter().filter_map(|(index, found)| rounding(&self.drawings[*index], found, shift));
            roundings.map(|rounding| (1u64 << rounding.shift) >> 1).max().unwrap_or(0)
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
            if fits(shift) || self.fits_exactly(found, finest, scale, loads.len())? {
                return Ok(scale);
            }
        }
        let largest = (0..loads.len()).rev().max_by_key(|&neuron| loads[neuron].sum);
        Err(Failure::Sum { post: onto.post, port: onto.port, neuron: largest.unwrap_or_default() })
    }

    /// Draws once more, for scales on the edge.
    fn fits_exactly(
        &self,
        found: &[(usize, Found)],
        finest: Scale,
        scale: Scale,
        targets: usize,
    ) -> Result<bool, Failure> {
        let mut loads = vec![Load::default(); targets];
        let shift = finest.power.abs_diff(scale.power);
        for (index, found) in found.iter().filter(|(_, found)| found.synapses > 0) {
            let drawing = &self.drawings[*index];
            let rounding = rounding(drawing, found, shift);
            let Some(counter) = self.counter(*index, scale, rounding) else { return Ok(false) };
            let rows = self.request.sizes[drawing.wiring.pre] as usize;
            let blocks = if drawing.by_columns() { targets.div_ceil(1 << self.block_bits) } else { 0 };
            let mut lengths = vec![vec![0; rows]; blocks];
            survey(drawing, &counter, &mut loads, &mut lengths, self.block_bits, &self.watch)?;
        }
        Ok(loads.iter().all(|load| load.sum <= u64::from(i32::MAX.unsigned_abs())))
    }
}

/// The finest scale that counts these weights, each the least and the greatest of some.
pub(super) fn finest_of(weights: impl Iterator<Item = [f64; 2]>) -> Scale {
    let largest = weights.fold(0.0f64, |largest, [least, greatest]| largest.max(-least).max(greatest));
    match Scale::finest(largest) {
        _ if largest == 0.0 => Scale { power: 0 },
        // The largest may be rounded up to what is one too many.
        finest if finest.count(largest).is_none() => finest.coarser(1),
        finest => finest,
    }
}

#[expect(clippy::arithmetic_side_effects, reason = "scales differ by few powers, and sizes are below 2³¹")]
impl Weighed {
    /// What was found, in the counts of the port's scale.
    pub(super) fn summary(&self) -> Summary {
        let Self { found, rounding, shift, .. } = self;
        let weak = found.sizes[1..].iter().zip(1u32..).filter(|(_, bits)| *bits < 10 + shift);
        let shift = (*shift).min(31);
        Summary {
            synapses: found.synapses,
            weak: weak.map(|(synapses, _)| synapses).sum(),
            smallest: found.smallest >> shift,
            below: (found.below > 0).then(|| (found.below, -((found.counts[0].unsigned_abs() >> shift) as i32))),
            rounding: rounding.map(|rounding| rounding.shift),
        }
    }

    /// What is known of the synapses, in the counts of the port's scale.
    pub(super) fn contents(&self) -> Contents {
        let Self { found, counter, rounding, shift } = self;
        let shift = (*shift).min(31);
        let delays = [if found.instant { 0 } else { found.delays[0] }, found.delays[1]];
        if let Counter::Constant(count) = counter {
            let small = Rounding { shift: 0 }.round(*count) == *count && count.unsigned_abs() < 1 << 24;
            return Contents { delays, counts: [*count; 2], rounded: small.then_some(0) };
        }
        // A count differs from what it was there by 2 at most.
        let bound = |count: i32| {
            let size = ((count.unsigned_abs() >> shift) + 2).min(i32::MAX as u32).cast_signed();
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
            let near = 2i64 << shift;
            below |= i64::from(least) < near && quantiles.iter().any(|&count| count < 0);
            above |= i64::from(greatest) > -near && quantiles.iter().any(|&count| count > 0);
        }
        let counts = [if below { -bound(least.min(0)) } else { 0 }, if above { bound(greatest.max(0)) } else { 0 }];
        Contents { delays, counts, rounded: rounding.map(|rounding| rounding.shift) }
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
