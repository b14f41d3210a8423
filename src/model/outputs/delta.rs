//! `delta`: what arrives is added to V.

use crate::model::formulas::{Action, OutputEquations};
use crate::number::Number;

pub(crate) struct Equations;

impl OutputEquations for Equations {
    type Params<N: Number> = ();

    #[inline(always)]
    fn act<N: Number>(_p: &(), g: N, _v: N) -> Action<N> {
        Action::Jump(g)
    }
}
