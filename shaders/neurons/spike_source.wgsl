// Equation:   V = the sum of what arrives as jumps in the step: stimuli without a port, arrivals at `delta` ports
// Step:       V ← that sum; nothing lasts
// Spike:      where then V ≥ v_th, so in the very step of the arrival
// Reset:      none
// Refractory: none
// Source:     neuropil's own: a way to drive projections with given or random spikes

/// Source of spikes: fires in the steps in which its input reaches the threshold, and has no memory.
struct Params {
    /// [mV] the sum of jumps from which on it fires; default 1; range > 0
    v_th: f32,
}

struct State {
    /// [mV] sum of the jumps of the step; default 0
    v: f32,
}

fn spike_source_reset(p: Params, s: State) -> State {
    return s;
}

fn spike_source_update(p: Params, s: State, input: Input, step: Step) -> State {
    return State(input.jump);
}

fn spike_source_threshold(p: Params, s: State) -> bool {
    return s.v >= p.v_th;
}
