// Draws the rows of a neuron and adds their weights to the delay ring: the device's side of src/rows/{partners, counter,
// quantiles}.rs, the same synapses from the same words. The module has an atomic `ring`, and `tables`, where DRAWN_FIRSTS and
// DRAWN say what src/rows/procedural.rs left (DRAWN_OF_ITEM: how many firsts an item has of its own), wiring_seed, the seed of random words, drawn_weight, the weight of all synapses of a projection in an item of the
// batch, drawn_amplitude, the amplitude of a spike for a projection, and released, which says what it brings of a weight.

/// A projection that is drawn.
struct Drawn {
    /// how many partners a row has: see below
    kind: u32,
    /// what tells apart the random words of partners, weights and delays
    partner_words: u32,
    weight_words: u32,
    delay_words: u32,
    /// neurons among which partners are drawn; 1 where the row's own is not among them
    partners: u32,
    skip_self: u32,
    /// of all rows, or where the table of all rows begins
    length: u32,
    /// stretches of pairwise_bernoulli, their size, that of the last; and where the tables of what is taken begin
    stretches: u32,
    size: u32,
    last_size: u32,
    taken: u32,
    last_taken: u32,
    /// the weight of all, or where those of the batch's items stand: drawn_weight knows; where the table of quantiles begins, if there is one; how weights are rounded
    weight: i32,
    quantiles: u32,
    rounding: u32,
    /// [steps] the delay of all; where the table of delays begins, if there is one
    delay: u32,
    delays: u32,
    /// inlet of the target population's first neuron, and its neurons
    first_inlet: u32,
    targets: u32,
    /// the first neuron that has a row, and how many have; the first of those among which partners are drawn
    first_row: u32,
    rows: u32,
    first_partner: u32,
    /// of the random words
    seed: vec2<u32>,
}

const DRAWN_WORDS = 24u;

// The kinds.
const EQUAL = 0u;
const LENGTHS = 1u;
const BERNOULLI = 2u;
/// In place of a table: there is none.
const NO_TABLE = 0xffffffffu;
/// Above so many neurons one word does not tell them all as evenly; two do.
const ONE_WORD = 0x100000u;
/// Bits of an octave's segments; octaves; quantiles of a side.
const SEGMENT_BITS = 6u;
const SIDE = 2049u;
/// Significant bits of a rounded weight.
const SIGNIFICANT = 10u;

fn drawn_at(index: u32) -> Drawn {
    let at = DRAWN + DRAWN_WORDS * index;
    return Drawn(
        tables[at],
        tables[at + 1u],
        tables[at + 2u],
        tables[at + 3u],
        tables[at + 4u],
        tables[at + 5u],
        tables[at + 6u],
        tables[at + 7u],
        tables[at + 8u],
        tables[at + 9u],
        tables[at + 10u],
        tables[at + 11u],
        bitcast<i32>(tables[at + 12u]),
        tables[at + 13u],
        tables[at + 14u],
        tables[at + 15u],
        tables[at + 16u],
        tables[at + 17u],
        tables[at + 18u],
        tables[at + 19u],
        tables[at + 20u],
        tables[at + 21u],
        vec2<u32>(tables[at + 22u], tables[at + 23u]),
    );
}

/// The high word of a product. No sum overflows: (2¹⁶ − 1)² + 2¹⁶ − 1 < 2³².
fn high(a: u32, b: u32) -> u32 {
    let low = a & 0xffffu;
    let upper = a >> 16u;
    let first = (b >> 16u) * low + (((b & 0xffffu) * low) >> 16u);
    let second = (b & 0xffffu) * upper + (first & 0xffffu);
    return (b >> 16u) * upper + (first >> 16u) + (second >> 16u);
}

/// The same of two words, of which the first is the upper one.
fn high_of_two(upper: u32, lower: u32, n: u32) -> u32 {
    let carried = high(lower, n);
    let product = upper * n;
    return high(upper, n) + u32(product + carried < product);
}

