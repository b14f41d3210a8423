//! Graded models of a user's own, in WGSL.

use crate::device::{device, run};
use neuropil::model::Ampa;
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
