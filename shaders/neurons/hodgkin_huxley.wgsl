// Equation:   c dV/dt = −g_na m³h (V − e_na) − g_k n⁴ (V − e_k) − g_l (V − e_l) + I
//             dx/dt = α_x (1 − x) − β_x x for x = n, m, h, in 1/ms with V in mV:
//             α_n = 0.01 (V + 55)/(1 − e^(−(V + 55)/10)), β_n = 0.125 e^(−(V + 65)/80)
//             α_m = 0.1 (V + 40)/(1 − e^(−(V + 40)/10)), β_m = 4 e^(−(V + 65)/18)
//             α_h = 0.07 e^(−(V + 65)/20), β_h = 1/(1 + e^(−(V + 35)/10))
// Step:       exponential Euler of each gate at the old V, then of V with the new gates: leap-frog, of second order:
//             x ← x + dt·φ(dt·J)·f with f = dx/dt, J = df/dx (for V the slope of I included) and φ(z) = (e^z − 1)/z;
//             then what arrives as jumps (`delta` ports, events without a port) is added to V
// Spike:      where then V ≥ v_th, and V a step before (`before`) was below it
// Reset:      none: the currents bring V back
// Refractory: none but that of the gates
// Source:     Hodgkin & Huxley 1952, J. Physiol. 117:500, with V shifted to −65 mV at rest, and the constants of NEST's
//             hh_psc_alpha

/// Squid axon of Hodgkin and Huxley; it spikes where V rises through v_th.
struct Params {
    /// [pF] membrane capacitance; default 100; range > 0
    c: f32,
    /// [nS] greatest sodium conductance; default 12000; range >= 0
    g_na: f32,
    /// [nS] greatest potassium conductance; default 3600; range >= 0
    g_k: f32,
    /// [nS] leak conductance; default 30; range >= 0
    g_l: f32,
    /// [mV] sodium reversal potential; default 50
    e_na: f32,
    /// [mV] potassium reversal potential; default -77
    e_k: f32,
    /// [mV] leak reversal potential; default -54.402
    e_l: f32,
    /// [mV] V that counts as a spike where it is risen through; default 0
    v_th: f32,
}

struct Derived {
    /// [ms/pF] dt/c
    h: f32,
}

struct State {
    /// [mV] membrane potential; default -65
    v: f32,
    /// [1] activation of potassium; default 0.317676914
    n: f32,
    /// [1] activation of sodium; default 0.0529324853
    m: f32,
    /// [1] inactivation of sodium, 1 for none; default 0.596120754
    h: f32,
    /// [mV] membrane potential a step before; default -65
    before: f32,
}

/// Picoamperes in a milliampere, nanosiemens in a siemens (mA/mV).
const HODGKIN_HUXLEY_NANO = 1e9;

fn hodgkin_huxley_derive(p: Params, dt: f32) -> Derived {
    return Derived(dt / p.c);
}

/// A spike is a crossing, not a level: nothing to reset.
fn hodgkin_huxley_reset(p: Params, s: State) -> State {
    return s;
}

/// One step of a gate that opens with rate `alpha` and closes with rate `beta`.
fn hodgkin_huxley_gate(x: f32, alpha: f32, beta: f32, dt: f32) -> f32 {
    let rate = alpha + beta;
    return x + exp_step(dt, -rate) * (alpha - rate * x);
}

fn hodgkin_huxley_update(p: Params, d: Derived, s: State, input: Input, step: Step) -> State {
    let above_rest = s.v + 65.0;
    // x/(1 − e^−x) = 1/φ(−x), which has no gap at 0.
    let open_n = 0.1 / exp_relative(-0.1 * (s.v + 55.0));
    let open_m = 1.0 / exp_relative(-0.1 * (s.v + 40.0));
    let close_h = 1.0 / (1.0 + exp_own(-0.1 * (s.v + 35.0)));
    let n = hodgkin_huxley_gate(s.n, open_n, 0.125 * exp_own(above_rest / -80.0), step.dt);
    let m = hodgkin_huxley_gate(s.m, open_m, 4.0 * exp_own(above_rest / -18.0), step.dt);
    let h = hodgkin_huxley_gate(s.h, 0.07 * exp_own(above_rest / -20.0), close_h, step.dt);
    let sodium = p.g_na * m * m * m * h;
    let potassium = p.g_k * (n * n) * (n * n);
    let ionic = sodium * (p.e_na - s.v) + potassium * (p.e_k - s.v) + p.g_l * (p.e_l - s.v);
    let slope = HODGKIN_HUXLEY_NANO * input.slope - (sodium + potassium + p.g_l);
    let change = exp_step(d.h, slope) * (ionic + HODGKIN_HUXLEY_NANO * input.current);
    return State(s.v + change + input.jump, n, m, h, s.v);
}

fn hodgkin_huxley_threshold(p: Params, s: State) -> bool {
    return s.v >= p.v_th && s.before < p.v_th;
}
