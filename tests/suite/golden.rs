//! brainstate's float64 traces of `tests/data/golden`, on the device and on the reference, through the public API.
//!
//! Every neuron has parameters of its own and a current of its own in every step.

use crate::device::{backends, name, run};
use crate::tolerances::{FORMULA, V_RUN};
use neuropil::model::{Lif, LifRef, Reset};
use neuropil::network::{Array, Current, Network, Neuron, Part, Population, Port, Record, SpikeTimes, Synapse, Typed};
use neuropil::units::{Literal, Physical, Quantity, Unit};
use serde_json::Value;
use std::path::Path;
use uom::si::f64::{ElectricPotential, Time};

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

/// The largest difference of g from the trace of a synapse, in which it is `scale` times as large, as a part of the largest g;
/// `port` makes one of the parameters of the case.
fn synapse_difference(
    file: &str,
    port: impl Fn(&Value) -> Port,
    scale: impl Fn(usize) -> f64,
    backend: &neuropil::Backend,
) -> f64 {
    let case = case(file);
    let (weight, arrives, output) = (numbers(&case["weight"]), rows(&case["pre_spike"]), rows(&case["output"]));
    let (steps, size) = (output.len(), weight.len());
    let dt = case["dt"].as_f64().expect("a number");
    let mut net = Network::new(dt.ms());
    // A membrane that hears nothing of its synapse.
    let neuron = Lif::new().r(1e-6.ohm()).v_th(1e6.mv());
    let cells = net.add(Population::new("cells", size as u32, neuron).port("p", port(&case["params"])));
    for (neuron, weight) in weight.iter().enumerate() {
        let times = (0..steps).filter(|&step| arrives[step][neuron] == 1.0);
        let times: Vec<_> = times.map(|step| (neuron as u32, (step as f64 * dt).ms())).collect();
        net.stimulate(SpikeTimes::new(&cells, times, weight.ma()).port("p"));
    }
    net.record(Record::new(&cells, ["p.g"]));
    let found = &run(&net, backend, steps as u32).traces[0].values;
    let places = || (0..steps).flat_map(|step| (0..size).map(move |neuron| (step, neuron)));
    let expected = |(step, neuron): (usize, usize)| output[step][neuron] / scale(neuron);
    let largest = places().map(expected).fold(0.0f64, |largest, g| largest.max(g.abs()));
    let difference = |at: (usize, usize)| (f64::from(found[at.0 * size + at.1]) - expected(at)).abs() / largest;
    places().map(difference).fold(0.0, f64::max)
}

/// A synapse's golden trace on all executors, and that a thousandth more of a time constant would be seen.
fn check_synapse(file: &str, port: impl Fn(&Value, f64) -> Port, scale: impl Fn(usize) -> f64) {
    for backend in backends() {
        let of = |factor| synapse_difference(file, |params| port(params, factor), &scale, &backend);
        let (difference, moved) = (of(1.0), of(1.001));
        println!("{}: {file}: g differs by {difference:e}, moved by {moved:e}", name(&backend));
        assert!(difference < FORMULA, "{}: {file}: g differs by {difference:e}", name(&backend));
        assert!(moved > FORMULA, "{}: {file}: {moved:e}", name(&backend));
    }
}

/// A time constant of each neuron, off by a factor.
fn times(values: &Value, factor: f64) -> Typed<Time> {
    Typed::array(numbers(values).into_iter().map(|tau| tau * factor).collect(), "ms").expect("a time")
}

#[test]
fn expon_follows_brainstate() {
    check_synapse("Expon", |params, factor| Port::expon(times(&params["tau"], factor)).cuba(), |_| 1.0);
}

#[test]
fn alpha_follows_brainstate() {
    check_synapse("Alpha", |params, factor| Port::alpha(times(&params["tau"], factor)).cuba(), |_| 1.0);
}

/// brainstate's g has a scale of its own.
#[test]
fn dual_expon_follows_brainstate() {
    let params = &case("DualExpon")["params"];
    let [decay, rise] = ["tau_decay", "tau_rise"].map(|key| numbers(&params[key]));
    let port = |params: &Value, factor: f64| {
        Port::dual_expon(times(&params["tau_decay"], factor), times(&params["tau_rise"], 1.0)).cuba()
    };
    check_synapse("DualExpon", port, |neuron| (decay[neuron] - rise[neuron]) / (rise[neuron] * decay[neuron]));
}

