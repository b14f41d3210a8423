//! Numbers that a device's words do not hold are refused where they stand in the file, before anything is made of them; those
//! at the edge of what they hold do what the equations say.

use crate::device::{backends, name, run};
use crate::tolerances::FORMULA;
use neuropil::network::{
    Connect, Current, Network, NetworkFile, Neuron, Part, Population, Port, Record, StimulusModel, Synapse, uniform,
};
use neuropil::plan::{LowerOptions, Plan};
use neuropil::units::Literal;
use neuropil::{Backend, Error};

/// Three cells that drive themselves. Lines are added to it, or changed.
const NETWORK: &str = r#"dt = "0.1 ms"
duration = "1 ms"
[[population]]
name = "cells"
size = 3
model = "lif_ref"
params = { tau = "20 ms" }
init = { v = "1 mV" }
ports = { in = { synapse = "expon", tau = "5 ms", output = { coba = "0 mV" } } }
[[projection]]
pre = "cells"
post = "cells"
port = "in"
connect = "all_to_all"
weight = "1 nS"
delay = "1 ms"
"#;

/// What is said of a network whose text is `text`.
#[track_caller]
fn refusal(text: &str) -> String {
    let file = NetworkFile::parse(text, "n.toml").expect("any number may be read");
    let error = Plan::lower(&file.network, &LowerOptions::default()).expect_err("no word holds it");
    let error = file.locate(error);
    assert!(matches!(error, Error::Field { location: Some(_), .. }), "{error:?}");
    assert_eq!(error.exit_status(), 2);
    error.to_string()
}

/// Holds what is said of the network with a part of it changed against the whole text.
#[track_caller]
fn check_change(old: &str, new: &str, expected: &str) {
    assert_eq!(NETWORK.matches(old).count(), 1, "{old}");
    assert_eq!(refusal(&NETWORK.replace(old, new)), expected);
}

/// The same with a stimulus added, whose lines are the 19th and those after it.
#[track_caller]
fn check_stimulus(lines: &str, expected: &str) {
    assert_eq!(refusal(&format!("{NETWORK}[[stimulus]]\ntarget = \"cells\"\n{lines}")), expected);
}

#[test]
fn parameters() {
    let tau = "n.toml:7:18: population[cells].params.tau";
    let legal = "legal: 0, or 1.2e-38 to 3.4e38 ms in size";
    check_change("tau = \"20 ms\"", "tau = \"1e39 ms\"", &format!("{tau}: 1e39 ms; {legal}"));
    check_change("tau = \"20 ms\"", "tau = \"1e-50 ms\"", &format!("{tau}: 1e-50 ms; {legal}"));
    check_change("tau = \"20 ms\"", "tau = \"4e35 s\"", &format!("{tau}: 4e38 ms; {legal}"));
    check_change(
        "tau = \"20 ms\"",
        "tau = { values = [20, 20, 1e-46], unit = \"ms\" }",
        &format!("{tau}: value 2 is 1e-46 ms; {legal}"),
    );
    check_change(
        "tau = \"20 ms\"",
        "tau = { normal = [\"1e39 ms\", \"0 ms\"] }",
        &format!("{tau}: value 0 is 1e39 ms; {legal}"),
    );
    check_change(
        "tau = \"20 ms\"",
        "r = \"1e300 ohm\"",
        "n.toml:7:16: population[cells].params.r: 1e300 ohm; legal: 0, or 1.2e-38 to 3.4e38 ohm in size",
    );
    check_change(
        "tau = \"20 ms\"",
        "v_reset = \"-1e39 mV\"",
        "n.toml:7:22: population[cells].params.v_reset: -1e39 mV; legal: 0, or 1.2e-38 to 3.4e38 mV in size",
    );
}

