//! How populations are cut into blocks: a size at which entries are short and rows are not in shreds.

use super::counter::Rounding;
use super::drawing::Drawing;
use super::format::{Contents, Format};
use super::request::Request;
use super::{Block, Values};
use crate::network::Precision;

/// [inlets] The smallest and the largest block, as powers of two; a population that is smaller is a block.
const SIZES: [u32; 2] = [10, 31];
/// [bytes] that the part of a row in one block counts for: where it begins, and the time to go there.
const SHRED: u64 = 16;
/// [inlets] The largest block of a thread, as a power of two: one slot of its tile stays in the caches near to a core.
const NEAR: u32 = 16;
/// Blocks of a thread, at least, in a network that is large enough: threads whose blocks differ are done at about the same time.
const SHARES: u64 = 2;

/// The size of blocks, as a power of two.
#[expect(clippy::arithmetic_side_effects, reason = "bits of a u32")]
pub(super) fn choose(drawings: &[Drawing], request: &Request<'_>) -> u32 {
    if let Some(bits) = request.block_bits {
        return bits.min(SIZES[1]);
    }
    let largest = request.sizes.iter().copied().max().unwrap_or(1);
    let enough = (u32::BITS - largest.saturating_sub(1).leading_zeros()).clamp(SIZES[0], SIZES[1]);
    let enough = request.threads.map_or(enough, |threads| enough.min(shared(request.sizes, threads)));
    let stored = drawings.iter().filter(|drawing| drawing.stored());
    let bundles: Vec<_> = stored.map(|drawing| (drawing, foreseen(drawing))).collect();
    let cost = |bits: &u32| {
        let each = bundles.iter().map(|(drawing, contents)| cost(drawing, request.sizes, *contents, *bits));
        each.fold(0, u64::saturating_add)
    };
    (SIZES[0]..=enough).rev().min_by_key(cost).unwrap_or(enough)
}

/// The largest block that so many threads can share out, as a power of two.
#[expect(
    clippy::arithmetic_side_effects,
    reason = "neurons that a u32 counts, and shares of which there is one at least"
)]
pub(super) fn shared(sizes: &[u32], threads: usize) -> u32 {
    let neurons = sizes.iter().map(|&size| u64::from(size)).sum::<u64>();
    let share = neurons / SHARES.saturating_mul(threads as u64).max(1);
    share.max(1).ilog2().clamp(SIZES[0], NEAR)
}

/// What is known of a projection's synapses before they are drawn. Weights are taken as if they had the range of small floats:
/// more is found out when they are counted.
#[expect(clippy::arithmetic_side_effects, reason = "signs of a number of 24 bits")]
fn foreseen(drawing: &Drawing) -> Contents {
    let wiring = &drawing.wiring;
    let largest = (1 << 24) - 1;
    let [least, greatest] = drawing.weights();
    let range = [i32::from(least < 0.0) * -largest, i32::from(greatest > 0.0) * largest];
    let counts = if matches!(wiring.weights, Values::Constant(_)) { [1, 1] } else { range };
    let exact = wiring.precision == Some(Precision::Exact);
    let rounded = (!exact).then(|| Rounding::of(largest.unsigned_abs()).shift);
    let by_distance = wiring.space.as_ref().and_then(|space| space.delays());
    let delays = match &wiring.delays {
        Values::Constant(delay) => [*delay; 2],
        Values::Drawn(_) => drawing.delays.as_ref().map_or([1; 2], |table| table.range()),
        Values::Each(steps) => [steps.iter().copied().min().unwrap_or(1), steps.iter().copied().max().unwrap_or(1)],
    };
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "they are found to be delays")]
    let delays = by_distance.map_or(delays, |delays| delays.map(|delay| delay as u32));
    Contents { delays, counts, rounded }
}

/// [bytes] of a projection between populations of these sizes in blocks of 2^`bits` inlets.
#[expect(clippy::arithmetic_side_effects, reason = "the number of a block that begins no later than another")]
fn cost(drawing: &Drawing, sizes: &[u32], contents: Contents, bits: u32) -> u64 {
    let (pre, post) = (u64::from(sizes[drawing.wiring.pre]), sizes[drawing.wiring.post]);
    let targets = drawing.wiring.sides.targets();
    let inlets = post.min(1 << bits);
    let blocks = u64::from(targets.end.div_ceil(1 << bits) - (targets.start >> bits));
    let entry = Format::of(inlets, contents).map_or(u64::from(u32::MAX), |format| format.bytes());
    let shreds = pre.saturating_mul(blocks).saturating_mul(SHRED);
    drawing.expected().saturating_mul(entry).saturating_add(shreds)
}

/// Cuts all ports of all populations; the blocks of each port follow each other, and begin with this one.
#[expect(clippy::arithmetic_side_effects, reason = "blocks begin within their population, whose inlets a u32 counts")]
pub(super) fn cut(request: &Request<'_>, bits: u32) -> (Vec<Block>, Vec<Vec<usize>>) {
    let mut blocks = Vec::new();
    let mut firsts = Vec::with_capacity(request.sizes.len());
    for (population, (&size, inlets)) in request.sizes.iter().zip(request.first_inlets).enumerate() {
        let port = |(port, &first_inlet): (usize, &u32)| {
            let first_block = blocks.len();
            let starts = (0..size).step_by(1 << bits);
            blocks.extend(starts.map(|first| Block {
                population,
                port,
                first,
                size: (size - first).min(1 << bits),
                inlet: first_inlet + first,
            }));
            first_block
        };
        firsts.push(inlets.iter().enumerate().map(port).collect());
    }
    (blocks, firsts)
}
