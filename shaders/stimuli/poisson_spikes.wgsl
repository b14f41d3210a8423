// Equation:   in each step one event of this weight with probability rate·dt
// Step:       a uniform random word below that probability's threshold, in 2³² parts, is an event

/// Poisson spikes of a fixed rate: in each step one event with probability rate·dt.
struct Params {
    /// [Hz] rate of each neuron; default 0; range >= 0
    rate: f32,
    /// [target] weight of one event, in the port's unit, or in mV; default 1
    weight: f32,
    /// [word] the random words below this one are events, and all are for the largest word
    threshold: u32,
}

fn poisson_spikes_sample(p: Params, site: Site, random: u32) -> f32 {
    return select(0.0, p.weight, random < p.threshold || p.threshold == 0xffffffffu);
}
