// Walks the words of spikes by subgroups: each invocation has a word, and all of them share each row. Neighbouring words go to
// different workgroups: neighbours spike alike, and a software driver gives each thread workgroups that follow each other.

@compute @workgroup_size(DELIVER_WORKGROUP)
fn deliver(
    @builtin(workgroup_id) group: vec3<u32>,
    @builtin(num_workgroups) all: vec3<u32>,
    @builtin(subgroup_id) subgroup: u32,
    @builtin(subgroup_invocation_id) lane: u32,
    @builtin(subgroup_size) lanes: u32,
) {
    let subgroups = DELIVER_WORKGROUP / lanes;
    for (var row = group.z; row < row_count(); row += all.z) {
        let first = first_word_of(row);
        for (var some = subgroup * all.x + group.x; some * lanes < window.words; some += subgroups * all.x) {
            let word = some * lanes + lane;
            var left = 0u;
            if (word < window.words) {
                left = spikes[first + word];
            }
            loop {
                let spiking = subgroupBallot(left != 0u);
                if (!any(spiking != vec4<u32>(0u))) {
                    break;
                }
                let speaker = first_lane(spiking);
                let bit = firstTrailingBit(subgroupShuffle(left, speaker));
                if (lane == speaker) {
                    left &= left - 1u;
                }
                deliver_spike(row, some * lanes + speaker, bit, vec2<u32>(group.y, all.y), lane, lanes);
            }
        }
    }
    if (subgroup == 0u && lane == 0u) {
        count_workgroup();
    }
}
