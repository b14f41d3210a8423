// What an update without spikes cannot avoid: an invocation loads a neuron's state and what arrives in a window, and
// stores the state.

/// ring slot of the window's first step
var<immediate> first_slot: u32;

var<storage, read_write> state: array<u32>;
var<storage, read> ring: array<u32>;

@compute @workgroup_size(WORKGROUP)
fn copy(@builtin(global_invocation_id) invocation: vec3<u32>) {
    let neuron = invocation.x;
    if (neuron >= NEURONS) {
        return;
    }
    var arrived = 0u;
    var slot = first_slot;
    for (var i = 0u; i < WINDOW; i++) {
        arrived += ring[slot * NEURONS + neuron];
        slot = select(slot + 1u, 0u, slot + 1u == SLOTS);
    }
    for (var variable = 0u; variable < VARIABLES; variable++) {
        state[variable * NEURONS + neuron] += arrived;
    }
}
