//! Delivery on the host: what the spikes of a window bring to one block, added to its tile of the delay ring.
//!
//! Rows are queued first, so that their starts and then their entries come from memory together: where they do not fit the caches,
//! that is most of the time. Entries of 2 bytes are added as they are read; others are decoded, in vectors, into places of the tile
//! and weights, which one short loop adds, whatever their format. Sums wrap, so no order of spikes, blocks or threads shows.

use super::format::{EntrySize, MANTISSA, Sign};
use super::procedural::Drawn;
use super::released::{WHOLE, released};
use super::table::{Strip, Table};
use super::tile::Tile;
use crate::number::Arch;
use std::ops::Range;

/// Entries decoded side by side.
const LANES: usize = 16;
/// Synapses decoded before they are added: few enough to stay in the nearest cache.
const DECODED: usize = 512;
/// Rows on their way from memory.
const ROWS: usize = 64;
/// Words that come from memory together.
const LINE: usize = 16;

/// Spikes of one population in one step and batch item.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Spikes<'a> {
    /// Index of the population.
    pub(crate) source: usize,
    /// Its neurons that spiked.
    pub(crate) neurons: &'a [u32],
    /// Their amplitudes, `[neuron, model of the population]`.
    pub(crate) amplitudes: &'a [u32],
    /// The slot of the step: what has a delay of d steps arrives d slots later.
    pub(crate) slot: u32,
    /// The batch item.
    pub(crate) item: u32,
}

#[expect(clippy::arithmetic_side_effects, reason = "places of amplitudes that are there")]
impl Spikes<'_> {
    /// The amplitude of a spike, by its place among these, for a model.
    #[inline(always)]
    fn amplitude(&self, at: usize, modelled: Option<u32>) -> u32 {
        let models = || self.amplitudes.len() / self.neurons.len();
        modelled.map_or(WHOLE, |number| self.amplitudes[at * models() + number as usize])
    }
}

/// A row of a strip, and when its source spiked.
#[derive(Clone, Copy, Default)]
struct Row {
    /// Index of the strip.
    strip: usize,
    /// Its first entry, and the one behind its last.
    entries: [u32; 2],
    slot: u32,
    item: u32,
    amplitude: u32,
}

/// Rows on their way.
struct Queue {
    rows: [Row; ROWS],
    len: usize,
}

/// Synapses, decoded; behind the last there is room for what is decoded beside it.
struct Synapses {
    places: [u32; DECODED + LANES],
    weights: [i32; DECODED + LANES],
    len: usize,
}

/// What a thread needs to deliver; empty between calls.
pub(crate) struct Scratch {
    queue: Queue,
    synapses: Synapses,
    drawn: Drawn,
}

impl Default for Scratch {
    fn default() -> Self {
        Self {
            queue: Queue { rows: [Row::default(); ROWS], len: 0 },
            synapses: Synapses { places: [0; DECODED + LANES], weights: [0; DECODED + LANES], len: 0 },
            drawn: Drawn::default(),
        }
    }
}

#[expect(clippy::arithmetic_side_effects, reason = "rows that are there")]
impl Table {
    /// The indices of the strips from a population to a block, in a batch item.
    pub(super) fn strips_of(&self, item: u32, block: usize, source: usize) -> Range<usize> {
        let key = (self.whose(item), block, source);
        let of = |strip: &Strip| (strip.item, strip.block, strip.source);
        let first = self.strips.partition_point(|strip| of(strip) < key);
        let here = self.strips[first..].iter().take_while(|strip| of(strip) == key);
        first..first + here.count()
    }

