//! Firing under constant current, and the current where it sets in, against closed forms and integrals.

use super::*;
use crate::network::{Neuron, StimulusModel};
use crate::units::Literal;

/// Steps of the spikes of one neuron for each current.
fn driven(neuron: impl Into<Neuron>, currents: &[f64], unit: &str, dt: f64, duration: f64) -> Vec<Vec<u32>> {
    let mut network = Network::new(dt.ms());
    network.add(Population::new("cells", currents.len() as u32, neuron));
    network.stimulate(StimulusModel::new("cells", "current").param("value", array(currents, unit)));
    let recording = reference(&network).run((duration / dt).round() as u32, &mut |_| ()).unwrap();
    (0..currents.len() as u32).map(|neuron| steps_of(&recording, neuron)).collect()
}

/// \[ms\] The mean interval between spikes.
fn interval(steps: &[u32], dt: f64) -> f64 {
    let (first, last) = (steps[0], steps[steps.len() - 1]);
    f64::from(last - first) * dt / (steps.len() - 1) as f64
}

/// ∫ dv/derivative(v) by Simpson's rule: the time from `from` to `to`.
fn time(from: f64, to: f64, derivative: impl Fn(f64) -> f64) -> f64 {
    let parts = 200_000;
    let width = (to - from) / f64::from(parts);
    let at = |index: i32| 1.0 / derivative(from + width * f64::from(index));
    let inner: f64 = (1..parts).map(|index| if index % 2 == 1 { 4.0 * at(index) } else { 2.0 * at(index) }).sum();
    (at(0) + inner + at(parts)) * width / 3.0
}

#[test]
fn exp_if_fires_at_the_rate_of_its_integral() {
    let currents = [2.0, 3.0, 5.0, 10.0, 30.0];
    for dt in [0.1, 0.01] {
        for (steps, current) in driven(ExpIf::new(), &currents, "mA", dt, 2000.0).iter().zip(currents) {
            let derivative = |v: f64| (-(v + 65.0) + 3.48 * ((v + 59.9) / 3.48).exp() + current) / 10.0;
            let expected = 1.7 + time(-68.0, -30.0, derivative);
            let found = interval(steps, dt);
            // A spike is seen at the end of its step, and the step itself is of second order.
            assert!(
                (found - expected).abs() < 1.5 * dt,
                "{current} mV, dt {dt}: {found} ms, the integral is {expected}"
            );
        }
    }
}

#[test]
fn exp_if_starts_to_fire_at_its_rheobase() {
    // V_T − V_rest − Δ_T: where −(V − V_rest) + Δ_T exp((V − V_T)/Δ_T) + R·I touches 0 from above.
    let rheobase = 65.0 - 59.9 - 3.48;
    let spikes = driven(ExpIf::new(), &[rheobase * 0.999, rheobase * 1.001], "mA", 0.1, 5000.0);
    assert!(spikes[0].is_empty() && !spikes[1].is_empty(), "rheobase {rheobase} mV");
}

#[test]
fn quadratic_if_has_the_period_of_the_arctangents() {
    let (range, middle) = (15.0f64, -57.5);
    let currents = [4.0, 5.0, 8.0, 20.0, 60.0];
    for dt in [0.1, 0.01] {
        for (steps, current) in driven(QuadraticIf::new(), &currents, "mA", dt, 2000.0).iter().zip(currents) {
            // τ·range·x' = x² + root², x = V − middle.
            let root = (range * current - range * range / 4.0).sqrt();
            let expected = 10.0 * range / root * (((20.0 - middle) / root).atan() - ((-80.0 - middle) / root).atan());
            let found = interval(steps, dt);
            assert!((found - expected).abs() < dt, "{current} mV, dt {dt}: {found} ms, closed form {expected}");
        }
    }
    let rheobase = range / 4.0;
    let spikes = driven(QuadraticIf::new(), &[rheobase * 0.999, rheobase * 1.001], "mA", 0.1, 20000.0);
    assert!(spikes[0].is_empty() && !spikes[1].is_empty(), "rheobase {rheobase} mV");
}

#[test]
fn adex_loses_its_rest_at_the_hopf_bifurcation() {
    // Touboul & Brette 2008, Biol. Cybern. 99:319: with a/g_L > τ_m/τ_w rest becomes unstable before it vanishes, where the
    // trace of the Jacobian does, (exp((V − V_T)/Δ_T) − 1)/τ_m = 1/τ_w.
    let (c, g_l, e_l, v_t, delta_t, tau_w, a) = (281.0, 30.0, -70.6, -50.4, 2.0, 144.0, 4.0);
    let ratio: f64 = c / g_l / tau_w;
    assert!(a / g_l > ratio, "the paper's parameters are of this kind");
    let v: f64 = v_t + delta_t * (1.0 + ratio).ln();
    let current = (g_l + a) * (v - e_l) - g_l * delta_t * (1.0 + ratio);
    // Start in equilibrium, where V is so low or so high as the current is.
    for (part, fires) in [(0.99, false), (1.01, true)] {
        let current = current * part;
        let balance = |v: f64| g_l * (e_l - v + delta_t * ((v - v_t) / delta_t).exp()) - a * (v - e_l) + current;
        let (mut low, mut high) = (e_l, v_t + delta_t * (1.0f64 + a / g_l).ln());
        for _ in 0..200 {
            let middle = (low + high) / 2.0;
            if balance(middle) > 0.0 { low = middle } else { high = middle }
        }
        let mut network = Network::new(0.05.ms());
        let population = Population::new("cells", 1, AdEx::new());
        // A hundredth of a millivolt off, so that it can leave.
        network.add(population.init("v", (low + 0.01).mv()).init("w", (a * (low - e_l)).pa()));
        network.stimulate(StimulusModel::new("cells", "current").param("value", current.pa()));
        let recording = reference(&network).run(100_000, &mut |_| ()).unwrap();
        assert_eq!(!steps_of(&recording, 0).is_empty(), fires, "{current} pA");
    }
}
