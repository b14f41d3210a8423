//! `exp_if`: τ dV/dt = −(V − V_rest) + Δ_T exp((V − V_T)/Δ_T) + R·I.
//! Source: Fourcaud-Trocmé, Hansel, van Vreeswijk & Brunel 2003, J. Neurosci. 23:11628.

use super::lif_ref::one_step_less;
use crate::model::formulas::{NeuronEquations, fields};
use crate::model::twin::Input;
use crate::model::typed::typed_neuron;
use crate::number::Number;
use uom::si::f64::{ElectricPotential, ElectricalResistance, Time};

typed_neuron! {
    /// Exponential integrate-and-fire neuron.
    ExpIf = "exp_if" in "neurons" {
        /// Membrane time constant; default 10 ms.
        tau: Time,
        /// Membrane resistance; default 1 Ω.
        r: ElectricalResistance,
        /// Resting potential; default −65 mV.
        v_rest: ElectricPotential,
        /// Potential where the upswing starts; default −59.9 mV.
        v_t: ElectricPotential,
        /// Sharpness of the upswing; default 3.48 mV.
        delta_t: ElectricPotential,
        /// Reset potential; default −68 mV.
        v_reset: ElectricPotential,
        /// V that is a spike; default −30 mV.
        v_peak: ElectricPotential,
        /// Refractory period; default 1.7 ms.
        tau_ref: Time,
    }
}

fields!(Params { tau, r, v_rest, v_t, delta_t, v_reset, v_peak, tau_ref: word });
fields!(State { v, held: word });

pub(crate) struct Equations;

/// V, but no more than the upswing may reach. The least of NaN and a number is the number, which would be a spike.
#[inline(always)]
pub(super) fn cut_off<N: Number>(v: N, highest: N) -> N {
    N::select(v.is_nan(), v, v.least(highest))
}

impl NeuronEquations for Equations {
    type Params<N: Number> = Params<N>;
    type State<N: Number> = State<N>;
    /// dt/τ.
    type Derived<N: Number> = N;
    /// The slope itself: how far a step goes depends on V too.
    type Response<N: Number> = N;

    #[inline(always)]
    fn derive<N: Number>(p: &Params<N>, dt: N) -> N {
        dt / p.tau
    }

    #[inline(always)]
    fn response<N: Number>(_p: &Params<N>, _h: &N, slope: N) -> N {
        slope
    }

    #[inline(always)]
    fn reset<N: Number>(p: &Params<N>, _s: State<N>) -> State<N> {
        State { v: p.v_reset, held: p.tau_ref }
    }

    #[inline(always)]
    fn update<N: Number>(p: &Params<N>, h: &N, slope: &N, s: State<N>, input: Input<N>) -> State<N> {
        let upswing = ((s.v - p.v_t) / p.delta_t).exponential();
        let far = h.exp_step(upswing - N::of(1.0) + p.r * *slope);
        let change = far * (p.v_rest - s.v + p.delta_t * upswing + p.r * input.current);
        let v = cut_off(s.v + change + input.jump, p.v_peak + p.delta_t);
        let (held, left) = one_step_less::<N>(s.held);
        State { v: N::select(held, s.v, v), held: left }
    }

    #[inline(always)]
    fn distance<N: Number>(p: &Params<N>, s: &State<N>) -> N {
        s.v - p.v_peak
    }
}
