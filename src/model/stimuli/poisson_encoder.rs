//! `poisson_encoder`: as `poisson_spikes`, with the threshold of each step and neuron in a table.

use super::poisson_spikes::fires;
use crate::model::twin::{Site, StimulusTwin, named};

pub(crate) struct Equations;

impl StimulusTwin for Equations {
    fn draw(&self, p: &[f64], site: Site, random: u32, data: &[u32]) -> f64 {
        let [weight, ..] = named::<6>(p);
        let [_, first, steps, stride, width, column] = named(p).map(|word: f64| word as usize);
        let step = site.step as usize;
        if step >= steps || column >= width {
            return 0.0;
        }
        if fires(random, data[first + step * stride + column]) { weight } else { 0.0 }
    }
}
