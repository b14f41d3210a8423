//! How populations are cut into blocks: a size at which entries are short and rows are not in shreds.

use super::build::Request;
use super::counter::Rounding;
use super::drawing::Drawing;
use super::format::{Contents, Format};
use super::{Block, Values};
use crate::network::{Precision, Storage};

/// [cells] The smallest and the largest block, as powers of two; a population that is smaller is a block.
const SIZES: [u32; 2] = [10, 20];
/// [bytes] that the part of a row in one block counts for: where it begins, and the time to go there.
const SHRED: u64 = 16;

/// The size of blocks, as a power of two.
pub(super) fn choose(drawings: &[Drawing], request: &Request<'_>) -> u32 {
    if let Some(bits) = request.block_bits {
        return bits;
    }
    let largest = request.sizes.iter().copied().max().unwrap_or(1);
    let enough = (u32::BITS - largest.saturating_sub(1).leading_zeros()).clamp(SIZES[0], SIZES[1]);
    let cost = |bits: &u32| drawings.iter().map(|drawing| cost(drawing, *bits)).fold(0, u64::saturating_add);
    (SIZES[0]..=enough).rev().min_by_key(cost).unwrap_or(enough)
}

/// [bytes] of a projection, as far as that is known before it is drawn.
fn cost(drawing: &Drawing, bits: u32) -> u64 {
    let wiring = &drawing.wiring;
    if wiring.storage == Storage::Procedural {
        return 0;
    }
    let (pre, post) = (u64::from(wiring.sides.n_pre), wiring.sides.n_post);
    let cells = post.min(1 << bits);
    let blocks = u64::from(post.div_ceil(1 << bits));
    // As if weights had the range of small floats: more is found out when they are counted.
    let largest = (1 << 24) - 1;
    let range = |[least, greatest]: [f64; 2]| [i32::from(least < 0.0) * -largest, i32::from(greatest > 0.0) * largest];
    let extremes = |values: &[f64]| values.iter().fold([0.0f64; 2], |[a, b], &value| [a.min(value), b.max(value)]);
    let (counts, rounded) = match &wiring.weights {
        Values::Constant(_) => ([1, 1], None),
        Values::Drawn(_) => {
            (range(extremes(drawing.quantiles.as_ref().map_or(&[], |quantiles| quantiles.values()))), Some(0))
        }
        Values::Each(weights) => (range(extremes(weights)), Some(0)),
    };
    let rounded = rounded.filter(|_| wiring.precision != Some(Precision::Exact));
    let rounded = rounded.map(|_| Rounding::of(largest.unsigned_abs()).shift);
    let delays = match &wiring.delays {
        Values::Constant(delay) => [*delay; 2],
        Values::Drawn(_) => drawing.delays.as_ref().map_or([1; 2], |table| table.range()),
        Values::Each(steps) => [steps.iter().copied().min().unwrap_or(1), steps.iter().copied().max().unwrap_or(1)],
    };
    let entry = Format::of(cells, Contents { delays, counts, rounded }).map_or(u64::from(u32::MAX), |f| f.bytes());
    let shreds = pre.saturating_mul(blocks).saturating_mul(SHRED);
    drawing.expected().saturating_mul(entry).saturating_add(shreds)
}

/// Cuts all ports of all populations; the blocks of each port follow each other, and begin with this one.
pub(super) fn cut(request: &Request<'_>, bits: u32) -> (Vec<Block>, Vec<Vec<usize>>) {
    let mut blocks = Vec::new();
    let mut firsts = Vec::with_capacity(request.sizes.len());
    for (population, (&size, cells)) in request.sizes.iter().zip(request.first_cells).enumerate() {
        let port = |(port, &first_cell): (usize, &u32)| {
            let first_block = blocks.len();
            let starts = (0..size).step_by(1 << bits);
            blocks.extend(starts.map(|first| Block {
                population,
                port,
                first,
                size: (size - first).min(1 << bits),
                cell: first_cell + first,
            }));
            first_block
        };
        firsts.push(cells.iter().enumerate().map(port).collect());
    }
    (blocks, firsts)
}
