//! Rows that were built before, as bytes: written behind a key of all that they follow from, and read back.
//!
//! Integers are in the byte order of the machine, which is part of the key. A checksum tells a file that was cut short or
//! changed; it guards against mistakes, not against malice.

use super::blocks;
use super::counter::{Counter, Rounding};
use super::drawing::Drawing;
use super::failure::Failure;
use super::procedural::Procedural;
use super::request::{Built, Request, Summary};
use super::table::{Strip, Table};
use super::{EntrySize, Format, Scale, Sign, Values, Wiring};
use crate::memory::needs;
use crate::network::{Rule, Storage};
use crate::{hash, version};
use rayon::prelude::*;
use sha2::{Digest, Sha256};
use std::io::{self, Read, Write};

/// Begins every file; its digits are those of the layout.
const MAGIC: u64 = u64::from_ne_bytes(*b"NProws03");
/// Numbers of a strip, and of a projection's summary.
const STRIP: usize = 19;
const SUMMARY: usize = 6;
/// Words of a job of the checksum.
const JOB: usize = 1 << 16;

/// What tells these rows from all others: all that they follow from, and the program that draws them.
pub fn key(request: &Request<'_>) -> String {
    let mut hasher = Sha256::new();
    let mut text = |text: String| {
        hasher.update((text.len() as u64).to_le_bytes());
        hasher.update(text);
    };
    text(format!("{} {} {MAGIC}", version::of_program(), cfg!(target_endian = "big")));
    let cut = (request.block_bits, request.threads.map(|threads| blocks::shared(request.sizes, threads)));
    text(format!("{:?} {:?} {cut:?}", request.sizes, request.first_inlets));
    for wiring in &request.wirings {
        let Wiring {
            index,
            seed,
            pre,
            post,
            port,
            rule,
            sides,
            weights,
            delays,
            precision,
            storage,
            space,
            symmetric,
            modelled,
        } = &**wiring;
        text(format!(
            "{index} {seed} {pre} {post} {port} {sides:?} {precision:?} {storage:?} {symmetric} {modelled:?}"
        ));
        if let Some(space) = space {
            let mut numbers = Vec::new();
            space.each_word(|word| numbers.push(word));
            text(format!("space {}", hash::of_bytes(bytemuck::cast_slice(&numbers))));
        }
        match rule {
            Rule::List(pairs) => text(format!("list {}", hash::of_bytes(bytemuck::cast_slice(pairs)))),
            Rule::PairwiseBernoulli(p) => text(format!("bernoulli {}", p.to_bits())),
            rule => text(format!("{rule:?}")),
        }
        match weights {
            Values::Constant(weight) => text(format!("{}", weight.to_bits())),
            Values::Drawn(law) => text(format!("{law:?}")),
            Values::Each(weights) => text(hash::of_bytes(bytemuck::cast_slice(weights))),
        }
        match delays {
            Values::Constant(delay) => text(format!("{delay}")),
            Values::Drawn(law) => text(format!("{law:?}")),
            Values::Each(delays) => text(hash::of_bytes(bytemuck::cast_slice(delays))),
        }
    }
    hash::hex(hasher)
}

/// Writes rows.
///
/// # Errors
/// As the writer.
pub fn write(built: &Built, to: &mut impl Write) -> io::Result<()> {
    let table = &built.table;
    let mut numbers = vec![
        MAGIC,
        table.count,
        u64::from(table.block_bits),
        u64::from(table.max_delay),
        table.longest.map_or(u64::MAX, |longest| longest as u64),
        u64::from(table.min_delay),
        table.strips.len() as u64,
        table.starts.len() as u64,
        table.entries.len() as u64,
        table.ends.len() as u64,
        built.projections.len() as u64,
    ];
    for strip in &table.strips {
        numbers.extend(strip_numbers(strip));
        numbers.extend(strip.members.iter().map(|&member| u64::from(member)));
    }
    numbers.extend(built.projections.iter().flat_map(summary_numbers));
    for (scales, synapses) in built.scales.iter().zip(&built.synapses) {
        numbers.extend(scales.iter().map(|scale| i64::from(scale.power).cast_unsigned()));
        numbers.extend(synapses);
    }
    let checksum = checksum(&numbers, [&table.starts, &table.entries, &table.ends]);
    to.write_all(bytemuck::cast_slice(&[numbers.len() as u64, checksum]))?;
    to.write_all(bytemuck::cast_slice(&numbers))?;
    to.write_all(bytemuck::cast_slice(&table.starts))?;
    to.write_all(bytemuck::cast_slice(&table.entries))?;
    to.write_all(bytemuck::cast_slice(&table.ends))
}

