//! From projections in plain numbers to the table of rows: surveyed, scaled, laid out, filled. Each table has its size before it
//! is filled, and is filled in place: building takes little more of the host's memory than what is built.

use super::blocks;
use super::counter::{Counter, Rounding};
use super::drawing::Drawing;
use super::fill;
use super::format::{Contents, Format};
use super::procedural::{self, Procedural};
use super::survey::{Found, Load, survey};
use super::{Block, Progress, Scale, Strip, Table, Wiring};
use crate::Error;
use crate::memory::{bytes_of, needs};
use crate::network::{Precision, Storage};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// What is to be built.
pub struct Request<'a> {
    /// The projections, in the network's order.
    pub wirings: Vec<Arc<Wiring>>,
    /// Neurons of each population.
    pub sizes: &'a [u32],
    /// For each population and port the ring cell of its first neuron.
    pub first_cells: &'a [Vec<u32>],
    /// Cells of a block at most, as a power of two; chosen if `None`.
    pub block_bits: Option<u32>,
    /// \[bytes\] what one binding of a device may hold of the entries.
    pub binding: u64,
    /// Told how far it has come.
    pub progress: &'a Progress,
}

/// Rows, and what is known of their weights.
#[derive(Debug)]
pub struct Built {
    /// The rows.
    pub table: Table,
    /// For each population and port how weights are counted.
    pub scales: Vec<Vec<Scale>>,
    /// For each population and port the synapses that end there.
    pub synapses: Vec<Vec<u64>>,
    /// For each projection what was found of it.
    pub projections: Vec<Summary>,
}

/// What was found of a projection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Summary {
    /// Synapses.
    pub synapses: u64,
    /// Synapses whose |count| is below 2⁹: counting may move them by more than 2⁻¹⁰ of themselves.
    pub weak: u64,
    /// The smallest |count| but 0; 0 where there is none.
    pub smallest: u32,
    /// How many counts are below 0, and the least, where weights are drawn.
    pub below: Option<(u64, i32)>,
    /// Weights are rounded to 10 significant bits, and to multiples of 2^this; not at all if `None`.
    pub rounding: Option<u32>,
}

/// Why nothing was built.
#[derive(Debug)]
pub enum Failure {
    /// A rule cannot be obeyed.
    Rule {
        /// Index of the projection.
        wiring: usize,
        /// A sentence with the legal range.
        problem: String,
    },
    /// A projection cannot be drawn again and again.
    Storage {
        /// Index of the projection.
        wiring: usize,
        /// A sentence with what is legal.
        problem: String,
    },
    /// There are not as many values as synapses.
    Values {
        /// Index of the projection.
        wiring: usize,
        /// `weight` or `delay`.
        what: &'static str,
        /// Values that were given.
        given: usize,
        /// Synapses that there are.
        synapses: u64,
    },
    /// Delays are drawn that cannot be counted.
    Delays {
        /// Index of the projection.
        wiring: usize,
    },
    /// Weights onto a neuron add up to what no scale can count.
    Sum {
        /// Index of the target population.
        post: usize,
        /// Index of its port.
        port: usize,
        /// Index of the neuron.
        neuron: usize,
    },
    /// A place in a block, and delays, do not fit an entry together.
    Entry {
        /// Index of a projection.
        wiring: usize,
        /// Cells of the block.
        cells: u32,
        /// \[steps\] smallest and largest delay.
        delays: [u32; 2],
    },
    /// More synapses than places can be counted for.
    TooMany {
        /// Index of a projection.
        wiring: usize,
        /// Synapses.
        synapses: u64,
    },
    /// There is no room.
    Memory(Error),
    /// Whoever is told of the progress said that it is enough.
    Stopped,
}

/// Counts what is done.
pub(super) struct Watch<'a> {
    progress: &'a Progress,
    done: AtomicU64,
    all: u64,
}

