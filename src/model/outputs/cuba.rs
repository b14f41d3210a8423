//! `cuba`: I = scale·g, g in mA. Source: `brainstate.nn.CUBA`.

use crate::model::formulas::{Action, OutputEquations, fields};
use crate::model::twin::Current;
use crate::number::Number;

fields!(Params { scale });

pub(crate) struct Equations;

impl OutputEquations for Equations {
    type Params<N: Number> = Params<N>;

    #[inline(always)]
    fn act<N: Number>(p: &Params<N>, g: N, _v: N) -> Action<N> {
        Action::Current(Current { value: p.scale * g, slope: N::of(0.0) })
    }
}
