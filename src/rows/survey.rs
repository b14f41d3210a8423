//! The first drawing: how long rows are in each block, what reaches each neuron, and how small and large weights and delays are.

use super::counter::Counter;
use super::drawing::{Drawing, Scratch};
use super::failure::{Failure, Watch};
use super::partners::Row;
use crate::random::Purpose;
use rayon::prelude::*;

/// What reaches one inlet.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Load {
    /// The sum of all |counts|.
    pub(super) sum: u64,
    /// Synapses.
    pub(super) synapses: u64,
}

#[expect(clippy::arithmetic_side_effects, reason = "synapses are counted one by one")]
impl Load {
    #[inline]
    fn add(&mut self, size: u64) {
        self.sum = self.sum.saturating_add(size);
        self.synapses += 1;
    }

    fn join(&mut self, other: Self) {
        self.sum = self.sum.saturating_add(other.sum);
        self.synapses += other.synapses;
    }
}

/// What there is of a projection.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Found {
    /// Synapses.
    pub(super) synapses: u64,
    /// [steps] Smallest and largest delay.
    pub(super) delays: [u32; 2],
    /// Does one have no delay? (Then it is not the smallest here.)
    pub(super) instant: bool,
    /// Least and greatest count.
    pub(super) counts: [i32; 2],
    /// Counts below 0.
    pub(super) below: u64,
    /// The smallest |count| but 0.
    pub(super) smallest: u32,
    /// Synapses by the bits of their |count|.
    pub(super) sizes: [u64; 33],
}

#[expect(clippy::arithmetic_side_effects, reason = "synapses are counted one by one")]
impl Found {
    fn nothing() -> Self {
        Self {
            synapses: 0,
            delays: [u32::MAX, 0],
            instant: false,
            counts: [i32::MAX, i32::MIN],
            below: 0,
            smallest: u32::MAX,
            sizes: [0; 33],
        }
    }

    #[inline]
    fn count(&mut self, count: i32) {
        let size = count.unsigned_abs();
        self.counts = [self.counts[0].min(count), self.counts[1].max(count)];
        self.below += u64::from(count < 0);
        // 0 is the largest then.
        self.smallest = self.smallest.min(size.wrapping_sub(1));
        self.sizes[(u32::BITS - size.leading_zeros()) as usize] += 1;
    }

    fn join(mut self, other: &Self) -> Self {
        self.synapses += other.synapses;
        self.delays = [self.delays[0].min(other.delays[0]), self.delays[1].max(other.delays[1])];
        self.instant |= other.instant;
        self.counts = [self.counts[0].min(other.counts[0]), self.counts[1].max(other.counts[1])];
        self.below += other.below;
        self.smallest = self.smallest.min(other.smallest);
        self.sizes.iter_mut().zip(other.sizes).for_each(|(sum, other)| *sum += other);
        self
    }
}

/// What a thread has found so far.
struct Tally {
    found: Found,
    loads: Vec<Load>,
    lengths: Vec<u32>,
    /// Least and greatest random word of a delay; or delay, where it follows from a distance.
    words: [u32; 2],
    row: Row,
    scratch: Scratch,
}

#[expect(clippy::arithmetic_side_effects, reason = "synapses are counted one by one, and those of a row fit a u32")]
impl Tally {
    fn new(inlets: usize, rows: usize) -> Self {
        Self {
            found: Found::nothing(),
            loads: vec![Load::default(); inlets],
            lengths: vec![0; rows],
            words: [u32::MAX, 0],
            row: Row::default(),
            scratch: Scratch::default(),
        }
    }

    fn join(mut self, other: Self) -> Self {
        self.found = self.found.join(&other.found);
        if self.loads.is_empty() {
            self.loads = other.loads;
        } else {
            self.loads.iter_mut().zip(other.loads).for_each(|(sum, other)| sum.join(other));
        }
        self.lengths.iter_mut().zip(other.lengths).for_each(|(sum, other)| *sum += other);
        self.words = [self.words[0].min(other.words[0]), self.words[1].max(other.words[1])];
        self
    }

