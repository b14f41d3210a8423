// Walks the words of spikes by workgroups, where there are no subgroups: all invocations share each row.

@compute @workgroup_size(DELIVER_WORKGROUP)
fn deliver(
    @builtin(workgroup_id) group: vec3<u32>,
    @builtin(num_workgroups) all: vec3<u32>,
    @builtin(local_invocation_index) lane: u32,
) {
    let count = word_count();
    for (var first = group.x * DELIVER_WORKGROUP; first < count; first += all.x * DELIVER_WORKGROUP) {
        let last = min(first + DELIVER_WORKGROUP, count);
        for (var at = first; at < last; at++) {
            let place = place_of_word(at);
            var left = spikes_of(place);
            while (left != 0u) {
                deliver_spike(place, firstTrailingBit(left), vec2<u32>(group.y, all.y), lane, DELIVER_WORKGROUP);
                left &= left - 1u;
            }
        }
    }
    if (lane == 0u) {
        count_workgroup();
    }
}
