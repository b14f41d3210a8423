//! `std`: depression. Source: `brainstate.nn.STD` (Abbott et al., Science 275, 220, 1997).

use crate::model::formulas::{ProjectionEquations, fields};
use crate::model::typed::typed_projection;
use crate::number::Number;
use uom::si::f64::Time;

typed_projection! {
    /// Short-term depression of a projection, as brainstate has it.
    Std = "std" {
        /// Part of x that a spike uses up; default 0.07.
        u: f64,
        /// Time constant of recovery; default 200 ms.
        tau: Time,
    }
}

fields!(Params { u, tau });
fields!(State { x });

pub(crate) struct Equations;

impl ProjectionEquations for Equations {
    type Params<N: Number> = Params<N>;
    type State<N: Number> = State<N>;
    /// What comes back in a step of what lacks of x.
    type Derived<N: Number> = N;

    #[inline(always)]
    fn derive<N: Number>(p: &Params<N>, dt: N) -> N {
        (dt / p.tau).exp_step(N::of(-1.0))
    }

    #[inline(always)]
    fn amplitude<N: Number>(_p: &Params<N>, gained: &N, s: &State<N>) -> N {
        s.x + *gained * (N::of(1.0) - s.x)
    }

    #[inline(always)]
    fn update<N: Number>(p: &Params<N>, gained: &N, s: State<N>, spiked: N::Mask) -> State<N> {
        let x = s.x + *gained * (N::of(1.0) - s.x);
        State { x: x - N::select(spiked, p.u * s.x, N::of(0.0)) }
    }
}
