// Walks the words of spikes of a window: see spike.wgsl. How invocations share them stands in `walk_lanes.wgsl` or in
// `walk_workgroups.wgsl`.

/// Rows of words: one for each step of the window and batch item.
fn row_count() -> u32 {
    return window.steps * BATCH;
}

/// Where a row begins.
fn first_word_of(row: u32) -> u32 {
    return ((window.step - window.first_step) * BATCH + row) * SPIKE_WORDS;
}
