// Equation:   tau_f du/dt = −u, tau_d dx/dt = 1 − x; at a spike u jumps by U·(1 − u), U the parameter, and u·x is released
// Step:       u ← e^(−dt/tau_f)·u + s·U·(1 − u), x ← x + (1 − e^(−dt/tau_d))·(1 − x) − s·u·x, both exact between spikes s. What
//             a spike releases is the new u times the x that has recovered; the x before the step is what falls by u·x
// Source:     brainstate.nn.STP; Tsodyks, Pawelzik & Markram 1998, Neural Comput. 10:821

/// Short-term plasticity, facilitation and depression, as brainstate has it.
struct Params {
    /// [1] part of what is not in use that a spike adds to u, and u at first; default 0.15; range > 0 and <= 1
    u: f32,
    /// [ms] time constant of facilitation; default 1500; range > 0
    tau_f: f32,
    /// [ms] time constant of depression; default 200; range > 0
    tau_d: f32,
}

struct Derived {
    /// [1] part of u that is left after a step
    kept: f32,
    /// [1] part of what lacks of x that comes back in a step
    gained: f32,
}

struct State {
    /// [1] fraction of x that is in use; default 0.15; range >= 0 and <= 1
    u: f32,
    /// [1] what there is to release; default 1; range >= 0 and <= 1
    x: f32,
}

fn stp_derive(p: Params, dt: f32) -> Derived {
    return Derived(exp_own(-dt / p.tau_f), exp_step(dt / p.tau_d, -1.0));
}

fn stp_amplitude(p: Params, d: Derived, s: State, step: Step) -> f32 {
    let u = d.kept * s.u + p.u * (1.0 - s.u);
    return u * (s.x + d.gained * (1.0 - s.x));
}

fn stp_update(p: Params, d: Derived, s: State, spiked: bool, step: Step) -> State {
    let u = d.kept * s.u + select(0.0, p.u * (1.0 - s.u), spiked);
    let x = s.x + d.gained * (1.0 - s.x);
    return State(u, x - select(0.0, u * s.x, spiked));
}
