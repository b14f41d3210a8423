//! `psc_exp`: i⁺ = e^(−dt/τ) i + Δ, an exponential current that begins at the end of the step of arrival. Its output is the
//! constant current that moves a membrane of τ_m in the next step as the decaying one does.
//! Source: NEST's `iaf_psc_exp` (Rotter & Diesmann 1999, Biol. Cybern. 81:381).

use crate::model::twin::{SynapseTwin, named};

pub(crate) struct Equations;

/// What is left at the end of the step of a unit current that decays with τ, and of one that stays, on a membrane of τ_m.
fn effects(tau: f64, tau_m: f64, dt: f64) -> (f64, f64) {
    let (decay, forget) = ((-dt / tau).exp(), (-dt / tau_m).exp());
    let forgotten = -(-dt / tau_m).exp_m1();
    let difference = 1.0 / tau - 1.0 / tau_m;
    // Where both are nearly equal, the quotient's limit is right to (dt·difference)².
    let decaying =
        if (dt * difference).abs() < 1e-7 { dt * (decay + forget) / 2.0 } else { (forget - decay) / difference };
    (decaying, tau_m * forgotten)
}

impl SynapseTwin for Equations {
    fn update(&self, p: &[f64], s: &mut [f64], arrivals: f64, dt: f64) {
        let [tau, tau_m] = named(p);
        let (decaying, constant) = effects(tau, tau_m, dt);
        s[1] = s[0] * decaying / constant;
        s[0] = (-dt / tau).exp() * s[0] + arrivals;
    }

    fn output(&self, _p: &[f64], s: &[f64]) -> f64 {
        s[1]
    }

    fn unit(&self) -> Option<&'static str> {
        Some("mA")
    }
}
