// Equation:   dg/dt = alpha·[T]·(1 − g) − beta·g, [T] = t while t − t_spike < t_dur, else 0
// Step:       g ← g + dt·φ(dt·J)·(alpha·[T]·(1 − g) − beta·g) with J = −alpha·[T] − beta and φ(z) = (e^z − 1)/z, exact; transmitter is
//             there in ⌈t_dur/dt⌉ steps from the spike's own on (`left` counts down), and g after the step is the value that is given
// Source:     brainstate.nn.GABAa; Destexhe, Mainen & Sejnowski 1994, J. Comput. Neurosci. 1:195

/// GABA_A receptors, kept at the source: their open fraction is given in every step.
struct Params {
    /// [1/(ms*mM)] rate of binding; default 0.53; range > 0
    alpha: f32,
    /// [1/ms] rate of unbinding; default 0.18; range > 0
    beta: f32,
    /// [mM] transmitter while it is there; default 1; range > 0
    t: f32,
    /// [ms] how long transmitter is there after a spike; default 1; range > 0; steps ceil
    t_dur: u32,
}

struct Derived {
    /// [1/ms] rate of binding while transmitter is there
    rate: f32,
    /// [ms] how far a step goes while it is there
    on: f32,
    /// [ms] how far it goes without
    off: f32,
}

struct State {
    /// [1] fraction of receptors that are open; default 0; range >= 0 and <= 1
    g: f32,
    /// [steps] steps for which transmitter is there still; default 0
    left: u32,
}

fn gabaa_derive(p: Params, dt: f32) -> Derived {
    let rate = p.alpha * p.t;
    return Derived(rate, exp_step(dt, -rate - p.beta), exp_step(dt, -p.beta));
}

fn gabaa_value(p: Params, d: Derived, s: State, step: Step) -> f32 {
    return s.g;
}

fn gabaa_update(p: Params, d: Derived, s: State, spiked: bool, step: Step) -> State {
    let left = select(s.left, p.t_dur, spiked);
    let on = left > 0u;
    let slope = select(0.0, d.rate * (1.0 - s.g), on) - p.beta * s.g;
    return State(s.g + select(d.off, d.on, on) * slope, left - select(0u, 1u, on));
}
