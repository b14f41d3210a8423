// The table holds the thresholds of each step, as in poisson_spikes.wgsl, or one row of them that the host may change.

/// Poisson spikes of a rate given for each step, or set by the host between runs.
struct Params {
    /// [target] weight of one event, in the port's unit, or in mV; default 1
    weight: f32,
    /// [word] place of the first threshold
    first: u32,
    /// [word] steps in the table, after which none fires
    steps: u32,
    /// [word] words from one step to the next, or 0 where the rates stay
    stride: u32,
    /// [word] thresholds of a step
    width: u32,
    /// [word] the neuron's column, or beyond the width for none
    column: u32,
}

fn poisson_encoder_sample(p: Params, site: Site, random: u32) -> f32 {
    let inside = site.step < p.steps && p.column < p.width;
    let at = select(p.first, p.first + site.step * p.stride + p.column, inside);
    let threshold = select(0u, data_u32(at), inside);
    return select(0.0, p.weight, random < threshold || threshold == 0xffffffffu);
}
