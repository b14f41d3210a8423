// Equation:   in step k, for neuron j, one event of this weight with probability rates(k, j)·dt; none after the last step
// Step:       a uniform random word below that probability's threshold, in 2³² parts, is an event
//
// ```toml
// [[stimulus]]
// kind = "poisson_encoder"
// target = "cells"
// neurons = [0, 1]    # n of them; all if absent
// port = "in"         # what events enter; without it they jump V
// # the rate of each step: [T] for all, or [T, n]; instead, rate = "20 Hz" stays, or is set by the host between runs
// rates = { values = [[10, 20], [30, 40], [50, 60]], unit = "Hz" }
// weight = "1 mV"
// ```

// The table holds the thresholds of each step, as in poisson_spikes.wgsl, or one row of them that the host may change.

/// Poisson spikes of a rate given for each step, or set by the host between runs.
struct Params {
    /// [target] weight of one event, in the port's unit, or in mV
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
