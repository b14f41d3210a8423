// Equation:   I = scale·g
// Source:     brainstate.nn.CUBA

/// Current-based output: g in mA is the current.
struct Params {
    /// [1] factor of the current; default 1
    scale: f32,
}

/// [mA] a current
fn cuba_current(p: Params, g: f32, v: f32) -> Current {
    return Current(p.scale * g, 0.0);
}
