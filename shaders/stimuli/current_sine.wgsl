// Equation:   I = offset + amplitude·sin(2π·frequency·t + phase), with t the time at which the step begins
// Step:       the phase is counted in 2³² parts of a turn: it is right to one of them after any number of steps

/// Sinusoidal current: offset + amplitude · sin(2π · frequency · t + phase), with t the time at which the step begins.
struct Params {
    /// [mA] the amplitude; default 0
    amplitude: f32,
    /// [Hz] the frequency; default 0; range >= 0
    frequency: f32,
    /// [1] the phase at time 0, in radians; default 0
    phase: f32,
    /// [mA] the mean; default 0
    offset: f32,
    /// [word] the phase at time 0, in 2³² parts of a turn
    turn: u32,
    /// [word] turns of a step, in 2³² parts
    turn_high: u32,
    /// [word] what is missing in `turn_high`, in 2⁶⁴ parts
    turn_low: u32,
}

fn current_sine_value(p: Params, site: Site) -> f32 {
    let turn = p.turn + site.step * p.turn_high + product_high(site.step, p.turn_low);
    return fma(p.amplitude, sine_of_turn(turn), p.offset);
}
