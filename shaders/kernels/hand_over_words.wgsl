// Leaves the spikes of a window as words, which the delivery kernel walks.

// Here each number of the ring belongs to one invocation, so the ring is not atomic; in the delivery kernel it is.

/// Takes what arrives at a port in this step and leaves 0 there for the ring's next round.
fn take_arrivals(place: Place, slot: u32, port: u32) -> i32 {
    let at = ring_index(place, slot, port);
    let sum = ring[at];
    if (any_lane(sum != 0)) {
        ring[at] = 0;
    }
    return sum;
}

@compute @workgroup_size(WORKGROUP)
fn update(@builtin(global_invocation_id) invocation: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
    // Never the first invocation of a workgroup, which counts it.
    if (invocation.x >= SLAB) {
        return;
    }
    let place = place_of(invocation.x, invocation.y);
    record_spikes(place, compute(place));
    if (lane == 0u) {
        count_workgroup();
    }
}