impl Watch<'_> {
    pub(super) fn done(&self, synapses: u64) -> Result<(), Failure> {
        let done = self.done.fetch_add(synapses, Ordering::Relaxed) + synapses;
        if self.progress.tell(done.min(self.all), self.all) { Ok(()) } else { Err(Failure::Stopped) }
    }
}

/// All projections from one population to one port of another, by their indices.
type Bundles = BTreeMap<Ends, Vec<usize>>;
/// Target population, its port, source population.
type Ends = (usize, usize, usize);

/// Draws all rows.
///
/// # Errors
/// [`Failure`] says why not.
pub fn build(request: Request<'_>) -> Result<Built, Failure> {
    let mut request = request;
    let wirings = std::mem::take(&mut request.wirings);
    if let Some((wiring, problem)) =
        wirings.iter().enumerate().find_map(|(index, wiring)| Some((index, procedural::refused(wiring)?)))
    {
        return Err(Failure::Storage { wiring, problem });
    }
    let drawings = wirings.into_iter().enumerate().map(|(index, wiring)| Drawing::new(wiring, index));
    let drawings = drawings.collect::<Result<Vec<_>, _>>()?;
    let expected = drawings.iter().map(Drawing::expected).fold(0, u64::saturating_add);
    let watch = Watch { progress: request.progress, done: AtomicU64::new(0), all: expected.saturating_mul(2) };
    let block_bits = blocks::choose(&drawings, &request);
    let (blocks, first_blocks) = blocks::cut(&request, block_bits);
    let mut bundles = Bundles::new();
    for (index, drawing) in drawings.iter().enumerate() {
        let Wiring { pre, post, port, .. } = *drawing.wiring;
        bundles.entry((post, port, pre)).or_default().push(index);
    }
    let mut builder = Builder { request: &request, drawings, block_bits, watch, lengths: BTreeMap::new() };
    let surveyed = builder.survey_all(&bundles)?;
    let Surveyed { scales, synapses, found, counters, roundings, shifts } = surveyed;
    let contents: Vec<Contents> = (0..found.len())
        .map(|index| contents(&found[index], &counters[index], roundings[index], shifts[index]))
        .collect();
    let mut table = Table { block_bits, blocks, ..Table::default() };
    builder.lay_out(&bundles, &first_blocks, (&found, &contents), &mut table)?;
    builder.fill(&bundles, &counters, &first_blocks, &mut table)?;
    builder.describe(&found, &mut table);
    let summary = |(found, (rounding, shift)): (&Found, (&Option<Rounding>, u32))| summary(found, *rounding, shift);
    let projections = found.iter().zip(roundings.iter().zip(shifts)).map(summary).collect();
    request.wirings = builder.drawings.into_iter().map(|drawing| drawing.wiring).collect();
    assembled(&request, Built { table, scales, synapses, projections })
}

/// With all that follows from the rest: the blocks, the parts for this device, and what is not held.
pub(super) fn assembled(request: &Request<'_>, built: Built) -> Result<Built, Failure> {
    let mut built = built;
    let table = &mut built.table;
    table.blocks = blocks::cut(request, table.block_bits).0;
    table.of_source = vec![Vec::new(); request.sizes.len()];
    for (index, strip) in (0..).zip(&table.strips) {
        table.of_source[strip.source].push(index);
    }
    table.cut(request.binding);
    for (index, (wiring, summary)) in request.wirings.iter().zip(&built.projections).enumerate() {
        if wiring.storage == Storage::Stored || summary.synapses == 0 {
            continue;
        }
        let drawing = Drawing::new(wiring.clone(), index)?;
        let scale = built.scales[wiring.post][wiring.port];
        let rounding = summary.rounding.map(|shift| Rounding { shift });
        let counter = Counter::of(wiring, drawing.quantiles.as_ref(), scale, rounding);
        let counter = counter.unwrap_or(Counter::Constant(0));
        let first_cell = request.first_cells[wiring.post][wiring.port];
        built.table.procedural.push(Procedural { drawing, counter, first_cell, synapses: summary.synapses });
    }
    Ok(built)
}