#[test]
fn the_time_step() {
    let legal = "legal: 0, or 1.2e-38 to 3.4e38 ms in size";
    for dt in ["1e-50 ms", "1e39 ms"] {
        let expected = format!("n.toml:1:6: dt: {dt}; {legal}");
        check_change("dt = \"0.1 ms\"", &format!("dt = \"{dt}\""), &expected);
    }
}

#[test]
fn initial_values() {
    let legal = "legal: 0, or 1.2e-38 to 3.4e38 m";
    check_change(
        "v = \"1 mV\"",
        "v = \"-1e39 mV\"",
        &format!("n.toml:8:14: population[cells].init.v: -1e39 mV; {legal}V in size"),
    );
    check_change(
        "v = \"1 mV\"",
        "\"in.g\" = { values = [0, 1e-43, 0], unit = \"uS\" }",
        &format!("n.toml:8:19: population[cells].init.in.g: value 1 is 1e-43 uS; {legal}S in size"),
    );
}

#[test]
fn ports() {
    let legal = "legal: 0, or 1.2e-38 to 3.4e38 m";
    check_change(
        "tau = \"5 ms\"",
        "tau = \"1e-39 ms\"",
        &format!("n.toml:9:43: population[cells].ports.in.tau: 1e-39 ms; {legal}s in size"),
    );
    check_change(
        "coba = \"0 mV\"",
        "coba = \"1e36 V\"",
        &format!("n.toml:9:60: population[cells].ports.in.output.e: 1e39 mV; {legal}V in size"),
    );
}

#[test]
fn weights_and_delays() {
    let legal = "legal: 0, or 1.2e-38 to 3.4e38 m";
    let weight = "n.toml:15:10: projection[cells→cells.in].weight";
    check_change("weight = \"1 nS\"", "weight = \"1e39 mS\"", &format!("{weight}: 1e39 mS; {legal}S in size"));
    check_change(
        "weight = \"1 nS\"",
        "weight = { values = [[0, 0, 0], [0, 0, -1e39], [0, 0, 0]], unit = \"mS\" }",
        &format!("{weight}: value 5 is -1e39 mS; {legal}S in size"),
    );
    let delay = "n.toml:16:9: projection[cells→cells.in].delay";
    check_change("delay = \"1 ms\"", "delay = \"1e-50 ms\"", &format!("{delay}: 1e-50 ms; {legal}s in size"));
    check_change(
        "delay = \"1 ms\"",
        "delay = \"1e30 ms\"",
        &format!(
            "{delay}: 1e30 ms; legal: 0.1 ms (one step) to 1073741823 steps, or 0 where that \
             closes no loop"
        ),
    );
}

#[test]
fn currents() {
    let legal = "legal: 0, or 1.2e-38 to 3.4e38 mA in size";
    let value = "n.toml:20:9: stimulus[0].value";
    let check = |lines: &str, expected: &str| check_stimulus(&format!("kind = \"current\"\n{lines}"), expected);
    check("value = \"1e39 mA\"", &format!("{value}: 1e39 mA; {legal}"));
    let values = "value = { values = [1e36, 0, -1e39], unit = \"mA\" }";
    check(values, &format!("{value}: value 2 is -1e39 mA; {legal}"));
    // Each is held, their sum is not.
    let twice = "value = { values = [2e38, 2e38], unit = \"mA\" }\nneurons = [1, 1]";
    check(twice, &format!("{value}: value 1 is 4e38 mA; {legal}"));
    check(
        "trace = { values = [0, 0, 0, 1e42], unit = \"uA\" }",
        &format!("n.toml:20:9: stimulus[0].trace: value 3 is 1e42 uA; {legal}"),
    );
    check_stimulus(
        "kind = \"ornstein_uhlenbeck\"\nsigma = \"1e-39 mA\"",
        &format!("n.toml:20:9: stimulus[0].sigma: 1e-39 mA; {legal}"),
    );
}

