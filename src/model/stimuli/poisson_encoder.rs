//! `poisson_encoder`: as `poisson_spikes`, with the threshold of each step and neuron in a table.

use super::poisson_spikes::fires;
use crate::model::formulas::{Site, StimulusEquations, fields};
use crate::number::{Number, Word};

fields!(Params { weight, first: word, steps: word, stride: word, width: word, column: word });

pub(crate) struct Equations;

impl StimulusEquations for Equations {
    type Params<N: Number> = Params<N>;
    type State<N: Number> = ();
    type Derived<N: Number> = ();
    const RANDOM: bool = true;

    #[inline(always)]
    fn derive<N: Number>(_p: &Params<N>, _dt: N) {}

    #[inline(always)]
    fn step<N: Number>(p: &Params<N>, _derived: &(), _s: (), site: Site, random: N::Word, data: &[u32]) -> ((), N) {
        let threshold = |[first, steps, stride, width, column]: [u32; 5]| {
            let inside = site.step < steps && column < width;
            let at = first as usize + site.step as usize * stride as usize + column as usize;
            if inside { data[at] } else { 0 }
        };
        let threshold = N::Word::each([p.first, p.steps, p.stride, p.width, p.column], threshold);
        ((), N::select(fires::<N>(random, threshold), p.weight, N::of(0.0)))
    }
}
