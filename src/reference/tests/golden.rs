//! The reference against brainstate's own float64 traces in `tests/data/golden`.
//!
//! The device's current traces are f32; so that nothing is rounded, currents and arrivals come here from a stimulus
//! that reads two words as one f64.

use super::tiny::{Tiny, each, model};
use crate::model::{Definition, ModelKind, Site, StimulusTwin, Twin};
use crate::plan::{Column, Target};
use serde_json::Value;
use std::path::Path;
use std::sync::Arc;

/// What the values were printed to, and what brainstate's own order of operations may differ by.
const TOLERANCE: f64 = 1e-9;

/// Parameters: the number of values in a step.
struct WideTrace;

impl StimulusTwin for WideTrace {
    fn advance(&self, p: &[f64], _s: &mut [f64], site: Site, _random: u32, data: &[u32]) -> f64 {
        let at = 2 * (site.step as usize * p[0] as usize + site.neuron as usize);
        f64::from_bits(u64::from(data[at]) << 32 | u64::from(data[at + 1]))
    }
}

fn wide_trace() -> Arc<Definition> {
    let current = model(ModelKind::Stimulus, "current");
    Arc::new(Definition {
        kind: ModelKind::Stimulus,
        fragment: current.fragment.clone(),
        reflection: current.reflection.clone(),
        twin: Some(Twin::Stimulus(&WideTrace)),
        compiled: None,
    })
}

fn words(rows: &[Vec<f64>]) -> Vec<u32> {
    rows.iter().flatten().flat_map(|value| [(value.to_bits() >> 32) as u32, value.to_bits() as u32]).collect()
}

fn case(name: &str) -> Value {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/golden").join(format!("{name}.json"));
    let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    serde_json::from_str(&text).unwrap()
}

fn numbers(value: &Value) -> Vec<f64> {
    value.as_array().unwrap().iter().map(|number| number.as_f64().unwrap()).collect()
}

fn rows(value: &Value) -> Vec<Vec<f64>> {
    value.as_array().unwrap().iter().map(numbers).collect()
}

/// Largest difference of V (of V or a, where there is an a) from the golden trace, and the number of spikes that differ.
fn neuron_difference(case: &Value, perturb: f64) -> (f64, usize) {
    let params = &case["params"];
    let column = |name: &str| each(&numbers(&params[name]));
    let (dt, hard) = (case["dt"].as_f64().unwrap(), case["spk_reset"] == "hard");
    let choice = Column::Constant(f64::from(u8::from(hard)));
    let tau = column("tau").map(|tau| tau * (1.0 + perturb));
    let mut init = vec![column("V0")];
    let leaky = |tau| vec![tau, column("R"), column("V_th"), column("V_reset"), column("V_rest"), choice.clone()];
    let (name, columns) = match case["model"].as_str().unwrap() {
        "IF" => ("if", vec![tau, column("R"), column("V_th"), choice]),
        "LIF" => ("lif", leaky(tau)),
        "LIFRef" => {
            init.push(Column::Constant(0.0));
            let held = column("tau_ref").map(|tau_ref| (tau_ref / dt).ceil() - 1.0);
            ("lif_ref", [leaky(tau), vec![held]].concat())
        }
        "ALIF" => {
            init.push(column("a0"));
            ("alif", [leaky(tau), vec![column("tau_a"), column("beta")]].concat())
        }
        other => panic!("{other} is not among the cases"),
    };
    let (input, v, spike) = (rows(&case["input_mA"]), rows(&case["V_mV"]), rows(&case["spike"]));
    let a = case.get("a").map(rows);
    let size = v[0].len();
    let mut tiny = Tiny::neurons(name, size as u32, columns, init);
    tiny.plan.dt_ms = dt;
    tiny.plan.data = words(&input);
    tiny.stimulus(0, wide_trace(), Target::Current, vec![Column::Constant(size as f64)]);
    let mut reference = tiny.build();
    let (mut difference, mut wrong) = (0.0f64, 0);
    for (step, (v, spike)) in v.iter().zip(&spike).enumerate() {
        let recording = reference.run(1, &mut |_| ()).unwrap();
        let fired = &recording.populations[0].spikes.neuron;
        for neuron in 0..size {
            difference = difference.max((reference.value(0, 0, 0, neuron as u32) - v[neuron]).abs());
            if let Some(a) = &a {
                difference = difference.max((reference.value(0, 1, 0, neuron as u32) - a[step][neuron]).abs());
            }
            wrong += usize::from(fired.contains(&(neuron as u32)) != (spike[neuron] == 1.0));
        }
    }
    (difference, wrong)
}

