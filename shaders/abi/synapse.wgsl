// What a synapse model sees.
//
// A synapse `x` is `struct Params`, `struct State` and two functions:
//   fn x_update(p: Params, s: State, arrivals: f32, step: Step) -> State   decay, then add the weights that arrive
//   fn x_output(p: Params, s: State) -> f32                                what the port's output model receives
// and, if it likes, `struct Derived` and x_derive, as a neuron.
