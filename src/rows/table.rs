//! The rows of a network, drawn and laid out.

use super::format::{EntrySize, Format};
use super::procedural::Procedural;
use super::released::{WHOLE, released};
use crate::memory::bytes_of;
use std::ops::Range;

/// A part of a population's inlets of one port.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Block {
    /// Index of the population.
    pub population: usize,
    /// Index of the port.
    pub port: usize,
    /// Index of its first neuron in the population.
    pub first: u32,
    /// Neurons, and so inlets.
    pub size: u32,
    /// Its first inlet; the others follow.
    pub inlet: u32,
}

/// The synapses from one population to one block: a row for each source neuron.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Strip {
    /// The batch item whose they are; 0 where all share them.
    pub item: u32,
    /// Index of the source population.
    pub source: usize,
    /// Index of the block.
    pub block: usize,
    /// The number of its projection's model among those of the source population; none where spikes bring whole weights.
    pub modelled: Option<u32>,
    /// How entries are written.
    pub format: Format,
    /// Where the starts of its rows begin in [`Table::starts`]; there are one more than rows.
    pub starts: usize,
    /// Source neurons.
    pub rows: u32,
    /// Its entries in [`Table::entries`].
    pub words: Range<usize>,
    /// Synapses.
    pub synapses: u32,
    /// The count of all in each batch item, where the network's items have weights of their own; empty where all have the format's.
    pub items: Vec<i32>,
    /// The projections whose synapses these are, by number: in each row those of the first come first.
    pub(crate) members: Vec<u32>,
    /// Where in [`Table::ends`] it stands how far those of each but the last go: for each of them a number for each row.
    pub(crate) ends: usize,
}

impl Strip {
    /// The count of all in a batch item, where all have the same.
    #[inline]
    pub(crate) fn weight(&self, item: u32) -> Option<i32> {
        self.items.get(item as usize).copied().or(self.format.weight)
    }
}

/// What one binding of a device holds of the entries: strips, of which the first and the last may be there in part.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Part {
    /// Words of [`Table::entries`].
    pub words: Range<usize>,
    /// Index of each strip, and its entries that are here.
    pub strips: Vec<(usize, Range<u32>)>,
}

/// All synapses of a network.
#[derive(Debug, Default)]
pub struct Table {
    /// Synapses; of those that are not held, too, and of all items that have their own.
    pub count: u64,
    /// Has each batch item synapses of its own? Else all share those of item 0.
    pub own: bool,
    /// Inlets of a block at most, as a power of two.
    pub block_bits: u32,
    /// All blocks, by population and port.
    pub blocks: Vec<Block>,
    /// All strips, by item, block, source and model.
    pub strips: Vec<Strip>,
    /// For each strip where its rows start, in entries, and where the last one ends.
    pub starts: Vec<u32>,
    /// The entries of all strips.
    pub entries: Vec<u32>,
    /// Where in the rows of strips that several projections share the entries of each but the last end.
    pub(crate) ends: Vec<u32>,
    /// What bindings hold.
    pub parts: Vec<Part>,
    /// \[steps\] largest delay, 1 at least.
    pub max_delay: u32,
    /// Index of a projection that has it.
    pub longest: Option<usize>,
    /// \[steps\] smallest delay but 0; `u32::MAX` where there is none.
    pub min_delay: u32,
    /// For each item that has its own, and each population, the indices of its strips.
    pub(super) of_source: Vec<Vec<Vec<u32>>>,
    /// The projections that are not held.
    pub(crate) procedural: Vec<Procedural>,
}

/// One synapse, decoded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Synapse {
    /// The target's inlet.
    pub inlet: u32,
    /// \[steps\] the delay.
    pub delay: u32,
    /// The weight in whole numbers.
    pub weight: i32,
}

#[expect(
    clippy::arithmetic_side_effects,
    reason = "places of words and entries that are there, and inlets that a u32 counts"
)]
impl Table {
    /// The synapses of a source neuron: block after block, then those that are not held; with the weights of the first batch item.
    pub fn row(&self, source: usize, neuron: u32) -> Vec<Synapse> {
        let mut row = Vec::new();
        self.each(source, neuron, |synapse| row.push(synapse));
        row
    }

    /// The item whose rows a batch item has.
    #[inline]
    pub(super) fn whose(&self, item: u32) -> u32 {
        if self.own { item } else { 0 }
    }

    /// Of so many batch items those that have rows of their own; item 0 where all share them.
    pub(crate) fn owners(&self, batch: u32) -> Range<u32> {
        0..if self.own { batch } else { 1 }
    }

    /// Calls `found` with each synapse of a source neuron, in that order, with its weight in the first batch item.
    pub fn each(&self, source: usize, neuron: u32, found: impl FnMut(Synapse)) {
        self.each_of_item(source, neuron, 0, found);
    }

    /// The same, with the weights of a batch item.
    pub fn each_of_item(&self, source: usize, neuron: u32, item: u32, found: impl FnMut(Synapse)) {
        self.each_released(source, neuron, item, |_| WHOLE, found);
    }

