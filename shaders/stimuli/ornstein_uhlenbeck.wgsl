// Equation:   I = mean + x, dx = −x/tau dt + sigma·√(2/tau) dW
// Step:       x ← x·e^(−h) + sigma·√(1 − e^(−2h))·N(0, 1) with h = dt/tau, exact for any step; then I is taken
// Source:     Gillespie 1996, Phys. Rev. E 54:2084

/// Ornstein-Uhlenbeck noise: a current that fluctuates about its mean with an exponential autocorrelation.
struct Params {
    /// [mA] the mean; default 0
    mean: f32,
    /// [mA] the standard deviation in the long run; default 0; range >= 0
    sigma: f32,
    /// [ms] the correlation time; default 1; range > 0
    tau: f32,
}

struct Derived {
    /// [1] part of x that is left after a step
    kept: f32,
    /// [mA] standard deviation of what a step adds
    spread: f32,
}

struct State {
    /// [mA] distance from the mean; default 0
    x: f32,
}

fn ornstein_uhlenbeck_derive(p: Params, dt: f32) -> Derived {
    let h = dt / p.tau;
    let spread = sqrt(exp_step(2.0 * h, -1.0));
    return Derived(exp_own(-h), p.sigma * spread);
}

fn ornstein_uhlenbeck_update(p: Params, d: Derived, s: State, site: Site, random: u32) -> State {
    return State(fma(s.x, d.kept, d.spread * normal_of(random)));
}

fn ornstein_uhlenbeck_output(p: Params, s: State) -> f32 {
    return p.mean + s.x;
}
