//! The models of projections in f64: against brainstate's traces, and against NEST's amplitudes.

use crate::model::{Ampa, BioNmda, GabaA, ModelKind, ProjectionTwin, Std, Stp, Tsodyks2, Twin, find};
use serde_json::Value;
use std::path::Path;

/// brainstate's traces have 12 decimals, and NEST's numbers 17 digits; what their own order of operations may differ by.
const EXACT: f64 = 1e-11;

fn twin(name: &str) -> &'static dyn ProjectionTwin {
    let model = find(ModelKind::Projection, name).unwrap().unwrap();
    let Some(Twin::Projection(twin)) = model.twin else { panic!("{name} has a twin") };
    twin
}

fn case(path: &str) -> Value {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data").join(path);
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

fn numbers(value: &Value) -> Vec<f64> {
    value.as_array().unwrap().iter().map(|number| number.as_f64().unwrap()).collect()
}

fn rows(value: &Value) -> Vec<Vec<f64>> {
    value.as_array().unwrap().iter().map(numbers).collect()
}

/// The largest difference of state from brainstate's.
fn difference(name: &str, model: &str, params: &[&str], state: &[&str]) -> f64 {
    let case = case(&format!("golden/{name}.json"));
    let spikes = rows(&case["pre_spike"]);
    let expected: Vec<_> = state.iter().map(|variable| rows(&case[*variable])).collect();
    let mut worst = 0.0f64;
    for source in 0..spikes[0].len() {
        let p: Vec<f64> = params.iter().map(|param| numbers(&case["params"][*param])[source]).collect();
        let mut s = if state.len() == 2 { vec![p[0], 1.0] } else { vec![1.0] };
        for (step, spikes) in spikes.iter().enumerate() {
            let before = s.clone();
            let amplitude = twin(model).advance(&p, &mut s, spikes[source] == 1.0, 0.1);
            for (found, expected) in s.iter().zip(&expected) {
                worst = worst.max((found - expected[step][source]).abs());
            }
            if spikes[source] == 1.0 {
                // What is released is what then lacks, but for what has come back of it in this step.
                let tau = p[p.len() - 1];
                let recovered = 1.0 - (1.0 - before[before.len() - 1]) * (-0.1 / tau).exp();
                let u = if state.len() == 2 { s[0] } else { 1.0 };
                assert!((amplitude - u * recovered).abs() < EXACT, "{model}: {amplitude}");
            } else {
                assert_eq!(amplitude, 0.0);
            }
        }
    }
    worst
}

#[test]
fn stp_and_std_are_those_of_brainstate() {
    let worst = difference("STP", "stp", &["U", "tau_f", "tau_d"], &["u", "x"]);
    assert!(worst < EXACT, "stp: {worst:e}");
    let worst = difference("STD", "std", &["U", "tau"], &["x"]);
    assert!(worst < EXACT, "std: {worst:e}");
    assert!(difference("STD", "std", &["U", "U"], &["x"]) > 0.1, "another U is seen");
}

/// The largest difference of g, and of x where there is one, from brainstate's; `move_by` is added to a parameter.
fn graded_difference(name: &str, model: &str, move_by: f64) -> f64 {
    let case = case(&format!("golden/{name}.json"));
    let spikes = rows(&case["pre_spike"]);
    let dt = case["dt"].as_f64().unwrap();
    let fields = &find(ModelKind::Projection, model).unwrap().unwrap().reflection.params;
    let expected: Vec<_> = ["output", "x"].iter().filter_map(|key| case.get(*key).map(rows)).collect();
    let mut worst = 0.0f64;
    for source in 0..spikes[0].len() {
        let value = |field: &crate::shader::Field| {
            let key = match field.name.as_str() {
                "t" => "T",
                "t_dur" => return (numbers(&case["params"]["T_dur"])[source] / dt).ceil(),
                other => other,
            };
            numbers(&case["params"][key])[source]
        };
        let mut p: Vec<f64> = fields.iter().map(value).collect();
        p[1] += move_by;
        let mut s = vec![0.0; expected.len() + 1];
        for (step, spikes) in spikes.iter().enumerate() {
            assert_eq!(twin(model).advance(&p, &mut s, spikes[source] == 1.0, dt), 0.0, "it has no amplitudes");
            assert_eq!(twin(model).value(&s), Some(s[0]));
            for (found, expected) in s.iter().zip(&expected) {
                worst = worst.max((found - expected[step][source]).abs());
            }
        }
    }
    worst
}

#[test]
fn receptors_are_those_of_brainstate_and_brainpy() {
    for (name, model) in [("AMPA", "ampa"), ("GABAa", "gabaa"), ("BioNMDA", "bio_nmda")] {
        let worst = graded_difference(name, model, 0.0);
        println!("{model}: {worst:e}");
        assert!(worst < EXACT, "{model}: {worst:e}");
        assert!(graded_difference(name, model, 1e-6) > EXACT, "{model}: another rate is seen");
    }
    assert_eq!(twin("stp").value(&[0.2, 1.0]), None, "it gives no values");
}

#[test]
fn tsodyks2_is_that_of_nest() {
    let case = case("nest/tsodyks2.json");
    let dt = case["dt"].as_f64().unwrap();
    let params = ["U", "tau_rec", "tau_fac"].map(|param| numbers(&case["params"][param]));
    let mut spikes = 0;
    for (source, (train, amplitudes)) in rows(&case["spike_steps"]).iter().zip(rows(&case["amplitudes"])).enumerate() {
        let p = [0, 1, 2].map(|param: usize| params[param][source]);
        let mut s = [p[0], 1.0, 0.0];
        let mut expected = amplitudes.iter();
        for step in 0..case["steps"].as_u64().unwrap() {
            let spiked = train.contains(&(step as f64));
            let amplitude = twin("tsodyks2").advance(&p, &mut s, spiked, dt);
            if spiked {
                let expected = expected.next().unwrap();
                assert!((amplitude - expected).abs() < EXACT, "{amplitude}, not {expected}");
                assert!((s[0] * s[1] - expected).abs() < EXACT, "u and x are those of the spike");
                spikes += 1;
            }
        }
        assert!(expected.next().is_none());
    }
    assert!(spikes > 300);
}

#[test]
fn builders_have_the_parameters_of_the_models() {
    for (name, names) in [
        ("stp", Stp::NAMES),
        ("std", Std::NAMES),
        ("tsodyks2", Tsodyks2::NAMES),
        ("ampa", Ampa::NAMES),
        ("gabaa", GabaA::NAMES),
        ("bio_nmda", BioNmda::NAMES),
    ] {
        let model = find(ModelKind::Projection, name).unwrap().unwrap();
        let params: Vec<_> = model.reflection.params.iter().map(|field| field.name.as_str()).collect();
        assert_eq!(params, names, "{name}");
    }
}
