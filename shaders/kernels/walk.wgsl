// Walks the words of spikes of a window, for whoever adds the weights of a row to the delay ring: `deliver_row`, in
// shaders/rows/. Who calls `deliver_spike` stands in `walk_lanes.wgsl` or in `walk_workgroups.wgsl`.

@group(0) @binding(0) var<storage, read> tables: array<u32>;
@group(0) @binding(6) var<storage, read> spikes: array<u32>;
@group(0) @binding(3) var<storage, read_write> ring: array<atomic<i32>>;

/// Rows of words: one for each step of the window and batch item.
fn row_count() -> u32 {
    return window.steps * BATCH;
}

/// Where the level's words of a row begin.
fn first_word_of(row: u32) -> u32 {
    return ((window.step - window.first_step) * BATCH + row) * SPIKE_WORDS + window.first_word;
}

/// A spike, by its row, its word among those of the level, and its bit.
fn deliver_spike(row: u32, word: u32, bit: u32, share: vec2<u32>, lane: u32, lanes: u32) {
    let of_step = window.first_word + word;
    let id = 32u * of_step + bit;
    // The population of the word's first neuron, or one after it.
    var population = tables[WORD_POPULATIONS + of_step];
    while (id >= tables[POPULATION_FIRSTS + population + 1u]) {
        population++;
    }
    let neuron = id - tables[POPULATION_FIRSTS + population];
    deliver_row(population, neuron, share, lane, lanes, slot_after(window.slot, row / BATCH), row % BATCH);
}
