// Equation:   tau dV/dt = −(V − v_rest) + delta_t exp((V − v_t)/delta_t) + r·I
// Step:       exponential Euler: V ← V + dt·φ(dt·J)·f(V) with f = dV/dt, J = df/dV (the slope of I included) and
//             φ(z) = (e^z − 1)/z; then what arrives as jumps (`delta` ports, events without a port) is added to V;
//             above v_peak + delta_t V is cut off, for the upswing has no end
// Spike:      where then V ≥ v_peak
// Reset:      as the next step begins: V ← v_reset
// Refractory: in the tau_ref/dt steps, rounded, after the spike's (`held` counts down) V stays as the reset left it, and
//             what acts on it is lost; synapses go on
// Source:     Fourcaud-Trocmé, Hansel, van Vreeswijk & Brunel 2003, J. Neurosci. 23:11628

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

fn exp_if_derive(p: Params, dt: f32) -> Derived {
    return Derived(dt / p.tau);
}

fn exp_if_reset(p: Params, s: State) -> State {
    return State(p.v_reset, p.tau_ref);
}

fn exp_if_update(p: Params, d: Derived, s: State, input: Input, step: Step) -> State {
    let upswing = exp_own((s.v - p.v_t) / p.delta_t);
    let change = exp_step(d.h, upswing - 1.0 + p.r * input.slope) * (p.v_rest - s.v + p.delta_t * upswing + p.r * input.current);
    let v = s.v + change + input.jump;
    // The least of NaN and a number is the number, which would be a spike.
    let cut = select(min(v, p.v_peak + p.delta_t), v, is_nan(v));
    let held = s.held > 0u;
    return State(select(cut, s.v, held), select(0u, s.held - 1u, held));
}

fn exp_if_threshold(p: Params, s: State) -> bool {
    return s.v >= p.v_peak;
}
