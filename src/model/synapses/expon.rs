//! `expon`: g⁺ = e^(−dt/τ) g + Δ. Source: `brainstate.nn.Expon`.

use crate::model::twin::SynapseTwin;

pub(crate) struct Equations;

impl SynapseTwin for Equations {
    fn update(&self, p: &[f64], s: &mut [f64], arrivals: f64, dt: f64) {
        s[0] = (-dt / p[0]).exp() * s[0] + arrivals;
    }

    fn output(&self, _p: &[f64], s: &[f64]) -> f64 {
        s[0]
    }
}