fn check_neuron(model: &str) {
    for reset in ["soft", "hard"] {
        for dt in ["0.1", "1.0"] {
            let name = format!("{model}_{reset}_dt{dt}");
            let (difference, wrong) = neuron_difference(&case(&name), 0.0);
            assert!(difference < TOLERANCE, "{name}: V differs by {difference}");
            assert_eq!(wrong, 0, "{name}: spikes differ");
        }
    }
}

#[test]
fn integrate_and_fire() {
    check_neuron("IF");
}

#[test]
fn alif() {
    check_neuron("ALIF");
}

#[test]
fn lif() {
    check_neuron("LIF");
}

#[test]
fn lif_ref() {
    check_neuron("LIFRef");
}

#[test]
fn a_millionth_more_tau_is_noticed() {
    for name in ["IF_hard_dt0.1", "LIF_soft_dt0.1", "LIFRef_hard_dt1.0", "ALIF_soft_dt1.0"] {
        let (difference, _) = neuron_difference(&case(name), 1e-6);
        assert!(difference > TOLERANCE, "{name}: V differs by {difference} only");
    }
}

/// Largest difference of g from the golden trace of a synapse, which is `scale` times as large there.
fn synapse_difference((name, file): (&str, &str), keys: &[&str], scale: impl Fn(&[f64]) -> f64, perturb: f64) -> f64 {
    let case = case(file);
    let (weight, output) = (numbers(&case["weight"]), rows(&case["output"]));
    let weighted = |row: Vec<f64>| row.iter().zip(&weight).map(|(spike, weight)| spike * weight).collect();
    let arrivals: Vec<Vec<f64>> = rows(&case["pre_spike"]).into_iter().map(weighted).collect();
    let size = weight.len();
    let given: Vec<_> = keys.iter().map(|key| numbers(&case["params"][key])).collect();
    let of = |neuron: usize| given.iter().map(|values| values[neuron]).collect::<Vec<_>>();
    let moved = |(index, values): (usize, &Vec<f64>)| {
        each(values).map(|tau| if index == 0 { tau * (1.0 + perturb) } else { tau })
    };
    let columns = given.iter().enumerate().map(moved).collect();
    let mut tiny = Tiny::neurons(
        "lif",
        size as u32,
        super::tiny::constants(&[5.0, 0.0, 1.0, 0.0, 0.0, 0.0]),
        vec![Column::Constant(0.0)],
    );
    tiny.plan.dt_ms = case["dt"].as_f64().unwrap();
    tiny.plan.data = words(&arrivals);
    tiny.port(0, Some((name, columns)), ("cuba", vec![Column::Constant(1.0)]), 0);
    tiny.stimulus(0, wide_trace(), Target::Port(0), vec![Column::Constant(size as f64)]);
    let mut reference = tiny.build();
    let mut difference = 0.0f64;
    for expected in output {
        reference.run(1, &mut |_| ()).unwrap();
        for (neuron, expected) in expected.into_iter().enumerate() {
            let found = reference.value(0, 1, 0, neuron as u32) * scale(&of(neuron));
            difference = difference.max((found - expected).abs());
        }
    }
    difference
}

fn check_synapse((name, file): (&str, &str), keys: &[&str], scale: impl Fn(&[f64]) -> f64) {
    let difference = synapse_difference((name, file), keys, &scale, 0.0);
    assert!(difference < TOLERANCE, "{name}: g differs by {difference}");
    let moved = synapse_difference((name, file), keys, &scale, 1e-6);
    assert!(moved > TOLERANCE, "{name}: a millionth more of {} goes unnoticed", keys[0]);
}

#[test]
fn expon() {
    check_synapse(("expon", "Expon"), &["tau"], |_| 1.0);
}

#[test]
fn alpha() {
    check_synapse(("alpha", "Alpha"), &["tau"], |_| 1.0);
}

/// brainstate's g has a scale of its own.
#[test]
fn dual_expon() {
    let scale = |taus: &[f64]| (taus[0] - taus[1]) / (taus[1] * taus[0]);
    check_synapse(("dual_expon", "DualExpon"), &["tau_decay", "tau_rise"], scale);
}

fn current(name: &str, parameters: &[f64], g: f64, v: f64) -> crate::model::Current {
    let Some(Twin::Output(twin)) = model(ModelKind::Output, name).twin else { panic!("{name} has a twin") };
    twin.current(parameters, g, v).expect("it is a current")
}

#[test]
fn coba() {
    let case = case("COBA");
    let (g, v, expected) = (numbers(&case["g_mS"]), numbers(&case["V_mV"]), numbers(&case["current_uA"]));
    for ((g, v), microampere) in g.into_iter().zip(v).zip(expected) {
        let current = current("coba", &[case["E_mV"].as_f64().unwrap()], g, v);
        assert!(
            (current.value * 1e3 - microampere).abs() < TOLERANCE,
            "{} mA, expected {microampere} µA",
            current.value
        );
        assert!((current.slope * 1e3 + g).abs() < TOLERANCE);
    }
}