    /// Adds to a block's tile the weights that these spikes bring it. It is fastest where spikes of the same step follow each other:
    /// then those of one delay meet in one slot.
    pub(crate) fn deliver<'s>(
        &self,
        block: usize,
        spikes: impl IntoIterator<Item = Spikes<'s>> + Clone,
        tile: &mut Tile<'_>,
        scratch: &mut Scratch,
    ) {
        let (arch, strips, entries) = (Arch::new(), &self.strips, &self.entries);
        let of_strips = |spikes: Spikes<'s>| {
            let Spikes { source, item, .. } = spikes;
            self.strips_of(item, block, source).map(move |strip| (strip, spikes))
        };
        for (strip, spikes) in spikes.clone().into_iter().flat_map(of_strips) {
            let Spikes { neurons, slot, item, .. } = spikes;
            let starts = &self.starts[strips[strip].starts..][..=strips[strip].rows as usize];
            let modelled = strips[strip].modelled;
            for (at, &neuron) in neurons.iter().enumerate() {
                let queue = &mut scratch.queue;
                let row = [starts[neuron as usize], starts[neuron as usize + 1]];
                let amplitude = spikes.amplitude(at, modelled);
                queue.rows[queue.len] = Row { strip, entries: row, slot, item, amplitude };
                queue.len += 1;
                if queue.len == ROWS {
                    let mut flush = Flush { entries, strips, tile: &mut *tile, scratch: &mut *scratch };
                    arch.dispatch(
                        #[inline(always)]
                        || flush.run(),
                    );
                }
            }
        }
        let mut flush = Flush { entries, strips, tile: &mut *tile, scratch: &mut *scratch };
        arch.dispatch(
            #[inline(always)]
            || flush.run(),
        );
        let block = &self.blocks[block];
        for drawn in self.procedural.iter().filter(|drawn| drawn.reaches(block)) {
            let own = |spikes: &Spikes<'_>| drawn.is_of(self.whose(spikes.item), spikes.source);
            for spikes in spikes.clone().into_iter().filter(own) {
                for (at, &neuron) in spikes.neurons.iter().enumerate() {
                    let of_spike = [spikes.slot, spikes.item, spikes.amplitude(at, drawn.modelled())];
                    drawn.deliver(neuron, block, of_spike, tile, &mut scratch.drawn);
                }
            }
        }
    }
}

/// Delivers all that is queued.
struct Flush<'a, 't> {
    entries: &'a [u32],
    strips: &'a [Strip],
    tile: &'a mut Tile<'t>,
    scratch: &'a mut Scratch,
}

impl Flush<'_, '_> {
    #[inline(always)]
    fn run(&mut self) {
        let Self { entries, strips, tile, scratch: Scratch { queue, synapses, .. } } = self;
        let rows = &queue.rows[..queue.len];
        touch(entries, strips, rows);
        for row in rows {
            let strip = &strips[row.strip];
            let range = row.entries[0] as usize..row.entries[1] as usize;
            // Behind the strip's entries are those of the next: what is decoded beside the last.
            let entries = &entries[strip.words.start..];
            if strip.format.size == EntrySize::Half {
                add_halves(bytemuck::cast_slice(entries), strip, row, range, tile);
            } else {
                synapses.take(entries, strip, row, range, tile);
            }
        }
        synapses.add(tile.values);
        queue.len = 0;
    }
}

/// Reads a word of each line of the rows, so that all are on their way at once.
#[inline(always)]
fn touch(entries: &[u32], strips: &[Strip], rows: &[Row]) {
    let mut seen = 0;
    for row in rows {
        let Strip { format, words, .. } = &strips[row.strip];
        let [first, end] = row.entries.map(|at| format.word_of(at as usize));
        for word in entries[words.clone()][first..end].iter().step_by(LINE) {
            seen ^= word;
        }
    }
    std::hint::black_box(seen);
}

/// Adds entries that have the same weight and go to the same slot.
#[inline(always)]
#[expect(clippy::arithmetic_side_effects, reason = "places of a tile that is in memory")]
fn add_halves(entries: &[u16], strip: &Strip, row: &Row, range: Range<usize>, tile: &mut Tile<'_>) {
    let slot = Tile::later(row.slot, strip.format.delay, tile.slots);
    let [slot, batch, item, size] = [slot, tile.batch, row.item, tile.size].map(|number| number as usize);
    let inlets = &mut tile.values[(slot * batch + item) * size..][..size];
    let weight = released(strip.weight(row.item).unwrap_or_default(), row.amplitude);
    for &inlet in &entries[range] {
        let value = &mut inlets[usize::from(inlet)];
        *value = value.wrapping_add(weight);
    }
}

