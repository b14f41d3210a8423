// What delivery cannot avoid: an addition at each synapse's target. Workgroups stride over the rows, which go to the
// ring's slots in turn.

/// slot of the first row
var<immediate> first_slot: u32;

var<storage, read> targets: array<u32>;
var<storage, read_write> ring: array<atomic<i32>>;

@compute @workgroup_size(WORKGROUP)
fn add(
    @builtin(workgroup_id) group: vec3<u32>,
    @builtin(num_workgroups) all: vec3<u32>,
    @builtin(local_invocation_index) lane: u32,
) {
    for (var row = group.x; row < ROWS; row += all.x) {
        let at = ((first_slot + row) % SLOTS) * INLETS;
        for (var i = lane; i < ROW; i += WORKGROUP) {
            atomicAdd(&ring[at + targets[row * ROW + i]], 1);
        }
    }
}
