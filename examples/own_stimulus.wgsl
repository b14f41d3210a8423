// Random telegraph noise, as a user writes a stimulus of their own.
//
// Equation:   I = amplitude while on, otherwise 0; on and off last for exponential times of mean tau_on and tau_off
// Step:       the state changes with probability 1 − e^(−dt/tau), then I is taken
//
// A stimulus without memory has `own_stimulus_value(p: Params, site: Site) -> f32`, or `own_stimulus_sample(p: Params, site:
// Site, random: u32) -> f32` where it is random. One with memory has a state, an update and an output, as this one. Its
// number is a current in mA; with a parameter of unit [target] it is an event in the unit of what it enters.

/// Random telegraph noise: a current that is on and off for exponential times.
struct Params {
    /// [mA] the current while it is on; default 1
    amplitude: f32,
    /// [ms] mean time for which it is on; default 10; range > 0
    tau_on: f32,
    /// [ms] mean time for which it is off; default 10; range > 0
    tau_off: f32,
}

struct Derived {
    /// [1] probability that a step turns it off
    ends: f32,
    /// [1] probability that a step turns it on
    begins: f32,
}

/// Recorded as `own_stimulus.on`.
struct State {
    /// [1] 1 while it is on; default 0
    on: f32,
}

fn own_stimulus_derive(p: Params, dt: f32) -> Derived {
    return Derived(1.0 - exp(-dt / p.tau_on), 1.0 - exp(-dt / p.tau_off));
}

/// `random` is a uniform word of the neuron and the step, from the network's seed.
fn own_stimulus_update(p: Params, d: Derived, s: State, site: Site, random: u32) -> State {
    let uniform = f32(random >> 8u) * 5.9604645e-8;
    let changes = uniform < select(d.begins, d.ends, s.on == 1.0);
    return State(select(s.on, 1.0 - s.on, changes));
}

fn own_stimulus_output(p: Params, s: State) -> f32 {
    return p.amplitude * s.on;
}