/// Reads rows for a request of the same [`key`]; `length` is that of all there is to be read, in bytes.
///
/// # Errors
/// As the reader; [`io::ErrorKind::InvalidData`] if they are not what was written. Why a table has no room, as building says it.
pub fn read(request: &Request<'_>, from: &mut impl Read, length: u64) -> io::Result<Result<Built, Failure>> {
    let wrong = || io::Error::from(io::ErrorKind::InvalidData);
    let [count, expected] = array::<2>(from)?;
    // A wrong number cannot ask for memory.
    if count.checked_mul(8).is_none_or(|bytes| bytes > length || needs(bytes, "a file of rows", "").is_err()) {
        return Err(wrong());
    }
    let size = |number: u64| usize::try_from(number).map_err(|_| wrong());
    let mut numbers = vec![0u64; size(count)?];
    from.read_exact(bytemuck::cast_slice_mut(&mut numbers))?;
    let mut rest = numbers.iter().copied();
    let mut next = || rest.next().ok_or_else(wrong);
    let [magic, count, block_bits, max_delay, longest, min_delay, strips, starts, entries, ends, projections] =
        [next()?, next()?, next()?, next()?, next()?, next()?, next()?, next()?, next()?, next()?, next()?];
    let words =
        starts.checked_add(entries).and_then(|words| words.checked_add(ends)).and_then(|words| words.checked_mul(4));
    if magic != MAGIC || words.is_none_or(|bytes| bytes > length) || strips.max(projections) > numbers.len() as u64 {
        return Err(wrong());
    }
    let mut table = Table { count, ..Table::default() };
    let word = |number: u64| u32::try_from(number).map_err(|_| wrong());
    (table.block_bits, table.max_delay, table.min_delay) = (word(block_bits)?, word(max_delay)?, word(min_delay)?);
    table.longest = usize::try_from(longest).ok().filter(|_| longest != u64::MAX);
    for _ in 0..strips {
        let mut numbers = [0; STRIP];
        numbers.iter_mut().try_for_each(|number| next().map(|next| *number = next))?;
        let mut strip = strip(&numbers).ok_or_else(wrong)?;
        for _ in 0..numbers[16] {
            strip.members.push(word(next()?)?);
        }
        table.strips.push(strip);
    }
    let mut built = Built { table, scales: Vec::new(), synapses: Vec::new(), projections: Vec::new() };
    for _ in 0..projections {
        let mut numbers = [0; SUMMARY];
        numbers.iter_mut().try_for_each(|number| next().map(|next| *number = next))?;
        built.projections.push(summary(&numbers).ok_or_else(wrong)?);
    }
    for ports in request.first_inlets {
        let mut of_ports = || ports.iter().map(|_| next()).collect::<io::Result<Vec<u64>>>();
        let scale = |power: u64| i32::try_from(power.cast_signed()).map(|power| Scale { power }).map_err(|_| wrong());
        built.scales.push(of_ports()?.into_iter().map(scale).collect::<io::Result<_>>()?);
        built.synapses.push(of_ports()?);
    }
    if let Err(failure) = super::build::room(starts.saturating_add(entries).saturating_add(ends)) {
        return Ok(Err(failure));
    }
    built.table.starts = vec![0; size(starts)?];
    from.read_exact(bytemuck::cast_slice_mut(&mut built.table.starts))?;
    built.table.entries = vec![0; size(entries)?];
    from.read_exact(bytemuck::cast_slice_mut(&mut built.table.entries))?;
    built.table.ends = vec![0; size(ends)?];
    from.read_exact(bytemuck::cast_slice_mut(&mut built.table.ends))?;
    if checksum(&numbers, [&built.table.starts, &built.table.entries, &built.table.ends]) != expected {
        return Err(wrong());
    }
    Ok(completed(request, built))
}

