// Equation:   x·W = g, the input of a readout

/// [1] Plain sum, without unit: what arrives is the input of a readout.
fn sum_jump(g: f32) -> f32 {
    return g;
}
