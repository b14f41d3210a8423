//! `poisson_input`: the number of thresholds that the random word reaches, times the weight.
//!
//! The thresholds are the cumulative distribution, so a linear count is the definition itself.

use crate::model::twin::{Site, StimulusTwin, named};

pub(crate) struct Equations;

impl StimulusTwin for Equations {
    fn draw(&self, p: &[f64], _site: Site, random: u32, data: &[u32]) -> f64 {
        let [_sources, _rate, weight, table] = named(p);
        let [smallest, bits] = [0, 1].map(|i| data[table as usize + i]);
        let thresholds = &data[table as usize + 2..][..(1 << bits) - 1];
        let word = random.min(u32::MAX - 1);
        let reached = thresholds.iter().take_while(|&&threshold| threshold <= word).count();
        (f64::from(smallest) + reached as f64) * weight
    }
}
