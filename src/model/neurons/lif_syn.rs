//! `lif_syn`: τ_m dV/dt = V_rest − V + g + R·I and τ_s dg/dt = −g, exact; V and g are held for ⌊t_ref/dt⌋ − 1 steps after a
//! spike's step. Source: Shiu et al. 2024, Nature 634:210, in the order of a step of Brian2.

use super::lif_ref::one_step_less;
use crate::model::formulas::{NeuronEquations, fields};
use crate::model::twin::Input;
use crate::model::typed::typed_neuron;
use crate::number::{Number, Word};
use uom::si::f64::{ElectricPotential, ElectricalResistance, Time};

typed_neuron! {
    /// Leaky integrate-and-fire neuron with an exponential synapse of its own, both held while refractory.
    LifSyn = "lif_syn" in "neurons" {
        /// Membrane time constant; default 20 ms.
        tau_m: Time,
        /// Time constant of g; default 5 ms.
        tau_s: Time,
        /// Membrane resistance, for currents; default 1 Ω.
        r: ElectricalResistance,
        /// Resting potential; default −52 mV.
        v_rest: ElectricPotential,
        /// Threshold; default −45 mV.
        v_th: ElectricPotential,
        /// Reset potential; default −52 mV.
        v_reset: ElectricPotential,
        /// Refractory period; default 2.2 ms.
        t_ref: Time,
    }
}

fields!(Params { tau_m, tau_s, r, v_rest, v_th, v_reset, t_ref: word });
fields!(State { v, g, jump, held: word });

pub(crate) struct Equations;

/// dt over a time constant. Longer steps change nothing, and would exceed f32.
#[inline(always)]
fn steps<N: Number>(dt: N, tau: N) -> N {
    (dt / tau).least(N::of(1e30))
}

impl NeuronEquations for Equations {
    type Params<N: Number> = Params<N>;
    type State<N: Number> = State<N>;
    /// dt/τ_m, dt/τ_s, τ_m/τ_s, and what is left of g after a step.
    type Derived<N: Number> = [N; 4];
    /// How far a step of V goes, and the integral of the decaying g over dt/τ_m, as V forgets it.
    type Response<N: Number> = [N; 2];

    #[inline(always)]
    fn derive<N: Number>(p: &Params<N>, dt: N) -> [N; 4] {
        let h_s = steps(dt, p.tau_s);
        [steps(dt, p.tau_m), h_s, p.tau_m / p.tau_s, (-h_s).exponential()]
    }

    #[inline(always)]
    fn response<N: Number>(p: &Params<N>, [h, h_s, ratio, _]: &[N; 4], slope: N) -> [N; 2] {
        let leak = N::of(1.0) - p.r * slope;
        // The slower of the two decays stands before the integral, so that no factor exceeds f32.
        let slower = (-(*h * leak).least(*h_s)).exponential();
        [h.exp_step(-leak), slower * h.exp_step(-(*ratio - leak).size())]
    }

    #[inline(always)]
    fn reset<N: Number>(p: &Params<N>, _s: State<N>) -> State<N> {
        State { v: p.v_reset, g: N::of(0.0), jump: N::of(0.0), held: p.t_ref }
    }

    #[inline(always)]
    fn held<N: Number>(_p: &Params<N>, s: &State<N>) -> Option<N::Mask> {
        Some(N::Word::of(0).below(s.held))
    }

    #[inline(always)]
    fn update<N: Number>(
        p: &Params<N>,
        [_, _, _, kept]: &[N; 4],
        [far, of_g]: &[N; 2],
        s: State<N>,
        input: Input<N>,
    ) -> State<N> {
        let (held, left) = one_step_less::<N>(s.held);
        let v = s.v + s.jump;
        let change = *far * (p.v_rest - v + p.r * (input.current + input.slope * s.jump));
        State {
            v: N::select(held, s.v, v + change + *of_g * s.g),
            g: N::select(held, s.g, *kept * s.g),
            jump: N::select(held, N::of(0.0), input.jump),
            held: left,
        }
    }

    #[inline(always)]
    fn distance<N: Number>(p: &Params<N>, s: &State<N>) -> N {
        s.v - p.v_th
    }

    #[inline(always)]
    fn threshold<N: Number>(p: &Params<N>, s: &State<N>) -> N::Mask {
        s.v.above(p.v_th)
    }
}
