//! `current_step`: a current that is switched on and off.

use crate::model::formulas::{Site, StimulusEquations, fields};
use crate::number::{Number, Word};

fields!(Params { amplitude, start: word, stop: word });

pub(crate) struct Equations;

impl StimulusEquations for Equations {
    type Params<N: Number> = Params<N>;
    type State<N: Number> = ();
    type Derived<N: Number> = ();

    #[inline(always)]
    fn derive<N: Number>(_p: &Params<N>, _dt: N) {}

    #[inline(always)]
    fn step<N: Number>(p: &Params<N>, _derived: &(), _s: (), site: Site, _random: N::Word, _data: &[u32]) -> ((), N) {
        let now = N::Word::of(site.step);
        let on = !now.below(p.start) & now.below(p.stop);
        ((), N::select(on, p.amplitude, N::of(0.0)))
    }
}
