//! `expon`: g⁺ = e^(−dt/τ) g + Δ. Source: `brainstate.nn.Expon`.

use crate::model::formulas::{SynapseEquations, fields};
use crate::number::Number;

fields!(Params { tau });
fields!(State { g });

pub(crate) struct Equations;

impl SynapseEquations for Equations {
    type Params<N: Number> = Params<N>;
    type State<N: Number> = State<N>;
    /// What is left of g after a step.
    type Derived<N: Number> = N;

    #[inline(always)]
    fn derive<N: Number>(p: &Params<N>, dt: N) -> N {
        (-dt / p.tau).exponential()
    }

    #[inline(always)]
    fn update<N: Number>(kept: &N, s: State<N>, arrivals: N) -> State<N> {
        State { g: *kept * s.g + arrivals }
    }

    #[inline(always)]
    fn output<N: Number>(s: &State<N>) -> N {
        s.g
    }
}
