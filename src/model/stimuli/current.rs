//! `current`: a constant current.

use crate::model::formulas::{Site, StimulusEquations, fields};
use crate::number::Number;

fields!(Params { value });

pub(crate) struct Equations;

impl StimulusEquations for Equations {
    type Params<N: Number> = Params<N>;
    type State<N: Number> = ();
    type Derived<N: Number> = ();

    #[inline(always)]
    fn derive<N: Number>(_p: &Params<N>, _dt: N) {}

    #[inline(always)]
    fn step<N: Number>(p: &Params<N>, _derived: &(), _s: (), _site: Site, _random: N::Word, _data: &[u32]) -> ((), N) {
        ((), p.value)
    }
}
