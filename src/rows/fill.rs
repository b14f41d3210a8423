//! The second drawing: every synapse into its place. Rows (or blocks) are shared out among threads, each with the slices
//! that are its own, so no order of threads shows.

use super::counter::Counter;
use super::drawing::{Drawing, Scratch};
use super::failure::{Failure, Watch};
use super::format::{EntrySize, Format};
use super::partners::Row;
use super::table::Table;
use rayon::prelude::*;
use std::ops::Range;

/// The strips from one population to the blocks of one port, on the way to be filled.
pub(super) struct Destinations<'t> {
    /// By block; none where nothing ends.
    strips: Vec<Option<Filling<'t>>>,
    block_bits: u32,
}

/// A strip that is being filled.
struct Filling<'t> {
    format: Format,
    words: &'t mut [u32],
    starts: &'t [u32],
    /// For each row the entry that comes next.
    next: Vec<u32>,
}

/// Some rows of a strip: what one thread fills.
struct Share<'s> {
    format: Format,
    entries: Entries<'s>,
    /// Number of the first entry.
    first: u32,
    next: &'s mut [u32],
}

/// Entries by their length.
enum Entries<'s> {
    Halves(&'s mut [u16]),
    Words(&'s mut [u32]),
    Pairs(&'s mut [[u32; 2]]),
}

impl<'s> Entries<'s> {
    fn of(words: &'s mut [u32], size: EntrySize) -> Self {
        match size {
            EntrySize::Half => Self::Halves(bytemuck::cast_slice_mut(words)),
            EntrySize::Word => Self::Words(words),
            EntrySize::Pair => Self::Pairs(words.as_chunks_mut().0),
        }
    }

    /// The first so many, which are then no longer there.
    fn take(&mut self, entries: usize) -> Self {
        fn cut<'s, T>(all: &mut &'s mut [T], at: usize) -> &'s mut [T] {
            let (mine, rest) = std::mem::take(all).split_at_mut(at);
            *all = rest;
            mine
        }
        match self {
            Self::Halves(all) => Self::Halves(cut(all, entries)),
            Self::Words(all) => Self::Words(cut(all, entries)),
            Self::Pairs(all) => Self::Pairs(cut(all, entries)),
        }
    }
}

impl Share<'_> {
    /// Writes the next synapse of a row.
    #[inline]
    #[expect(
        clippy::arithmetic_side_effects,
        clippy::cast_possible_truncation,
        reason = "entries of a share follow its first, and those of a half have 16 bits"
    )]
    fn push(&mut self, row: usize, inlet: u32, delay: u32, count: i32) {
        let next = &mut self.next[row];
        let at = (*next - self.first) as usize;
        *next += 1;
        let word = self.format.encode(inlet, delay, count);
        match &mut self.entries {
            Entries::Halves(entries) => entries[at] = word as u16,
            Entries::Words(entries) => entries[at] = word,
            Entries::Pairs(entries) => entries[at] = [word, count.cast_unsigned()],
        }
    }
}

#[expect(
    clippy::arithmetic_side_effects,
    clippy::cast_possible_truncation,
    reason = "strips in ascending order; threads, blocks and neurons, which a u32 counts"
)]
impl<'t> Destinations<'t> {
    /// `strips` are blocks, counted from the port's first, and indices of strips, in ascending order.
    pub(super) fn of(table: &'t mut Table, strips: &[(usize, usize)], block_bits: u32) -> Self {
        let mut places: Vec<Option<Filling<'t>>> = Vec::new();
        let (mut rest, mut before) = (table.entries.as_mut_slice(), 0);
        for &(block, strip) in strips {
            let strip = &table.strips[strip];
            let (_, here) = std::mem::take(&mut rest).split_at_mut(strip.words.start - before);
            let (words, others) = here.split_at_mut(strip.words.len());
            rest = others;
            before = strip.words.end;
            let starts = &table.starts[strip.starts..][..=strip.rows as usize];
            let next = starts[..strip.rows as usize].to_vec();
            places.resize_with(block, || None);
            places.push(Some(Filling { format: strip.format, words, starts, next }));
        }
        Self { strips: places, block_bits }
    }

    /// For each strip where in each row what was drawn so far ends.
    pub(super) fn ends(&self) -> Vec<Vec<u32>> {
        self.strips.iter().flatten().map(|strip| strip.next.clone()).collect()
    }

