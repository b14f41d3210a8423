// Equation:   I = g·(e − V), dI/dV = −g, at V as the step begins, after a reset
// Source:     brainstate.nn.COBA

/// Conductance-based output: g in mS drives V towards a reversal potential.
struct Params {
    /// [mV] reversal potential; default 0
    e: f32,
}

/// [mS] a conductance
fn coba_current(p: Params, g: f32, v: f32) -> Current {
    // mS·mV is µA.
    let siemens = 1e-3 * g;
    return Current(siemens * (p.e - v), -siemens);
}
