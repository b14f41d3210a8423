// tau dV/dt = −V + x·W, one exponential-Euler step; brainstate.nn.LeakySpikeReadout. What other neurons add to V, sums
// at `delta` ports, is x·W here. Currents act through 1 ohm.

/// Leaky readout that spikes: what arrives at `delta` ports drives V, it does not jump.
struct Params {
    /// [ms] membrane time constant; default 5; range > 0
    tau: f32,
    /// [mV] threshold; default 1; range > 0
    v_th: f32,
    /// [1] what a spike subtracts from V: v_th, or V; default soft; one of soft, hard
    reset: u32,
}

struct State {
    /// [mV] membrane potential; default 0
    v: f32,
}

fn leaky_spike_readout_reset(p: Params, s: State) -> State {
    return State(s.v - select(p.v_th, s.v, p.reset == 1u));
}

fn leaky_spike_readout_update(p: Params, s: State, input: Input, step: Step) -> State {
    let h = step.dt / p.tau;
    let growth = exp_relative(h * (input.slope - 1.0));
    return State(s.v + h * growth * (input.jump + input.current - s.v));
}

fn leaky_spike_readout_threshold(p: Params, s: State) -> bool {
    return s.v >= p.v_th;
}
