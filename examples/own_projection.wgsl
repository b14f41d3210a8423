// A model of a projection whose synapses pass on bursts rather than lone spikes, as a user writes a model of their own.
//
// Equation:   tau dc/dt = −c, c the calcium in a source's terminals; at a spike c jumps by 1, and a spike releases c/(c + half) of each
//             weight, by the new c
// Step:       c ← c·e^(−dt/tau) + s, exact between spikes s
//
// The file's name, own_projection.wgsl, is the model's name: its functions begin with `own_projection_`. A model is kept once for each
// source. With `own_projection_value` in place of `own_projection_amplitude` the projection would be graded: what that gives enters the
// targets' ports in every step.

/// Short-term facilitation that begins with hardly anything: of a lone spike 1/(1 + half) comes through.
struct Params {
    /// [ms] time constant of calcium; default 50; range > 0
    tau: f32,
    /// [1] calcium at which half is released; default 4; range > 0
    half: f32,
}

/// What follows from parameters and the step's length: computed once, before the first step.
struct Derived {
    /// [1] part of the calcium that is left after a step
    kept: f32,
}

/// Kept from step to step for each source neuron, and recorded as `<projection>.c`.
struct State {
    /// [1] calcium; default 0; range >= 0
    c: f32,
}

fn own_projection_derive(p: Params, dt: f32) -> Derived {
    return Derived(exp(-dt / p.tau));
}

/// Of a spike in the step that begins in this state: 0 to 1.
fn own_projection_amplitude(p: Params, d: Derived, s: State, step: Step) -> f32 {
    let c = d.kept * s.c + 1.0;
    return c / (c + p.half);
}

/// One step, in which the source spiked or did not.
fn own_projection_update(p: Params, d: Derived, s: State, spiked: bool, step: Step) -> State {
    return State(d.kept * s.c + select(0.0, 1.0, spiked));
}
