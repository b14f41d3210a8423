// Computes what follows from the parameters of a slab's neurons and the length of a step, once: an invocation is one neuron, of one batch item where they differ.
//
// The glue around this text holds the constants in capitals, `population_of`, and `derive_of`, which leaves a neuron's words in `data`
// behind the columns of parameters.

var<storage, read_write> data: array<u32>;

/// 0 where nothing is to be computed yet.
var<immediate> steps: u32;

/// A neuron's place.
struct Place {
    /// index of the neuron in the slab
    id: u32,
    /// number of its population in the slab
    population: u32,
    batch: u32,
}

@compute @workgroup_size(DERIVE_WORKGROUP)
fn derive(@builtin(global_invocation_id) id: vec3<u32>, @builtin(local_invocation_index) local: u32) {
    if (steps > 0u && id.x < SLAB) {
        derive_of(Place(id.x, population_of(id.x), id.y));
    }
    if (local == 0u) {
        count_workgroup();
    }
}