#[test]
fn analog_input() {
    let check = |lines: &str, expected: &str| check_stimulus(&format!("kind = \"dense\"\n{lines}"), expected);
    check(
        "input = { values = [[1, 1e-46]] }\nweight = \"1 mA\"",
        "n.toml:20:9: stimulus[0].input: value 1 is 1e-46; legal: 0, or 1.2e-38 to 3.4e38 in size",
    );
    let legal = "legal: 0, or 1.2e-38 to 3.4e38 mA in size";
    let weight = "n.toml:21:10: stimulus[0].weight";
    let input = "input = { values = [[1, 1]] }";
    check(&format!("{input}\nweight = \"1e39 mA\""), &format!("{weight}: 1e39 mA; {legal}"));
    check(
        &format!("{input}\nweight = {{ values = [[0, 0, 0], [0, 1e-46, 0]], unit = \"mA\" }}"),
        &format!("{weight}: value 4 is 1e-46 mA; {legal}"),
    );
    // The one element of such a matrix is 1 or −1.
    check(
        "input = { values = [[1]] }\nweight = { orthogonal = \"1e-39 mA\" }\nneurons = [2]",
        &format!("{weight}: value 0 is -1e-39 mA; {legal}"),
    );
}

#[test]
fn events() {
    let check = |lines: &str, expected: &str| check_stimulus(&format!("kind = \"poisson_input\"\n{lines}"), expected);
    check(
        "sources = 5\nrate = \"10 Hz\"\nweight = \"1e39 mV\"",
        "n.toml:22:10: stimulus[0].weight: 1e39 mV; legal: 0, or 1.2e-38 to 3.4e38 mV in size",
    );
    check(
        "sources = 5\nrate = \"1e39 Hz\"\nweight = \"1 mV\"\nsampler = \"poisson\"",
        "n.toml:21:8: stimulus[0].rate: 1e39 Hz; legal: 0, or 1.2e-38 to 3.4e38 Hz in size",
    );
    check(
        "sources = 5\nrate = \"1e14 Hz\"\nweight = \"1 mV\"\nsampler = \"poisson\"",
        "n.toml:21:8: stimulus[0].rate: 5 sources of 100000000000000 Hz have 5e10 events in a step of 0.1 ms; legal: \
         at most 4294967295 events",
    );
    check(
        "sources = 3000000000\nrate = \"1 Hz\"\nweight = \"1 mV\"\nneurons = [2, 2]",
        "n.toml:20:11: stimulus[0].sources: neuron 2 has 6000000000 of them in all; legal: at most 4294967295",
    );
    check_stimulus(
        "kind = \"poisson_encoder\"\nrate = \"1e-39 Hz\"\nweight = \"1 mV\"",
        "n.toml:20:8: stimulus[0].rate: 1e-39 Hz; legal: 0, or 1.2e-38 to 3.4e38 Hz in size",
    );
}

#[test]
fn times_that_steps_do_not_count() {
    let legal = "legal: 0 to 429496729.5 ms";
    check_change(
        "tau = \"20 ms\"",
        "tau_ref = \"1e30 ms\"",
        &format!("n.toml:7:22: population[cells].params.tau_ref: 1e30 ms is 1e31 steps; {legal}"),
    );
    check_change(
        "tau = \"20 ms\"",
        "tau_ref = { values = [1, 5e8, 1], unit = \"ms\" }",
        &format!(
            "n.toml:7:22: population[cells].params.tau_ref: value 1, 500000000 ms, is 4.999999999e9 steps; {legal}"
        ),
    );
    check_stimulus(
        "kind = \"spike_times\"\nneurons = [0, 1]\ntimes = { values = [0, 1e9], unit = \"ms\" }\nweight = \"1 mV\"",
        &format!("n.toml:21:9: stimulus[0].times: value 1, 1000000000 ms, is 1e10 steps; {legal}"),
    );
}

