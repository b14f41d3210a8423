//! `spike_times`: the weight, once for each arrival listed for this neuron and step.

use crate::model::formulas::{Site, StimulusEquations, fields};
use crate::number::{Number, Word};

fields!(Params { weight, first: word, count: word });

pub(crate) struct Equations;

impl StimulusEquations for Equations {
    type Params<N: Number> = Params<N>;
    type State<N: Number> = ();
    type Derived<N: Number> = ();

    #[inline(always)]
    fn derive<N: Number>(_p: &Params<N>, _dt: N) {}

    #[inline(always)]
    fn step<N: Number>(p: &Params<N>, _derived: &(), _s: (), site: Site, _random: N::Word, data: &[u32]) -> ((), N) {
        let arrived = |[first, count]: [u32; 2]| {
            let arrivals = &data[first as usize..][..count as usize];
            let before = |step: u64| arrivals.partition_point(|&arrival| u64::from(arrival) < step);
            (before(u64::from(site.step) + 1) - before(u64::from(site.step))) as u32
        };
        ((), N::of_word(N::Word::each([p.first, p.count], arrived)) * p.weight)
    }
}
