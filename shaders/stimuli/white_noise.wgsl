// Equation:   I = mean + x, and x = sigma·N(0, 1) is new for each neuron as the noise begins to act, and after each interval
//             δ = every, of whole steps
// Step:       where left = 0, a new x, and left ← δ; then left ← left − 1, and I is taken
// Amplitude:  sigma is the deviation of the current itself, whatever δ and dt are. What it does to a membrane follows from
//             sigma·√δ: for lif V has the deviation r·sigma·√((1 − a)/(1 + a)) with a = e^(−δ/tau), nearly r·sigma·√(δ/(2·tau)), as each interval
//             ends. So noise of an intensity (dV = … + b dW with b = r·sigma·√δ/tau) that is to stay as it is while dt changes needs
//             `every` stated, or sigma in proportion to 1/√dt
// Source:     NEST's noise_generator, whose std is sigma, and dt is every

/// White noise: a current that is drawn anew in each step, or each interval.
struct Params {
    /// [mA] the mean; default 0
    mean: f32,
    /// [mA] standard deviation of the current; default 0; range >= 0
    sigma: f32,
    /// [ms] how long a number holds, a step at least; default 0; range >= 0; steps round
    every: u32,
}

struct State {
    /// [mA] distance from the mean; default 0
    x: f32,
    /// [steps] for which it still holds; default 0
    left: u32,
}

fn white_noise_update(p: Params, s: State, site: Site, random: u32) -> State {
    let ends = s.left == 0u;
    return State(select(s.x, p.sigma * normal_of(random), ends), select(s.left, max(p.every, 1u), ends) - 1u);
}

fn white_noise_output(p: Params, s: State) -> f32 {
    return p.mean + s.x;
}
