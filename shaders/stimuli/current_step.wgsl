// Equation:   I = amplitude for start ≤ t < stop, otherwise 0, with t the time at which the step begins;
//             start and stop are rounded to whole steps

/// Current that is switched on and off: `amplitude` from `start` to `stop`.
struct Params {
    /// [mA] the current while it is on; default 0
    amplitude: f32,
    /// [ms] when it begins; default 0; range >= 0; steps round
    start: u32,
    /// [ms] when it ends; range >= start; steps round
    stop: u32,
}

fn current_step_value(p: Params, site: Site) -> f32 {
    return select(0.0, p.amplitude, site.step >= p.start && site.step < p.stop);
}
