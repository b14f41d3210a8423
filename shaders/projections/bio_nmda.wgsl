// Equation:   dx/dt = alpha2·[T]·(1 − x) − beta2·x, dg/dt = alpha1·x·(1 − g) − beta1·g, [T] = t while t − t_spike < t_dur, else 0
// Step:       exponential Euler, x first: x ← x + dt·φ(dt·J)·dx/dt with J = −alpha2·[T] − beta2 and φ(z) = (e^z − 1)/z, then g the same
//             way with the new x and J = −alpha1·x − beta1; transmitter is there in ⌈t_dur/dt⌉ steps from the spike's own on (`left` counts
//             down), and g after the step is the value that is given
// Source:     brainpy.state.BioNMDA; Destexhe, Mainen & Sejnowski 1994, J. Comput. Neurosci. 1:195

/// NMDA receptors of second order, kept at the source: their open fraction is given in every step.
struct Params {
    /// [1/ms] rate at which g opens for x = 1; default 2; range > 0
    alpha1: f32,
    /// [1/ms] rate at which g closes; default 0.01; range > 0
    beta1: f32,
    /// [1/(ms*mM)] rate of binding; default 1; range > 0
    alpha2: f32,
    /// [1/ms] rate of unbinding; default 0.5; range > 0
    beta2: f32,
    /// [mM] transmitter while it is there; default 1; range > 0
    t: f32,
    /// [ms] how long transmitter is there after a spike; default 0.5; range > 0; steps ceil
    t_dur: u32,
}

struct Derived {
    /// [1/ms] rate of binding while transmitter is there
    rate: f32,
    /// [ms] how far a step of x goes while it is there
    on: f32,
    /// [ms] how far it goes without
    off: f32,
    /// [ms] a step
    h: f32,
}

struct State {
    /// [1] fraction of receptors that are open; default 0; range >= 0 and <= 1
    g: f32,
    /// [1] fraction that is bound; default 0; range >= 0 and <= 1
    x: f32,
    /// [steps] steps for which transmitter is there still; default 0
    left: u32,
}

fn bio_nmda_derive(p: Params, dt: f32) -> Derived {
    let rate = p.alpha2 * p.t;
    return Derived(rate, exp_step(dt, -rate - p.beta2), exp_step(dt, -p.beta2), dt);
}

fn bio_nmda_value(p: Params, d: Derived, s: State, step: Step) -> f32 {
    return s.g;
}

fn bio_nmda_update(p: Params, d: Derived, s: State, spiked: bool, step: Step) -> State {
    let left = select(s.left, p.t_dur, spiked);
    let on = left > 0u;
    let x_slope = select(0.0, d.rate * (1.0 - s.x), on) - p.beta2 * s.x;
    let x = s.x + select(d.off, d.on, on) * x_slope;
    let rate = p.alpha1 * x;
    let g_slope = rate * (1.0 - s.g) - p.beta1 * s.g;
    return State(s.g + exp_step(d.h, -rate - p.beta1) * g_slope, x, left - select(0u, 1u, on));
}
