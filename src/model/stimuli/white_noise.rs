//! `white_noise`: a normal number that is new after each interval. Source: NEST's `noise_generator`.

use crate::model::formulas::{Site, StimulusEquations, fields};
use crate::number::{Number, Word};

fields!(Params { mean, sigma, every: word });
fields!(State { x, left: word });

pub(crate) struct Equations;

impl StimulusEquations for Equations {
    type Params<N: Number> = Params<N>;
    type State<N: Number> = State<N>;
    type Derived<N: Number> = ();
    const RANDOM: bool = true;

    #[inline(always)]
    fn derive<N: Number>(_p: &Params<N>, _dt: N) {}

    #[inline(always)]
    fn step<N: Number>(
        p: &Params<N>,
        _derived: &(),
        s: State<N>,
        _site: Site,
        random: N::Word,
        _data: &[u32],
    ) -> (State<N>, N) {
        let [none, one] = [0, 1].map(N::Word::of);
        let ends = s.left.equals(none);
        let x = N::select(ends, p.sigma * N::normal_of(random), s.x);
        let steps = N::Word::select(p.every.equals(none), one, p.every);
        let left = N::Word::select(ends, steps, s.left).minus(one);
        (State { x, left }, p.mean + x)
    }
}
