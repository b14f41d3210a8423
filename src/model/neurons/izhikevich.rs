//! `izhikevich`: v' = 0.04 v² + 5 v + 140 − u + R·I, u' = a (b v − u), in mV and ms, by the steps of the paper's program.
//! Source: Izhikevich 2003, IEEE Transactions on Neural Networks 14:1569.

use crate::model::formulas::{NeuronEquations, fields};
use crate::model::twin::Input;
use crate::model::typed::typed_neuron;
use crate::number::Number;
use uom::si::f64::{ElectricPotential, ElectricalResistance, Frequency};

typed_neuron! {
    /// Izhikevich's two-variable neuron; by default it spikes regularly.
    Izhikevich = "izhikevich" in "neurons" {
        /// Rate of recovery; default 0.02 per ms, which is 20 Hz.
        a: Frequency,
        /// How far u follows v; default 0.2.
        b: f64,
        /// v after a spike; default −65 mV.
        c: ElectricPotential,
        /// What a spike adds to u; default 8 mV.
        d: ElectricPotential,
        /// Factor of the input current: r·I is the paper's I; default 1 Ω.
        r: ElectricalResistance,
        /// v that is a spike; default 30 mV.
        v_peak: ElectricPotential,
    }
}

fields!(Params { a, b, c, d, r, v_peak });
fields!(State { v, u });

pub(crate) struct Equations;

/// v' at v, for a drive of R·I − u.
#[inline(always)]
fn growth<N: Number>(v: N, drive: N) -> N {
    (N::of(0.04) * v + N::of(5.0)) * v + N::of(140.0) + drive
}

impl NeuronEquations for Equations {
    type Params<N: Number> = Params<N>;
    type State<N: Number> = State<N>;
    /// Half a step, and dt·a.
    type Derived<N: Number> = [N; 2];
    /// By how much R·I changes for each mV.
    type Response<N: Number> = N;

    #[inline(always)]
    fn derive<N: Number>(p: &Params<N>, dt: N) -> [N; 2] {
        [N::of(0.5) * dt, dt * p.a]
    }

    #[inline(always)]
    fn response<N: Number>(p: &Params<N>, _derived: &[N; 2], slope: N) -> N {
        p.r * slope
    }

    #[inline(always)]
    fn reset<N: Number>(p: &Params<N>, s: State<N>) -> State<N> {
        State { v: p.c, u: s.u + p.d }
    }

    #[inline(always)]
    fn update<N: Number>(
        p: &Params<N>,
        [half_step, far_u]: &[N; 2],
        slope: &N,
        s: State<N>,
        input: Input<N>,
    ) -> State<N> {
        let drive = p.r * input.current - s.u;
        let half = s.v + *half_step * growth(s.v, drive);
        let v = half + *half_step * growth(half, drive + *slope * (half - s.v));
        State { v: v + input.jump, u: s.u + *far_u * (p.b * v - s.u) }
    }

    #[inline(always)]
    fn distance<N: Number>(p: &Params<N>, s: &State<N>) -> N {
        s.v - p.v_peak
    }
}