    /// Draws a projection into them, behind what is there.
    pub(super) fn fill(&mut self, drawing: &Drawing, counter: &Counter, watch: &Watch<'_>) -> Result<(), Failure> {
        if drawing.by_columns() {
            self.by_columns(drawing, counter, watch)
        } else {
            self.by_rows(drawing, counter, watch)
        }
    }

    fn by_rows(&mut self, drawing: &Drawing, counter: &Counter, watch: &Watch<'_>) -> Result<(), Failure> {
        let block_bits = self.block_bits;
        let mask = (1u32 << block_bits) - 1;
        let jobs: Vec<Range<u32>> = drawing.jobs().collect();
        let mut shares: Vec<_> =
            self.strips.iter_mut().map(|strip| strip.as_mut().map(|strip| strip.shares(&jobs).into_iter())).collect();
        let jobs: Vec<_> = jobs
            .into_iter()
            .map(|rows| (rows, shares.iter_mut().map(|shares| shares.as_mut()?.next()).collect::<Vec<_>>()))
            .collect();
        let job = |(row, scratch): &mut (Row, Scratch), (rows, mut shares): (Range<u32>, Vec<Option<Share<'_>>>)| {
            let (first, mut drawn) = (rows.start, 0);
            for number in rows {
                let synapses = drawing.synapses(counter, number, (row, scratch));
                drawn += synapses.len() as u64;
                for (target, delay, count) in synapses {
                    if let Some(share) = &mut shares[(target >> block_bits) as usize] {
                        share.push((number - first) as usize, target & mask, delay, count);
                    }
                }
            }
            watch.done(drawn)
        };
        jobs.into_par_iter().map_init(Default::default, job).collect()
    }

    /// Each thread has the targets of a block, and of their sources those of a range.
    fn by_columns(&mut self, drawing: &Drawing, counter: &Counter, watch: &Watch<'_>) -> Result<(), Failure> {
        let block_bits = self.block_bits;
        let sides = drawing.wiring.sides;
        let (all, targets_of_all) = (sides.sources(), sides.targets());
        let blocks = self.strips.len().max(1);
        let ranges = rayon::current_num_threads().div_ceil(blocks).clamp(1, sides.n_pre.max(1) as usize);
        let size = sides.n_pre.div_ceil(ranges as u32).max(1);
        let ranges: Vec<Range<u32>> =
            all.clone().step_by(size as usize).map(|first| first..first.saturating_add(size).min(all.end)).collect();
        let shares = self.strips.iter_mut().enumerate().flat_map(|(block, strip)| {
            let shares = strip.as_mut().map(|strip| strip.shares(&ranges)).unwrap_or_default();
            ranges.clone().into_iter().zip(shares).map(move |(sources, share)| (block as u32, sources, share))
        });
        let jobs: Vec<_> = shares.collect();
        let job = |(row, scratch): &mut (Row, Scratch), (block, sources, mut share): (u32, Range<u32>, Share<'_>)| {
            let first = block << block_bits;
            let end = targets_of_all.end.min(first.saturating_add(1 << block_bits));
            let targets = first.max(targets_of_all.start)..end;
            let mut drawn = 0;
            for target in targets {
                let synapses = drawing.synapses(counter, target, (row, scratch));
                for (source, delay, count) in synapses.filter(|(source, ..)| sources.contains(source)) {
                    share.push((source - sources.start) as usize, target - first, delay, count);
                    drawn += 1;
                }
                if target % 64 == 0 {
                    watch.done(std::mem::take(&mut drawn))?;
                }
            }
            watch.done(drawn)
        };
        jobs.into_par_iter().map_init(Default::default, job).collect()
    }
}

impl Filling<'_> {
    /// One share for each of these rows, which follow each other.
    #[expect(clippy::arithmetic_side_effects, reason = "starts in ascending order")]
    fn shares<'s>(&'s mut self, rows: &[Range<u32>]) -> Vec<Share<'s>> {
        let mut entries = Entries::of(self.words, self.format.size);
        let before = rows.first().map_or(0, |rows| rows.start as usize);
        entries.take(self.starts[before] as usize);
        let mut next = &mut self.next[before..];
        let share = |rows: &Range<u32>| {
            let [first, end] = [rows.start, rows.end].map(|row| self.starts[row as usize]);
            let (mine, rest) = std::mem::take(&mut next).split_at_mut(rows.len());
            next = rest;
            Share { format: self.format, entries: entries.take((end - first) as usize), first, next: mine }
        };
        rows.iter().map(share).collect()
    }
}
