// Equation:   tau_m dV/dt = −(V − e_l) + (tau_m/c_m)·(I + i_e)
// Step:       exponential Euler: V ← V + dt·φ(dt·J)·f(V) with f = dV/dt, J = df/dV (the slope of I included) and
//             φ(z) = (e^z − 1)/z; then what arrives as jumps (`delta` ports, events without a port) is added to V.
//             It is exact for a current that is constant in the step; `psc_exp` with `cuba` gives one that acts as NEST's
// Spike:      where then V ≥ v_th
// Reset:      as the next step begins: V ← v_reset
// Refractory: in the t_ref/dt steps, rounded, after the spike's (`held` counts down) V stays as the reset left it, and
//             what acts on it is lost; synapses go on. It is NEST's timing, a step longer than that of `lif_ref`
// Source:     NEST's iaf_psc_exp; Rotter & Diesmann 1999, Biol. Cybern. 81:381

/// Leaky integrate-and-fire neuron of NEST, for exponential postsynaptic currents.
struct Params {
    /// [pF] membrane capacitance; default 250; range > 0
    c_m: f32,
    /// [ms] membrane time constant; default 10; range > 0
    tau_m: f32,
    /// [mV] resting potential; default -70
    e_l: f32,
    /// [mV] threshold; default -55; range > v_reset
    v_th: f32,
    /// [mV] reset potential; default -70
    v_reset: f32,
    /// [pA] constant current; default 0
    i_e: f32,
    /// [ms] refractory period; default 2; range >= 0; steps round
    t_ref: u32,
}

struct Derived {
    /// [1] dt/tau_m
    h: f32,
    /// [mV/pA] tau_m/c_m
    r: f32,
    /// [1] how far a step goes where no conductance acts
    far: f32,
}

struct State {
    /// [mV] membrane potential; default -70
    v: f32,
    /// [steps] steps that V is still held; default 0
    held: u32,
}

/// Picoamperes in a milliampere, nanosiemens in a siemens (mA/mV).
const IAF_NANO = 1e9;

fn iaf_psc_exp_derive(p: Params, dt: f32) -> Derived {
    let h = dt / p.tau_m;
    let r = p.tau_m / p.c_m;
    return Derived(h, r, exp_step(h, r * IAF_NANO * 0.0 - 1.0));
}

fn iaf_psc_exp_reset(p: Params, s: State) -> State {
    return State(p.v_reset, p.t_ref);
}

fn iaf_psc_exp_update(p: Params, d: Derived, s: State, input: Input, step: Step) -> State {
    let far = select(exp_step(d.h, d.r * IAF_NANO * input.slope - 1.0), d.far, input.slope == 0.0);
    let change = far * (p.e_l - s.v + d.r * (IAF_NANO * input.current + p.i_e));
    let held = s.held > 0u;
    return State(select(s.v + change + input.jump, s.v, held), select(0u, s.held - 1u, held));
}

fn iaf_psc_exp_threshold(p: Params, s: State) -> bool {
    return s.v >= p.v_th;
}
