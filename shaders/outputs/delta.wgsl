// V jumps by what arrives, after the step's integration.

/// Jump of the membrane potential: g in mV is added to V.
fn delta_jump(g: f32) -> f32 {
    return g;
}
