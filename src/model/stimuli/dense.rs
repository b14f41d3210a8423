//! `dense`: the product of a step's inputs and a matrix.

use crate::model::formulas::{Site, StimulusEquations, fields};
use crate::number::{Number, Word};

fields!(Params { first: word, steps: word, items: word, rows: word, weights: word, width: word, column: word });

pub(crate) struct Equations;

impl StimulusEquations for Equations {
    type Params<N: Number> = Params<N>;
    type State<N: Number> = ();
    type Derived<N: Number> = ();

    #[inline(always)]
    fn derive<N: Number>(_p: &Params<N>, _dt: N) {}

    #[inline(always)]
    fn step<N: Number>(p: &Params<N>, _derived: &(), _s: (), site: Site, _random: N::Word, data: &[u32]) -> ((), N) {
        let mut sum = N::of(0.0);
        // What differs from neuron to neuron is the column, which those that have none lack.
        let mut rows = 0;
        N::Word::each([p.rows], |[of_neuron]| {
            rows = of_neuron.max(rows);
            0
        });
        for row in 0..rows {
            let item = |[items]: [u32; 1]| if items == 1 { 0 } else { site.batch };
            let item = N::Word::each([p.items], item);
            let x = |[first, steps, items, rows, item]: [u32; 5]| {
                let at = (site.step as usize * items as usize + item as usize) * rows as usize + row as usize;
                if site.step < steps && row < rows { data[first as usize + at] } else { 0 }
            };
            let weight = |[weights, width, column, rows]: [u32; 4]| {
                let at = weights as usize + row as usize * width as usize + column as usize;
                if column < width && row < rows { data[at] } else { 0 }
            };
            let x = N::of_f32_bits(N::Word::each([p.first, p.steps, p.items, p.rows, item], x));
            let weight = N::of_f32_bits(N::Word::each([p.weights, p.width, p.column, p.rows], weight));
            sum = x.fma(weight, sum);
        }
        ((), sum)
    }
}
