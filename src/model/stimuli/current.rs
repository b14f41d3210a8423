//! `current`: a constant current.

use crate::model::twin::{Site, StimulusTwin};

pub(crate) struct Equations;

impl StimulusTwin for Equations {
    fn draw(&self, p: &[f64], _site: Site, _random: u32, _data: &[u32]) -> f64 {
        p[0]
    }
}
