// Equation:   tau dg/dt = h − g, tau dh/dt = −h, and h jumps by the weights that arrive; so a weight that arrives at time 0
//             makes g = weight·(t/tau)·e^(−t/tau), which is largest after tau: weight/e
// Step:       g ← a·g + (1 − a)·h with a = e^(−dt/tau) and the h before, then h ← a·h + arrivals: a weight acts from the step
//             after that of its arrival on. (As in the source; the exact step would add a·h·dt/tau to a·g instead.)
// Source:     brainstate.nn.Alpha

/// Synapse that rises and decays with one time constant: an alpha function.
struct Params {
    /// [ms] time constant, after which g is largest; default 8; range > 0
    tau: f32,
}

struct Derived {
    /// [1] part of g and of h that is left after a step
    kept: f32,
    /// [1] part of h that g gains in a step
    gained: f32,
}

struct State {
    /// [port] conductance (coba), current (cuba) or sum of jumps (delta); default 0
    g: f32,
    /// [port] what g approaches; default 0
    h: f32,
}

fn alpha_derive(p: Params, dt: f32) -> Derived {
    let h = dt / p.tau;
    return Derived(exp_own(-h), exp_step(h, -1.0));
}

fn alpha_update(p: Params, d: Derived, s: State, arrivals: f32, step: Step) -> State {
    return State(d.kept * s.g + d.gained * s.h, d.kept * s.h + arrivals);
}

fn alpha_output(p: Params, s: State) -> f32 {
    return s.g;
}
