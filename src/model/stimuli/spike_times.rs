//! `spike_times`: the weight, once for each arrival listed for this neuron and step.

use crate::model::twin::{Site, StimulusTwin, named};

pub(crate) struct Equations;

impl StimulusTwin for Equations {
    fn draw(&self, p: &[f64], site: Site, _random: u32, data: &[u32]) -> f64 {
        let [weight, first, count] = named(p);
        let arrivals = &data[first as usize..][..count as usize];
        arrivals.iter().filter(|&&step| step == site.step).count() as f64 * weight
    }
}
