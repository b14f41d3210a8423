// Amplitudes of the spikes of a window, behind the words of spikes: [step of the window][batch item][model and neuron].

/// The word of an amplitude, by its place among those of a step and item.
fn amplitude_word(offset: u32, item: u32, place: u32) -> u32 {
    return AMPLITUDES + (offset * BATCH + item) * AMPLITUDE_WORDS + place;
}
