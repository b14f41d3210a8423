//! `current_ramp`: a current that is linear in time between two steps.

use crate::model::twin::{Site, StimulusTwin, named};

pub(crate) struct Equations;

impl StimulusTwin for Equations {
    fn draw(&self, p: &[f64], site: Site, _random: u32, _data: &[u32]) -> f64 {
        let [at_start, at_stop, start, stop] = named(p);
        let step = f64::from(site.step);
        if !(start..stop).contains(&step) {
            return 0.0;
        }
        at_start + (at_stop - at_start) * (step - start) / (stop - start)
    }
}
