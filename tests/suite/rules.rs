//! Every connection rule gives the degrees that it promises, and every engine delivers exactly those synapses.

use crate::agreement::Pair;
use crate::device::{backends, engines, name, run};
use neuropil::model::{Lif, Reset};
use neuropil::network::{Array, Connect, Network, Population, Port, Record, SpikeTimes};
use neuropil::plan::{LowerOptions, Plan};
use neuropil::sim::EngineOptions;
use neuropil::units::Literal;
use std::sync::Arc;

/// Relays that fire one after the other and reach `post` others, or themselves.
fn network(pre: u32, post: Option<u32>, connect: Connect) -> Network {
    let mut net = Network::new(0.1.ms()).seed(5);
    let relay = Lif::new().v_th(1.0.mv()).reset(Reset::Hard);
    let sources = net.add(Population::new("sources", pre, relay).port("p", Port::delta()));
    // What arrives does not make anybody fire.
    let targets = match post {
        Some(size) => net.add(Population::new("targets", size, "lif").port("p", Port::delta())),
        None => sources.clone(),
    };
    net.connect(&sources, &targets, "p", connect, (-0.125).mv(), 0.4.ms());
    net.stimulate(SpikeTimes::new(&sources, (0..pre).map(|i| (i, (0.3 * f64::from(i)).ms())), 30.0.mv()));
    net
}

/// Each synapse as source and target.
fn pairs(plan: &Plan) -> Vec<(u32, u32)> {
    let (source, target) = (&plan.populations[0], plan.populations.last().expect("there is a population"));
    let first_inlet = target.ports[0].first_inlet;
    let mut pairs = Vec::new();
    for neuron in 0..source.size {
        plan.synapses.each(0, neuron, |synapse| pairs.push((neuron, synapse.inlet - first_inlet)));
    }
    assert_eq!(pairs.len() as u64, plan.synapses.count);
    pairs
}

fn plan(pre: u32, post: Option<u32>, connect: Connect) -> Plan {
    Plan::lower(&network(pre, post, connect), &LowerOptions::default()).expect("the rule can be obeyed")
}

/// The pairs of a rule.
fn drawn(pre: u32, post: Option<u32>, connect: Connect) -> Vec<(u32, u32)> {
    let pairs = pairs(&plan(pre, post, connect));
    assert!(pairs.iter().all(|&(source, target)| source < pre && target < post.unwrap_or(pre)));
    pairs
}

fn has_multapses(pairs: &[(u32, u32)]) -> bool {
    let mut sorted = pairs.to_vec();
    sorted.sort_unstable();
    sorted.windows(2).any(|two| two[0] == two[1])
}

fn has_autapses(pairs: &[(u32, u32)]) -> bool {
    pairs.iter().any(|(source, target)| source == target)
}

fn degrees(of: impl Iterator<Item = u32>, size: u32) -> Vec<u32> {
    let mut degrees = vec![0; size as usize];
    of.for_each(|neuron| degrees[neuron as usize] += 1);
    degrees
}

#[test]
fn all_to_all() {
    let all: Vec<_> = (0..13).flat_map(|source| (0..17).map(move |target| (source, target))).collect();
    assert_eq!(drawn(13, Some(17), Connect::all_to_all()), all);
    let others = drawn(13, None, Connect::all_to_all().autapses(false));
    assert!(others.len() == 13 * 12 && !has_autapses(&others) && !has_multapses(&others));
}

#[test]
fn one_to_one() {
    let same: Vec<_> = (0..19).map(|neuron| (neuron, neuron)).collect();
    assert_eq!(drawn(19, Some(19), Connect::one_to_one()), same);
    assert_eq!(drawn(19, None, Connect::one_to_one()), same);
}

#[test]
fn pairwise_bernoulli() {
    let pairs = drawn(60, Some(300), Connect::pairwise_bernoulli(0.2));
    // 3600 expected, with a standard deviation of 54.
    assert!((3600 - 216..3600 + 216).contains(&pairs.len()), "{} synapses", pairs.len());
    assert!(!has_multapses(&pairs));
    assert!(!has_autapses(&drawn(60, None, Connect::pairwise_bernoulli(0.5).autapses(false))));
    assert_eq!(drawn(5, Some(7), Connect::pairwise_bernoulli(1.0)).len(), 35);
    assert_eq!(drawn(5, Some(7), Connect::pairwise_bernoulli(0.0)), []);
}

