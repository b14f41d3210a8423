// A conductance that rectifies, as a user writes an output of their own.
//
// Equation:   I = g·(e − V) where V < e, and rectified·g·(e − V) above; dI/dV = −g, or −rectified·g
//
// An output makes a current of g and V (`own_output_current`), or a jump of g alone (`own_output_jump`); its functions begin
// with the file's name.

/// Conductance that lets currents out less well than in.
struct Params {
    /// [mV] reversal potential; default 0
    e: f32,
    /// [1] part of the conductance that is left above e; default 0.1; range >= 0 and <= 1
    rectified: f32,
}

/// [mS] a conductance. The unit in brackets is that of g: of the port's weights, and of all that says [port].
fn own_output_current(p: Params, g: f32, v: f32) -> Current {
    // Currents are in mA, and mS·mV is µA. The slope enters the neuron's exponential step.
    let siemens = 1e-3 * g * select(1.0, p.rectified, v > p.e);
    return Current(siemens * (p.e - v), -siemens);
}
