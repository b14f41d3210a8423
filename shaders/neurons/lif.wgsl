// Equation:   tau dV/dt = −(V − v_rest) + r·I
// Step:       exponential Euler: V ← V + dt·φ(dt·J)·f(V) with f = dV/dt, J = df/dV (the slope of I included) and
//             φ(z) = (e^z − 1)/z; then what arrives as jumps (`delta` ports, events without a port) is added to V
// Spike:      where then V ≥ v_th
// Reset:      as the next step begins: V ← V − (v_th − v_reset) (soft), V ← v_reset (hard)
// Refractory: none
// Source:     brainstate.nn.LIF

/// Leaky integrate-and-fire neuron.
struct Params {
    /// [ms] membrane time constant; default 5; range > 0
    tau: f32,
    /// [ohm] membrane resistance; default 1; range > 0
    r: f32,
    /// [mV] threshold; default 1; range > v_reset
    v_th: f32,
    /// [mV] reset potential; default 0
    v_reset: f32,
    /// [mV] resting potential; default 0
    v_rest: f32,
    /// [1] what a spike subtracts from V: v_th − v_reset, or V − v_reset; default soft; one of soft, hard
    reset: u32,
}

struct Derived {
    /// [1] dt/tau
    h: f32,
    /// [1] how far a step goes where no conductance acts
    far: f32,
}

struct State {
    /// [mV] membrane potential; default 0
    v: f32,
}

fn lif_derive(p: Params, dt: f32) -> Derived {
    let h = dt / p.tau;
    return Derived(h, exp_step(h, -1.0));
}

fn lif_reset(p: Params, s: State) -> State {
    return State(s.v - (select(p.v_th, s.v, p.reset == 1u) - p.v_reset));
}

fn lif_update(p: Params, d: Derived, s: State, input: Input, step: Step) -> State {
    let far = select(exp_step(d.h, p.r * input.slope - 1.0), d.far, input.slope == 0.0);
    let change = far * (p.v_rest - s.v + p.r * input.current);
    return State(s.v + change + input.jump);
}

fn lif_threshold(p: Params, s: State) -> bool {
    return s.v >= p.v_th;
}
