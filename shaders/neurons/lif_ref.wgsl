// Equation:   tau dV/dt = −(V − v_rest) + r·I
// Step:       exponential Euler: V ← V + dt·φ(dt·J)·f(V) with f = dV/dt, J = df/dV (the slope of I included) and
//             φ(z) = (e^z − 1)/z; then what arrives as jumps (`delta` ports, events without a port) is added to V
// Spike:      where then V ≥ v_th
// Reset:      as the next step begins: V ← V − (v_th − v_reset) (soft), V ← v_reset (hard)
// Refractory: while t − t_spike < tau_ref, so in ⌈tau_ref/dt⌉ − 1 steps after the spike's (`held` counts down), V stays
//             as the reset left it, and what acts on it is lost; synapses go on. A soft reset may leave V at v_th or
//             above: it then spikes again
// Source:     brainstate.nn.LIFRef, with the refractory time counted in whole steps

/// Leaky integrate-and-fire neuron with an absolute refractory period.
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
    /// [ms] refractory period; default 5; range >= 0; steps ceil - 1
    tau_ref: u32,
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
    /// [steps] steps that V is still held; default 0
    held: u32,
}

fn lif_ref_derive(p: Params, dt: f32) -> Derived {
    let h = dt / p.tau;
    return Derived(h, exp_step(h, -1.0));
}

fn lif_ref_reset(p: Params, s: State) -> State {
    return State(s.v - (select(p.v_th, s.v, p.reset == 1u) - p.v_reset), p.tau_ref);
}

fn lif_ref_update(p: Params, d: Derived, s: State, input: Input, step: Step) -> State {
    let far = select(exp_step(d.h, p.r * input.slope - 1.0), d.far, input.slope == 0.0);
    let change = far * (p.v_rest - s.v + p.r * input.current);
    let held = s.held > 0u;
    return State(select(s.v + change + input.jump, s.v, held), select(0u, s.held - 1u, held));
}

fn lif_ref_threshold(p: Params, s: State) -> bool {
    return s.v >= p.v_th;
}
