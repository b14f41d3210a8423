//! `trace`: a current given for each step.

use crate::model::twin::{Site, StimulusTwin, named};

pub(crate) struct Equations;

impl StimulusTwin for Equations {
    fn draw(&self, p: &[f64], site: Site, _random: u32, data: &[u32]) -> f64 {
        let [first, steps, width, column] = named(p).map(|word| word as usize);
        let step = site.step as usize;
        if step >= steps || column >= width {
            return 0.0;
        }
        f64::from(f32::from_bits(data[first + step * width + column]))
    }
}
