// A model of a graded projection, as a user writes one of their own: the gate of NMDA receptors, which opens slowly and saturates.
//
// Equation:   ds/dt = −s/tau_decay + alpha·x·(1 − s), dx/dt = −x/tau_rise; a spike of the source: x ← x + 1
// Step:       exponential Euler: s ← s + dt·φ(dt·J)·ds/dt with J = −1/tau_decay − alpha·x and φ(z) = (e^z − 1)/z, with x before the
//             step; then x ← x·e^(−dt/tau_rise), and a spike in the step adds 1. s after the step is the value that is given
// Source:     Wang 1999, J. Neurosci. 19:9587
//
// It is kept once for each source neuron, and each synapse brings its weight times the value, in each step. The file's name,
// own_graded.wgsl, is the model's name: its functions begin with `own_graded_`.

/// Gate of NMDA receptors, kept at the source: it opens slowly and saturates.
struct Params {
    /// [ms] time constant with which it closes; default 100; range > 0
    tau_decay: f32,
    /// [ms] time constant of what a spike leaves; default 2; range > 0
    tau_rise: f32,
    /// [1/ms] rate at which it opens for x = 1; default 0.5; range > 0
    alpha: f32,
}

/// What follows from parameters and the step's length: computed once, before the first step.
struct Derived {
    /// [1/ms] rate at which it closes
    closes: f32,
    /// [1] part of x that is left after a step
    kept: f32,
    /// [ms] a step
    h: f32,
}

/// Kept from step to step for each source, and recorded with `projection = "…"`, `what = ["s"]`.
struct State {
    /// [1] how far it is open; default 0; range >= 0 and <= 1
    s: f32,
    /// [1] what spikes have left; default 0; range >= 0
    x: f32,
}

fn own_graded_derive(p: Params, dt: f32) -> Derived {
    return Derived(1.0 / p.tau_decay, exp(-dt / p.tau_rise), dt);
}

/// What the synapses weigh.
fn own_graded_value(p: Params, d: Derived, s: State, step: Step) -> f32 {
    return s.s;
}

/// One step, in which the source spiked or did not.
fn own_graded_update(p: Params, d: Derived, s: State, spiked: bool, step: Step) -> State {
    let rate = p.alpha * s.x;
    let slope = rate * (1.0 - s.s) - d.closes * s.s;
    return State(s.s + exp_step(d.h, -rate - d.closes) * slope, d.kept * s.x + select(0.0, 1.0, spiked));
}
