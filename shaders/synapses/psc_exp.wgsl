// Equation:   tau di/dt = −i, and i jumps by the weights that arrive
// Step:       mean ← i·e^(−dt/tau)·φ(dt/tau − dt/tau_m)/φ(−dt/tau_m) with φ(z) = (e^z − 1)/z, then
//             i ← e^(−dt/tau)·i + arrivals, which so begin at the end of the step of arrival, as NEST's do. What acts is
//             mean, the constant current that moves a membrane of tau_m in the step as the decaying i does:
//             ∫exp(−(dt − t)/tau_m) i·exp(−t/tau) dt / ∫exp(−(dt − t)/tau_m) dt
// Source:     NEST's iaf_psc_exp; Rotter & Diesmann 1999, Biol. Cybern. 81:381

/// Exponential current that the neuron integrates exactly; for output cuba.
struct Params {
    /// [ms] decay time constant; default 2; range > 0
    tau: f32,
    /// [ms] membrane time constant; default 10; equals neuron's tau_m or tau
    tau_m: f32,
}

struct Derived {
    /// [1] part of i that is left after a step
    kept: f32,
    /// [1] mean for each i
    weight: f32,
}

struct State {
    /// [port] current at the end of the step; default 0
    i: f32,
    /// [port] mean current in the step, as the membrane weighs it; default 0
    mean: f32,
}

fn psc_exp_derive(p: Params, dt: f32) -> Derived {
    // Longer steps change nothing, and would exceed f32.
    let h = min(dt / p.tau, 1e30);
    let h_m = min(dt / p.tau_m, 1e30);
    let kept = exp_own(-h);
    // Far from 0 the first φ would exceed f32, and the factor before it be 0.
    let near = kept * exp_relative(h - h_m);
    let weight = select(near, exp_own(-h_m) * exp_relative(h_m - h), h - h_m > 80.0) / exp_relative(-h_m);
    return Derived(kept, weight);
}

fn psc_exp_update(p: Params, d: Derived, s: State, arrivals: f32, step: Step) -> State {
    return State(d.kept * s.i + arrivals, d.weight * s.i);
}

fn psc_exp_output(p: Params, s: State) -> f32 {
    return s.mean;
}
