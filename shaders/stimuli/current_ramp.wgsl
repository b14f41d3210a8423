// Equation:   I = at_start + (at_stop − at_start)·(t − start)/(stop − start) for start ≤ t < stop, otherwise 0,
//             with t the time at which the step begins; start and stop are rounded to whole steps

/// Current that grows or falls linearly from `start` to `stop`; zero before and after.
struct Params {
    /// [mA] the current at the start; default 0
    at_start: f32,
    /// [mA] the current that is reached at the end; default 0
    at_stop: f32,
    /// [ms] when it begins; default 0; range >= 0; steps round
    start: u32,
    /// [ms] when it ends; range >= start; steps round
    stop: u32,
}

fn current_ramp_value(p: Params, site: Site) -> f32 {
    let on = site.step >= p.start && site.step < p.stop;
    let passed = f32(site.step - p.start) / max(f32(p.stop - p.start), 1.0);
    return select(0.0, p.at_start + (p.at_stop - p.at_start) * passed, on);
}
