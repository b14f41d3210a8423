// Equation:   I(k) = row k of the trace in step k, each neuron its column; 0 after the last row
//
// ```toml
// [[stimulus]]
// kind = "current"
// target = "cells"
// neurons = [0, 1]    # n of them; all if absent
// # the current of each step: [T] for all, or [T, n]; from a file, { npy = "current.npy", unit = "mA" }
// trace = { values = [[0.1, 0.2], [0.3, 0.4], [0.5, 0.6]], unit = "mA" }
// ```

/// Current given for each step, zero after the trace's end.
struct Params {
    /// [word] place of the trace's first value
    first: u32,
    /// [word] steps in the trace
    steps: u32,
    /// [word] values in a step
    width: u32,
    /// [word] the neuron's column, or beyond the width for none
    column: u32,
}

fn trace_value(p: Params, site: Site) -> f32 {
    let inside = site.step < p.steps && p.column < p.width;
    let at = select(p.first, p.first + site.step * p.width + p.column, inside);
    return select(0.0, data_f32(at), inside);
}