/// Is there room for so many words?
pub(super) fn room(words: u64) -> Result<(), Failure> {
    let hint = "fewer synapses, or storage = \"procedural\"";
    needs(bytes_of::<u32>(words), "the synapse table", hint).map_err(Failure::Memory)
}

/// What was found of a projection, in the counts of its port's scale.
fn summary(found: &Found, rounding: Option<Rounding>, shift: u32) -> Summary {
    let weak = found.sizes[1..].iter().zip(1u32..).filter(|(_, bits)| *bits < 10 + shift);
    Summary {
        synapses: found.synapses,
        weak: weak.map(|(synapses, _)| synapses).sum(),
        smallest: found.smallest >> shift.min(31),
        below: (found.below > 0).then(|| (found.below, -((found.counts[0].unsigned_abs() >> shift.min(31)) as i32))),
        rounding: rounding.map(|rounding| rounding.shift),
    }
}

struct Builder<'a> {
    request: &'a Request<'a>,
    drawings: Vec<Drawing>,
    block_bits: u32,
    watch: Watch<'a>,
    /// Of each bundle that is held, the lengths of its rows in each block.
    lengths: BTreeMap<Ends, Vec<Vec<u32>>>,
}

struct Surveyed {
    scales: Vec<Vec<Scale>>,
    synapses: Vec<Vec<u64>>,
    found: Vec<Found>,
    counters: Vec<Counter>,
    roundings: Vec<Option<Rounding>>,
    /// By how many powers of two each port's scale is coarser than the one in which its projections were surveyed.
    shifts: Vec<u32>,
}

