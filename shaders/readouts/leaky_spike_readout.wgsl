// Equation:   tau dV/dt = −V + x·W + I·1 ohm, with x·W in mV what arrives at `delta` ports: it drives V, it does not jump
// Step:       exponential Euler: V ← V + dt·φ(dt·J)·f(V) with f = dV/dt, J = df/dV (the slope of I included) and
//             φ(z) = (e^z − 1)/z
// Spike:      where then V ≥ v_th
// Reset:      as the next step begins: V ← V − v_th (soft), V ← 0 (hard)
// Refractory: none
// Source:     brainstate.nn.LeakySpikeReadout

/// Leaky readout that spikes: what arrives at `delta` ports drives V, it does not jump.
struct Params {
    /// [ms] membrane time constant; default 5; range > 0
    tau: f32,
    /// [mV] threshold; default 1; range > 0
    v_th: f32,
    /// [1] what a spike subtracts from V: v_th, or V; default soft; one of soft, hard
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

fn leaky_spike_readout_derive(p: Params, dt: f32) -> Derived {
    let h = dt / p.tau;
    return Derived(h, exp_step(h, -1.0));
}

fn leaky_spike_readout_reset(p: Params, s: State) -> State {
    return State(s.v - select(p.v_th, s.v, p.reset == 1u));
}

fn leaky_spike_readout_update(p: Params, d: Derived, s: State, input: Input, step: Step) -> State {
    let far = select(exp_step(d.h, input.slope - 1.0), d.far, input.slope == 0.0);
    return State(s.v + far * (input.jump + input.current - s.v));
}

fn leaky_spike_readout_threshold(p: Params, s: State) -> bool {
    return s.v >= p.v_th;
}
