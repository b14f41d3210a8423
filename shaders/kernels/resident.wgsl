// Many windows of a small network in one dispatch: a workgroup has one item of the batch, all its neurons and their rows. The glue's
// entry point `resident` takes its neurons through the windows, level by level; each leaves the spikes of a level as words, and all
// walk them.
//
// `submission` is what the host says, as of a window, with all steps of the dispatch; `window` the one that is computed.

var<immediate> submission: Window;
var<private> window: Window;

/// The window that begins so many steps after the first.
fn begin_window(done: u32) {
    window.step = submission.step + done;
    window.steps = min(WINDOW, submission.steps - done);
    if (done > 0u) {
        window.slot = slot_after(window.slot, WINDOW);
        window.index++;
    }
}

fn spike_word(at: u32) -> u32 {
    return atomicLoad(&spikes[at]);
}

/// Delivers the spikes of a level, which has so many words of a step from the first on: `id` is one's own number in the workgroup.
fn deliver_level(item: u32, id: u32, lane: u32, lanes: u32, first_word: u32, words: u32) {
    for (var offset = 0u; offset < window.steps; offset++) {
        let first = ((window.step - window.first_step + offset) * BATCH + item) * SPIKE_WORDS;
        deliver_words(offset, item, first, first_word, words, id, WORKGROUP, vec2<u32>(0u, 1u), lane, lanes);
    }
}
