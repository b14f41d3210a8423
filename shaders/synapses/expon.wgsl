// Equation:   tau dg/dt = −g, and g jumps by the weights that arrive
// Step:       g ← e^(−dt/tau)·g + arrivals, exact: a weight is not decayed in the step of its arrival, and acts in it
// Source:     brainstate.nn.Expon

/// Synapse that jumps by the weight and decays exponentially.
struct Params {
    /// [ms] decay time constant; default 8; range > 0
    tau: f32,
}

struct Derived {
    /// [1] part of g that is left after a step
    kept: f32,
}

struct State {
    /// [port] conductance (coba), current (cuba) or sum of jumps (delta); default 0
    g: f32,
}

fn expon_derive(p: Params, dt: f32) -> Derived {
    return Derived(exp_own(-dt / p.tau));
}

fn expon_update(p: Params, d: Derived, s: State, arrivals: f32, step: Step) -> State {
    return State(d.kept * s.g + arrivals);
}

fn expon_output(p: Params, s: State) -> f32 {
    return s.g;
}
