// Equation:   tau dV/dt = −(V − v_rest) + r·I, tau_a da/dt = −a
// Step:       exponential Euler: V ← V + dt·φ(dt·J)·f(V) with f = dV/dt, J = df/dV (the slope of I included) and
//             φ(z) = (e^z − 1)/z; then what arrives as jumps (`delta` ports, events without a port) is added to V.
//             a ← a·e^(−dt/tau_a)
// Spike:      where then V ≥ v_th + beta·a, both new
// Reset:      as the next step begins: V ← V − (v_th − v_reset) (soft), V ← v_reset (hard); a ← a + 1
// Refractory: none
// Source:     brainstate.nn.ALIF

/// Leaky integrate-and-fire neuron whose threshold rises with each spike.
struct Params {
    /// [ms] membrane time constant; default 5; range > 0
    tau: f32,
    /// [ohm] membrane resistance; default 1; range > 0
    r: f32,
    /// [mV] threshold without adaptation; default 1; range > v_reset
    v_th: f32,
    /// [mV] reset potential; default 0
    v_reset: f32,
    /// [mV] resting potential; default 0
    v_rest: f32,
    /// [1] what a spike subtracts from V: v_th − v_reset, or V − v_reset; default soft; one of soft, hard
    reset: u32,
    /// [ms] time constant of adaptation; default 100; range > 0
    tau_a: f32,
    /// [mV] rise of the threshold for each unit of a; default 0.1
    beta: f32,
}

struct Derived {
    /// [1] dt/tau
    h: f32,
    /// [1] how far a step goes where no conductance acts
    far: f32,
    /// [1] part of a that fades in a step
    fade: f32,
}

struct State {
    /// [mV] membrane potential; default 0
    v: f32,
    /// [1] adaptation: past spikes, faded; default 0
    a: f32,
}

fn alif_derive(p: Params, dt: f32) -> Derived {
    let h = dt / p.tau;
    let h_a = dt / p.tau_a;
    return Derived(h, exp_step(h, -1.0), exp_step(h_a, -1.0));
}

fn alif_reset(p: Params, s: State) -> State {
    return State(s.v - (select(p.v_th, s.v, p.reset == 1u) - p.v_reset), s.a + 1.0);
}

fn alif_update(p: Params, d: Derived, s: State, input: Input, step: Step) -> State {
    let far = select(exp_step(d.h, p.r * input.slope - 1.0), d.far, input.slope == 0.0);
    let change = far * (p.v_rest - s.v + p.r * input.current);
    // A change: a factor near 1 would carry its rounding on from step to step.
    return State(s.v + change + input.jump, s.a - d.fade * s.a);
}

fn alif_threshold(p: Params, s: State) -> bool {
    return s.v >= p.v_th + p.beta * s.a;
}
