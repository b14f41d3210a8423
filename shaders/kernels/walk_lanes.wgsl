// Walks the words of spikes by subgroups: each invocation has a word, and all of them share each row.

@compute @workgroup_size(DELIVER_WORKGROUP)
fn deliver(
    @builtin(workgroup_id) group: vec3<u32>,
    @builtin(num_workgroups) all: vec3<u32>,
    @builtin(subgroup_id) subgroup: u32,
    @builtin(subgroup_invocation_id) lane: u32,
    @builtin(subgroup_size) lanes: u32,
) {
    let count = word_count();
    for (var first = group.x * DELIVER_WORKGROUP; first < count; first += all.x * DELIVER_WORKGROUP) {
        let at = first + subgroup * lanes + lane;
        var place = vec3<u32>(0u);
        var left = 0u;
        if (at < count) {
            place = place_of_word(at);
            left = spikes_of(place);
        }
        loop {
            let spiking = subgroupBallot(left != 0u);
            if (!any(spiking != vec4<u32>(0u))) {
                break;
            }
            let speaker = first_lane(spiking);
            let bit = firstTrailingBit(subgroupShuffle(left, speaker));
            let its = vec3<u32>(
                subgroupShuffle(place.x, speaker),
                subgroupShuffle(place.y, speaker),
                subgroupShuffle(place.z, speaker),
            );
            if (lane == speaker) {
                left &= left - 1u;
            }
            deliver_spike(its, bit, vec2<u32>(group.y, all.y), lane, lanes);
        }
    }
    if (subgroup == 0u && lane == 0u) {
        count_workgroup();
    }
}
