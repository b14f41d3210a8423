// tau dV/dt = −(V − V_rest) + Δ_T exp((V − V_T)/Δ_T) + R·I, one exponential-Euler step; Fourcaud-Trocmé, Hansel,
// van Vreeswijk & Brunel 2003, J. Neurosci. 23:11628. The upswing has no end, so V is cut off a Δ_T above
// v_peak.

/// Exponential integrate-and-fire neuron.
struct Params {
    /// [ms] membrane time constant; default 10; range > 0
    tau: f32,
    /// [ohm] membrane resistance; default 1; range > 0
    r: f32,
    /// [mV] resting potential; default -65
    v_rest: f32,
    /// [mV] potential where the upswing starts; default -59.9
    v_t: f32,
    /// [mV] sharpness of the upswing; default 3.48; range > 0
    delta_t: f32,
    /// [mV] reset potential; default -68
    v_reset: f32,
    /// [mV] V that is a spike; default -30; range > v_reset and > v_t
    v_peak: f32,
    /// [ms] refractory period; default 1.7; range >= 0; steps round
    tau_ref: u32,
}

struct State {
    /// [mV] membrane potential; default -65
    v: f32,
    /// [steps] steps that V is still held; default 0
    held: u32,
}

fn exp_if_reset(p: Params, s: State) -> State {
    return State(p.v_reset, p.tau_ref);
}

fn exp_if_update(p: Params, s: State, input: Input, step: Step) -> State {
    let h = step.dt / p.tau;
    let upswing = exp_own((s.v - p.v_t) / p.delta_t);
    let growth = exp_relative(h * (upswing - 1.0 + p.r * input.slope));
    let change = h * growth * (p.v_rest - s.v + p.delta_t * upswing + p.r * input.current);
    let v = s.v + change + input.jump;
    let held = s.held > 0u;
    return State(select(min(v, p.v_peak + p.delta_t), s.v, held), select(0u, s.held - 1u, held));
}

fn exp_if_threshold(p: Params, s: State) -> bool {
    return s.v >= p.v_peak;
}
