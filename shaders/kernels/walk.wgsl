// Walks the words of spikes of a window, for whoever adds the weights of a row to the delay ring: `deliver_row`, in
// shaders/rows/. Who calls `deliver_spike` stands in `walk_lanes.wgsl` or in `walk_workgroups.wgsl`. Binding 3 is the report.

@group(0) @binding(0) var<storage, read> tables: array<u32>;
@group(0) @binding(1) var<storage, read> spikes: array<u32>;
@group(0) @binding(2) var<storage, read_write> ring: array<atomic<i32>>;

/// Words of spikes of the window's level, of all its steps and batch items.
fn word_count() -> u32 {
    return window.steps * BATCH * window.words;
}

/// A word of spikes, by its number among those: step of the window, batch item, word of a step.
fn place_of_word(at: u32) -> vec3<u32> {
    let row = at / window.words;
    return vec3<u32>(row / BATCH, row % BATCH, window.first_word + at % window.words);
}

fn spikes_of(place: vec3<u32>) -> u32 {
    let row = (window.step - window.first_step + place.x) * BATCH + place.y;
    return spikes[row * SPIKE_WORDS + place.z];
}

/// A spike, by its word and bit.
fn deliver_spike(place: vec3<u32>, bit: u32, share: vec2<u32>, lane: u32, lanes: u32) {
    let id = 32u * place.z + bit;
    // The population of the word's first neuron, or one after it.
    var population = tables[WORD_POPULATIONS + place.z];
    while (id >= tables[POPULATION_FIRSTS + population + 1u]) {
        population++;
    }
    let row = id - tables[POPULATION_FIRSTS + population];
    deliver_row(population, row, share, lane, lanes, slot_after(window.slot, place.x), place.y);
}