/// With all that follows from the rest: the blocks, the parts for this device, and what is not held.
fn completed(request: &Request<'_>, built: Built) -> Result<Built, Failure> {
    let mut built = built;
    built.table.blocks = blocks::cut(request, built.table.block_bits).0;
    built.table.index(request.sizes.len(), request.binding);
    for (index, (wiring, summary)) in request.wirings.iter().zip(&built.projections).enumerate() {
        if wiring.storage == Storage::Procedural && summary.synapses > 0 {
            let drawing = Drawing::new(wiring.clone(), index)?;
            let scale = built.scales[wiring.post][wiring.port];
            let rounding = summary.rounding.map(|shift| Rounding { shift });
            let counter = Counter::of(wiring, drawing.quantiles.as_ref(), scale, rounding);
            let counter = counter.unwrap_or(Counter::Constant(0));
            built.table.procedural.extend(Procedural::of(drawing, counter, request, summary.synapses));
        }
    }
    Ok(built)
}

fn array<const N: usize>(from: &mut impl Read) -> io::Result<[u64; N]> {
    let mut numbers = [0; N];
    from.read_exact(bytemuck::cast_slice_mut(&mut numbers))?;
    Ok(numbers)
}

fn strip_numbers(strip: &Strip) -> [u64; STRIP] {
    let Format { size, inlet_bits, delay, delay_bits, weight, exponent_bits, shift, sign } = strip.format;
    [
        strip.source as u64,
        strip.block as u64,
        strip.starts as u64,
        u64::from(strip.rows),
        strip.words.start as u64,
        strip.words.end as u64,
        u64::from(strip.synapses),
        size as u64,
        u64::from(inlet_bits),
        u64::from(delay),
        u64::from(delay_bits),
        u64::from(weight.is_some()),
        u64::from(weight.unwrap_or(0).cast_unsigned()),
        u64::from(exponent_bits),
        u64::from(shift),
        sign as u64,
        strip.members.len() as u64,
        strip.ends as u64,
        strip.modelled.map_or(0, |number| u64::from(number).saturating_add(1)),
    ]
}

fn strip(numbers: &[u64; STRIP]) -> Option<Strip> {
    let word = |at: usize| u32::try_from(numbers[at]).ok();
    let place = |at: usize| usize::try_from(numbers[at]).ok();
    let size = *[EntrySize::Half, EntrySize::Word, EntrySize::Pair].get(place(7)?)?;
    let sign = *[Sign::Positive, Sign::Negative, Sign::Own].get(place(15)?)?;
    let format = Format {
        size,
        inlet_bits: word(8)?,
        delay: word(9)?,
        delay_bits: word(10)?,
        weight: (numbers[11] != 0).then_some(word(12)?.cast_signed()),
        exponent_bits: word(13)?,
        shift: word(14)?,
        sign,
    };
    let words = place(4)?..place(5)?;
    let (starts, rows, synapses) = (place(2)?, word(3)?, word(6)?);
    let (source, block, ends) = (place(0)?, place(1)?, place(17)?);
    let (items, members) = (Vec::new(), Vec::new());
    let modelled = word(18)?.checked_sub(1);
    Some(Strip { item: 0, source, block, modelled, format, starts, rows, words, synapses, items, members, ends })
}

fn summary_numbers(summary: &Summary) -> [u64; SUMMARY] {
    let (below, least) = summary.below.map_or((0, 0), |(below, least)| (below, i64::from(least).cast_unsigned()));
    let rounding = summary.rounding.map_or(u64::MAX, u64::from);
    [summary.synapses, summary.weak, u64::from(summary.smallest), below, least, rounding]
}

fn summary(&[synapses, weak, smallest, below, least, rounding]: &[u64; SUMMARY]) -> Option<Summary> {
    let least = i32::try_from(least.cast_signed()).ok()?;
    Some(Summary {
        synapses,
        weak,
        smallest: u32::try_from(smallest).ok()?,
        below: (below > 0).then_some((below, least)),
        rounding: u32::try_from(rounding).ok(),
    })
}

/// A number that follows from all words.
fn checksum(numbers: &[u64], tables: [&Vec<u32>; 3]) -> u64 {
    let mix = |sum: u64, word: u64| {
        let product = (sum ^ word).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        product ^ product >> 32
    };
    let of = |words: &[u32]| words.iter().fold(words.len() as u64, |sum, &word| mix(sum, u64::from(word)));
    let parts = tables.into_iter().flat_map(|words| words.par_chunks(JOB).map(of).collect::<Vec<_>>());
    numbers.iter().copied().chain(parts).fold(0, mix)
}

#[cfg(test)]
mod tests;
