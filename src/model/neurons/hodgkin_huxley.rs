//! `hodgkin_huxley`: the squid axon of Hodgkin & Huxley 1952, J. Physiol. 117:500, with V shifted to −65 mV at rest, with the
//! constants of NEST's `hh_psc_alpha`.

use crate::model::formulas::{NeuronEquations, fields};
use crate::model::twin::Input;
use crate::model::typed::typed_neuron;
use crate::number::Number;
use uom::si::f64::{Capacitance, ElectricPotential, ElectricalConductance};

typed_neuron! {
    /// Squid axon of Hodgkin and Huxley; it spikes where V rises through `v_th`.
    HodgkinHuxley = "hodgkin_huxley" in "neurons" {
        /// Membrane capacitance; default 100 pF.
        c: Capacitance,
        /// Greatest sodium conductance; default 12000 nS.
        g_na: ElectricalConductance,
        /// Greatest potassium conductance; default 3600 nS.
        g_k: ElectricalConductance,
        /// Leak conductance; default 30 nS.
        g_l: ElectricalConductance,
        /// Sodium reversal potential; default 50 mV.
        e_na: ElectricPotential,
        /// Potassium reversal potential; default −77 mV.
        e_k: ElectricPotential,
        /// Leak reversal potential; default −54.402 mV.
        e_l: ElectricPotential,
        /// V that counts as a spike where it is risen through; default 0 mV.
        v_th: ElectricPotential,
    }
}

fields!(Params { c, g_na, g_k, g_l, e_na, e_k, e_l, v_th });
fields!(State { v, n, m, h, before });

pub(crate) struct Equations;

/// Picoamperes in a milliampere, nanosiemens in a siemens (mA/mV).
const NANO: f64 = 1e9;

/// One step of a gate that opens with rate `alpha` and closes with rate `beta`.
#[inline(always)]
fn gate<N: Number>(x: N, alpha: N, beta: N, dt: N) -> N {
    let rate = alpha + beta;
    x + dt.exp_step(-rate) * (alpha - rate * x)
}

impl NeuronEquations for Equations {
    type Params<N: Number> = Params<N>;
    type State<N: Number> = State<N>;
    /// dt and dt/C.
    type Derived<N: Number> = [N; 2];
    /// The slope itself: how far a step goes depends on the gates too.
    type Response<N: Number> = N;

    #[inline(always)]
    fn derive<N: Number>(p: &Params<N>, dt: N) -> [N; 2] {
        [dt, dt / p.c]
    }

    #[inline(always)]
    fn response<N: Number>(_p: &Params<N>, _derived: &[N; 2], slope: N) -> N {
        slope
    }

    /// A spike is a crossing, not a level: nothing to reset.
    #[inline(always)]
    fn reset<N: Number>(_p: &Params<N>, s: State<N>) -> State<N> {
        s
    }

    #[inline(always)]
    fn update<N: Number>(p: &Params<N>, [dt, h_c]: &[N; 2], slope: &N, s: State<N>, input: Input<N>) -> State<N> {
        let (one, tenth) = (N::of(1.0), N::of(-0.1));
        let above_rest = s.v + N::of(65.0);
        // x/(1 − e^−x) = 1/φ(−x), which has no gap at 0.
        let open_n = N::of(0.1) / (tenth * (s.v + N::of(55.0))).exp_relative();
        let open_m = one / (tenth * (s.v + N::of(40.0))).exp_relative();
        let open_h = N::of(0.07) * (above_rest / N::of(-20.0)).exponential();
        let close_h = one / (one + (tenth * (s.v + N::of(35.0))).exponential());
        let n = gate(s.n, open_n, N::of(0.125) * (above_rest / N::of(-80.0)).exponential(), *dt);
        let m = gate(s.m, open_m, N::of(4.0) * (above_rest / N::of(-18.0)).exponential(), *dt);
        let h = gate(s.h, open_h, close_h, *dt);
        let sodium = p.g_na * m * m * m * h;
        let potassium = p.g_k * (n * n) * (n * n);
        let ionic = sodium * (p.e_na - s.v) + potassium * (p.e_k - s.v) + p.g_l * (p.e_l - s.v);
        // pA/pF = mV/ms.
        let slope = N::of(NANO) * *slope - (sodium + potassium + p.g_l);
        let change = h_c.exp_step(slope) * (ionic + N::of(NANO) * input.current);
        State { v: s.v + change + input.jump, n, m, h, before: s.v }
    }

    /// V that stays above is no spike, however close.
    #[inline(always)]
    fn distance<N: Number>(p: &Params<N>, s: &State<N>) -> N {
        N::select(s.before.below(p.v_th), s.v - p.v_th, N::of(f64::NEG_INFINITY))
    }
}
