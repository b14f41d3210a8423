//! `current_ramp`: a current that is linear in time between two steps.

use crate::model::formulas::{Site, StimulusEquations, fields};
use crate::number::{Number, Word};

fields!(Params { at_start, at_stop, start: word, stop: word });

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
        let passed = N::of_word(now.minus(p.start)) / N::of_word(p.stop.minus(p.start)).greatest(N::of(1.0));
        ((), N::select(on, p.at_start + (p.at_stop - p.at_start) * passed, N::of(0.0)))
    }
}
