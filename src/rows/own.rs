//! Rows that each item of a batch has of its own: the tables of all of them, one behind the other.
//!
//! Each is built as if its item were alone, with scales and formats of its own; only the size of blocks is that of the first. So what a
//! spike of an item brings is, bit for bit, what it brings to the item's network alone.

use super::build::room;
use super::request::Built;
use super::{Failure, ScalesOfItems};

/// Built rows of items, to which those of the next are added.
pub(crate) struct Joined {
    built: Built,
    /// The scales of each item, as [`Built::scales`] has them.
    scales: Vec<Vec<Vec<super::Scale>>>,
    /// Items that are here, and all that will come.
    items: [u32; 2],
}

#[expect(
    clippy::arithmetic_side_effects,
    reason = "places of words that are in memory, and counts of synapses in a u64"
)]
impl Joined {
    /// The rows of the first of so many items.
    pub(crate) fn new(built: Built, items: u32) -> Self {
        let scales = vec![built.scales.clone()];
        Self { built, scales, items: [1, items] }
    }

    /// Inlets of a block at most, as a power of two: that of all items.
    pub(crate) fn block_bits(&self) -> u32 {
        self.built.table.block_bits
    }

    /// Adds the rows of the next item, of blocks of the same size.
    ///
    /// # Errors
    /// [`Failure::Memory`].
    pub(crate) fn add(&mut self, next: Built) -> Result<(), Failure> {
        let [item, items] = self.items;
        let Built { table: next, scales, synapses, projections } = next;
        let Built { table, synapses: all_synapses, projections: all_projections, .. } = &mut self.built;
        debug_assert_eq!(table.blocks, next.blocks, "blocks follow from their size");
        room((next.entries.len() + next.starts.len() + next.ends.len()) as u64)?;
        if item == 1 {
            // Most likely all are as large.
            let rest = items.saturating_sub(1) as usize;
            table.entries.reserve(next.entries.len().saturating_mul(rest));
            table.starts.reserve(next.starts.len().saturating_mul(rest));
        }
        let (words, starts, ends) = (table.entries.len(), table.starts.len(), table.ends.len());
        table.strips.extend(next.strips.into_iter().map(|strip| super::Strip {
            item,
            words: strip.words.start + words..strip.words.end + words,
            starts: strip.starts + starts,
            ends: strip.ends + ends,
            ..strip
        }));
        table.entries.extend(next.entries);
        table.starts.extend(next.starts);
        table.ends.extend(next.ends);
        table.procedural.extend(next.procedural.into_iter().map(|drawn| drawn.of_item(item)));
        table.count += next.count;
        if next.max_delay > table.max_delay {
            (table.max_delay, table.longest) = (next.max_delay, next.longest);
        }
        table.min_delay = table.min_delay.min(next.min_delay);
        table.own = true;
        for (all, own) in all_synapses.iter_mut().flatten().zip(synapses.into_iter().flatten()) {
            *all += own;
        }
        all_projections.extend(projections);
        self.scales.push(scales);
        self.items = [item + 1, items];
        Ok(())
    }

    /// The rows of all, with the parts of them that bindings of so many bytes hold, and the scales of ports, where items have their own.
    /// What was found of projections comes item by item.
    pub(crate) fn finish(self, binding: u64) -> (Built, ScalesOfItems) {
        let Self { mut built, scales, .. } = self;
        built.table.index(built.scales.len(), binding);
        let mut own = ScalesOfItems::new();
        for (post, ports) in built.scales.iter().enumerate() {
            for (port, first) in ports.iter().enumerate() {
                let of_items: Vec<_> = scales.iter().map(|item| item[post][port]).collect();
                if of_items.iter().any(|scale| scale != first) {
                    own.insert((post, port), of_items);
                }
            }
        }
        (built, own)
    }
}