fn words_of(drawn: Drawn, purpose: u32, row: u32, block: u32) -> vec4<u32> {
    return philox4x32(vec4<u32>(row, block, purpose, 0u), wiring_seed(drawn.seed));
}

/// The count of a random word, by a table with its guide.
fn look_up(table: u32, random: u32) -> u32 {
    let word = min(random, 0xfffffffeu);
    let at = table + 3u + (word >> tables[table + 1u]);
    let begin = tables[at];
    var passed = begin >> 1u;
    if ((begin & 1u) != 0u) {
        let thresholds = table + tables[table + 2u];
        var end = tables[at + 1u] >> 1u;
        while (passed < end) {
            let middle = (passed + end) >> 1u;
            if (tables[thresholds + middle] <= word) {
                passed = middle + 1u;
            } else {
                end = middle;
            }
        }
    }
    return tables[table] + passed;
}

/// The weight of a synapse, by its word.
fn weight_of(drawn: Drawn, word: u32) -> i32 {
    let upper = word >> 31u;
    let tail = (select(word, ~word, upper != 0u) << 1u) | 1u;
    let octave = countLeadingZeros(tail);
    let within = (tail << octave) << 1u;
    let segment = ((31u - octave) << SEGMENT_BITS) + (within >> (32u - SEGMENT_BITS));
    let at = drawn.quantiles + segment + upper * SIDE;
    let origin = bitcast<i32>(tables[at]);
    let next = bitcast<i32>(tables[at + 1u]);
    let falls = next < origin;
    let difference = select(bitcast<u32>(next) - bitcast<u32>(origin), bitcast<u32>(origin) - bitcast<u32>(next), falls);
    let step = bitcast<i32>(high(difference, within << SEGMENT_BITS));
    let count = select(origin + step, origin - step, falls);
    if (drawn.rounding == NO_TABLE) {
        return count;
    }
    let size = u32(abs(count));
    let bits = 32u - countLeadingZeros(size);
    let drop = max(max(bits, SIGNIFICANT) - SIGNIFICANT, drawn.rounding);
    let rounded = bitcast<i32>(((size + ((1u << drop) >> 1u)) >> drop) << drop);
    return select(rounded, -rounded, count < 0);
}

/// Adds the weight of a synapse, by its partner and by the words of weight and delay.
fn deposit(
    drawn: Drawn,
    row: u32,
    partner: u32,
    weight_word: u32,
    delay_word: u32,
    slot: u32,
    item: u32,
    amplitude: u32,
) {
    // The row's own neuron is never drawn: the others close ranks, and move up again.
    let neuron = drawn.first_partner + partner + select(0u, 1u, drawn.skip_self != 0u && partner >= row);
    var weight = 0;
    if (drawn.quantiles == NO_TABLE) {
        weight = drawn_weight(drawn.weight, item);
    } else {
        weight = weight_of(drawn, weight_word);
    }
    var delay = drawn.delay;
    if (drawn.delays != NO_TABLE) {
        delay = look_up(drawn.delays, delay_word);
    }
    let before = neuron & ~(BLOCK - 1u);
    let inlets = min(drawn.targets - before, BLOCK);
    let tile = (drawn.first_inlet + before) * (SLOTS * BATCH);
    let at = tile + (slot_after(slot, delay) * BATCH + item) * inlets + neuron - before;
    atomicAdd(&ring[at], released(weight, amplitude));
}

/// Four words for weights, and for delays; nothing where all have the same.
fn weight_block(drawn: Drawn, row: u32, block: u32) -> vec4<u32> {
    if (drawn.quantiles == NO_TABLE) {
        return vec4<u32>(0u);
    }
    return words_of(drawn, drawn.weight_words, row, block);
}

fn delay_block(drawn: Drawn, row: u32, block: u32) -> vec4<u32> {
    if (drawn.delays == NO_TABLE) {
        return vec4<u32>(0u);
    }
    return words_of(drawn, drawn.delay_words, row, block);
}

