// Equation:   tau dV/dt = (V − v_rest)(V − v_c)/(v_c − v_rest) + r·I
// Step:       exponential Euler: V ← V + dt·φ(dt·J)·f(V) with f = dV/dt, J = df/dV (the slope of I included) and
//             φ(z) = (e^z − 1)/z; then what arrives as jumps (`delta` ports, events without a port) is added to V
// Spike:      where then V ≥ v_peak
// Reset:      as the next step begins: V ← v_reset
// Refractory: in the tau_ref/dt steps, rounded, after the spike's (`held` counts down) V stays as the reset left it, and
//             what acts on it is lost; synapses go on
// Source:     Latham, Richmond, Nelson & Nirenberg 2000, J. Neurophysiol. 83:808

/// Quadratic integrate-and-fire neuron.
struct Params {
    /// [ms] membrane time constant at rest; default 10; range > 0
    tau: f32,
    /// [ohm] membrane resistance at rest; default 1; range > 0
    r: f32,
    /// [mV] resting potential; default -65
    v_rest: f32,
    /// [mV] potential above which V runs away without input; default -50; range > v_rest
    v_c: f32,
    /// [mV] reset potential; default -80
    v_reset: f32,
    /// [mV] V that is a spike; default 20; range > v_reset and > v_c
    v_peak: f32,
    /// [ms] refractory period; default 0; range >= 0; steps round
    tau_ref: u32,
}

struct Derived {
    /// [1] dt/tau
    h: f32,
}

struct State {
    /// [mV] membrane potential; default -65
    v: f32,
    /// [steps] steps that V is still held; default 0
    held: u32,
}

fn quadratic_if_derive(p: Params, dt: f32) -> Derived {
    return Derived(dt / p.tau);
}

fn quadratic_if_reset(p: Params, s: State) -> State {
    return State(p.v_reset, p.tau_ref);
}

fn quadratic_if_update(p: Params, d: Derived, s: State, input: Input, step: Step) -> State {
    let range = p.v_c - p.v_rest;
    let above_rest = s.v - p.v_rest;
    let above_c = s.v - p.v_c;
    let change = exp_step(d.h, (above_rest + above_c) / range + p.r * input.slope) * (above_rest * above_c / range + p.r * input.current);
    let held = s.held > 0u;
    return State(select(s.v + change + input.jump, s.v, held), select(0u, s.held - 1u, held));
}

fn quadratic_if_threshold(p: Params, s: State) -> bool {
    return s.v >= p.v_peak;
}
