//! `alpha`: h⁺ = a h + Δ, g⁺ = a g + (1 − a) h with a = e^(−dt/τ). Source: `brainstate.nn.Alpha`.

use crate::model::formulas::{SynapseEquations, fields};
use crate::number::Number;

fields!(Params { tau });
fields!(State { g, h });

pub(crate) struct Equations;

impl SynapseEquations for Equations {
    type Params<N: Number> = Params<N>;
    type State<N: Number> = State<N>;
    /// What is left of g and h after a step, and the part of h that g gains.
    type Derived<N: Number> = [N; 2];

    #[inline(always)]
    fn derive<N: Number>(p: &Params<N>, dt: N) -> [N; 2] {
        let h = dt / p.tau;
        [(-h).exponential(), h.exp_step(N::of(-1.0))]
    }

    #[inline(always)]
    fn update<N: Number>([kept, gained]: &[N; 2], s: State<N>, arrivals: N) -> State<N> {
        State { g: *kept * s.g + *gained * s.h, h: *kept * s.h + arrivals }
    }

    #[inline(always)]
    fn output<N: Number>(s: &State<N>) -> N {
        s.g
    }
}
