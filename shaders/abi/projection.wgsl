// What the model of a projection sees: it is kept once for each source neuron, and says how much of its weights a spike brings; or, where
// it is graded, which value its synapses weigh in each step.
//
// A projection `x` is `struct Params`, `struct State` and two functions, one of the first two and the last:
//   fn x_amplitude(p: Params, s: State, step: Step) -> f32                 of a spike in the step that begins in this state: 0 to 1
//   fn x_value(p: Params, s: State, step: Step) -> f32                     of the step that ends in this state, spike or not: any number
//   fn x_update(p: Params, s: State, spiked: bool, step: Step) -> State    one step, in which the source spiked or did not
// and, if it likes, `struct Derived` and x_derive, as a neuron; all of them then take `d: Derived` after `p`.
// A state variable that is called as a parameter begins with its value.
// Amplitudes are counted in parts of 2^-16, and a synapse brings that part of its weight, a whole number.
