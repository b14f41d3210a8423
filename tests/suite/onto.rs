//! Ports `onto` a variable that is named: what arrives is added to it after the neuron's update, on the device and on the
//! reference, for any neuron; what cannot be named is refused.

use crate::device::{backends, gpu, name, run};
use crate::tolerances::FORMULA;
use neuropil::model::{Alif, HodgkinHuxley, Lif, LifSyn};
use neuropil::network::{Connect, Network, NetworkFile, Neuron, Part, Population, Port, Record, SpikeTimes, Value};
use neuropil::plan::{LowerOptions, Plan};
use neuropil::units::Literal;
use neuropil::{Backend, Error};

/// A cell whose port acts on a variable, and a neuron that makes it spike.
const NETWORK: &str = r#"dt = "0.1 ms"
[[population]]
name = "cells"
size = 2
model = "lif_syn"
ports = { in = { output = { delta = "g" } } }
"#;

/// What is said of the network with `from` replaced by `to`.
#[track_caller]
fn check(from: &str, to: &str, expected: &str) {
    assert_eq!(NETWORK.matches(from).count(), 1, "{from}");
    let file = NetworkFile::parse(&NETWORK.replace(from, to), "n.toml").expect("only the model knows its variables");
    let error = file.locate(Plan::lower(&file.network, &LowerOptions::default()).expect_err("it is wrong"));
    assert!(matches!(error, Error::Field { .. }), "{error:?}");
    assert_eq!((error.to_string().as_str(), error.exit_status()), (expected, 2));
}

#[test]
fn what_cannot_be_named_is_refused() {
    let at = "n.toml:6:27: population[cells].ports.in.output.onto";
    check("\"g\"", "\"w\"", &format!("{at}: model lif_syn has no variable `w`; legal: v, g, jump"));
    check(
        "delta = \"g\"",
        "delta = { onto = \"held\" }",
        "n.toml:6:27: population[cells].ports.in.output.onto: output delta adds [mV] to held, which model lif_syn counts in \
         whole numbers of [steps]; legal: v, g, jump",
    );
    check("\"g\"", "\"1 mV\"", &format!("{at}: it is no name of a variable of model lif_syn; legal: v, g, jump"));
    check(
        "delta = \"g\"",
        "sum = \"g\"",
        &format!("{at}: output sum adds [1] to g, which model lif_syn counts in [mV]"),
    );
    check(
        "delta = \"g\"",
        "delta = { into = \"g\" }",
        "n.toml:6:27: population[cells].ports.in.output.into: output delta has no `into`; legal: onto",
    );
    check(
        "delta = \"g\"",
        "cuba = { onto = \"g\" }",
        "n.toml:6:27: population[cells].ports.in.output.onto: output cuba has no `onto`; legal: scale",
    );
    let sound = NetworkFile::parse(NETWORK, "n.toml").expect("it is sound").network;
    let plan = Plan::lower(&sound, &LowerOptions::default()).expect("it is sound");
    assert_eq!(plan.slabs[0].ports[0].onto, Some(1));
}

/// A population of two cells with one such port.
fn cells(called: &str, port: Port) -> Population {
    Population::new(called, 2, LifSyn::new()).port("in", port)
}

fn lowered(populations: impl IntoIterator<Item = Population>) -> Plan {
    let mut net = Network::new(0.1.ms());
    populations.into_iter().for_each(|population| drop(net.add(population)));
    Plan::lower(&net, &LowerOptions::default()).expect("it is sound")
}

#[test]
fn a_variable_is_part_of_what_a_network_is() {
    let of = |port: Port| lowered([cells("cells", port)]).fingerprint;
    let [v, g, jump] = ["v", "g", "jump"].map(|variable| of(Port::delta().onto(variable)));
    assert_eq!(of(Port::delta()), v, "V is what jumps act on anyway");
    assert!(v != g && g != jump && jump != v);
    let short = Port::unfiltered(Part::new("delta").param("", Value::choice("g")));
    assert_eq!(of(short), g);
    // A variable without unit takes what has none.
    let adapting = Population::new("adapting", 1, Alif::new()).port("in", Port::sum().onto("a"));
    assert_eq!(lowered([adapting]).slabs[0].ports[0].onto, Some(1));
    // One kernel has one text, so those of another variable stand in another slab.
    let plan = lowered([
        cells("a", Port::delta().onto("g")),
        cells("b", Port::delta()),
        cells("c", Port::delta().onto("g")),
        cells("d", Port::delta().onto("v")),
    ]);
    let slabs: Vec<_> = plan.slabs.iter().map(|slab| (slab.populations.clone(), slab.ports[0].onto)).collect();
    assert_eq!(slabs, [(vec![0, 2], Some(1)), (vec![1, 3], None)]);
}

/// A neuron of a user's own, which counts two inputs and forgets one of them; it spikes when the other reaches 3 mV.
const COUNTER: &str = "
/// Counts.
struct Params {
    /// [1] what is kept of the second in a step; default 0.5
    kept: f32,
}

struct State {
    /// [mV] the first count; default 0
    first: f32,
    /// [mV] the second; default 0
    second: f32,
    /// [1] steps; default 0
    steps: u32,
}

fn counter_reset(p: Params, s: State) -> State {
    return State(0.0, s.second, 0u);
}