/// Holds every sample on the device against the reference's, and these against values that are known.
fn check_samples(net: &Network, steps: u32, known: &[(&str, f64)]) {
    let mut recordings = backends().into_iter().map(|backend| (name(&backend).to_owned(), run(net, &backend, steps)));
    let (_, oracle) = recordings.next().expect("the reference is the first");
    for (population, value) in known {
        let trace = oracle.traces.iter().find(|trace| trace.population == *population).expect("it is recorded");
        let right = |found: &f32| (f64::from(*found) - value).abs() <= FORMULA * value.abs().max(1.0);
        assert!(trace.values.iter().all(right), "{population}: {:?}, expected {value}", trace.values);
    }
    for (backend, recording) in recordings {
        for (trace, oracle) in recording.traces.iter().zip(&oracle.traces) {
            let pairs = trace.values.iter().zip(&oracle.values).map(|(&x, &y)| (f64::from(x), f64::from(y)));
            let right =
                pairs.clone().all(|(found, expected)| (found - expected).abs() <= FORMULA * expected.abs().max(1.0));
            let place = format!("{backend}: {} of {}", trace.variable, trace.population);
            assert!(right, "{place}: {:?}, expected {:?}", trace.values, oracle.values);
        }
    }
}

/// Populations of one neuron each whose V is recorded: model, parameters, and a current that enters all that have one.
fn alone(dt: &str, populations: &[(&str, &str)], current: &str) -> Network {
    let mut text = format!("dt = \"{dt}\"\n");
    for (model, params) in populations {
        let what = if *model == "leaky_rate_readout" { "r" } else { "v" };
        text += &format!(
            "[[population]]\nname = \"{model}\"\nsize = 1\nmodel = \"{model}\"\nparams = {{ {params} }}\n\
             [[record]]\npopulation = \"{model}\"\nwhat = [\"{what}\"]\n"
        );
        if what == "v" {
            text += &format!("[[stimulus]]\nkind = \"current\"\ntarget = \"{model}\"\nvalue = \"{current}\"\n");
        }
    }
    NetworkFile::parse(&text, "n.toml").expect("the network is sound").network
}

#[test]
fn steps_far_longer_than_time_constants() {
    // dt/tau is beyond f32. V is then where its input holds it.
    let tau = "tau = \"2e-38 ms\"";
    let populations = [
        ("lif", tau),
        ("lif_ref", tau),
        ("if", tau),
        ("alif", "tau = \"2e-38 ms\", tau_a = \"2e-38 ms\""),
        ("quadratic_if", tau),
        ("exp_if", tau),
        ("leaky_spike_readout", tau),
        ("leaky_rate_readout", tau),
    ];
    let half = ["lif", "lif_ref", "if", "alif", "leaky_spike_readout"].map(|model| (model, 0.5));
    check_samples(&alone("100 ms", &populations, "0.5 mA"), 3, &half);
    // r is tau_m/c_m, 1 GΩ, for the first of these; the others have conductances.
    let populations = [
        ("iaf_psc_exp", "tau_m = \"2e-38 ms\", c_m = \"2e-38 pF\", i_e = \"5 pA\""),
        ("adex", "c = \"2e-38 pF\", tau_w = \"2e-38 ms\""),
        ("hodgkin_huxley", "c = \"2e-38 pF\""),
    ];
    check_samples(&alone("100 ms", &populations, "1 pA"), 3, &[("iaf_psc_exp", -64.0)]);
}

#[test]
fn steps_far_shorter_than_time_constants() {
    // dt/tau is below f32. V stays where it was.
    let tau = "tau = \"1e30 ms\"";
    let populations = [
        ("lif", tau),
        ("if", tau),
        ("alif", "tau = \"1e30 ms\", tau_a = \"1e30 ms\""),
        ("leaky_spike_readout", tau),
        ("leaky_rate_readout", tau),
    ];
    let known = populations.map(|(model, _)| (model, 0.0));
    check_samples(&alone("1e-20 ms", &populations, "0.5 mA"), 3, &known);
}

