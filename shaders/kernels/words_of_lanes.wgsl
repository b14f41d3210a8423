// Walks words of spikes by subgroups: each invocation has words of its own, and all of them share each row. The module has
// `spike_word`, which reads a word.

/// The spikes of a step of the window, whose words begin at `first`: of so many words from `first_word` on, one's own are the `own`-th and
/// each `stride`-th after it. Of each row one's workgroup has this share.
fn deliver_words(
    offset: u32,
    item: u32,
    first: u32,
    first_word: u32,
    words: u32,
    own: u32,
    stride: u32,
    share: vec2<u32>,
    lane: u32,
    lanes: u32,
) {
    var next = own;
    var word = 0u;
    var left = 0u;
    loop {
        // Each goes on to its next word with a spike: software drivers take all of the loop's body, whoever has none.
        while (left == 0u && next < words) {
            word = first_word + next;
            left = spike_word(first + word);
            next += stride;
        }
        let spiking = subgroupBallot(left != 0u);
        if (!any(spiking != vec4<u32>(0u))) {
            break;
        }
        let speaker = first_lane(spiking);
        let bit = firstTrailingBit(subgroupShuffle(left, speaker));
        if (lane == speaker) {
            left &= left - 1u;
        }
        deliver_spike(offset, item, subgroupShuffle(word, speaker), bit, share, lane, lanes);
    }
}
