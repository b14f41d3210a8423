// Adds the weights of a neuron's synapses to the delay ring: the device's side of src/rows/format.rs. The module has an atomic
// `ring`, `tables`, where STRIP_FIRSTS and STRIPS say what src/sim/strips.rs left (STRIPS_OF_ITEM: how many firsts an item has of its own), SIZES, the set of the sizes of entries, and entry_at and entries_at, which read
// words of one of its bindings of entries, strip_weight, the count of all synapses of a strip in an item of the batch, strip_amplitude, the
// amplitude of a spike for a strip, and released, which says what it brings of a count.

var<storage, read> starts: array<u32>;

/// A strip: the synapses from one population to one block, as far as this binding of entries holds them.
struct Strip {
    /// where the starts of its rows begin
    starts: u32,
    /// entries that are here, from the first to before the last; and the place of the first, in entries
    begin: u32,
    end: u32,
    place: u32,
    /// the block's tile of the ring, and its inlets
    tile: u32,
    inlets: u32,
    /// how entries are written: see below
    format: u32,
    /// [steps] what all have at least
    delay: u32,
    /// the count of all, where all have the same; or where those of the batch's items stand: strip_weight knows
    weight: i32,
    /// which binding of entries that is
    part: u32,
}

const STRIP_WORDS = 10u;

// The lowest two bits of a format.
const HALF = 0u;
const WORD = 1u;
const FLOAT = 2u;
const PAIR = 3u;

/// Is any strip written so? Drivers leave out what is never asked for.
fn has(size: u32) -> bool {
    return ((SIZES >> size) & 1u) != 0u;
}

/// Bits of a small float's mantissa.
const MANTISSA = 9u;
// What the signs of floats are.
const NEGATIVE = 1u;
const OWN_SIGN = 2u;

fn strip_at(index: u32) -> Strip {
    let at = STRIPS + STRIP_WORDS * index;
    return Strip(
        tables[at],
        tables[at + 1u],
        tables[at + 2u],
        tables[at + 3u],
        tables[at + 4u],
        tables[at + 5u],
        tables[at + 6u],
        tables[at + 7u],
        bitcast<i32>(tables[at + 8u]),
        tables[at + 9u],
    );
}

fn fetched(at: vec4<u32>) -> vec4<i32> {
    return vec4<i32>(atomicLoad(&ring[at.x]), atomicLoad(&ring[at.y]), atomicLoad(&ring[at.z]), atomicLoad(&ring[at.w]));
}

fn low_bits(bits: u32) -> u32 {
    return (1u << bits) - 1u;
}

