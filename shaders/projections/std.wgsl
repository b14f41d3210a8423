// Equation:   tau dx/dt = 1 − x; at a spike x falls by U·x, U the parameter, and x is released
// Step:       x ← x + (1 − e^(−dt/tau))·(1 − x) − s·U·x, exact between spikes s. What a spike releases is the x that has recovered;
//             the x before the step is what falls
// Source:     brainstate.nn.STD; Abbott et al. 1997, Science 275:220

/// Short-term depression, as brainstate has it.
struct Params {
    /// [1] part of x that a spike uses up; default 0.07; range > 0 and <= 1
    u: f32,
    /// [ms] time constant of recovery; default 200; range > 0
    tau: f32,
}

struct Derived {
    /// [1] part of what lacks of x that comes back in a step
    gained: f32,
}

struct State {
    /// [1] what there is to release; default 1; range >= 0 and <= 1
    x: f32,
}

fn std_derive(p: Params, dt: f32) -> Derived {
    return Derived(exp_step(dt / p.tau, -1.0));
}

fn std_amplitude(p: Params, d: Derived, s: State, step: Step) -> f32 {
    return s.x + d.gained * (1.0 - s.x);
}

fn std_update(p: Params, d: Derived, s: State, spiked: bool, step: Step) -> State {
    let x = s.x + d.gained * (1.0 - s.x);
    return State(x - select(0.0, p.u * s.x, spiked));
}