    /// Draws a neuron's row, whose partners are counted from the first of the projection's, and takes note of its weights and delays.
    fn draw(&mut self, drawing: &Drawing, counter: &Counter, neuron: u32) {
        let Self { found, row, scratch, words, .. } = self;
        let number = neuron - drawing.rows().start;
        drawing.partners.draw(&drawing.wiring, number, row);
        drawing.counts(counter, number, row, scratch);
        found.synapses += row.partners.len() as u64;
        scratch.counts.iter().for_each(|&count| found.count(count));
        if drawing.wiring.conduction().is_some() {
            drawing.delays(number, row, scratch);
            *words =
                scratch.delays.iter().fold(*words, |[least, greatest], &delay| [least.min(delay), greatest.max(delay)]);
        } else if drawing.delays.is_some() {
            // The larger a word, the larger the delay.
            drawing.words(Purpose::Delays, number, row, &mut scratch.words);
            *words =
                scratch.words.iter().fold(*words, |[least, greatest], &word| [least.min(word), greatest.max(word)]);
        }
    }
}

/// Surveys a projection. `loads` are those of all neurons of its target, `lengths` of the rows of all those of its source in each of
/// the target's blocks, if it is to be held.
pub(super) fn survey(
    drawing: &Drawing,
    counter: &Counter,
    loads: &mut [Load],
    lengths: &mut [Vec<u32>],
    block_bits: u32,
    watch: &Watch<'_>,
) -> Result<Found, Failure> {
    let tally = if drawing.by_columns() {
        by_columns(drawing, counter, loads, lengths, block_bits, watch)?
    } else {
        by_rows(drawing, counter, lengths, block_bits, watch)?
    };
    let first = drawing.wiring.sides.first_post as usize;
    loads.iter_mut().skip(first).zip(&tally.loads).for_each(|(load, more)| load.join(*more));
    let mut found = tally.found;
    if found.synapses == 0 {
        return Ok(found);
    }
    if let Counter::Constant(count) = counter {
        found.counts = [*count; 2];
    }
    // It was counted from 0 on.
    found.smallest = found.smallest.wrapping_add(1);
    if drawing.wiring.conduction().is_some() {
        found.delays = tally.words;
    } else if let Some(table) = &drawing.delays {
        found.delays = tally.words.map(|word| table.count(word));
    } else if let Some(steps) = drawing.wiring.delays.each() {
        let delays = || steps.iter().copied().filter(|&steps| steps > 0);
        found.instant = steps.contains(&0);
        found.delays = [delays().min().unwrap_or(u32::MAX), delays().max().unwrap_or(0)];
    } else {
        found.instant = drawing.delay() == 0;
        found.delays = if found.instant { [u32::MAX, 0] } else { [drawing.delay(); 2] };
    }
    Ok(found)
}

