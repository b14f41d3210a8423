// Hands the spikes of a window over to the delivery kernel, as a list of tasks.

// Here each cell belongs to one invocation, so the ring is not atomic; in the delivery kernel it is.
@group(0) @binding(3) var<storage, read_write> ring: array<i32>;
@group(0) @binding(4) var<storage, read> synapse_rows: array<vec2<u32>>;
@group(0) @binding(5) var<storage, read_write> tasks: array<u32>;
@group(0) @binding(6) var<storage, read_write> task_counts: array<atomic<u32>>;

/// Takes what arrives at a port in this step and leaves its cell empty for the ring's next round.
fn take_arrivals(place: Place, slot: u32, port: u32) -> i32 {
    let at = ring_cell(place, slot, port);
    let sum = ring[at];
    if (sum != 0) {
        ring[at] = 0;
    }
    return sum;
}

fn write_task(shard: u32, at: u32, first: u32, count: u32, offset: u32, group: u32, batch: u32) {
    let word = 3u * (shard * TASK_CAPACITY + at);
    tasks[word] = first;
    tasks[word + 1u] = count | (offset << 16u);
    tasks[word + 2u] = group | (batch << 16u);
}

/// Writes the tasks of one spike, in chunks of its rows.
fn emit(place: Place, offset: u32) {
    let groups = group_count(place);
    let row = first_row(place) + place.neuron * groups;
    for (var g = 0u; g < groups; g++) {
        let entries = synapse_rows[row + g];
        let chunks = (entries.y + (CHUNK - 1u)) / CHUNK;
        let group = first_group(place) + g;
        var c = 0u;
        while (c < chunks) {
            // A row that is longer than a shard begins at a shard's start, so that chunks never cross its end.
            let shard = (entries.x + c * CHUNK) >> SHARD_BITS;
            let here = min(chunks - c, ((shard + 1u) * (1u << SHARD_BITS) - entries.x - c * CHUNK + (CHUNK - 1u)) / CHUNK);
            let at = atomicAdd(&task_counts[window.list * SHARDS + shard], here);
            for (var k = 0u; k < here; k++) {
                let begin = (c + k) * CHUNK;
                let first = entries.x + begin - (shard << SHARD_BITS);
                write_task(shard, at + k, first, min(CHUNK, entries.y - begin), offset, group, place.batch);
            }
            c += here;
        }
    }
}

@compute @workgroup_size(WORKGROUP)
fn update(@builtin(global_invocation_id) invocation: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
    // Never the first invocation of a workgroup, which counts it.
    if (invocation.x >= SLAB) {
        return;
    }
    let place = place_of(invocation.x, invocation.y);
    var left = compute(place);
    while (left != 0u) {
        let offset = firstTrailingBit(left);
        left &= left - 1u;
        record_spike(place, window.step + offset);
        emit(place, offset);
    }
    if (lane == 0u) {
        count_workgroup();
    }
}
