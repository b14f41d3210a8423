// Equation:   V ← V + g, after the step's integration; lost where V is held

/// Jump of the membrane potential: g in mV is added to V.
fn delta_jump(g: f32) -> f32 {
    return g;
}