fn counter_update(p: Params, s: State, input: Input, step: Step) -> State {
    return State(s.first + input.jump, p.kept * s.second, s.steps + 1u);
}

fn counter_threshold(p: Params, s: State) -> bool {
    return s.second >= 3.0;
}
";

#[test]
#[cfg_attr(without_device, ignore = "there is no device")]
fn what_arrives_is_seen_by_the_threshold_of_the_same_step() {
    let gpu = Backend::Gpu(gpu());
    let mut net = Network::new(1.0.ms());
    let ports = [("a", Port::delta()), ("b", Port::delta().onto("second")), ("c", Port::delta().onto("second"))];
    let cells = Population::new("cells", 1, Neuron::source("counter", COUNTER));
    net.add(ports.into_iter().fold(cells, |cells, (called, port)| cells.port(called, port)));
    net.stimulate(SpikeTimes::new("cells", [(0, 1.0.ms())], 7.0.mv()).port("a"));
    net.stimulate(SpikeTimes::new("cells", [(0, 2.0.ms()), (0, 4.0.ms())], 2.0.mv()).port("b"));
    net.stimulate(SpikeTimes::new("cells", [(0, 4.0.ms())], 0.5.mv()).port("c"));
    net.record(Record::new("cells", ["first", "second"]));
    let recording = run(&net, &gpu, 6);
    let of = |variable| recording.trace("cells", variable).expect("it is recorded").values.clone();
    assert_eq!(of("first"), [0.0, 7.0, 7.0, 7.0, 7.0, 0.0]);
    assert_eq!(of("second"), [0.0, 0.0, 2.0, 1.0, 3.0, 1.5]);
    let spikes: Vec<_> = recording.populations[0].spikes.iter().collect();
    assert_eq!(spikes, [(4, 0, 0)]);
    // A whole number is no place for a jump, whatever its unit.
    let text = COUNTER.replace("[1] steps", "[mV] steps");
    let mut wrong = Network::new(1.0.ms());
    let cells = Population::new("cells", 1, Neuron::source("counter", text));
    wrong.add(cells.port("a", Port::delta().onto("steps")));
    let error = Plan::lower(&wrong, &LowerOptions::default()).expect_err("it is wrong").to_string();
    let expected = "population[cells].ports.a.output.onto: output delta adds [mV] to steps, which model counter counts in whole \
                    numbers of [mV]; legal: first, second";
    assert_eq!(error, expected);
}

#[test]
fn a_synapse_filters_what_arrives() {
    let mut net = Network::new(0.1.ms());
    // V so high that nothing spikes: g is what its port's synapse leaves in each step, and what is left of it.
    let silent = LifSyn::new().v_th(1e6.mv()).tau_s(4.0.ms());
    let synapse = Port::expon(2.0.ms()).delta().onto("g");
    net.add(Population::new("cells", 1, silent).port("in", synapse));
    net.add(Population::new("source", 1, "spike_source"));
    net.stimulate(SpikeTimes::new("source", [(0, 0.0.ms())], 1.0.mv()));
    net.connect("source", "cells", "in", Connect::one_to_one(), 3.0.mv(), 0.3.ms());
    net.record(Record::new("cells", ["g", "in.g"]));
    let (kept, synaptic) = ((-0.1f64 / 4.0).exp(), (-0.1f64 / 2.0).exp());
    for backend in backends() {
        let recording = run(&net, &backend, 40);
        let g = &recording.trace("cells", "g").expect("it is recorded").values;
        let mut expected = 0.0;
        for (step, &found) in g.iter().enumerate() {
            expected = kept * expected + if step < 3 { 0.0 } else { 3.0 * synaptic.powi(step as i32 - 3) };
            assert!(
                (f64::from(found) - expected).abs() <= FORMULA * expected,
                "{}, step {step}: {found}",
                name(&backend)
            );
        }
        assert!(expected > 10.0);
    }
}

#[test]
fn built_in_neurons_take_it_too() {
    // `before` is what V is held against: a neuron whose V was above the threshold does not spike.
    let mut net = Network::new(0.1.ms());
    let cells = Population::new("cells", 1, HodgkinHuxley::new()).port("in", Port::delta().onto("before"));
    net.add(cells);
    net.add(Population::new("others", 1, Lif::new()).port("in", Port::delta().onto("v")));
    let lowered = Plan::lower(&net, &LowerOptions::default()).expect("the network is sound");
    let onto: Vec<_> = lowered.slabs.iter().map(|slab| slab.ports[0].onto).collect();
    assert_eq!(onto, [Some(4), None]);
    net.stimulate(SpikeTimes::new("cells", [(0, 0.2.ms())], 5.0.mv()).port("in"));
    net.record(Record::new("cells", ["v", "before"]));
    for backend in backends() {
        let recording = run(&net, &backend, 4);
        let of = |variable| recording.trace("cells", variable).expect("it is recorded").values.clone();
        let (v, before) = (of("v"), of("before"));
        let expected = [-65.0, v[0], v[1] + 5.0, v[2]];
        let differs = before.iter().zip(expected).any(|(found, expected)| (found - expected).abs() > 1e-4);
        assert!(!differs, "{}: {before:?}, expected {expected:?}", name(&backend));
    }
}
