//! `dense`: the product of a step's inputs and a matrix.

use crate::model::twin::{Site, StimulusTwin, named};

pub(crate) struct Equations;

impl StimulusTwin for Equations {
    fn draw(&self, p: &[f64], site: Site, _random: u32, data: &[u32]) -> f64 {
        let [first, steps, items, rows, weights, width, column] = named(p).map(|word| word as usize);
        let step = site.step as usize;
        if step >= steps || column >= width {
            return 0.0;
        }
        let number = |at: usize| f64::from(f32::from_bits(data[at]));
        let item = if items == 1 { 0 } else { site.batch as usize };
        let x = first + (step * items + item) * rows;
        (0..rows).map(|row| number(x + row) * number(weights + row * width + column)).sum()
    }
}
