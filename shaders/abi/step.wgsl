// What every model may know about the time step.

/// The step that is computed: it covers the time index·dt to (index + 1)·dt.
struct Step {
    /// [steps] number of the step since the network's time 0
    index: u32,
    /// [ms] length of a step
    dt: f32,
}
