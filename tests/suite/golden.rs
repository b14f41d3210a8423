//! brainstate's float64 traces of `tests/data/golden`, on the device and on the reference, through the public API.
//!
//! Every neuron has parameters of its own and a current of its own in every step.

use crate::device::{backends, name, run};
use crate::tolerances::{FORMULA, V_RUN};
use neuropil::model::{Lif, LifRef, Reset};
use neuropil::network::{Array, Current, Network, Neuron, Population, Port, Record, SpikeTimes, Typed};
use neuropil::units::{Literal, Physical};
use serde_json::Value;
use std::path::Path;
use uom::si::f64::ElectricPotential;

pub fn case(name: &str) -> Value {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/golden").join(format!("{name}.json"));
    let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    serde_json::from_str(&text).expect("the case is JSON")
}

pub fn numbers(value: &Value) -> Vec<f64> {
    value.as_array().expect("an array").iter().map(|number| number.as_f64().expect("a number")).collect()
}

fn rows(value: &Value) -> Vec<Vec<f64>> {
    value.as_array().expect("an array").iter().map(numbers).collect()
}

/// A parameter of each neuron.
fn each<Q: Physical>(values: &Value, unit: &str) -> Typed<Q> {
    Typed::array(numbers(values), unit).expect("the unit fits")
}

/// The neurons of a case; their time constants may be off by a factor.
fn neurons(case: &Value, factor: f64) -> Neuron {
    let p = &case["params"];
    let reset = if case["spk_reset"] == "hard" { Reset::Hard } else { Reset::Soft };
    let tau = Typed::array(numbers(&p["tau"]).into_iter().map(|tau| tau * factor).collect(), "ms").expect("a time");
    let (r, v_th) = (each(&p["R"], "ohm"), each(&p["V_th"], "mV"));
    let (v_reset, v_rest) = (each(&p["V_reset"], "mV"), each(&p["V_rest"], "mV"));
    if case["model"] == "LIFRef" {
        let neuron = LifRef::new().tau(tau).r(r).v_th(v_th).v_reset(v_reset).v_rest(v_rest).reset(reset);
        neuron.tau_ref(each(&p["tau_ref"], "ms")).into()
    } else {
        Lif::new().tau(tau).r(r).v_th(v_th).v_reset(v_reset).v_rest(v_rest).reset(reset).into()
    }
}

/// The largest difference of V, as a part of the distance from reset to threshold, or the first wrong spike.
fn compare(case_name: &str, factor: f64, backend: &neuropil::Backend) -> Result<f64, String> {
    let case = case(case_name);
    let (input, v, spike) = (rows(&case["input_mA"]), rows(&case["V_mV"]), rows(&case["spike"]));
    let (steps, size) = (v.len(), v[0].len());
    let mut net = Network::new(case["dt"].as_f64().expect("a number").ms());
    let v0: Typed<ElectricPotential> = each(&case["params"]["V0"], "mV");
    let cells = net.add(Population::new("cells", size as u32, neurons(&case, factor)).init("v", v0));
    net.stimulate(Current::trace(&cells, Array::inline(input.concat(), &[steps, size], "mA").expect("the shape fits")));
    net.record(Record::new(&cells, ["v"]));
    let recording = run(&net, backend, steps as u32);
    let spikes = &recording.populations[0].spikes;
    let expected = (0..steps).flat_map(|step| (0..size).map(move |neuron| (step, neuron)));
    let expected = expected.filter(|&(step, neuron)| spike[step][neuron] == 1.0);
    if !expected.clone().eq(spikes.iter().map(|(step, _, neuron)| (step as usize, neuron as usize))) {
        return Err(format!("{} spikes, expected {}, or others", spikes.len(), expected.count()));
    }
    let (v_th, v_reset) = (numbers(&case["params"]["V_th"]), numbers(&case["params"]["V_reset"]));
    let found = &recording.traces[0].values;
    let difference = |(step, neuron): (usize, usize)| {
        (f64::from(found[step * size + neuron]) - v[step][neuron]).abs() / (v_th[neuron] - v_reset[neuron])
    };
    Ok((0..steps).flat_map(|step| (0..size).map(move |neuron| (step, neuron))).map(difference).fold(0.0, f64::max))
}

#[test]
fn neurons_follow_brainstate() {
    for backend in backends() {
        for model in ["LIF", "LIFRef"] {
            for variant in ["soft_dt0.1", "soft_dt1.0", "hard_dt0.1", "hard_dt1.0"] {
                let case = format!("{model}_{variant}");
                let difference = compare(&case, 1.0, &backend).unwrap_or_else(|wrong| panic!("{case}: {wrong}"));
                println!("{}: {case}: V differs by {difference:e} of the threshold distance", name(&backend));
                assert!(difference < V_RUN, "{}: {case}: V differs by {difference:e}", name(&backend));
            }
        }
    }
}

#[test]
fn a_thousandth_of_a_time_constant_is_noticed() {
    for backend in backends() {
        for case in ["LIF_soft_dt0.1", "LIFRef_hard_dt1.0"] {
            assert!(compare(case, 1.001, &backend).map_or(true, |difference| difference > V_RUN), "{case}");
        }
    }
}

#[test]
fn synapses_follow_brainstate() {
    let case = case("Expon");
    let (weight, arrives, output) = (numbers(&case["weight"]), rows(&case["pre_spike"]), rows(&case["output"]));
    let (steps, size) = (output.len(), weight.len());
    let dt = case["dt"].as_f64().expect("a number");
    let mut net = Network::new(dt.ms());
    // A membrane that hears nothing of its synapse.
    let neuron = Lif::new().r(1e-6.ohm()).v_th(1e6.mv());
    let port = Port::expon(each(&case["params"]["tau"], "ms")).cuba();
    let cells = net.add(Population::new("cells", size as u32, neuron).port("p", port));
    for (neuron, weight) in weight.iter().enumerate() {
        let times = (0..steps).filter(|&step| arrives[step][neuron] == 1.0);
        let times: Vec<_> = times.map(|step| (neuron as u32, (step as f64 * dt).ms())).collect();
        net.stimulate(SpikeTimes::new(&cells, times, weight.ma()).port("p"));
    }
    net.record(Record::new(&cells, ["p.g"]));
    for backend in backends() {
        let recording = run(&net, &backend, steps as u32);
        let largest = output.iter().flatten().fold(0.0f64, |largest, g| largest.max(g.abs()));
        for (step, expected) in output.iter().enumerate() {
            for neuron in 0..size {
                let (found, expected) = (f64::from(recording.traces[0].values[step * size + neuron]), expected[neuron]);
                let place = format!("{}: step {step}, synapse {neuron}", name(&backend));
                assert!((found - expected).abs() <= FORMULA * largest, "{place}: {found}, expected {expected}");
            }
        }
    }
}
