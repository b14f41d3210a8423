// Equation:   tau dr/dt = −r, and r jumps by x·W: what arrives at `sum` ports, and `dense` without a port
// Step:       r ← e^(−dt/tau)·r + x·W, exact, without a factor of 1 − e^(−dt/tau)
// Spike:      never
// Reset:      none
// Refractory: none
// Source:     brainstate.nn.LeakyRateReadout

/// Leaky sum of its weighted inputs: a readout of rates, which never spikes.
struct Params {
    /// [ms] time constant of the leak; default 5; range > 0
    tau: f32,
}

struct Derived {
    /// [1] part of r that is left after a step
    kept: f32,
}

struct State {
    /// [1] the sum; default 0
    r: f32,
}

fn leaky_rate_readout_derive(p: Params, dt: f32) -> Derived {
    return Derived(exp_own(-dt / p.tau));
}

fn leaky_rate_readout_reset(p: Params, s: State) -> State {
    return s;
}

fn leaky_rate_readout_update(p: Params, d: Derived, s: State, input: Input, step: Step) -> State {
    return State(d.kept * s.r + input.jump);
}

fn leaky_rate_readout_threshold(p: Params, s: State) -> bool {
    return false;
}
