//! From projections in plain numbers to the table of rows: surveyed, scaled, laid out, filled. Each table has its size before it
//! is filled, and is filled in place: building takes little more of the host's memory than what is built, and keeps partners by distance
//! only where there is room for them beside it.

use super::blocks;
use super::bundles::{Bundle, Onto};
use super::drawing::{Drawing, countable, keep_partners};
use super::failure::{Failure, Watch};
use super::fill::Destinations;
use super::format::{Contents, Format};
use super::procedural::Procedural;
use super::request::{Built, Request};
use super::weigh::{Builder, Weighed};
use super::{Scale, Strip, Table};
use crate::memory::{bytes_of, needs};
use std::collections::BTreeMap;
use std::sync::atomic::AtomicU64;

/// Draws all rows.
///
/// # Errors
/// [`Failure`] says why not.
pub fn build(request: Request<'_>) -> Result<Built, Failure> {
    let wirings = || request.wirings.iter().enumerate();
    wirings().try_for_each(|(index, wiring)| countable(wiring, index))?;
    let drawings = wirings().map(|(index, wiring)| Drawing::new(wiring.clone(), index));
    let mut drawings = drawings.collect::<Result<Vec<_>, _>>()?;
    // They are drawn again where there is no room.
    keep_partners(&mut drawings, |bytes| needs(bytes, "the partners of all neurons", "fewer synapses").is_ok());
    let expected = drawings.iter().map(Drawing::expected).fold(0, u64::saturating_add);
    let watch = Watch { progress: request.progress, done: AtomicU64::new(0), all: expected.saturating_mul(2) };
    let block_bits = blocks::choose(&drawings, &request);
    let (blocks, first_blocks) = blocks::cut(&request, block_bits);
    let mut ports = Onto::all(&drawings);
    let builder = Builder { request: &request, drawings, block_bits, watch };
    // Of a port that nobody reaches the scale does not matter.
    let of_ports = || request.first_inlets.iter().map(Vec::len);
    let mut scales: Vec<_> = of_ports().map(|ports| vec![Scale { power: 0 }; ports]).collect();
    let mut synapses: Vec<_> = of_ports().map(|ports| vec![0; ports]).collect();
    let mut weighed = BTreeMap::new();
    for onto in &mut ports {
        let (scale, those) = builder.weigh(onto)?;
        scales[onto.post][onto.port] = scale;
        synapses[onto.post][onto.port] = those.iter().map(|(_, weighed)| weighed.found.synapses).sum();
        weighed.extend(those);
    }
    let weighed: Vec<Weighed> = weighed.into_values().collect();
    let mut table = Table { block_bits, blocks, ..Table::default() };
    builder.lay_out(&mut ports, &weighed, &first_blocks, &mut table)?;
    builder.fill(&ports, &weighed, &mut table)?;
    describe(&weighed, &mut table);
    table.index(request.sizes.len(), request.binding);
    let projections = weighed.iter().map(Weighed::summary).collect();
    let procedural = builder.drawings.into_iter().zip(weighed).filter_map(|(drawing, weighed)| {
        let Weighed { found, counter, .. } = weighed;
        Procedural::of(drawing, counter, &request, found.synapses)
    });
    table.procedural.extend(procedural);
    Ok(Built { table, scales, synapses, projections })
}

/// Is there room for so many words?
pub(super) fn room(words: u64) -> Result<(), Failure> {
    let hint = "fewer synapses, or storage = \"procedural\"";
    needs(bytes_of::<u32>(words), "the synapse table", hint).map_err(Failure::Memory)
}

impl Builder<'_> {
    /// Gives each strip its format and its places.
    #[expect(
        clippy::arithmetic_side_effects,
        clippy::cast_possible_truncation,
        reason = "rows and blocks of a population that a u32 counts, and synapses of a strip that were found to be no more"
    )]
    fn lay_out(
        &self,
        ports: &mut [Onto],
        weighed: &[Weighed],
        first_blocks: &[Vec<usize>],
        table: &mut Table,
    ) -> Result<(), Failure> {
        let mut words = 0usize;
        for Onto { post, port, bundles } in ports {
            let first_block = first_blocks[*post][*port];
            let blocks = self.request.sizes[*post].div_ceil(1 << self.block_bits) as usize;
            for block in 0..blocks {
                for Bundle { source, modelled, members, lengths, strips } in &mut *bundles {
                    let lengths = lengths.get_mut(block).map(std::mem::take).unwrap_or_default();
                    let synapses = lengths.iter().map(|&length| u64::from(length)).sum::<u64>();
                    let there = |&&index: &&usize| self.drawings[index].stored() && weighed[index].found.synapses > 0;
                    let contents = members.iter().filter(there).map(|&index| weighed[index].contents());
                    let Some(contents) = contents.reduce(Contents::and).filter(|_| synapses > 0) else { continue };
                    let inlets = table.blocks[first_block + block].size;
                    let Some(format) = Format::of(inlets, contents) else {
                        return Err(Failure::Entry { wiring: members[0], inlets, delays: contents.delays });
                    };
                    let Ok(synapses) = u32::try_from(synapses) else {
                        return Err(Failure::TooMany { wiring: members[0], synapses, most: u32::MAX.into() });
                    };
                    let starts = table.starts.len();
                    table.starts.push(0);
                    table.starts.extend(lengths.iter().scan(0, |end, length| {
                        *end += length;
                        Some(*end)
                    }));
                    let end = words + format.words(u64::from(synapses)) as usize;
                    let (source, modelled, rows) = (*source, *modelled, lengths.len() as u32);
                    strips.push((block, table.strips.len()));
                    let block = first_block + block;
                    table.strips.push(Strip {
                        item: 0,
                        source,
                        block,
                        modelled,
                        format,
                        starts,
                        rows,
                        words: words..end,
                        synapses,
                        items: Vec::new(),
                        members: Vec::new(),
                        ends: 0,
                    });
                    words = end;
                }
            }
        }
        room(words as u64)?;
        table.entries = vec![0; words];
        Ok(())
    }

    fn fill(&self, ports: &[Onto], weighed: &[Weighed], table: &mut Table) -> Result<(), Failure> {
        for Bundle { members, strips, .. } in ports.iter().flat_map(|onto| &onto.bundles) {
            let held = |&&index: &&usize| self.drawings[index].stored() && weighed[index].found.synapses > 0;
            let held: Vec<usize> = members.iter().filter(held).copied().collect();
            let mut ends: Vec<Vec<Vec<u32>>> = Vec::new();
            let mut destinations = Destinations::of(table, strips, self.block_bits);
            for (&index, following) in held.iter().zip((0..held.len()).rev()) {
                destinations.fill(&self.drawings[index], &weighed[index].counter, &self.watch)?;
                if following > 0 {
                    ends.push(destinations.ends());
                }
            }
            let numbers: Vec<u32> = held.iter().map(|&index| self.drawings[index].wiring.index).collect();
            table.share(strips, &numbers, &ends).map_err(Failure::Memory)?;
        }
        Ok(())
    }
}

fn describe(weighed: &[Weighed], table: &mut Table) {
    let there = || weighed.iter().map(|weighed| &weighed.found).enumerate().filter(|(_, found)| found.synapses > 0);
    table.count = there().map(|(_, found)| found.synapses).sum();
    table.max_delay = there().map(|(_, found)| found.delays[1]).fold(1, u32::max);
    table.longest = there().find(|(_, found)| found.delays[1] == table.max_delay).map(|(index, _)| index);
    table.min_delay = there().map(|(_, found)| found.delays[0]).fold(u32::MAX, u32::min);
}
