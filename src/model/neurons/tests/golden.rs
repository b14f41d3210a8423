//! The device against brainstate's float64 traces in `tests/data/golden`. (The reference has its own test against them, to 1e-9.)

use super::*;
use crate::network::{Current, Neuron, Record};
use crate::units::Literal;

/// What float32 may add up to over a trace, as a part of the distance from reset to threshold.
const TOLERANCE: f64 = 1e-5;

/// brainstate's names of parameters and initial values, ours, and their unit.
const NAMES: [(&str, &str, &str); 10] = [
    ("tau", "tau", "ms"),
    ("R", "r", "ohm"),
    ("V_th", "v_th", "mV"),
    ("V_reset", "v_reset", "mV"),
    ("V_rest", "v_rest", "mV"),
    ("tau_ref", "tau_ref", "ms"),
    ("tau_a", "tau_a", "ms"),
    ("beta", "beta", "mV"),
    ("V0", "v", "mV"),
    ("a0", "a", "1"),
];

fn network(case: &serde_json::Value, name: &str) -> Network {
    let mut network = Network::new(number(&case["dt"]).ms());
    let given =
        NAMES.iter().filter_map(|(theirs, ours, unit)| Some((*theirs, *ours, case["params"].get(theirs)?, *unit)));
    let (init, params): (Vec<_>, Vec<_>) = given.partition(|(theirs, ..)| theirs.ends_with('0'));
    let mut neuron = Neuron::from(name).param("reset", Value::choice(case["spk_reset"].as_str().unwrap()));
    for (_, ours, values, unit) in params {
        neuron = neuron.param(ours, array(&numbers(values), unit));
    }
    let currents = rows(&case["input_mA"]);
    let size = currents[0].len();
    let mut population = Population::new("cells", size as u32, neuron);
    for (_, ours, values, unit) in init {
        population = population.init(ours, array(&numbers(values), unit));
    }
    network.add(population);
    let trace = Array::inline(currents.concat(), &[currents.len(), size], "mA").unwrap();
    network.stimulate(Current::trace("cells", trace));
    network.record(Record::new("cells", if name == "alif" { vec!["v", "a"] } else { vec!["v"] }));
    network
}

/// The greatest differences of V (as a part of the distance from reset to threshold) and of a, and the spikes of
/// neuron and step that differ.
fn differences(case: &serde_json::Value, recording: &Recording) -> (f64, f64, usize) {
    let (spike, v) = (rows(&case["spike"]), rows(&case["V_mV"]));
    let size = v[0].len();
    let column = |name: &str| case["params"].get(name).map_or(vec![0.0; size], numbers);
    let distance: Vec<f64> = column("V_th").iter().zip(column("V_reset")).map(|(th, reset)| th - reset).collect();
    let greatest = |trace: usize, expected: &[Vec<f64>], scale: &dyn Fn(usize) -> f64| {
        let values = recording.traces[trace].values.iter().zip(expected.concat()).enumerate();
        values
            .map(|(at, (&found, expected))| (f64::from(found) - expected).abs() / scale(at % size))
            .fold(0.0, f64::max)
    };
    let difference_v = greatest(0, &v, &|neuron| distance[neuron]);
    let difference_a = case.get("a").map_or(0.0, |a| greatest(1, &rows(a), &|_| 1.0));
    let wrong = (0..size).map(|neuron| {
        let fired = steps_of(recording, neuron as u32);
        let expected = |step: u32| spike[step as usize][neuron] == 1.0;
        (0..spike.len() as u32).filter(|&step| fired.contains(&step) != expected(step)).count()
    });
    (difference_v, difference_a, wrong.sum())
}

#[test]
#[cfg_attr(without_device, ignore = "there is no device")]
fn the_device_follows_the_golden_traces() {
    for (model, name) in [("IF", "if"), ("LIF", "lif"), ("LIFRef", "lif_ref"), ("ALIF", "alif")] {
        for (reset, dt) in [("soft", "0.1"), ("hard", "0.1"), ("soft", "1.0"), ("hard", "1.0")] {
            let case = fixture(&format!("golden/{model}_{reset}_dt{dt}.json"));
            let recording = on_device(&network(&case, name), 400);
            let (v, a, wrong) = differences(&case, &recording);
            assert!(v < TOLERANCE && a < TOLERANCE, "{model} {reset} {dt}: V differs by {v}, a by {a}");
            assert_eq!(wrong, 0, "{model} {reset} {dt}: spikes differ");
        }
    }
}

#[test]
#[cfg_attr(without_device, ignore = "there is no device")]
fn a_ten_thousandth_more_current_is_noticed() {
    let case = fixture("golden/ALIF_soft_dt0.1.json");
    let mut network = network(&case, "alif");
    network.stimulate(Current::new("cells", 1e-4.ma()));
    let recording = on_device(&network, 400);
    assert!(differences(&case, &recording).0 > TOLERANCE);
}
