// What a stimulus sees.
//
// A stimulus `x` is `struct Params` and one of two functions:
//   fn x_value(p: Params, site: Site) -> f32                  a number fixed beforehand
//   fn x_sample(p: Params, site: Site, random: u32) -> f32    a number drawn with a uniform 32-bit word
// or, where the number depends on those before, `struct Params`, `struct State` and two functions, called in turn:
//   fn x_update(p: Params, s: State, site: Site, random: u32) -> State
//   fn x_output(p: Params, s: State) -> f32
// and, if it likes, `struct Derived` and x_derive, as a neuron.
// What the number becomes (a current, a jump of v, an arrival at a port) is the network's choice.
// Parameters of unit [word] are filled in by the plan: places in the table `data`.

/// The neuron and the step that a stimulus is drawn for.
struct Site {
    /// index of the neuron in its population
    neuron: u32,
    /// item of the batch
    batch: u32,
    /// number of the step
    step: u32,
    /// [ms] length of a step
    dt: f32,
}

fn data_u32(at: u32) -> u32 {
    return data[at];
}

fn data_f32(at: u32) -> f32 {
    return bitcast<f32>(data[at]);
}
