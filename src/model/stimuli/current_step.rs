//! `current_step`: a current that is switched on and off.

use crate::model::twin::{Site, StimulusTwin, named};

pub(crate) struct Equations;

impl StimulusTwin for Equations {
    fn draw(&self, p: &[f64], site: Site, _random: u32, _data: &[u32]) -> f64 {
        let [amplitude, start, stop] = named(p);
        if (start..stop).contains(&f64::from(site.step)) { amplitude } else { 0.0 }
    }
}