impl Synapses {
    /// Decodes entries, and adds what there is no more room for.
    #[inline(always)]
    #[expect(clippy::arithmetic_side_effects, reason = "places that there is room for")]
    fn take(&mut self, entries: &[u32], strip: &Strip, row: &Row, mut range: Range<usize>, tile: &mut Tile<'_>) {
        while !range.is_empty() {
            let end = range.end.min(range.start + (DECODED - self.len));
            let before = self.len;
            self.decode(entries, strip, row, range.start..end, tile);
            range.start = end;
            if row.amplitude != WHOLE {
                self.weights[before..self.len].iter_mut().for_each(|weight| *weight = released(*weight, row.amplitude));
            }
            if self.len == DECODED {
                self.add(tile.values);
            }
        }
    }

    /// As [`Format::decode`](super::Format) does it, without a branch.
    #[inline(always)]
    #[expect(clippy::arithmetic_side_effects, reason = "bits of an entry")]
    fn decode(&mut self, entries: &[u32], strip: &Strip, row: &Row, range: Range<usize>, tile: &Tile<'_>) {
        let format = strip.format;
        let mask = |bits: u32| 1u32.checked_shl(bits).map_or(u32::MAX, |bit| bit - 1);
        let (inlets, delays, above) = (mask(format.inlet_bits), mask(format.delay_bits), format.inlet_bits);
        let (stride, first) = (tile.batch.wrapping_mul(tile.size), row.item.wrapping_mul(tile.size));
        let (begin, slots) = (row.slot + format.delay, tile.slots);
        let place = |word: u32| {
            let slot = Tile::later(begin, word.wrapping_shr(above) & delays, slots);
            slot.wrapping_mul(stride).wrapping_add(first).wrapping_add(word & inlets)
        };
        if let Some(weight) = strip.weight(row.item) {
            return self.push(entries, range, place, |_| weight);
        }
        if format.size == EntrySize::Pair {
            let weight = |[_, weight]: [u32; 2]| weight.cast_signed();
            return self.push(entries.as_chunks().0, range, |[word, _]: [u32; 2]| place(word), weight);
        }
        let (above, exponents, shift) =
            (format.inlet_bits + format.delay_bits, mask(format.exponent_bits), format.shift);
        let sign_bit = MANTISSA + format.exponent_bits;
        let (own, all) = (u32::from(format.sign == Sign::Own), -i32::from(format.sign == Sign::Negative));
        let weight = |word: u32| {
            let float = word.wrapping_shr(above);
            let exponent = float.wrapping_shr(MANTISSA) & exponents;
            let significant = exponent.min(1) << MANTISSA | float & mask(MANTISSA);
            let size = significant.wrapping_shl(exponent.max(1) - 1 + shift).cast_signed();
            // All bits where it is below 0.
            let sign = -(float.wrapping_shr(sign_bit) & own).cast_signed() | all;
            (size ^ sign).wrapping_sub(sign)
        };
        self.push(entries, range, place, weight);
    }

    /// Decodes whole vectors of entries, of which those behind the last make room for the next.
    #[inline(always)]
    #[expect(clippy::arithmetic_side_effects, reason = "places that there is room for")]
    fn push<E: Copy + Default>(
        &mut self,
        entries: &[E],
        range: Range<usize>,
        place: impl Fn(E) -> u32,
        weight: impl Fn(E) -> i32,
    ) {
        let room = self.len..self.len + range.len().next_multiple_of(LANES);
        let places = self.places[room.clone()].as_chunks_mut::<LANES>().0;
        let weights = self.weights[room].as_chunks_mut::<LANES>().0;
        let (whole, rest) = entries[range.start..].as_chunks::<LANES>();
        for (at, (places, weights)) in places.iter_mut().zip(weights).enumerate() {
            let entries = whole.get(at).copied().unwrap_or_else(|| {
                let mut last = [E::default(); LANES];
                last[..rest.len()].copy_from_slice(rest);
                last
            });
            let (mut these, mut their) = ([0; LANES], [0; LANES]);
            for lane in 0..LANES {
                these[lane] = place(entries[lane]);
            }
            for lane in 0..LANES {
                their[lane] = weight(entries[lane]);
            }
            (*places, *weights) = (these, their);
        }
        self.len += range.len();
    }

    /// Adds them all.
    #[inline(always)]
    fn add(&mut self, values: &mut [i32]) {
        for (place, weight) in self.places[..self.len].iter().zip(&self.weights[..self.len]) {
            let value = &mut values[*place as usize];
            *value = value.wrapping_add(*weight);
        }
        self.len = 0;
    }
}