/// V after one step of neurons whose port has the g and V of a case, against exponential Euler in f64 with the case's currents
/// \[mA\] and these slopes \[mA/mV\]: the largest difference, as a part of |V| and of how far it went.
fn output_difference(
    [g, v, currents, slopes]: [&[f64]; 4],
    (g_unit, r, port): (&str, f64, Port),
    backend: &neuropil::Backend,
) -> f64 {
    let (h, rest) = (0.01, -60.0);
    let mut net = Network::new(0.1.ms());
    let neuron = Lif::new().tau(10.0.ms()).r(r.ohm()).v_rest(rest.mv()).v_reset(rest.mv()).v_th(1e6.mv());
    let array =
        |values: &[f64], unit: &str| Array::inline(values.to_vec(), &[values.len()], unit).expect("the shape fits");
    let cells = Population::new("cells", g.len() as u32, neuron).port("p", port);
    let cells = net.add(cells.init("v", array(v, "mV")).init("p.g", array(g, g_unit)));
    net.record(Record::new(&cells, ["v"]));
    let found = &run(&net, backend, 1).traces[0].values;
    let difference = |cell: usize| {
        let change =
            h * neuropil::model::exp_relative(h * (r * slopes[cell] - 1.0)) * (rest - v[cell] + r * currents[cell]);
        (f64::from(found[cell]) - v[cell] - change).abs() / (v[cell].abs() + change.abs())
    };
    (0..g.len()).map(difference).fold(0.0, f64::max)
}

/// The slope of a current enters the step of exponential Euler.
fn check_output(values: [&[f64]; 4], unit: &str, r: f64, port: impl Fn(f64) -> Port) {
    for backend in backends() {
        let of = |values, factor| output_difference(values, (unit, r, port(factor)), &backend);
        let (difference, moved) = (of(values, 1.0), of(values, 1.01));
        println!("{}: V differs by {difference:e}, moved by {moved:e}", name(&backend));
        assert!(difference < FORMULA && moved > FORMULA, "{}: {difference:e} and {moved:e}", name(&backend));
        if values[3].iter().any(|slope| *slope != 0.0) {
            let steeper: Vec<_> = values[3].iter().map(|slope| slope * 1.01).collect();
            let steeper = of([values[0], values[1], values[2], &steeper], 1.0);
            assert!(steeper > FORMULA, "{}: {steeper:e}", name(&backend));
        }
    }
}

/// A synapse that keeps its g.
fn kept() -> Synapse {
    Port::expon(1e12.ms())
}

#[test]
fn coba_follows_brainstate() {
    let case = case("COBA");
    let (g, v, e) = (numbers(&case["g_mS"]), numbers(&case["V_mV"]), case["E_mV"].as_f64().expect("a number"));
    let currents: Vec<_> = numbers(&case["current_uA"]).into_iter().map(|current| 1e-3 * current).collect();
    let slopes: Vec<_> = g.iter().map(|g| -1e-3 * g).collect();
    check_output([&g, &v, &currents, &slopes], "mS", 1e5, |factor| kept().coba((e * factor).mv()));
}

#[test]
fn cuba_follows_brainstate() {
    let case = case("CUBA");
    let (g, v, currents) = (numbers(&case["g"]), numbers(&case["V_mV"]), numbers(&case["current"]));
    check_output([&g, &v, &currents, &[0.0; 64]], "mA", 100.0, |factor| {
        kept().output(Part::new("cuba").param("scale", case["scale"].as_f64().expect("a number") * factor))
    });
}

#[test]
fn mg_block_follows_brainstate() {
    let case = case("MgBlock");
    let [e, mg, alpha, beta, v_offset] =
        ["E", "cc_Mg", "alpha", "beta", "V_offset"].map(|key| case["params"][key].as_f64().expect("a number"));
    let (g, v) = (numbers(&case["g"]), numbers(&case["V_mV"]));
    // g is in mS, so what the case has without units is in µA.
    let currents: Vec<_> = numbers(&case["current"]).into_iter().map(|current| 1e-3 * current).collect();
    let slope = |(g, v): (&f64, &f64)| {
        let open = 1.0 / (1.0 + mg / beta * (alpha * (v_offset - v)).exp());
        1e-3 * g * open * (alpha * (1.0 - open) * (e - v) - 1.0)
    };
    let slopes: Vec<_> = g.iter().zip(&v).map(slope).collect();
    assert!(slopes.iter().any(|slope| *slope > 0.0) && slopes.iter().any(|slope| *slope < 0.0));
    let quantity = |number: f64, unit: &str| Quantity::new(number, &Unit::parse(unit).expect("the unit is known"));
    check_output([&g, &v, &currents, &slopes], "mS", 1e5, |factor| {
        let block = Part::new("mg_block").param("e", e.mv()).param("cc_mg", (mg * factor).millimolar());
        let block = block.param("alpha", quantity(alpha, "1/mV")).param("beta", beta.millimolar());
        kept().output(block.param("v_offset", v_offset.mv()))
    });
}
