//! `delta`: what arrives is added to V.

use crate::model::twin::OutputTwin;

pub(crate) struct Equations;

impl OutputTwin for Equations {
    fn unit(&self) -> &'static str {
        "mV"
    }

    fn jump(&self, _p: &[f64], g: f64) -> Option<f64> {
        Some(g)
    }
}