#[expect(
    clippy::arithmetic_side_effects,
    clippy::cast_possible_truncation,
    reason = "rows of a job, synapses that are counted one by one, and few tallies"
)]
fn by_rows(
    drawing: &Drawing,
    counter: &Counter,
    lengths: &mut [Vec<u32>],
    block_bits: u32,
    watch: &Watch<'_>,
) -> Result<Tally, Failure> {
    let sides = drawing.wiring.sides;
    let (targets, first_target) = (sides.n_post as usize, sides.first_post);
    let constant = u64::from(counter.constant().unsigned_abs());
    let own = |lengths| <[u32]>::chunks_mut(lengths, drawing.rows_of_job() as usize);
    let [first, end] = [sides.sources().start, sides.sources().end].map(|row| row as usize);
    let mut chunks: Vec<_> = lengths.iter_mut().map(|lengths| own(&mut lengths[first..end])).collect();
    let jobs: Vec<_> = drawing
        .jobs()
        .map(|rows| (rows, chunks.iter_mut().map(|chunks| chunks.next().unwrap_or_default()).collect::<Vec<_>>()))
        .collect();
    let job = |mut tally: Tally, (rows, mut lengths): (std::ops::Range<u32>, Vec<&mut [u32]>)| {
        let (before, first) = (tally.found.synapses, rows.start);
        for number in rows {
            tally.draw(drawing, counter, number);
            let Tally { row, scratch, loads, .. } = &mut tally;
            if scratch.counts.is_empty() {
                row.partners.iter().for_each(|&target| loads[target as usize].add(constant));
            } else {
                let counts = row.partners.iter().zip(&scratch.counts);
                counts.for_each(|(&target, count)| loads[target as usize].add(count.unsigned_abs().into()));
            }
            match &mut lengths[..] {
                [] => {}
                [only] => only[(number - first) as usize] += row.partners.len() as u32,
                lengths => {
                    for &target in &row.partners {
                        let block = (first_target + target) >> block_bits;
                        lengths[block as usize][(number - first) as usize] += 1;
                    }
                }
            }
        }
        watch.done(tally.found.synapses - before).map(|()| tally)
    };
    // Each tally is as long as the targets are many: there are few, and together they take no more than entries do.
    let affordable = drawing.expected() / (4 * targets as u64).max(1);
    let tallies = (4 * rayon::current_num_threads() as u64).min(affordable).max(1) as usize;
    let size = jobs.len().div_ceil(tallies).max(1);
    let mut jobs = jobs.into_iter();
    let groups: Vec<Vec<_>> = (0..tallies).map(|_| jobs.by_ref().take(size).collect()).collect();
    let tally = |jobs: Vec<_>| jobs.into_iter().try_fold(Tally::new(targets, 0), job);
    groups.into_par_iter().map(tally).try_reduce(|| Tally::new(0, 0), |one, other| Ok(one.join(other)))
}

#[expect(
    clippy::arithmetic_side_effects,
    clippy::cast_possible_truncation,
    reason = "neurons that a u32 counts, and synapses that are counted one by one"
)]
fn by_columns(
    drawing: &Drawing,
    counter: &Counter,
    loads: &mut [Load],
    lengths: &mut [Vec<u32>],
    block_bits: u32,
    watch: &Watch<'_>,
) -> Result<Tally, Failure> {
    let sides = drawing.wiring.sides;
    let sources = sides.n_pre as usize;
    let constant = u64::from(counter.constant().unsigned_abs());
    let mut all = Tally::new(0, 0);
    let none = || Tally::new(0, sources);
    for (block, (loads, lengths)) in loads.chunks_mut(1 << block_bits).zip(lengths).enumerate() {
        // Those of the block that are among the targets.
        let (begin, size) = ((block << block_bits) as u32, drawing.rows_of_job() as usize);
        let [first, end] =
            [sides.targets().start, sides.targets().end].map(|target| target.clamp(begin, begin + loads.len() as u32));
        let loads = &mut loads[(first - begin) as usize..(end - begin) as usize];
        let job = |mut tally: Tally, (at, loads): (usize, &mut [Load])| {
            let before = tally.found.synapses;
            for (target, load) in (first + (at * size) as u32..).zip(loads) {
                tally.draw(drawing, counter, target);
                let Tally { row, scratch, lengths, .. } = &mut tally;
                row.partners.iter().for_each(|&source| lengths[source as usize] += 1);
                load.synapses += row.partners.len() as u64;
                let sum = if scratch.counts.is_empty() {
                    constant.saturating_mul(row.partners.len() as u64)
                } else {
                    scratch.counts.iter().map(|count| u64::from(count.unsigned_abs())).sum()
                };
                load.sum = load.sum.saturating_add(sum);
            }
            watch.done(tally.found.synapses - before).map(|()| tally)
        };
        let jobs = loads.par_chunks_mut(size).enumerate();
        let tally = jobs.try_fold(none, job).try_reduce(none, |one, other| Ok(one.join(other)))?;
        let lengths = lengths.iter_mut().skip(sides.first_pre as usize);
        lengths.zip(&tally.lengths).for_each(|(sum, more)| *sum += more);
        all = all.join(Tally { lengths: Vec::new(), ..tally });
    }
    Ok(all)
}
