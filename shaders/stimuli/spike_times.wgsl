// The table holds each neuron's arrival steps in order.

/// Given spikes: the weight arrives in the steps listed for the neuron.
struct Params {
    /// [target] weight of one spike, in the port's unit, or in mV; default 0
    weight: f32,
    /// [word] place of the neuron's first arrival
    first: u32,
    /// [word] number of its arrivals
    count: u32,
}

/// Arrivals of the neuron before this step.
fn arrived_before(p: Params, step: u32) -> u32 {
    var low = 0u;
    var high = p.count;
    while (low < high) {
        let middle = (low + high) >> 1u;
        if (data_u32(p.first + middle) < step) {
            low = middle + 1u;
        } else {
            high = middle;
        }
    }
    return low;
}

fn spike_times_value(p: Params, site: Site) -> f32 {
    return f32(arrived_before(p, site.step + 1u) - arrived_before(p, site.step)) * p.weight;
}
