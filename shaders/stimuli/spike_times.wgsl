// Equation:   weight times the number of the neuron's arrivals in the step; a time t is in step t/dt, rounded
//
// ```toml
// [[stimulus]]
// kind = "spike_times"
// target = "cells"
// port = "in"         # what spikes enter; without it they jump V
// neurons = [0, 1, 0]
// # times[i] reaches neurons[i]; from a file, { npy = "times.npy", unit = "ms" }
// times = { values = [1.0, 2.5, 4.0], unit = "ms" }
// weight = "1 mV"
// ```

// The table holds each neuron's arrival steps in order.

/// Given spikes: the weight arrives in the steps listed for the neuron.
struct Params {
    /// [target] weight of one spike, in the port's unit, or in mV
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