/// The synapses of a row of a strip, shared among `lanes` invocations, of a spike at `slot`.
fn deliver_strip(strip: Strip, row: u32, lane: u32, lanes: u32, slot: u32, item: u32, amplitude: u32) {
    let first = clamp(starts[strip.starts + row], strip.begin, strip.end);
    let last = clamp(starts[strip.starts + row + 1u], strip.begin, strip.end);
    if (first == last) {
        return;
    }
    let stride = BATCH * strip.inlets;
    let tile = strip.tile + item * strip.inlets;
    let size = strip.format & 3u;
    let shift = strip.place - strip.begin;
    if (has(HALF) && size == HALF) {
        let at = tile + slot_after(slot, strip.delay) * stride;
        let weight = released(strip_weight(strip.weight, item), amplitude);
        for (var i = first + shift + lane; i < last + shift; i += lanes) {
            let inlet = (entry_at(strip.part, i >> 1u) >> ((i & 1u) << 4u)) & 0xffffu;
            atomicAdd(&ring[at + inlet], weight);
        }
        return;
    }
    let inlet_bits = (strip.format >> 2u) & 31u;
    let inlet_mask = low_bits(inlet_bits);
    let delay_bits = (strip.format >> 7u) & 31u;
    let delay_mask = low_bits(delay_bits);
    if (has(FLOAT) && size == FLOAT) {
        let float_at = inlet_bits + delay_bits;
        let exponent_mask = low_bits((strip.format >> 12u) & 7u);
        let sign_at = 31u - MANTISSA - ((strip.format >> 12u) & 7u);
        let more = (strip.format >> 15u) & 31u;
        let sign = (strip.format >> 20u) & 3u;
        // Four entries are read before any is added: nothing is read ahead of an atomic.
        let end = last + shift;
        for (var i = first + shift + lane; i < end; i += 4u * lanes) {
            let there = vec4<bool>(true, i + lanes < end, i + 2u * lanes < end, i + 3u * lanes < end);
            // The first again, where there is no other.
            let places = select(vec4<u32>(i), vec4<u32>(i) + vec4<u32>(0u, 1u, 2u, 3u) * lanes, there);
            let read = entries_at(strip.part, places);
            let steps = vec4<u32>(strip.delay) + ((read >> vec4<u32>(inlet_bits)) & vec4<u32>(delay_mask));
            let floats = read >> vec4<u32>(float_at);
            let exponents = (floats >> vec4<u32>(MANTISSA)) & vec4<u32>(exponent_mask);
            // The leading 1, but for the smallest; and the exponent's 1 less.
            let leading = min(exponents, vec4<u32>(1u));
            let mantissas = (floats & vec4<u32>(low_bits(MANTISSA))) | (leading << vec4<u32>(MANTISSA));
            let counts = vec4<i32>((mantissas << (exponents - leading)) << vec4<u32>(more));
            // All bits of it, where it is below 0.
            let own = vec4<i32>(floats << vec4<u32>(sign_at)) >> vec4<u32>(31u);
            let below = select(vec4<i32>(select(0, -1, sign == NEGATIVE)), own, sign == OWN_SIGN);
            let weights = released_each((counts ^ below) - below, amplitude);
            let slots = vec4<u32>(
                slot_after(slot, steps.x),
                slot_after(slot, steps.y),
                slot_after(slot, steps.z),
                slot_after(slot, steps.w),
            );
            let at = vec4<u32>(tile) + slots * stride + (read & vec4<u32>(inlet_mask));
            // Where an atomic is a processor's, and waits for memory alone, sums are fetched together before. No sum is ever
            // the least of all numbers, but compilers cannot know.
            if (FETCH && all(fetched(at) == vec4<i32>(-2147483647 - 1))) {
                return;
            }
            atomicAdd(&ring[at.x], weights.x);
            if (there.y) {
                atomicAdd(&ring[at.y], weights.y);
            }
            if (there.z) {
                atomicAdd(&ring[at.z], weights.z);
            }
            if (there.w) {
                atomicAdd(&ring[at.w], weights.w);
            }
        }
        return;
    }
    if (!has(WORD) && !has(PAIR)) {
        return;
    }
    let words = select(1u, 2u, size == PAIR);
    var of_all = 0;
    if (size != PAIR) {
        of_all = released(strip_weight(strip.weight, item), amplitude);
    }
    for (var i = first + shift + lane; i < last + shift; i += lanes) {
        let entry = entry_at(strip.part, words * i);
        let inlet = entry & inlet_mask;
        let steps = strip.delay + ((entry >> inlet_bits) & delay_mask);
        let own = released(bitcast<i32>(entry_at(strip.part, words * i + words - 1u)), amplitude);
        let weight = select(of_all, own, size == PAIR);
        atomicAdd(&ring[tile + slot_after(slot, steps) * stride + inlet], weight);
    }
}

/// All strips of a row, or one of `shares`.
fn deliver_stored(population: u32, row: u32, share: vec2<u32>, lane: u32, lanes: u32, slot: u32, item: u32) {
    let firsts = STRIP_FIRSTS + STRIPS_OF_ITEM * item + population;
    let last = tables[firsts + 1u];
    for (var s = tables[firsts] + share.x; s < last; s += share.y) {
        deliver_strip(strip_at(s), row, lane, lanes, slot, item, strip_amplitude(s, row, slot, item));
    }
}
