// I = g·(E − V); brainstate.nn.COBA. mS·mV is µA, hence the factor.

/// Conductance-based output: g in mS drives V towards a reversal potential.
struct Params {
    /// [mV] reversal potential; default 0
    e: f32,
}

fn coba_current(p: Params, g: f32, v: f32) -> Current {
    let siemens = 1e-3 * g;
    return Current(siemens * (p.e - v), -siemens);
}
