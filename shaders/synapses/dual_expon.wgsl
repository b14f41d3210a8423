// Equation:   g = norm·(decay − rise), tau_decay d(decay)/dt = −decay, tau_rise d(rise)/dt = −rise, and both jump by the weights
//             that arrive; norm = tau_decay/(tau_decay − tau_rise)·(tau_rise/tau_decay)^(tau_rise/(tau_rise − tau_decay)), so that
//             the g of one weight is largest where it is the weight
// Step:       g ← a_d·g + norm·(a_d − a_r)·rise with a = e^(−dt/tau) and the rise before, then rise ← a_r·rise + arrivals: the
//             step of decay and rise, exact, without their difference. A weight acts from the step after that of its arrival
//             on. With equal time constants it is their limit, g = weight·e·(t/tau)·e^(−t/tau)
// Source:     brainstate.nn.DualExpon, whose g is (tau_decay − tau_rise)/(tau_rise·tau_decay) times this one

/// Synapse that rises with one time constant and decays with another; one weight makes g as large as itself.
struct Params {
    /// [ms] time constant of the decay; default 10; range > 0
    tau_decay: f32,
    /// [ms] time constant of the rise; default 1; range > 0 and <= tau_decay
    tau_rise: f32,
}

struct Derived {
    /// [1] part of g that is left after a step
    kept: f32,
    /// [1] part of rise that is left after a step
    rise_kept: f32,
    /// [1] what g gains in a step, for each rise
    gained: f32,
}

struct State {
    /// [port] conductance (coba), current (cuba) or sum of jumps (delta); default 0
    g: f32,
    /// [port] weights that arrived, as they are left after tau_rise; default 0
    rise: f32,
}

fn dual_expon_derive(p: Params, dt: f32) -> Derived {
    // Longer steps leave nothing, and steeper rises change nothing; both would exceed f32.
    let h = min(dt / p.tau_decay, 1e4);
    let y = min((p.tau_decay - p.tau_rise) / p.tau_rise, 1e30);
    let kept = exp_own(-h);
    // ln(1 + y)/y, from a sum that may have lost y.
    let u = 1.0 + y;
    let slope = select(log_own(u) / (u - 1.0), 1.0, u == 1.0);
    // norm is (1 + 1/y)·e^slope, and a_d − a_r is a_d·(1 − e^(−h·y)).
    let gained = u * exp_own(slope) * h * exp_relative(-h * y) * kept;
    return Derived(kept, exp_own(-dt / p.tau_rise), gained);
}

fn dual_expon_update(p: Params, d: Derived, s: State, arrivals: f32, step: Step) -> State {
    return State(d.kept * s.g + d.gained * s.rise, d.rise_kept * s.rise + arrivals);
}

fn dual_expon_output(p: Params, s: State) -> f32 {
    return s.g;
}
