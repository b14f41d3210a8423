// Finds whose a spike is, for whoever adds the weights of its rows to the delay ring: `deliver_row`.

/// A spike, by its step in the window, its word among those of a step, and its bit.
fn deliver_spike(offset: u32, item: u32, word: u32, bit: u32, share: vec2<u32>, lane: u32, lanes: u32) {
    let id = 32u * word + bit;
    // The population of the word's first neuron, or one after it.
    var population = tables[WORD_POPULATIONS + word];
    while (id >= tables[POPULATION_FIRSTS + population + 1u]) {
        population++;
    }
    let neuron = id - tables[POPULATION_FIRSTS + population];
    deliver_row(population, neuron, share, lane, lanes, slot_after(window.slot, offset), item);
}
