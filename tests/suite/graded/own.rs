//! Graded models of a user's own, in WGSL.

use crate::device::{device, run};
use crate::tolerances::FORMULA;
use neuropil::model::{Ampa, Lif};
use neuropil::network::{Connect, Network, Part, PoissonSpikes, Population, Port, Record};
use neuropil::plan::{LowerOptions, Plan};
use neuropil::units::Literal;

const AMPA: &str = include_str!("../../../shaders/projections/ampa.wgsl");

fn network(model: impl Into<Part>) -> Network {
    let mut net = Network::new(0.1.ms()).seed(5);
    let sources = net.add(Population::new("sources", 40, "spike_source"));
    net.stimulate(PoissonSpikes::new(&sources, 500.0.hz(), 1.5.mv()));
    let targets = net.add(Population::new("targets", 30, "lif").port("in", Port::delta()));
    let rule = Connect::fixed_indegree(7).name("p").model(model);
    net.connect(&sources, &targets, "in", rule, 0.1.mv(), 0.5.ms());
    net.record(Record::new(&targets, ["spikes", "v"]));
    net.record(Record::of_projection("p", ["g"]));
    net
}

#[test]
#[cfg_attr(without_device, ignore = "there is no device")]
fn a_model_of_ones_own_takes_the_path_of_the_built_in_ones() {
    let own = Part::source("mine", AMPA.replace("ampa_", "mine_"));
    let [found, expected] = [network(own), network(Ampa::new())].map(|net| run(&net, &device(), 300));
    assert!(found.traces[0].values.iter().any(|v| *v != 0.0), "something arrives");
    assert_eq!(found, expected);
}

#[test]
fn one_of_two_functions_must_be_there() {
    let (before, after) = AMPA.split_once("fn ampa_value").expect("it is there");
    let (_, after) = after.split_once("\n}\n").expect("it ends");
    let own = Part::source("ampa", format!("{before}{after}"));
    let error = Plan::lower(&network(own), &LowerOptions::default()).expect_err("it has neither").to_string();
    let expected = "a projection model needs one of `fn ampa_amplitude(p: Params, d: Derived, s: State, step: Step) -> f32`, \
                    `fn ampa_value(p: Params, d: Derived, s: State, step: Step) -> f32`, which are missing";
    assert!(error.contains(expected), "{error}");
}

#[test]
fn both_functions_are_one_too_many() {
    let both = format!(
        "{AMPA}\nfn ampa_amplitude(p: Params, d: Derived, s: State, step: Step) -> f32 {{\n    return 1.0;\n}}\n"
    );
    let error = Plan::lower(&network(Part::source("ampa", both)), &LowerOptions::default());
    let error = error.expect_err("it has both").to_string();
    assert!(error.contains("a projection model has `ampa_amplitude` or `ampa_value`, and not both"), "{error}");
}

/// What a source keeps, against the equations in f64; and V of its target, into which the value goes as a current.
#[test]
#[cfg_attr(without_device, ignore = "there is no device")]
fn the_example_of_a_graded_model_computes_what_it_says() {
    let (tau_decay, tau_rise, alpha, tau) = (30.0, 1.5, 0.6, 5.0);
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/own_graded.wgsl");
    let own = Part::file(path).param("tau_decay", tau_decay.ms()).param("tau_rise", tau_rise.ms());
    let own = own.param("alpha", (1e3 * alpha).hz());
    let mut net = Network::new(0.1.ms()).seed(6);
    let source = net.add(Population::new("source", 1, "spike_source"));
    net.stimulate(PoissonSpikes::new(&source, 300.0.hz(), 1.5.mv()));
    let target = Population::new("target", 1, Lif::new().tau(tau.ms()).v_th(1e3.mv()));
    let target = net.add(target.port("in", Port::cuba()));
    net.connect(&source, &target, "in", Connect::all_to_all().name("p").model(own), 2.0.ma(), 0.0.ms());
    net.record(Record::new(&source, ["spikes"]));
    net.record(Record::of_projection("p", ["s", "x"]));
    net.record(Record::new(&target, ["v"]));
    let found = run(&net, &device(), 600);
    let spikes = &found.populations[0].spikes.step;
    assert!(spikes.len() > 8, "{}", spikes.len());
    let (mut s, mut x, mut v) = (0.0f64, 0.0f64, 0.0f64);
    for step in 0..600u32 {
        let j = -alpha * x - 1.0 / tau_decay;
        s += (0.1 * j).exp_m1() / j * (alpha * x * (1.0 - s) - s / tau_decay);
        x = x * (-0.1 / tau_rise).exp() + if spikes.contains(&step) { 1.0 } else { 0.0 };
        v += -(-0.1 / tau).exp_m1() * (2.0 * s - v);
        for (trace, expected) in found.traces.iter().zip([s, x, v]) {
            let value = f64::from(trace.values[step as usize]);
            let close = (value - expected).abs() <= 10.0 * FORMULA * expected.abs().max(1.0);
            assert!(close, "step {step}: {} is {value}, expected {expected}", trace.variable);
        }
    }
    assert!(s > 0.1 && v > 0.1, "{s} {v}");
}
