// Izhikevich's neuron (IEEE Transactions on Neural Networks 14, 1569, 2003), as a user writes a model of their own.
//
//     dv/dt = 0.04 v² + 5 v + 140 − u + I        where v ≥ v_peak: v ← c, u ← u + d
//     du/dt = a (b v − u)
//
// The file's name, own_neuron.wgsl, is the model's name: its functions begin with `own_neuron_`. A model has no bindings,
// no entry points and no variables of its own; neuropil writes the kernel around it.

/// Quadratic membrane with a recovery variable: regular spiking, bursting, fast spiking and more.
//
// The comment above a member is read by neuropil: its unit in brackets, its meaning, then, each after a semicolon, its
// default and its legal range. A network file may give the value in any unit of that dimension. [1] is a pure number.
struct Params {
    /// [1/ms] speed of recovery; default 0.02; range > 0
    a: f32,
    /// [1/ms] how steeply u follows v; default 0.2
    b: f32,
    /// [mV] v after a spike; default -65; range < v_peak
    c: f32,
    /// [mV/ms] what a spike adds to u; default 8
    d: f32,
    /// [mV] where a spike is cut off; default 30
    v_peak: f32,
    /// [ohm/ms] how fast a current of 1 mA lifts v; default 1; range > 0
    gain: f32,
}

// If it likes: what follows from parameters and the length of a step. It is computed once, before the first step, whether a parameter
// has one value or one for each neuron, and the update takes it. Unit and meaning are all that its comments say.
struct Derived {
    /// [ms] how far u goes in a step, for each 1 of du/dt
    far: f32,
}

fn own_neuron_derive(p: Params, dt: f32) -> Derived {
    return Derived(dt * exp_relative(-dt * p.a));
}

// What a neuron carries from step to step. It stays on the device; it can be recorded, read and set by these names.
// A `coba` port needs a variable called v.
struct State {
    /// [mV] membrane potential; default -70
    v: f32,
    /// [mV/ms] recovery; default -14
    u: f32,
}

// 1. Reset. Called at the start of a step for a neuron that spiked in the step before. It comes late on purpose: what
// is stored and recorded between the two steps is the v of the spike itself.
fn own_neuron_reset(p: Params, s: State) -> State {
    return State(p.c, s.u + p.d);
}

// 2. Update. One step of `step.dt` milliseconds. `input` (see shaders/abi/neuron.wgsl) is all that acts on the neuron:
//     input.current   [mA] the sum of all currents: stimuli, `cuba` ports, `coba` ports at the present v
//     input.slope     [mA/mV] how that sum changes with v
//     input.jump      [mV] what is added to v: `delta` ports, Poisson input without a port
//
// Exponential Euler: x⁺ = x + dt·φ(dt·J)·f(x), with J the derivative of f by x, and φ(z) = (e^z − 1)/z, which the
// library has as `exp_relative`. It is exact for a linear f, and stays stable where the upstroke of a spike makes J
// large. (The library also has `exp_own` and `tanh_own`; unlike the built-ins they give the same on every driver.)
fn own_neuron_update(p: Params, d: Derived, s: State, input: Input, step: Step) -> State {
    let dv = 0.04 * s.v * s.v + 5.0 * s.v + 140.0 - s.u + p.gain * input.current;
    let slope = 0.08 * s.v + 5.0 + p.gain * input.slope;
    let v = s.v + step.dt * exp_relative(step.dt * slope) * dv;

    let du = p.a * (p.b * s.v - s.u);
    let u = s.u + d.far * du;

    return State(v + input.jump, u);
}

// 3. Threshold. Does this state spike?
fn own_neuron_threshold(p: Params, s: State) -> bool {
    return s.v >= p.v_peak;
}
