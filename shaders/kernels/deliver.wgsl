// Adds the weights of a window's spikes to the delay ring. A fixed number of workgroups strides over the tasks; a
// task is up to CHUNK consecutive entries of one source's row, read as a stream. Binding 6 is the report.

@group(0) @binding(0) var<storage, read> groups: array<vec2<u32>>;
@group(0) @binding(1) var<storage, read> entries: array<u32>;
@group(0) @binding(2) var<storage, read> weights: array<i32>;
@group(0) @binding(3) var<storage, read> tasks: array<u32>;
@group(0) @binding(4) var<storage, read> task_counts: array<u32>;
@group(0) @binding(5) var<storage, read_write> ring: array<atomic<i32>>;

@compute @workgroup_size(DELIVER_WORKGROUP)
fn deliver(
    @builtin(workgroup_id) group: vec3<u32>,
    @builtin(num_workgroups) all: vec3<u32>,
    @builtin(local_invocation_index) lane: u32,
) {
    let count = task_counts[window.list * SHARDS + window.shard];
    for (var t = group.x; t < count; t += all.x) {
        let word = 3u * (window.shard * TASK_CAPACITY + t);
        let first = tasks[word];
        let last = first + (tasks[word + 1u] & 0xffffu);
        let slot = slot_after(window.slot, tasks[word + 1u] >> 16u);
        let group_values = groups[tasks[word + 2u] & 0xffffu];
        deliver_entries(first, last, lane, DELIVER_WORKGROUP, slot, tasks[word + 2u] >> 16u, group_values);
    }
    if (lane == 0u) {
        count_workgroup();
    }
}
