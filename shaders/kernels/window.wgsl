// What the host says of a window, the same for all kernels of it.

/// The window that is computed.
struct Window {
    /// number of its first step
    step: u32,
    /// its steps, at most WINDOW
    steps: u32,
    /// ring slot of its first step
    slot: u32,
    /// its number among those of the submission
    index: u32,
    /// number of the first step of the submission
    first_step: u32,
    /// words of spikes of its level in a step, and the first of them
    first_word: u32,
    words: u32,
}

/// The ring slot that lies `steps` after `slot`, both below SLOTS: a step of a window, or a delay. (SLOTS is the longest delay
/// and the window together.) So their sum is below 2·SLOTS, and wraps once at most.
fn slot_after(slot: u32, steps: u32) -> u32 {
    let sum = slot + steps;
    return select(sum, sum - SLOTS, sum >= SLOTS);
}
