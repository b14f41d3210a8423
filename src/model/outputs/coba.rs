//! `coba`: I = g (E − V), g in mS, V in mV, I in mA. Source: `brainstate.nn.COBA`.

use crate::model::twin::{Current, OutputTwin};

pub(crate) struct Equations;

impl OutputTwin for Equations {
    fn unit(&self) -> &'static str {
        "mS"
    }

    fn current(&self, p: &[f64], g: f64, v: f64) -> Option<Current> {
        let microampere = g * (p[0] - v);
        Some(Current { value: microampere / 1e3, slope: -g / 1e3 })
    }
}
