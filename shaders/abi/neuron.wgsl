// What a neuron model sees of its surroundings.
//
// A neuron `x` is `struct Params`, `struct State` and three functions:
//   fn x_reset(p: Params, s: State) -> State                               the lazy reset of a spike of the step before
//   fn x_update(p: Params, s: State, input: Input, step: Step) -> State    one step
//   fn x_threshold(p: Params, s: State) -> bool                            does this state spike?
// and, if it likes,
//   fn x_held(p: Params, s: State) -> bool                                 is what arrives onto its variables lost?
//   fn x_derive(p: Params, dt: f32) -> Derived                             with `struct Derived`: what follows from parameters and dt
// What is derived is computed once, before the first step, and x_update takes `d: Derived` after `p`.
// In each step x_reset is called where x_threshold held for the stored state; then come the inputs, evaluated
// at the state after the reset, x_update and x_threshold. What is stored is the state before the reset.
// What arrives at ports `onto` a variable is added to it between x_update and x_threshold, unless x_held said, of the state
// before x_update, that it is lost.

/// Everything that acts on a neuron in one step.
struct Input {
    /// [mA] sum of all currents at the neuron's present v
    current: f32,
    /// [mA/mV] derivative of `current` by v, for exponential integration
    slope: f32,
    /// [mV] jump of v: arrivals at `delta` ports and Poisson input into v; readouts take it as their x·W
    jump: f32,
}
