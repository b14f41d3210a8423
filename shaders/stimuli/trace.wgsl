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
