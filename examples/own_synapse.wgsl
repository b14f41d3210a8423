// A synapse that saturates, as a user writes a model of their own.
//
// Equation:   tau dg/dt = −g, and what arrives opens a part of what is still closed: dg/d(arrivals) = 1 − g/g_max, so
//             g ← g_max − (g_max − g)·e^(−arrivals/g_max)
// Step:       g ← g·e^(−dt/tau), exact, then the arrivals of the step
//
// The file's name, own_synapse.wgsl, is the model's name: its functions begin with `own_synapse_`. [port] is the unit of the
// port's output, whatever that is; a parameter that must be in it says so, as g_max does.

/// Synapse that saturates: no sum of arrivals makes it larger than g_max.
struct Params {
    /// [ms] decay time constant; default 5; range > 0
    tau: f32,
    /// [port] the largest g; default 1; range > 0
    g_max: f32,
}

/// What follows from parameters and the step's length: computed once, before the first step.
struct Derived {
    /// [1] part of g that is left after a step
    kept: f32,
}

/// Kept from step to step for each neuron, and recorded as `<port>.g`.
struct State {
    /// [port] what the output receives; default 0
    g: f32,
}

fn own_synapse_derive(p: Params, dt: f32) -> Derived {
    return Derived(exp(-dt / p.tau));
}

/// Decays, then adds the weights that arrive in the step.
fn own_synapse_update(p: Params, d: Derived, s: State, arrivals: f32, step: Step) -> State {
    let g = d.kept * s.g;
    return State(p.g_max - (p.g_max - g) * exp(-arrivals / p.g_max));
}

/// What the port's output receives.
fn own_synapse_output(p: Params, s: State) -> f32 {
    return s.g;
}
