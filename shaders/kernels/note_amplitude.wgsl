// Leaves the amplitude of a spike for who delivers it.

fn note_amplitude(item: u32, step: u32, place: u32, fraction: f32) {
    let amplitude = u32(select(0.0, min(fraction, 1.0), fraction > 0.0) * 65536.0 + 0.5);
    atomicStore(&spikes[amplitude_word(step - window.step, item, place)], amplitude);
}
