//! `poisson_input`: the number of thresholds that the random word reaches, times the weight.

use crate::model::formulas::{Site, StimulusEquations, fields};
use crate::number::{Number, Word};

fields!(Params { sources: word, rate, weight, table: word, smallest: word, guide: word, shift: word });

pub(crate) struct Equations;

impl StimulusEquations for Equations {
    type Params<N: Number> = Params<N>;
    type State<N: Number> = ();
    type Derived<N: Number> = ();
    const RANDOM: bool = true;

    #[inline(always)]
    fn derive<N: Number>(_p: &Params<N>, _dt: N) {}

    #[inline(always)]
    fn step<N: Number>(p: &Params<N>, _derived: &(), _s: (), _site: Site, random: N::Word, data: &[u32]) -> ((), N) {
        let count = |[random, table, smallest, guide, shift]: [u32; 5]| {
            let word = random.min(u32::MAX - 1);
            let at = guide as usize + (word >> shift) as usize;
            let (begin, end) = (data[at] >> 1, data[at + 1] >> 1);
            let mut passed = begin;
            // Twice the thresholds that are passed for sure, plus 1 where there may be more.
            if data[at] & 1 == 1 {
                let between = &data[table as usize + 2..][begin as usize..end as usize];
                passed += between.partition_point(|&threshold| threshold <= word) as u32;
            }
            smallest.wrapping_add(passed)
        };
        let count = N::Word::each([random, p.table, p.smallest, p.guide, p.shift], count);
        ((), N::of_word(count) * p.weight)
    }
}
