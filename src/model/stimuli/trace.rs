//! `trace`: a current given for each step.

use crate::model::formulas::{Site, StimulusEquations, fields};
use crate::number::{Number, Word};

fields!(Params { first: word, steps: word, width: word, column: word });

pub(crate) struct Equations;

impl StimulusEquations for Equations {
    type Params<N: Number> = Params<N>;
    type State<N: Number> = ();
    type Derived<N: Number> = ();

    #[inline(always)]
    fn derive<N: Number>(_p: &Params<N>, _dt: N) {}

    #[inline(always)]
    fn step<N: Number>(p: &Params<N>, _derived: &(), _s: (), site: Site, _random: N::Word, data: &[u32]) -> ((), N) {
        let value = |[first, steps, width, column]: [u32; 4]| {
            let inside = site.step < steps && column < width;
            let at = first as usize + site.step as usize * width as usize + column as usize;
            if inside { data[at] } else { 0 }
        };
        ((), N::of_f32_bits(N::Word::each([p.first, p.steps, p.width, p.column], value)))
    }
}
