// Equation:   V ← V + g, after the step's integration; lost where V is held. With `onto` the variable that it names instead
//             of V, after the neuron's update; lost where the neuron says so

/// [mV] Jump of the membrane potential: g in mV is added to V.
fn delta_jump(g: f32) -> f32 {
    return g;
}
