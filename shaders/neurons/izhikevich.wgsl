// Equation:   dv/dt = 0.04 v² + 5 v + 140 − u + r·I, du/dt = a (b·v − u), in mV and ms
// Step:       forward Euler, as in the paper's program: two half steps of v, the second with I at the v between, then
//             u ← u + dt·a (b·v − u) with the new v; then what arrives as jumps (`delta` ports, events without a port)
//             is added to v
// Spike:      where then v ≥ v_peak
// Reset:      as the next step begins: v ← c, u ← u + d
// Refractory: none
// Source:     Izhikevich 2003, IEEE Trans. Neural Networks 14:1569

/// Izhikevich's two-variable neuron; by default it spikes regularly.
struct Params {
    /// [1/ms] rate of recovery; default 0.02; range > 0
    a: f32,
    /// [1] how far u follows v; default 0.2
    b: f32,
    /// [mV] v after a spike; default -65
    c: f32,
    /// [mV] what a spike adds to u; default 8
    d: f32,
    /// [ohm] factor of the input current: r·I is the paper's I; default 1; range > 0
    r: f32,
    /// [mV] v that is a spike; default 30; range > c
    v_peak: f32,
}

struct Derived {
    /// [1] part of its way that u goes in a step
    far: f32,
}

struct State {
    /// [mV] membrane potential; default -65
    v: f32,
    /// [mV] recovery; default -13
    u: f32,
}

fn izhikevich_derive(p: Params, dt: f32) -> Derived {
    return Derived(dt * p.a);
}

fn izhikevich_reset(p: Params, s: State) -> State {
    return State(p.c, s.u + p.d);
}

fn izhikevich_growth(v: f32, drive: f32) -> f32 {
    return (0.04 * v + 5.0) * v + 140.0 + drive;
}

fn izhikevich_update(p: Params, d: Derived, s: State, input: Input, step: Step) -> State {
    let drive = p.r * input.current - s.u;
    let half = s.v + 0.5 * step.dt * izhikevich_growth(s.v, drive);
    let drive_there = drive + p.r * input.slope * (half - s.v);
    let v = half + 0.5 * step.dt * izhikevich_growth(half, drive_there);
    let u = s.u + d.far * (p.b * v - s.u);
    return State(v + input.jump, u);
}

fn izhikevich_threshold(p: Params, s: State) -> bool {
    return s.v >= p.v_peak;
}
