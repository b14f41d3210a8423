//! `stp`: facilitation and depression. Source: `brainstate.nn.STP` (Tsodyks, Pawelzik & Markram, Neural Comput. 10, 821, 1998).

use crate::model::formulas::{ProjectionEquations, fields};
use crate::model::typed::typed_projection;
use crate::number::Number;
use uom::si::f64::Time;

typed_projection! {
    /// Short-term plasticity of a projection, facilitation and depression, as brainstate has it.
    Stp = "stp" {
        /// Part of what is not in use that a spike adds to u; default 0.15.
        u: f64,
        /// Time constant of facilitation; default 1500 ms.
        tau_f: Time,
        /// Time constant of depression; default 200 ms.
        tau_d: Time,
    }
}

fields!(Params { u, tau_f, tau_d });
fields!(State { u, x });

pub(crate) struct Equations;

impl ProjectionEquations for Equations {
    type Params<N: Number> = Params<N>;
    type State<N: Number> = State<N>;
    /// What is left of u after a step, and what comes back of what lacks of x.
    type Derived<N: Number> = [N; 2];

    #[inline(always)]
    fn derive<N: Number>(p: &Params<N>, dt: N) -> [N; 2] {
        [(-dt / p.tau_f).exponential(), (dt / p.tau_d).exp_step(N::of(-1.0))]
    }

    #[inline(always)]
    fn amplitude<N: Number>(p: &Params<N>, [kept, gained]: &[N; 2], s: &State<N>) -> N {
        let one = N::of(1.0);
        let u = *kept * s.u + p.u * (one - s.u);
        u * (s.x + *gained * (one - s.x))
    }

    #[inline(always)]
    fn update<N: Number>(p: &Params<N>, [kept, gained]: &[N; 2], s: State<N>, spiked: N::Mask) -> State<N> {
        let (zero, one) = (N::of(0.0), N::of(1.0));
        let u = *kept * s.u + N::select(spiked, p.u * (one - s.u), zero);
        let x = s.x + *gained * (one - s.x);
        State { u, x: x - N::select(spiked, u * s.x, zero) }
    }
}