#[test]
fn fixed_indegree() {
    for multapses in [true, false] {
        let pairs = drawn(20, Some(90), Connect::fixed_indegree(15).multapses(multapses));
        assert_eq!(degrees(pairs.iter().map(|pair| pair.1), 90), [15; 90]);
        assert_eq!(has_multapses(&pairs), multapses);
    }
    let pairs = drawn(20, None, Connect::fixed_indegree(19).autapses(false).multapses(false));
    assert!(pairs.len() == 380 && !has_autapses(&pairs) && !has_multapses(&pairs));
}

#[test]
fn fixed_outdegree() {
    for multapses in [true, false] {
        let pairs = drawn(40, Some(30), Connect::fixed_outdegree(12).multapses(multapses));
        assert_eq!(degrees(pairs.iter().map(|pair| pair.0), 40), [12; 40]);
        assert_eq!(has_multapses(&pairs), multapses);
    }
}

#[test]
fn fixed_total_number() {
    for multapses in [true, false] {
        let pairs = drawn(40, Some(30), Connect::fixed_total_number(500).multapses(multapses));
        assert_eq!((pairs.len(), has_multapses(&pairs)), (500, multapses));
    }
}

#[test]
fn a_list() {
    let list = [(3, 1), (0, 4), (3, 1), (2, 0), (0, 0)];
    // Those of one source in the list's order.
    assert_eq!(drawn(4, Some(5), Connect::list(list)), [(0, 4), (0, 0), (2, 0), (3, 1), (3, 1)]);
}

#[test]
fn every_engine_delivers_every_synapse_of_every_rule() {
    for (pre, post, connect) in [
        (13, Some(17), Connect::all_to_all()),
        (13, None, Connect::all_to_all().autapses(false)),
        // Rows of many rounds of a subgroup.
        (7, Some(1000), Connect::all_to_all()),
        (19, Some(19), Connect::one_to_one()),
        (19, None, Connect::one_to_one()),
        (60, Some(300), Connect::pairwise_bernoulli(0.2)),
        (60, None, Connect::pairwise_bernoulli(0.5).autapses(false)),
        (5, Some(7), Connect::pairwise_bernoulli(0.0)),
        (20, Some(90), Connect::fixed_indegree(15)),
        (20, None, Connect::fixed_indegree(19).autapses(false).multapses(false)),
        (40, Some(30), Connect::fixed_outdegree(12)),
        (40, Some(30), Connect::fixed_outdegree(12).multapses(false)),
        (40, Some(30), Connect::fixed_total_number(500)),
        (40, Some(30), Connect::fixed_total_number(500).multapses(false)),
        (4, Some(5), Connect::list([(3, 1), (0, 4), (3, 1), (2, 0), (0, 0)])),
    ] {
        let what = format!("{connect:?}");
        let plan = Arc::new(plan(pre, post, connect));
        for engine in engines() {
            let agreement = Pair::new(&engine, &plan, &EngineOptions::default()).lockstep(3 * pre + 8);
            let agreement = agreement.unwrap_or_else(|message| panic!("{}: {what}: {message}", name(&engine)));
            assert_eq!(agreement.spikes, pre as usize, "{what}: each source fires once");
        }
    }
}

#[test]
fn a_list_keeps_each_pair_s_own_weight_and_delay() {
    let mut net = Network::new(0.1.ms());
    let sources = net.add(Population::new("sources", 3, Lif::new().reset(Reset::Hard)));
    // They keep what they get.
    let keeper = Lif::new().tau(1e12.ms()).v_th(1e9.mv());
    let targets = net.add(Population::new("targets", 2, keeper).port("p", Port::delta()));
    let connect = Connect::list([(2, 0), (0, 1), (1, 0), (0, 0), (0, 1)]);
    let weights = Array::inline(vec![1.5, -2.0, 0.25, 4.0, 8.0], &[5], "mV").expect("the shape fits");
    let delays = vec![0.2.ms(), 0.3.ms(), 0.1.ms(), 0.5.ms(), 0.4.ms()];
    net.connect(&sources, &targets, "p", connect, weights, delays);
    net.stimulate(SpikeTimes::new(&sources, (0..3).map(|neuron| (neuron, 0.1.ms())), 2.0.mv()));
    net.record(Record::new(&targets, ["v"]));
    for backend in backends() {
        let recording = run(&net, &backend, 8);
        let column = |neuron| recording.traces[0].values.iter().copied().skip(neuron).step_by(2).collect::<Vec<_>>();
        assert_eq!(column(0), [0.0, 0.0, 0.25, 1.75, 1.75, 1.75, 5.75, 5.75], "{}", name(&backend));
        assert_eq!(column(1), [0.0, 0.0, 0.0, 0.0, -2.0, 6.0, 6.0, 6.0], "{}", name(&backend));
    }
}
