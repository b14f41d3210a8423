// Equation:   tau_rec dx/dt = 1 − x, tau_fac du/dt = U − u, U the parameter; a spike releases u·x, then x falls by it and u jumps
//             by U·(1 − u)
// Step:       at a spike, h after the last one: x ← 1 + (x − u·x − 1)·e^(−h/tau_rec), u ← U + u·(1 − U)·e^(−h/tau_fac), or U where
//             tau_fac is 0; u·x is released. At the first spike x = 1 and u = U. Between spikes u and x stay, and `since` counts
//             steps from the last spike on (0: there was none)
// Source:     NEST's tsodyks2_synapse; Tsodyks & Markram 1997, PNAS 94:719; Fuhrmann et al. 2002, J. Neurophysiol. 87:140

/// Short-term plasticity, facilitation and depression, as NEST's `tsodyks2_synapse` has it.
struct Params {
    /// [1] fraction of x that the first spike releases, and u at first; default 0.5; range >= 0 and <= 1
    u: f32,
    /// [ms] time constant of recovery; default 800; range > 0
    tau_rec: f32,
    /// [ms] time constant of facilitation, 0 for none; default 0; range >= 0
    tau_fac: f32,
}

struct Derived {
    /// [1] dt/tau_rec
    rec: f32,
    /// [1] dt/tau_fac, or 1e30 where that is 0
    fac: f32,
}

struct State {
    /// [1] fraction of x that the last spike released; default 0.5; range >= 0 and <= 1
    u: f32,
    /// [1] what there was to release at the last spike; default 1; range >= 0 and <= 1
    x: f32,
    /// [steps] from the last spike on, 0 before the first; default 0
    since: u32,
}

fn tsodyks2_derive(p: Params, dt: f32) -> Derived {
    return Derived(dt / p.tau_rec, select(dt / max(p.tau_fac, 1e-30), 1e30, p.tau_fac == 0.0));
}

/// u and x at a spike in the step that begins in this state.
fn tsodyks2_at_spike(p: Params, d: Derived, s: State) -> vec2<f32> {
    let h = f32(s.since);
    let x = 1.0 + (s.x - s.x * s.u - 1.0) * exp_own(-min(h * d.rec, 1e30));
    let u = p.u + s.u * (1.0 - p.u) * exp_own(-min(h * d.fac, 1e30));
    return select(vec2<f32>(u, x), vec2<f32>(p.u, 1.0), s.since == 0u);
}

fn tsodyks2_amplitude(p: Params, d: Derived, s: State, step: Step) -> f32 {
    let now = tsodyks2_at_spike(p, d, s);
    return now.x * now.y;
}

fn tsodyks2_update(p: Params, d: Derived, s: State, spiked: bool, step: Step) -> State {
    if (spiked) {
        let now = tsodyks2_at_spike(p, d, s);
        return State(now.x, now.y, 1u);
    }
    return State(s.u, s.x, s.since + u32(s.since != 0u));
}
