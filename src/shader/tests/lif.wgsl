/// Leaky integrate-and-fire neuron.
struct Params {
    /// [ms] membrane time constant; default 5; range > 0
    tau: f32,
    /// [mV] threshold; default 1; range > v_reset
    v_th: f32,
    /// [mV] where a spike leads; default 0
    v_reset: f32,
    /// [1] what a spike subtracts; default soft; one of soft, hard
    reset: u32,
    /// [ms] refractory period; default 5;
    /// range >= 0 and < 1e3; steps ceil - 1
    tau_ref: u32,
}

struct State {
    /// [mV] membrane potential; default 0
    v: f32,
    /// [steps] steps left to be held; default 0
    held: u32,
}

const half = 0.5;

fn decay(p: Params, step: Step) -> f32 {
    return exp_less_one(-step.dt / p.tau) * half;
}

fn lif_reset(p: Params, s: State) -> State {
    return State(p.v_reset, p.tau_ref);
}

fn lif_update(p: Params, s: State, input: Input, step: Step) -> State {
    var next = s;
    next.v += decay(p, step) * (s.v - input.current);
    return next;
}

fn lif_threshold(p: Params, s: State) -> bool {
    return s.v >= p.v_th;
}
