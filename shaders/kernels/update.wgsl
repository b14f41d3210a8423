// Computes a window of steps of one slab: an invocation is one neuron of one batch item, with its state in registers.
//
// The glue around this text holds the constants in capitals, the bindings that slabs share, `Neuron` (with its ports and stimuli)
// with load, advance, sample and store for it, and what is known of a neuron by its population. What becomes of its spikes stands in
// hand_over_words.wgsl or in hand_over_directly.wgsl.

var<storage, read_write> state: array<u32>;

/// A neuron's place.
struct Place {
    /// index of the neuron in the slab
    id: u32,
    /// number of its population in the slab
    population: u32,
    /// index of the neuron in its population
    neuron: u32,
    batch: u32,
    /// index of the slab's neuron with which its population begins
    first: u32,
    /// its place in the delay ring behind that of its population's first neuron, and how far two slots are apart
    ring_offset: u32,
    stride: u32,
}

fn place_of(id: u32, batch: u32) -> Place {
    var place = Place(id, population_of(id), 0u, batch, 0u, 0u, 0u);
    place.first = first_neuron(place);
    place.neuron = id - place.first;
    // A block is a tile of the ring: [slot][batch][neuron of the block].
    let before = place.neuron & ~(BLOCK - 1u);
    let inlets = min(population_size(place) - before, BLOCK);
    place.stride = BATCH * inlets;
    place.ring_offset = before * SLOTS * BATCH + batch * inlets + place.neuron - before;
    return place;
}

/// Where in the ring a port of a neuron is served at a step.
fn ring_index(place: Place, slot: u32, port: u32) -> u32 {
    return (FIRST_INLET + port * SLAB + place.first) * (SLOTS * BATCH) + place.ring_offset + slot * place.stride;
}

/// The neuron's four random words for the four steps around `step` that begin at a multiple of 4.
fn random_block(place: Place, stream: u32, step: u32) -> vec4<u32> {
    return philox4x32(vec4<u32>(place.neuron, step >> 2u, stream, 0u), seed_of(place.batch));
}

fn record_spike(place: Place, step: u32) {
    let word = ((step - window.first_step) * BATCH + place.batch) * SPIKE_WORDS + FIRST_SPIKE_WORD;
    atomicOr(&spikes[word + (place.id >> 5u)], 1u << (place.id & 31u));
}

/// Takes a neuron through a window: returns the steps in which it spiked, a bit for each.
fn step_window(neuron: ptr<function, Neuron>, place: Place) -> u32 {
    var train = 0u;
    var slot = window.slot;
    for (var i = 0u; i < window.steps; i++) {
        let step = window.step + i;
        if (advance(neuron, place, step, slot)) {
            train |= 1u << i;
        }
        sample(neuron, place, step);
        slot = select(slot + 1u, 0u, slot + 1u == SLOTS);
        // Else compilers cannot know that there is no other, and keep the neuron in memory.
        if (WINDOW == 1u) {
            break;
        }
    }
    check(neuron, place);
    return train;
}

/// A window of a neuron that is not kept by its invocation.
fn compute(place: Place) -> u32 {
    var neuron = load(place);
    let train = step_window(&neuron, place);
    store(&neuron, place);
    return train;
}

fn record_spikes(place: Place, train: u32) {
    var left = train;
    while (left != 0u) {
        record_spike(place, window.step + firstTrailingBit(left));
        left &= left - 1u;
    }
}
