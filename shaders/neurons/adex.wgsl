// Equation:   c dV/dt = −g_l (V − e_l) + g_l delta_t exp((V − v_t)/delta_t) − w + I
//             tau_w dw/dt = a (V − e_l) − w
// Step:       exponential Euler: V ← V + dt·φ(dt·J)·f(V) with f = dV/dt, J = df/dV (the slope of I included) and
//             φ(z) = (e^z − 1)/z; then what arrives as jumps (`delta` ports, events without a port) is added to V;
//             above v_peak + delta_t V is cut off, for the upswing has no end. w likewise, from the old V and w
// Spike:      where then V ≥ v_peak
// Reset:      as the next step begins: V ← v_reset, w ← w + b
// Refractory: in the tau_ref/dt steps, rounded, after the spike's (`held` counts down) V stays as the reset left it, and
//             what acts on it is lost; synapses and w go on
// Source:     Brette & Gerstner 2005, J. Neurophysiol. 94:3637

/// Adaptive exponential integrate-and-fire neuron.
struct Params {
    /// [pF] membrane capacitance; default 281; range > 0
    c: f32,
    /// [nS] leak conductance; default 30; range > 0
    g_l: f32,
    /// [mV] leak reversal potential; default -70.6
    e_l: f32,
    /// [mV] potential where the upswing starts; default -50.4
    v_t: f32,
    /// [mV] sharpness of the upswing; default 2; range > 0
    delta_t: f32,
    /// [ms] time constant of adaptation; default 144; range > 0
    tau_w: f32,
    /// [nS] adaptation by V; default 4
    a: f32,
    /// [pA] adaptation by a spike; default 80.5
    b: f32,
    /// [mV] reset potential; default -70.6
    v_reset: f32,
    /// [mV] V that is a spike; default 20; range > v_reset and > v_t
    v_peak: f32,
    /// [ms] refractory period, in which V is held; default 0; range >= 0; steps round
    tau_ref: u32,
}

struct Derived {
    /// [ms/pF] dt/c
    h: f32,
    /// [1] part of its way to rest that w goes in a step
    far_w: f32,
}

struct State {
    /// [mV] membrane potential; default -70.6
    v: f32,
    /// [pA] adaptation current; default 0
    w: f32,
    /// [steps] steps that V is still held; default 0
    held: u32,
}

/// Picoamperes in a milliampere, nanosiemens in a siemens (mA/mV).
const ADEX_NANO = 1e9;

fn adex_derive(p: Params, dt: f32) -> Derived {
    let h_w = dt / p.tau_w;
    return Derived(dt / p.c, exp_step(h_w, -1.0));
}

fn adex_reset(p: Params, s: State) -> State {
    return State(p.v_reset, s.w + p.b, p.tau_ref);
}

fn adex_update(p: Params, d: Derived, s: State, input: Input, step: Step) -> State {
    let upswing = exp_own((s.v - p.v_t) / p.delta_t);
    let leak = p.g_l * (p.e_l - s.v + p.delta_t * upswing);
    let slope = p.g_l * (upswing - 1.0) + ADEX_NANO * input.slope;
    let change = exp_step(d.h, slope) * (leak - s.w + ADEX_NANO * input.current);
    let w = s.w + d.far_w * (p.a * (s.v - p.e_l) - s.w);
    let v = s.v + change + input.jump;
    // The least of NaN and a number is the number, which would be a spike.
    let cut = select(min(v, p.v_peak + p.delta_t), v, is_nan(v));
    let held = s.held > 0u;
    return State(select(cut, s.v, held), w, select(0u, s.held - 1u, held));
}

fn adex_threshold(p: Params, s: State) -> bool {
    return s.v >= p.v_peak;
}
