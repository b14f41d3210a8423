// Equation:   I = g·B(V)·(e − V) with B(V) = 1/(1 + cc_mg/beta·e^(alpha·(v_offset − V))), at V as the step begins, after a reset;
//             dI/dV = g·B·(alpha·(1 − B)·(e − V) − 1), which is positive where opening the block outweighs the smaller drive
// Source:     brainstate.nn.MgBlock; Jahr & Stevens 1990, J. Neurosci. 10:3178

/// Conductance that magnesium blocks at low V, as NMDA receptors have: g in mS drives V towards a reversal potential.
struct Params {
    /// [mV] reversal potential; default 0
    e: f32,
    /// [mM] concentration of magnesium outside the cell; default 1.2; range >= 0
    cc_mg: f32,
    /// [1/mV] steepness of the block; default 0.062
    alpha: f32,
    /// [mM] concentration that blocks one half at v_offset; default 3.57; range > 0
    beta: f32,
    /// [mV] where beta blocks one half; default 0
    v_offset: f32,
}

/// [mS] a conductance
fn mg_block_current(p: Params, g: f32, v: f32) -> Current {
    // mS·mV is µA.
    let siemens = 1e-3 * g;
    // B, with one division.
    let open = p.beta / (p.beta + p.cc_mg * exp_own(p.alpha * (p.v_offset - v)));
    let drive = p.e - v;
    let conductance = siemens * open;
    return Current(conductance * drive, conductance * (p.alpha * (1.0 - open) * drive - 1.0));
}
