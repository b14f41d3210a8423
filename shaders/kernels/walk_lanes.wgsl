// Walks the words of spikes by subgroups: see words_of_lanes.wgsl. The words of neighbouring subgroups go to different workgroups:
// neighbours spike alike, and a software driver gives each thread workgroups that follow each other.

fn spike_word(at: u32) -> u32 {
    return spikes[at];
}

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
        let own = (subgroup * all.x + group.x) * lanes + lane;
        let share = vec2<u32>(group.y, all.y);
        deliver_words(row / BATCH, row % BATCH, first, window.first_word, window.words, own, stride, share, lane, lanes);
    }
    if (subgroup == 0u && lane == 0u) {
        count_workgroup();
    }
}
