//! Synapses against closed forms, and where their time constants meet or are far apart.

use crate::model::{Compiled, ModelKind, SynapseTwin, Twin, find};
use crate::model::{Given, Precision};
use crate::number::{Arch, F32s, Lanes};

fn twin(name: &str) -> &'static dyn SynapseTwin {
    let model = find(ModelKind::Synapse, name).unwrap().expect("it is in the catalogue");
    let Some(Twin::Synapse(twin)) = model.twin else { panic!("{name} has a twin") };
    twin
}

/// g after each step of `dt` of one weight 1, which arrives in the first.
fn response(name: &str, p: &[f64], dt: f64, steps: usize) -> Vec<f64> {
    let (twin, mut s) = (twin(name), [0.0; 2]);
    let mut step = |step: usize| {
        twin.update(p, &mut s, if step == 0 { 1.0 } else { 0.0 }, dt);
        twin.output(p, &s)
    };
    (0..steps).map(&mut step).collect()
}

#[test]
fn a_weight_makes_dual_expon_as_large_as_itself() {
    for (decay, rise) in [(10.0f64, 1.0f64), (100.0, 2.0), (5.0, 4.999), (5.0, 5.0)] {
        let g = response("dual_expon", &[decay, rise], 0.01, 4000);
        let (at, largest) = g.iter().copied().enumerate().fold((0, 0.0), |most, g| if g.1 > most.1 { g } else { most });
        assert!((largest - 1.0).abs() < 1e-5, "{decay}, {rise}: {largest}");
        let expected = if decay == rise { decay } else { decay * rise / (decay - rise) * (decay / rise).ln() };
        assert!((at as f64 * 0.01 - expected).abs() < 0.011, "{decay}, {rise}: at {at}, expected {expected} ms");
        // The equation itself, at each step.
        let of = |t: f64| match decay == rise {
            true => std::f64::consts::E * t / decay * (-t / decay).exp(),
            false => {
                let norm = decay / (decay - rise) * (rise / decay).powf(rise / (rise - decay));
                norm * ((-t / decay).exp() - (-t / rise).exp())
            }
        };
        let off = g.iter().enumerate().map(|(step, g)| (g - of(step as f64 * 0.01)).abs()).fold(0.0, f64::max);
        // The norm of time constants a thousandth apart is 5,000 times what is left of the difference.
        assert!(off < 1e-11, "{decay}, {rise}: {off:e}");
    }
}

#[test]
fn a_weight_makes_alpha_largest_after_tau() {
    let g = response("alpha", &[8.0], 0.01, 4000);
    let at = (0..g.len()).max_by(|&a, &b| g[a].total_cmp(&g[b])).unwrap();
    assert!((at as f64 * 0.01 - 8.0).abs() < 0.02, "{at}");
    assert!((g[at] - (-1f64).exp()).abs() < 1e-3, "{}", g[at]);
    assert_eq!(g[0], 0.0, "it acts from the step after that of its arrival on");
}

/// No time constant that an f32 holds makes a number that is none.
#[test]
fn time_constants_far_apart_and_steps_far_too_long_stay_finite() {
    let numbers = [1e-37, 1e-20, 1e-3, 1.0, 1.000_000_1, 1e3, 1e20, 1e37];
    for name in ["expon", "alpha", "dual_expon"] {
        let model = find(ModelKind::Synapse, name).unwrap().expect("it is in the catalogue");
        let compiled: Compiled = model.compiled.expect("it has equations");
        let params = model.reflection.params.len();
        for (one, other) in numbers.into_iter().flat_map(|one| numbers.map(|other| (one, other))) {
            if params > 1 && other > one {
                continue;
            }
            for dt in [1e-3, 0.1, 1e4] {
                let value = |field: usize, _: usize| if field == 0 { one } else { other };
                let given = Given { size: 1, shared: true, value: &value };
                let mut block = F32s::synapse(compiled).unwrap()(&given, dt);
                for step in 0..3 {
                    let mut g = [F32s::from_lanes(|_| if step == 0 { 1.0 } else { 0.0 })];
                    block.update(Arch::new(), &mut g);
                    let found = g[0].lane(0);
                    assert!((0.0..=1.0).contains(&found), "{name} {one} {other}, {dt}: {found}");
                }
                assert!(block.state().is_finite(), "{name} {one} {other}, {dt}");
            }
        }
    }
}
