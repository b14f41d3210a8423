// Equation:   I = value, in every step

/// Constant current into each target neuron.
struct Params {
    /// [mA] the current
    value: f32,
}

fn current_value(p: Params, site: Site) -> f32 {
    return p.value;
}
