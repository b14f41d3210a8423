//! Strips as delivery reads them: words of a table, beside what finds the population of a spike.

use super::amplitudes::place_of;
use crate::plan::Plan;
use crate::rows::{EntrySize, Format, Part, Sign};
use std::collections::BTreeMap;

/// Strips of some populations in some parts, and where those of each begin.
pub(super) struct Strips {
    /// One more than populations, or than populations of all items that have rows of their own.
    pub firsts: Vec<u32>,
    /// Ten words each, as `shaders/rows/entries.wgsl` takes them.
    pub words: Vec<u32>,
    /// Of each where the amplitudes of its source population are.
    pub amplitudes: Vec<u32>,
    /// The set of the sizes of their entries, a bit for each.
    pub sizes: u32,
    /// Where batch items have weights of their own, those of each strip whose synapses share one; else none.
    pub weights: Vec<u32>,
}

impl Strips {
    /// Those of these source populations, in their order.
    #[expect(
        clippy::arithmetic_side_effects,
        clippy::cast_possible_truncation,
        reason = "`Plan::check` found bindings to hold the ring, the starts of rows and each part"
    )]
    pub(super) fn of(plan: &Plan, parts: &[Part], sources: impl Iterator<Item = usize> + Clone) -> Self {
        let table = &plan.synapses;
        let mut strips =
            Self { firsts: vec![0], words: Vec::new(), amplitudes: Vec::new(), sizes: 0, weights: Vec::new() };
        let mut count = 0;
        // Grouped by item and source once: there may be many of all.
        let mut of_source: BTreeMap<_, Vec<_>> = BTreeMap::new();
        for (number, part) in (0..).zip(parts) {
            for (strip, entries) in &part.strips {
                let strip = &table.strips[*strip];
                of_source.entry((strip.item, strip.source)).or_default().push((number, part, strip, entries));
            }
        }
        for of_one in table.owners(plan.batch).flat_map(|item| sources.clone().map(move |source| (item, source))) {
            for (number, part, strip, entries) in of_source.get(&of_one).into_iter().flatten() {
                let block = table.blocks[strip.block];
                // The first part of a strip begins with it; each other one begins the binding.
                let words = strip.words.start.saturating_sub(part.words.start) as u32;
                let place = match strip.format.size {
                    EntrySize::Half => words * 2,
                    EntrySize::Word => words,
                    EntrySize::Pair => words / 2,
                };
                let tile = block.inlet * plan.slots * plan.batch;
                // A place among the weights of items, where they have their own.
                let weight = if strip.items.is_empty() {
                    strip.format.weight.unwrap_or(0).cast_unsigned()
                } else {
                    strips.weights.extend(strip.items.iter().map(|count| count.cast_unsigned()));
                    (strips.weights.len() - strip.items.len()) as u32
                };
                strips.amplitudes.push(place_of(plan, strip.source, strip.modelled));
                strips.sizes |= 1 << size_word(&strip.format);
                strips.words.extend([
                    strip.starts as u32,
                    entries.start,
                    entries.end,
                    place,
                    tile,
                    block.size,
                    format_word(&strip.format),
                    strip.format.delay,
                    weight,
                    *number,
                ]);
                count += 1;
            }
            strips.firsts.push(count);
        }
        strips
    }
}

/// How entries are written, in one word: size, bits of inlet, delay and exponent, shift, sign.
fn format_word(format: &Format) -> u32 {
    let sign = match format.sign {
        Sign::Positive => 0,
        Sign::Negative => 1,
        Sign::Own => 2,
    };
    let Format { inlet_bits, delay_bits, exponent_bits, shift, .. } = *format;
    size_word(format) | inlet_bits << 2 | delay_bits << 7 | (exponent_bits & 7) << 12 | shift << 15 | sign << 20
}

fn size_word(format: &Format) -> u32 {
    match (format.size, format.weight) {
        (EntrySize::Half, _) => 0,
        (EntrySize::Word, Some(_)) => 1,
        (EntrySize::Word, None) => 2,
        (EntrySize::Pair, _) => 3,
    }
}