#[test]
fn synapses_and_noise_of_extreme_time_constants() {
    let cells = |tau: f64, tau_m: f64| {
        let neuron = Neuron::from("lif").param("tau", tau_m.ms());
        let synapse = Part::new("psc_exp").param("tau", tau.ms()).param("tau_m", tau_m.ms());
        Population::new("cells", 1, neuron).init("p.i", 1.0.ma()).port("p", Synapse::from(synapse).cuba())
    };
    // From tau = dt/1000 to nothing, and a membrane that forgets nothing: see the equation in psc_exp.wgsl.
    for (tau, tau_m) in
        [(0.1, 10.0), (1e-36, 10.0), (0.1, 1e-36), (1e-36, 1e-36), (2.0, 1e-36), (2.0, 1e36), (1e36, 1e36)]
    {
        let mut net = Network::new(10.0.ms());
        net.add(cells(tau, tau_m));
        net.record(Record::new("cells", ["p.i", "p.mean"]));
        let (h, h_m) = (10.0 / tau, 10.0 / tau_m);
        check_samples(&net, 1, &[]);
        let recording = run(&net, &Backend::Reference, 1);
        let mean = f64::from(recording.trace("cells", "p.mean").expect("it is recorded").values[0]);
        // The mean of e^(−ht) over 0 to 1, weighted with e^(−h_m (1 − t)).
        let expected = match (tau, tau_m) {
            (0.1, 10.0) => (-1f64).exp() / (100.0 - 1.0) / (1.0 - (-1f64).exp()),
            (2.0, 1e36) => (1.0 - (-h).exp()) / h,
            (2.0, 1e-36) => (-h).exp(),
            (1e36, 1e36) => 1.0,
            _ => 0.0,
        };
        assert!((mean - expected).abs() < FORMULA, "tau {tau}, tau_m {tau_m}, {h_m}: {mean}, expected {expected}");
    }
    // Noise without memory has its whole deviation in each step.
    let mut net = Network::new(100.0.ms()).seed(3);
    net.add(Population::new("cells", 50, "lif"));
    net.stimulate(StimulusModel::new("cells", "ornstein_uhlenbeck").param("sigma", 1.0.ma()).param("tau", 2e-38.ms()));
    net.record(Record::new("cells", ["ornstein_uhlenbeck.x"]));
    check_samples(&net, 3, &[]);
    let noise = run(&net, &Backend::Reference, 3).traces.remove(0).values;
    let variance = noise.iter().map(|x| f64::from(x * x)).sum::<f64>() / noise.len() as f64;
    assert!((variance - 1.0).abs() < 0.5, "{variance}");
}

#[test]
fn the_largest_and_the_smallest_numbers_are_held() {
    for (current, r) in [(3.4e38, 1.2e-38), (1.2e-38, 3.4e38)] {
        let mut net = Network::new(100.0.ms());
        // V moves to R·I in one step.
        let neuron = Neuron::from("lif").param("tau", 0.1.ms()).param("r", r.ohm()).param("v_th", 3e38.mv());
        net.add(Population::new("cells", 1, neuron));
        net.stimulate(Current::new("cells", current.ma()));
        net.record(Record::new("cells", ["v"]));
        check_samples(&net, 2, &[("cells", current * r)]);
    }
}

#[test]
fn delays_whose_law_has_no_end_are_refused_before_it_is_a_table() {
    let mut net = Network::new(0.1.ms());
    net.add(Population::new("cells", 10, "lif").port("p", Port::delta()));
    net.connect("cells", "cells", "p", Connect::one_to_one(), 1.0.mv(), uniform(1.0.ms(), 1e7.ms()));
    let error = Plan::lower(&net, &LowerOptions::default()).unwrap_err();
    assert_eq!(
        error.to_string(),
        "projection[cells→cells.p].delay: delays of more than 4194304 steps may be drawn; legal: 0.1 ms (one step) to 4194304 steps"
    );
}
