// Walks the words of spikes by workgroups, where there are no subgroups: all invocations share each row.

@compute @workgroup_size(DELIVER_WORKGROUP)
fn deliver(
    @builtin(workgroup_id) group: vec3<u32>,
    @builtin(num_workgroups) all: vec3<u32>,
    @builtin(local_invocation_index) lane: u32,
) {
    for (var row = group.z; row < row_count(); row += all.z) {
        let first = first_word_of(row);
        for (var next = group.x; next < window.words; next += all.x) {
            let word = window.first_word + next;
            var left = spikes[first + word];
            while (left != 0u) {
                let bit = firstTrailingBit(left);
                let share = vec2<u32>(group.y, all.y);
                deliver_spike(row / BATCH, row % BATCH, word, bit, share, lane, DELIVER_WORKGROUP);
                left &= left - 1u;
            }
        }
    }
    if (lane == 0u) {
        count_workgroup();
    }
}
