// Equation:   tau_m dV/dt = v_rest − V + g + r·I, tau_s dg/dt = −g
// Step:       first V ← V + jump, jump ← 0. Then both equations are solved exactly, for a current that is constant in the
//             step or linear in V: V ← V + dt·φ(dt·J)·f(V) + g/tau_m·∫e^(J(dt − t))·e^(−t/tau_s) dt over the step with
//             f = dV/dt without g, J = df/dV and φ(z) = (e^z − 1)/z; g ← e^(−dt/tau_s)·g.
//             What arrives at ports onto g is then added to g. Jumps of V (other `delta` ports, events without a port) wait
//             in `jump` for the next step. So both act after the step's threshold, as they do in Brian2
// Spike:      where then V > v_th: strictly above
// Reset:      as the next step begins: V ← v_reset, g ← 0, jump ← 0, so what arrives in the step of a spike is lost
// Refractory: in the ⌊t_ref/dt⌋ − 1 steps after the spike's (`held` counts down) V and g stay as the reset left them, and
//             what arrives is lost. So spikes are ⌊t_ref/dt⌋ steps apart or more, at least one
// Source:     Shiu et al. 2024, Nature 634:210, in the order of a step of Brian2 2.9, where V and g are `unless refractory`

/// Leaky integrate-and-fire neuron with an exponential synapse of its own, both held while refractory: that of the fly brain.
struct Params {
    /// [ms] membrane time constant; default 20; range > 0
    tau_m: f32,
    /// [ms] time constant of g; default 5; range > 0
    tau_s: f32,
    /// [ohm] membrane resistance, for currents; default 1; range > 0
    r: f32,
    /// [mV] resting potential; default -52
    v_rest: f32,
    /// [mV] threshold; default -45; range > v_reset
    v_th: f32,
    /// [mV] reset potential; default -52
    v_reset: f32,
    /// [ms] refractory period; default 2.2; range >= 0; steps floor - 1
    t_ref: u32,
}

struct Derived {
    /// [1] dt/tau_m
    h: f32,
    /// [1] dt/tau_s
    h_s: f32,
    /// [1] tau_m/tau_s
    ratio: f32,
    /// [1] part of g that is left after a step
    kept: f32,
    /// [1] how far a step goes where no conductance acts
    far: f32,
    /// [1] the integral of the decaying g over dt/tau_m, as V forgets it, where no conductance acts
    of_g: f32,
}

struct State {
    /// [mV] membrane potential; default -52
    v: f32,
    /// [mV] synaptic input, which drives V; default 0
    g: f32,
    /// [mV] jumps of the step, which act from the next on; default 0
    jump: f32,
    /// [steps] steps that V and g are still held; default 0
    held: u32,
}

fn lif_syn_derive(p: Params, dt: f32) -> Derived {
    // Longer steps change nothing, and would exceed f32.
    let h = min(dt / p.tau_m, 1e30);
    let h_s = min(dt / p.tau_s, 1e30);
    let ratio = p.tau_m / p.tau_s;
    return Derived(h, h_s, ratio, exp_own(-h_s), exp_step(h, -1.0), lif_syn_of_g(h, h_s, ratio, 1.0));
}

/// The integral over dt/tau_m. The slower of the two decays stands before it, so that no factor exceeds f32.
fn lif_syn_of_g(h: f32, h_s: f32, ratio: f32, leak: f32) -> f32 {
    return exp_own(-min(h * leak, h_s)) * exp_step(h, -abs(ratio - leak));
}

fn lif_syn_reset(p: Params, s: State) -> State {
    return State(p.v_reset, 0.0, 0.0, p.t_ref);
}

fn lif_syn_held(p: Params, s: State) -> bool {
    return s.held > 0u;
}

fn lif_syn_update(p: Params, d: Derived, s: State, input: Input, step: Step) -> State {
    if (s.held > 0u) {
        return State(s.v, s.g, 0.0, s.held - 1u);
    }
    let leak = 1.0 - p.r * input.slope;
    let v = s.v + s.jump;
    let free = input.slope == 0.0;
    let change = select(exp_step(d.h, -leak), d.far, free) * (p.v_rest - v + p.r * (input.current + input.slope * s.jump));
    let of_g = select(lif_syn_of_g(d.h, d.h_s, d.ratio, leak), d.of_g, free);
    return State(v + change + of_g * s.g, d.kept * s.g, input.jump, 0u);
}

fn lif_syn_threshold(p: Params, s: State) -> bool {
    return s.v > p.v_th;
}