impl Builder<'_> {
    /// The largest size that a projection's weights may have.
    fn largest(&self, index: usize) -> f64 {
        let drawing = &self.drawings[index];
        match &drawing.wiring.weights {
            super::Values::Constant(weight) => weight.abs(),
            super::Values::Drawn(_) => drawing.quantiles.as_ref().map_or(0.0, |quantiles| quantiles.largest()),
            super::Values::Each(weights) => weights.iter().fold(0.0, |largest, weight| largest.max(weight.abs())),
        }
    }

    fn counter(&self, index: usize, scale: Scale, rounding: Option<Rounding>) -> Option<Counter> {
        let drawing = &self.drawings[index];
        Counter::of(&drawing.wiring, drawing.quantiles.as_ref(), scale, rounding)
    }

    fn survey_all(&mut self, bundles: &Bundles) -> Result<Surveyed, Failure> {
        let ports = |of: fn(&Vec<u32>) -> usize| self.request.first_cells.iter().map(of);
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
                let before = loads.iter().position(|load| load.synapses > 0);
                let known = counter.as_ref().unwrap_or(&Counter::Constant(0));
                let surveyed = survey(drawing, known, &mut loads, lengths, self.block_bits, &self.watch)?;
                if counter.is_none() && surveyed.synapses > 0 {
                    let first = loads.iter().position(|load| load.synapses > 0);
                    return Err(Failure::Sum { post, port, neuron: before.or(first).unwrap_or(0) });
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
        // A count differs from what it is in another scale by 2 at most, and by 2⁻¹⁰ of itself where it is rounded.
        let spread = |load: &Load, shift: u32| 2 * load.synapses + (load.sum >> shift >> 10) + 2;
        let sum = |load: &Load, shift: u32| load.sum >> shift;
        let fits = |shift: u32| loads.iter().all(|load| sum(load, shift) + spread(load, shift) <= most);
        let may_fit = |shift: u32| loads.iter().all(|load| sum(load, shift) <= most + spread(load, shift));
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

    /// Gives each strip its format and its places.
    fn lay_out(
        &mut self,
        bundles: &Bundles,
        first_blocks: &[Vec<usize>],
        (found, contents): (&[Found], &[Contents]),
        table: &mut Table,
    ) -> Result<(), Failure> {
        let mut words = 0usize;
        let by_port: Vec<_> = bundles.iter().collect();
        for bundles in by_port.chunk_by(|((post, port, _), _), (other, _)| (*post, *port) == (other.0, other.1)) {
            let (post, port, _) = *bundles[0].0;
            let first_block = first_blocks[post][port];
            let blocks = self.request.sizes[post].div_ceil(1 << self.block_bits) as usize;
            for block in first_block..first_block + blocks {
                for (key, members) in bundles {
                    let Some(lengths) = self.lengths.get_mut(key).and_then(|all| all.get_mut(block - first_block))
                    else {
                        continue;
                    };
                    let lengths = std::mem::take(lengths);
                    let synapses = lengths.iter().map(|&length| u64::from(length)).sum::<u64>();
                    if synapses == 0 {
                        continue;
                    }
                    let there = |&&index: &&usize| self.drawings[index].stored() && found[index].synapses > 0;
                    let of = |&index: &usize| contents[index];
                    let contents = members.iter().filter(there).map(of).reduce(Contents::and);
                    let Some(contents) = contents else { continue };
                    let cells = table.blocks[block].size;
                    let Some(format) = Format::of(cells, contents) else {
                        return Err(Failure::Entry { wiring: members[0], cells, delays: contents.delays });
                    };
                    let Ok(synapses) = u32::try_from(synapses) else {
                        return Err(Failure::TooMany { wiring: members[0], synapses });
                    };
                    let starts = table.starts.len();
                    table.starts.push(0);
                    table.starts.extend(lengths.iter().scan(0, |end, length| {
                        *end += length;
                        Some(*end)
                    }));
                    let end = words + format.words(u64::from(synapses)) as usize;
                    let rows = lengths.len() as u32;
                    let strip = Strip { source: key.2, block, format, starts, rows, words: words..end, synapses };
                    table.strips.push(strip);
                    words = end;
                }
            }
        }
        room(words as u64)?;
        table.entries = vec![0; words];
        Ok(())
    }

    fn fill(
        &self,
        bundles: &Bundles,
        counters: &[Counter],
        first_blocks: &[Vec<usize>],
        table: &mut Table,
    ) -> Result<(), Failure> {
        // Strips of one bundle, by block: they are in the table's order.
        let mut strips: BTreeMap<Ends, Vec<(usize, usize)>> = BTreeMap::new();
        for (index, strip) in table.strips.iter().enumerate() {
            let Block { population, port, .. } = table.blocks[strip.block];
            let block = strip.block - first_blocks[population][port];
            strips.entry((population, port, strip.source)).or_default().push((block, index));
        }
        for (key, members) in bundles {
            let Some(strips) = strips.get(key) else { continue };
            let mut places = fill::Places::of(table, strips, self.block_bits);
            for &index in members.iter().filter(|&&index| self.drawings[index].stored()) {
                places.fill(&self.drawings[index], &counters[index], &self.watch)?;
            }
        }
        Ok(())
    }

    fn describe(&self, found: &[Found], table: &mut Table) {
        let there = || found.iter().enumerate().filter(|(_, found)| found.synapses > 0);
        table.count = there().map(|(_, found)| found.synapses).sum();
        table.max_delay = there().map(|(_, found)| found.delays[1]).fold(1, u32::max);
        table.longest = there().find(|(_, found)| found.delays[1] == table.max_delay).map(|(index, _)| index);
        table.min_delay = there().map(|(_, found)| found.delays[0]).fold(u32::MAX, u32::min);
    }
}

/// How a projection's counts are rounded, in a scale coarser by so many powers than the one in which they were found.
fn rounding(drawing: &Drawing, found: &Found, shift: u32) -> Option<Rounding> {
    if matches!(drawing.wiring.weights, super::Values::Constant(_)) || found.synapses == 0 {
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
fn contents(found: &Found, counter: &Counter, rounding: Option<Rounding>, shift: u32) -> Contents {
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
    let counts = [if least < 0 { -bound(least) } else { 0 }, if greatest > 0 { bound(greatest) } else { 0 }];
    Contents { delays, counts, rounded: rounding.map(|rounding| rounding.shift) }
}