/// A row of so many synapses, any partners.
fn draw_any(drawn: Drawn, row: u32, length: u32, lane: u32, lanes: u32, slot: u32, item: u32, amplitude: u32) {
    for (var block = lane; block < (length + 3u) / 4u; block += lanes) {
        var partners: array<u32, 4>;
        if (drawn.partners <= ONE_WORD) {
            let words = words_of(drawn, drawn.partner_words, row, block);
            for (var k = 0u; k < 4u; k++) {
                partners[k] = high(words[k], drawn.partners);
            }
        } else {
            let first = words_of(drawn, drawn.partner_words, row, 2u * block);
            let second = words_of(drawn, drawn.partner_words, row, 2u * block + 1u);
            partners[0] = high_of_two(first.x, first.y, drawn.partners);
            partners[1] = high_of_two(first.z, first.w, drawn.partners);
            partners[2] = high_of_two(second.x, second.y, drawn.partners);
            partners[3] = high_of_two(second.z, second.w, drawn.partners);
        }
        let weights = weight_block(drawn, row, block);
        let delays = delay_block(drawn, row, block);
        for (var k = 0u; k < min(4u, length - 4u * block); k++) {
            deposit(drawn, row, partners[k], weights[k], delays[k], slot, item, amplitude);
        }
    }
}

/// A row of pairwise_bernoulli, stretch by stretch.
fn draw_stretches(drawn: Drawn, row: u32, lane: u32, lanes: u32, slot: u32, item: u32, amplitude: u32) {
    for (var stretch = lane; stretch < drawn.stretches; stretch += lanes) {
        let is_last = stretch + 1u == drawn.stretches;
        let size = select(drawn.size, drawn.last_size, is_last);
        var words = words_of(drawn, drawn.partner_words, row, stretch << 3u);
        let count = look_up(select(drawn.taken, drawn.last_taken, is_last), words.x);
        var weights = weight_block(drawn, row, stretch << 3u);
        var delays = delay_block(drawn, row, stretch << 3u);
        var taken: array<u32, 32>;
        for (var number = 1u; number <= count; number++) {
            if ((number & 3u) == 0u) {
                let block = (stretch << 3u) + (number >> 2u);
                words = words_of(drawn, drawn.partner_words, row, block);
                weights = weight_block(drawn, row, block);
                delays = delay_block(drawn, row, block);
            }
            // Floyd's sample of different numbers.
            let last = size - count + number - 1u;
            var partner = high(words[number & 3u], last + 1u);
            for (var before = 1u; before < number; before++) {
                if (taken[before] == partner) {
                    partner = last;
                    break;
                }
            }
            taken[number] = partner;
            let first = stretch * drawn.size;
            let at = number & 3u;
            deposit(drawn, row, first + partner, weights[at], delays[at], slot, item, amplitude);
        }
    }
}

/// All rows of a neuron, or one of `share.y`.
fn deliver_drawn(population: u32, neuron: u32, share: vec2<u32>, lane: u32, lanes: u32, slot: u32, item: u32) {
    let firsts = DRAWN_FIRSTS + DRAWN_OF_ITEM * item + population;
    let last = tables[firsts + 1u];
    for (var index = tables[firsts] + share.x; index < last; index += share.y) {
        let drawn = drawn_at(index);
        let row = neuron - drawn.first_row;
        if (row >= drawn.rows) {
            continue;
        }
        let amplitude = drawn_amplitude(index, neuron, slot, item);
        if (drawn.kind == BERNOULLI) {
            draw_stretches(drawn, row, lane, lanes, slot, item, amplitude);
        } else {
            var length = drawn.length;
            if (drawn.kind == LENGTHS) {
                length = tables[drawn.length + row];
            }
            draw_any(drawn, row, length, lane, lanes, slot, item, amplitude);
        }
    }
}
