//! `cuba`: I = scale·g, g in mA. Source: `brainstate.nn.CUBA`.

use crate::model::twin::{Current, OutputTwin};

pub(crate) struct Equations;

impl OutputTwin for Equations {
    fn unit(&self) -> &'static str {
        "mA"
    }

    fn current(&self, p: &[f64], g: f64, _v: f64) -> Option<Current> {
        Some(Current { value: p[0] * g, slope: 0.0 })
    }
}
