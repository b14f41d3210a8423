// How a port acts on its neuron.
//
// An output `x` is an optional `struct Params` and one of two functions, with g the synapse's output:
//   fn x_current(p: Params, g: f32, v: f32) -> Current     a current into the neuron
//   fn x_jump(g: f32) -> f32                               a jump of v (or of the first state variable), in its unit
// The comment above it begins with the unit of g, which is that of the port's weights: `/// [mS] a conductance`.

/// A current and how it depends on v.
struct Current {
    /// [mA] the current at v
    value: f32,
    /// [mA/mV] its derivative by v
    slope: f32,
}
