// What a neuron gathers in each step of what others gave: sums of weight·value over its own sources, in their order.
//
// The glue has where the words of projections begin among `tables`: GATHER_FIRSTS says for each item that has its own, each port (gap
// junctions come behind the last) and each population of the slab where theirs begin among those at GATHERS. It reads and writes numbers
// of the ring by `load_value` and `store_value`, and the words of tables by `gather_word`.

// Words of a projection.
const GATHER_KIND = 0u;
const GATHER_FIRST_TARGET = 1u;
const GATHER_TARGETS = 2u;
/// Where the ring of what is given begins, and how many give.
const GATHER_VALUES = 3u;
const GATHER_GIVERS = 4u;
const GATHER_WEIGHT = 5u;
const GATHER_DELAY = 6u;
const GATHER_FLAGS = 7u;
const GATHER_TABLE = 8u;
const GATHER_FIRST_SOURCE = 9u;
const GATHER_SOURCES = 10u;
/// Where the sums of the weights onto each target begin, of gap junctions.
const GATHER_SUMS = 11u;
const GATHER_WORDS = 12u;

// Kinds: lists of sources, a matrix of all weights, one weight of all.
const LISTED = 0u;
const MATRIX = 1u;

// Flags: each synapse has its own weight, its own delay; no neuron has one with itself.
const OWN_WEIGHTS = 1u;
const OWN_DELAYS = 2u;
const APART = 4u;

/// Synapses of so many targets stand side by side.
const SLICE = 32u;

/// The row of the ring in which an item's numbers are that were given `delay` steps before.
fn value_row(step: u32, delay: u32, item: u32) -> u32 {
    let now = step % VALUE_SLOTS;
    return select(now - delay, now + VALUE_SLOTS - delay, now < delay) * BATCH + item;
}

/// Leaves what a neuron gives in this step; `first` is where the ring of its population's begins.
fn leave_value(place: Place, step: u32, first: u32, value: f32) {
    store_value(first + value_row(step, 0u, place.batch) * population_size(place) + place.neuron, without_tiny(value));
}

/// The sum of weight·(value − zero) over the synapses onto a neuron, of the projection whose words begin at `at`.
fn gathered(at: u32, place: Place, step: u32, zero: f32) -> f32 {
    let number = place.neuron - tables[at + GATHER_FIRST_TARGET];
    let numbers = tables[at + GATHER_TARGETS];
    if (number >= numbers) {
        return 0.0;
    }
    let first = tables[at + GATHER_VALUES];
    let givers = tables[at + GATHER_GIVERS];
    let weight = bitcast<f32>(tables[at + GATHER_WEIGHT]);
    let flags = tables[at + GATHER_FLAGS];
    let base = tables[at + GATHER_TABLE];
    let row = first + value_row(step, tables[at + GATHER_DELAY], place.batch) * givers;
    var sum = 0.0;
    if (tables[at] == LISTED) {
        let own_weights = (flags & OWN_WEIGHTS) != 0u;
        let own_delays = (flags & OWN_DELAYS) != 0u;
        let delay_at = SLICE * (1u + select(0u, 1u, own_weights));
        let stride = delay_at + SLICE * select(0u, 1u, own_delays);
        // First where each slice begins, then how many synapses each neuron has, then the slices.
        let count = gather_word(base + (numbers + SLICE - 1u) / SLICE + number);
        var word = gather_word(base + number / SLICE) + number % SLICE;
        for (var entry = 0u; entry < count; entry++) {
            var factor = weight;
            if (own_weights) {
                factor = bitcast<f32>(gather_word(word + SLICE));
            }
            var earlier = row;
            if (own_delays) {
                earlier = first + value_row(step, gather_word(word + delay_at), place.batch) * givers;
            }
            sum += factor * (load_value(earlier + gather_word(word)) - zero);
            word += stride;
        }
        return sum;
    }
    let end = tables[at + GATHER_FIRST_SOURCE] + tables[at + GATHER_SOURCES];
    let left_out = select(0xffffffffu, place.neuron, (flags & APART) != 0u);
    let matrix = tables[at] == MATRIX;
    var word = base + number;
    for (var source = tables[at + GATHER_FIRST_SOURCE]; source < end; source++) {
        if (source != left_out) {
            let value = load_value(row + source) - zero;
            if (matrix) {
                sum += bitcast<f32>(gather_word(word)) * value;
            } else {
                sum += value;
            }
        }
        word += numbers;
    }
    if (matrix) {
        return sum;
    }
    return weight * sum;
}

/// Where the words of the projections onto a port of a neuron begin, and those of the next port or population.
fn gathers_of(port: u32, place: Place) -> vec2<u32> {
    let at = GATHER_FIRSTS + (place.batch * GATHER_ITEMS + port) * GATHER_POPULATIONS + place.population;
    return vec2<u32>(tables[at], tables[at + 1u]);
}

/// What has arrived at a port, with what is gathered.
fn gather_at(port: u32, place: Place, step: u32, arrived: f32) -> f32 {
    let range = gathers_of(port, place);
    var sum = arrived;
    for (var index = range.x; index < range.y; index++) {
        sum += gathered(GATHERS + index * GATHER_WORDS, place, step, 0.0);
    }
    return sum;
}

/// The current so far, with that through gap junctions: `stored` is the neuron's V after the step before, `v` its V now.
fn gather_currents(place: Place, step: u32, stored: f32, v: f32, before: Current) -> Current {
    let range = gathers_of(GATHER_PORTS, place);
    var sum = before;
    for (var index = range.x; index < range.y; index++) {
        let at = GATHERS + index * GATHER_WORDS;
        let number = place.neuron - tables[at + GATHER_FIRST_TARGET];
        if (number < tables[at + GATHER_TARGETS]) {
            let conductance = bitcast<f32>(gather_word(tables[at + GATHER_SUMS] + number));
            // mS·mV is µA.
            sum.value += 1e-3 * (gathered(at, place, step, stored) + conductance * (stored - v));
            sum.slope -= 1e-3 * conductance;
        }
    }
    return sum;
}