    /// The same, of each synapse what a spike brings whose amplitude for each model of the source population is this.
    pub(crate) fn each_released(
        &self,
        source: usize,
        neuron: u32,
        item: u32,
        amplitude: impl Fn(u32) -> u32,
        mut found: impl FnMut(Synapse),
    ) {
        let of = |modelled: Option<u32>| modelled.map_or(WHOLE, &amplitude);
        let whose = self.whose(item);
        let strips = self.of_source.get(whose as usize).and_then(|of_item| of_item.get(source));
        for &strip in strips.into_iter().flatten() {
            let strip = &self.strips[strip as usize];
            let (first_inlet, amplitude) = (self.blocks[strip.block].inlet, of(strip.modelled));
            let words = &self.entries[strip.words.clone()];
            let starts = &self.starts[strip.starts + neuron as usize..][..2];
            for at in starts[0] as usize..starts[1] as usize {
                let (inlet, delay, weight) = strip.format.decode(strip.format.entry(words, at));
                let weight = released(strip.items.get(item as usize).copied().unwrap_or(weight), amplitude);
                found(Synapse { inlet: first_inlet + inlet, delay, weight });
            }
        }
        for procedural in self.procedural.iter().filter(|procedural| procedural.is_of(whose, source)) {
            let amplitude = of(procedural.modelled());
            procedural.each(neuron, item, |inlet, delay, weight| {
                found(Synapse { inlet, delay, weight: released(weight, amplitude) });
            });
        }
    }

    /// Synapses from a population's neuron.
    pub fn row_len(&self, source: usize, neuron: u32) -> u64 {
        let mut length = 0;
        self.each(source, neuron, |_| length += 1);
        length
    }

    /// \[bytes\] of weights that batch items have of their own.
    pub fn item_bytes(&self) -> u64 {
        let strips = self.strips.iter().map(|strip| strip.items.len() as u64).fold(0, u64::saturating_add);
        bytes_of::<i32>(strips)
    }

    /// Have batch items weights of their own?
    pub(crate) fn has_item_weights(&self) -> bool {
        self.strips.iter().any(|strip| !strip.items.is_empty())
            || self.procedural.iter().any(|drawn| !drawn.items.is_empty())
    }

    /// Does a population reach anybody?
    pub fn reaches(&self, source: usize) -> bool {
        let held = self.of_source.iter().any(|of_item| of_item.get(source).is_some_and(|strips| !strips.is_empty()));
        held || self.procedural.iter().any(|procedural| procedural.source() == source)
    }

    /// Notes the strips of each of so many populations, and what bindings of so many bytes hold.
    pub(super) fn index(&mut self, populations: usize, binding: u64) {
        let items = self.strips.last().map_or(1, |strip| strip.item as usize + 1);
        self.of_source = vec![vec![Vec::new(); populations]; items];
        for (index, strip) in (0..).zip(&self.strips) {
            self.of_source[strip.item as usize][strip.source].push(index);
        }
        self.cut(binding);
    }

    /// Cuts the entries into what bindings of so many bytes hold.
    pub(super) fn cut(&mut self, binding: u64) {
        // Whole pairs of words.
        let size = usize::try_from(binding / 8).unwrap_or(usize::MAX).clamp(1, usize::MAX / 2) * 2;
        self.parts.clear();
        for (index, strip) in self.strips.iter().enumerate() {
            let mut first = strip.words.start;
            while first < strip.words.end {
                let room = match self.parts.last() {
                    Some(part) if part.words.len() < size => size - part.words.len(),
                    _ => {
                        self.parts.push(Part { words: first..first, strips: Vec::new() });
                        size
                    }
                };
                let Some(part) = self.parts.last_mut() else { continue };
                let end = strip.words.end.min(first.saturating_add(room));
                let entry = |word: usize| strip.format.entries_before(word - strip.words.start).min(strip.synapses);
                part.strips.push((index, entry(first)..entry(end)));
                part.words.end = end;
                first = end;
            }
        }
    }
}

#[expect(
    clippy::arithmetic_side_effects,
    clippy::cast_possible_truncation,
    reason = "an entry that is there, of a strip that has no more than a u32 counts"
)]
impl Format {
    /// The words of an entry.
    #[inline]
    pub(super) fn entry(&self, words: &[u32], at: usize) -> [u32; 2] {
        match self.size {
            EntrySize::Half => [words[at >> 1] >> (16 * (at & 1)) & 0xffff, 0],
            EntrySize::Word => [words[at], 0],
            EntrySize::Pair => [words[2 * at], words[2 * at + 1]],
        }
    }

    /// The word that an entry begins in.
    #[inline]
    pub(super) fn word_of(&self, at: usize) -> usize {
        match self.size {
            EntrySize::Half => at / 2,
            EntrySize::Word => at,
            EntrySize::Pair => 2 * at,
        }
    }

    /// Entries in so many words.
    fn entries_before(&self, words: usize) -> u32 {
        (match self.size {
            EntrySize::Half => 2 * words,
            EntrySize::Word => words,
            EntrySize::Pair => words / 2,
        }) as u32
    }
}
