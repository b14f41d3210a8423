//! From projections in plain numbers to the table of rows: surveyed, scaled, laid out, filled. Each table has its size before it
//! is filled, and is filled in place: building takes little more of the host's memory than what is built.

use super::blocks;
use super::counter::{Counter, Rounding};
use super::drawing::Drawing;
use super::failure::{Failure, Watch};
use super::fill;
use super::format::{Contents, Format};
use super::procedural::{self, Procedural};
use super::request::{Built, Request};
use super::survey::Found;
use super::weigh::{Builder, Bundles, Ends, Surveyed, contents, summary};
use super::{Block, Strip, Table, Wiring};
use crate::memory::{bytes_of, needs};
use crate::network::Storage;
use std::collections::BTreeMap;
use std::sync::atomic::AtomicU64;

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
        let first_inlet = request.first_inlets[wiring.post][wiring.port];
        built.table.procedural.push(Procedural { drawing, counter, first_inlet, synapses: summary.synapses });
    }
    Ok(built)
}

/// Is there room for so many words?
pub(super) fn room(words: u64) -> Result<(), Failure> {
    let hint = "fewer synapses, or storage = \"procedural\"";
    needs(bytes_of::<u32>(words), "the synapse table", hint).map_err(Failure::Memory)
}

impl Builder<'_> {
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
                    let inlets = table.blocks[block].size;
                    let Some(format) = Format::of(inlets, contents) else {
                        return Err(Failure::Entry { wiring: members[0], inlets, delays: contents.delays });
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
            let mut places = fill::Destinations::of(table, strips, self.block_bits);
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
