// Walks the words of spikes by subgroups: each invocation has words of its own, and all of them share each row. The words of
// neighbouring subgroups go to different workgroups: neighbours spike alike, and a software driver gives each thread workgroups
// that follow each other.

@compute @workgroup_size(DELIVER_WORKGROUP)
fn deliver(
    @builtin(workgroup_id) group: vec3<u32>,
    @builtin(num_workgroups) all: vec3<u32>,
    @builtin(subgroup_id) subgroup: u32,
    @builtin(subgroup_invocation_id) lane: u32,
    @builtin(subgroup_size) lanes: u32,
) {
    let stride = DELIVER_WORKGROUP * all.x;
    for (var row = group.z; row < row_count(); row += all.z) {
        let first = first_word_of(row);
        var next = (subgroup * all.x + group.x) * lanes + lane;
        var word = 0u;
        var left = 0u;
        loop {
            // Each goes on to its next word with a spike: software drivers take all of the loop's body, whoever has none.
            while (left == 0u && next < window.words) {
                word = window.first_word + next;
                left = spikes[first + word];
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
            let share = vec2<u32>(group.y, all.y);
            deliver_spike(row / BATCH, row % BATCH, subgroupShuffle(word, speaker), bit, share, lane, lanes);
        }
    }
    if (subgroup == 0u && lane == 0u) {
        count_workgroup();
    }
}