#[test]
fn cuba() {
    let case = case("CUBA");
    let (g, v, expected) = (numbers(&case["g"]), numbers(&case["V_mV"]), numbers(&case["current"]));
    for ((g, v), expected) in g.into_iter().zip(v).zip(expected) {
        let current = current("cuba", &[case["scale"].as_f64().unwrap()], g, v);
        assert!((current.value - expected).abs() < TOLERANCE, "{}, expected {expected}", current.value);
        assert_eq!(current.slope, 0.0);
    }
}

#[test]
fn mg_block() {
    let case = case("MgBlock");
    let parameters = ["E", "cc_Mg", "alpha", "beta", "V_offset"].map(|key| case["params"][key].as_f64().unwrap());
    let (g, v, expected) = (numbers(&case["g"]), numbers(&case["V_mV"]), numbers(&case["current"]));
    for ((g, v), microampere) in g.into_iter().zip(v).zip(expected) {
        let at = |v: f64| current("mg_block", &parameters, g, v);
        let off = (at(v).value * 1e3 - microampere).abs();
        assert!(off <= TOLERANCE * microampere.abs(), "{} mA, expected {microampere} µA", at(v).value);
        // The slope, by a difference of fourth order: off by 1e-15 of g.
        let h = 1e-2;
        let by_difference =
            (8.0 * (at(v + h).value - at(v - h).value) - (at(v + 2.0 * h).value - at(v - 2.0 * h).value)) / (12.0 * h);
        assert!((at(v).slope - by_difference).abs() < 1e-12 * g, "{} mA/mV, expected {by_difference}", at(v).slope);
    }
}

/// x·W of one batch item for each step.
fn products(case: &Value, weight: &str, item: usize) -> Vec<Vec<f64>> {
    let weight = rows(&case[weight]);
    let out = |x: &[f64], o: usize| x.iter().zip(&weight).map(|(x, row)| x * row[o]).sum();
    let product = |x: Vec<f64>| (0..weight[0].len()).map(|o| out(&x, o)).collect();
    case["x"].as_array().unwrap().iter().map(|items| product(numbers(&items[item]))).collect()
}

/// Largest difference of a readout's variable from the golden trace of a batch item, and the spikes that differ.
fn readout_difference(case: &Value, item: usize, perturb: f64) -> (f64, usize) {
    let tau = |tau: f64| tau * (1.0 + perturb);
    let (name, inputs, expected, params) = if case["model"] == "LeakyRateReadout" {
        let params = vec![Column::Constant(tau(case["tau_ms"].as_f64().unwrap()))];
        ("leaky_rate_readout", products(case, "weight", item), "r", params)
    } else {
        let hard = Column::Constant(f64::from(u8::from(case["spk_reset"] == "hard")));
        let params = vec![each(&numbers(&case["tau_ms"])).map(tau), each(&numbers(&case["V_th_mV"])), hard];
        ("leaky_spike_readout", products(case, "weight_mV", item), "V_mV", params)
    };
    let size = inputs[0].len();
    let mut tiny = Tiny::neurons(name, size as u32, params, vec![Column::Constant(0.0)]);
    tiny.plan.dt_ms = case["dt"].as_f64().unwrap();
    tiny.plan.data = words(&inputs);
    tiny.stimulus(0, wide_trace(), Target::Jump, vec![Column::Constant(size as f64)]);
    let mut reference = tiny.build();
    let (mut difference, mut wrong) = (0.0f64, 0);
    for (step, expected) in case[expected].as_array().unwrap().iter().enumerate() {
        let recording = reference.run(1, &mut |_| ()).unwrap();
        let fired = &recording.populations[0].spikes.neuron;
        for (neuron, expected) in numbers(&expected[item]).into_iter().enumerate() {
            difference = difference.max((reference.value(0, 0, 0, neuron as u32) - expected).abs());
            // A readout of rates has no spikes in its case either.
            wrong += usize::from(fired.contains(&(neuron as u32)) != (case["spike"][step][item][neuron] == 1));
        }
    }
    (difference, wrong)
}

#[test]
fn readouts() {
    for name in ["LeakyRateReadout", "LeakySpikeReadout_soft", "LeakySpikeReadout_hard"] {
        let case = case(name);
        for item in 0..3 {
            let (difference, wrong) = readout_difference(&case, item, 0.0);
            assert!(difference < TOLERANCE, "{name}: item {item} differs by {difference}");
            assert_eq!(wrong, 0, "{name}: spikes of item {item} differ");
        }
        let (difference, _) = readout_difference(&case, 0, 1e-6);
        assert!(difference > TOLERANCE, "{name}: a millionth more tau goes unnoticed: {difference}");
    }
}
