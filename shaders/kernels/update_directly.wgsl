// Updates by subgroups, which deliver their own neurons' spikes: see hand_over_directly.wgsl.

@compute @workgroup_size(WORKGROUP)
fn update(
    @builtin(workgroup_id) workgroup: vec3<u32>,
    @builtin(subgroup_id) subgroup: u32,
    @builtin(subgroup_invocation_id) lane: u32,
    @builtin(subgroup_size) lanes: u32,
) {
    // Not the invocation's own number, which software drivers find by a division for each lane.
    compute_and_deliver(workgroup.x * WORKGROUP + subgroup * lanes + lane, workgroup.y, lane, lanes);
    if (subgroup == 0u && lane == 0u) {
        count_workgroup();
    }
}
