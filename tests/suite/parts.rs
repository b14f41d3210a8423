//! Projections between parts of populations: the same network as one that lists the same pairs, on everything that runs networks.

use crate::device::{backends, cpu, device, name, run};
use neuropil::cpu::Precision;
use neuropil::model::{LifRef, Reset};
use neuropil::network::{Array, Connect, End, Network, PoissonInput, Population, Port, Storage, Value};
use neuropil::plan::{LowerOptions, Plan};
use neuropil::recording::Recording;
use neuropil::sim::{EngineOptions, Schedule};
use neuropil::units::Literal;
use neuropil::{Backend, Simulation};
use std::ops::Range;
use std::sync::Arc;

const SIZES: [u32; 2] = [90, 70];

/// Two populations with a port of its own for each projection.
fn cells(ports: usize) -> Network {
    let mut net = Network::new(0.1.ms()).seed(8);
    for (name, size) in ["a", "b"].into_iter().zip(SIZES) {
        let neuron = LifRef::new().tau(10.0.ms()).v_th(10.0.mv()).reset(Reset::Hard).tau_ref(1.0.ms());
        let population = (0..ports).fold(Population::new(name, size, neuron), |population, port| {
            population.port(format!("p{port:02}"), Port::delta())
        });
        net.add(population);
        net.stimulate(PoissonInput::new(name, 400, 20.0.hz(), 0.15.mv()));
    }
    net
}

/// Each rule between parts, within a part, and between a population and a part of it.
fn ends() -> Vec<(End, End, Connect, Storage)> {
    use Storage::{Procedural, Stored};
    let [a, b] = ["a", "b"].map(|name| move |neurons: Range<u32>| End::part(name, neurons));
    let (some, others) = (|| a(10..50), || b(20..65));
    let own = |connect: Connect, storage| (a(30..80), a(30..80), connect.autapses(false), storage);
    let from = |connect, storage| (some(), others(), connect, storage);
    vec![
        from(Connect::all_to_all(), Stored),
        (a(20..50), b(40..70), Connect::one_to_one(), Stored),
        from(Connect::pairwise_bernoulli(0.3), Stored),
        from(Connect::fixed_indegree(5).multapses(false), Stored),
        from(Connect::fixed_outdegree(7), Stored),
        from(Connect::fixed_total_number(300), Stored),
        from(Connect::list([(0, 0), (39, 44), (3, 9), (3, 9)]), Stored),
        own(Connect::all_to_all(), Stored),
        own(Connect::pairwise_bernoulli(0.2), Stored),
        own(Connect::fixed_indegree(6).multapses(false), Stored),
        own(Connect::fixed_total_number(200).multapses(false), Stored),
        from(Connect::pairwise_bernoulli(0.3), Procedural),
        own(Connect::pairwise_bernoulli(0.3), Procedural),
        from(Connect::fixed_outdegree(7), Procedural),
        (others(), some(), Connect::fixed_total_number(300), Procedural),
        // No neuron is in both; all are in one; some are.
        (a(0..40), a(40..90), Connect::fixed_indegree(4).autapses(false), Stored),
        ("a".into(), a(80..90), Connect::fixed_outdegree(3), Stored),
        (a(0..50), a(40..90), Connect::pairwise_bernoulli(0.2), Procedural),
        (b(0..1), a(89..90), Connect::all_to_all(), Stored),
    ]
}

/// All of them.
pub fn network() -> Network {
    connected(ends())
}

fn weight(index: usize) -> f64 {
    if index % 3 == 2 { -0.2 } else { 0.1 }
}

fn connected(ends: impl IntoIterator<Item = (End, End, Connect, Storage)>) -> Network {
    let ends: Vec<_> = ends.into_iter().collect();
    let mut net = cells(ends.len());
    for (index, (pre, post, connect, storage)) in ends.into_iter().enumerate() {
        let delay = (0.5 + index as f64 * 0.1).ms();
        net.connect(pre, post, format!("p{index:02}"), connect, weight(index).mv(), delay);
        net.projections[index].storage = storage;
    }
    net
}

/// The pairs of each projection, each onto its own port; all are among the neurons of its ends.
fn pairs(plan: &Plan, ends: &[(End, End)]) -> Vec<Vec<(u32, u32)>> {
    let place = |end: &End| {
        let population = plan.populations.iter().position(|population| population.name == end.population);
        let population = population.expect("it is there");
        (population, end.neurons.clone().unwrap_or(0..plan.populations[population].size))
    };
    let mut all = Vec::new();
    for (index, (pre, post)) in ends.iter().enumerate() {
        let ((source, sources), (target, targets)) = (place(pre), place(post));
        let first = plan.populations[target].ports[index].first_inlet;
        let inlets = first..first + plan.populations[target].size;
        let mut pairs = Vec::new();
        for population in 0..2 {
            for neuron in 0..plan.populations[population].size {
                plan.synapses.each(population, neuron, |synapse| {
                    if inlets.contains(&synapse.inlet) {
                        assert!(population == source && sources.contains(&neuron), "{pre} to {post}: from {neuron}");
                        assert!(targets.contains(&(synapse.inlet - first)), "{pre} to {post}: {synapse:?}");
                        pairs.push((neuron, synapse.inlet - first));
                    }
                });
            }
        }
        all.push(pairs);
    }
    assert_eq!(all.iter().map(Vec::len).sum::<usize>() as u64, plan.synapses.count);
    all
}

/// The network with parts, and that with the same pairs as lists of whole populations.
fn both() -> (Network, Network) {
    let parts = network();
    let plan = Plan::lower(&parts, &LowerOptions::default()).expect("the network is sound");
    let of = ends().into_iter().map(|(pre, post, ..)| (pre, post)).collect::<Vec<_>>();
    let pairs = pairs(&plan, &of);
    let lists = of.into_iter().zip(pairs).map(|((pre, post), pairs)| {
        (pre.population.into(), post.population.into(), Connect::list(pairs), Storage::Stored)
    });
    (parts, connected(lists))
}

#[test]
fn all_pairs_are_those_of_the_rules() {
    let plan = Plan::lower(&network(), &LowerOptions::default()).expect("the network is sound");
    let of: Vec<_> = ends().into_iter().map(|(pre, post, ..)| (pre, post)).collect();
    let mut pairs = pairs(&plan, &of);
    let counts: Vec<_> = pairs.iter().map(Vec::len).collect();
    let drawn = [2, 8, 11, 12, 17];
    let exact = counts.iter().enumerate().filter(|(index, _)| !drawn.contains(index)).map(|(_, count)| *count);
    let expected = [40 * 45, 30, 45 * 5, 40 * 7, 300, 4, 50 * 49, 50 * 6, 200, 40 * 7, 300, 50 * 4, 90 * 3, 1];
    assert_eq!(exact.collect::<Vec<_>>(), expected);
    assert!(drawn.iter().all(|index| counts[*index] > 300), "{counts:?}");
    assert_eq!(pairs[1], (0..30).map(|at| (20 + at, 40 + at)).collect::<Vec<_>>());
    pairs[6].sort_unstable();
    assert_eq!(pairs[6], [(10, 20), (13, 29), (13, 29), (49, 64)]);
    for index in [7, 8, 9, 10, 12] {
        assert!(pairs[index].iter().all(|(source, target)| source != target), "autapses of projection {index}");
    }
    // Where parts overlap, autapses are as any pair.
    assert!(pairs[17].iter().any(|(source, target)| source == target));
}

fn spikes(recording: &Recording) -> Vec<usize> {
    recording.populations.iter().map(|population| population.spikes.len()).collect()
}

#[test]
fn parts_fire_as_the_same_pairs_in_lists() {
    let (parts, lists) = both();
    for backend in backends() {
        let (found, expected) = (run(&parts, &backend, 600), run(&lists, &backend, 600));
        assert!(spikes(&expected).iter().all(|&spikes| spikes > 100), "{:?}", spikes(&expected));
        assert_eq!(found, expected, "{}", name(&backend));
        // Without them it is another network.
        assert_ne!(run(&cells(ends().len()), &backend, 600).populations, expected.populations);
    }
}

/// The run of a network whose plan is changed by options.
fn run_cut(backend: &Backend, net: &Network, bits: Option<u32>, options: &EngineOptions) -> Recording {
    let lower = LowerOptions { block_bits: bits, ..backend.lower_options(2) };
    let plan = Arc::new(Plan::lower(net, &lower).expect("the network is sound"));
    let simulation = Simulation::of_plan(plan, backend, options);
    simulation.expect("the plan fits").run_steps(300, &mut |_| ()).expect("the run succeeds")
}

#[test]
fn blocks_and_threads_change_nothing() {
    let (parts, lists) = both();
    let backend = cpu(Precision::F32);
    let expected = run_cut(&backend, &lists, None, &EngineOptions::default());
    for bits in [None, Some(3), Some(5)] {
        let options = EngineOptions { threads: Some(3), ..EngineOptions::default() };
        assert_eq!(run_cut(&backend, &parts, bits, &options), expected, "{bits:?}");
    }
}

#[test]
#[cfg_attr(without_device, ignore = "there is no device")]
fn every_schedule_delivers_to_parts() {
    let (parts, lists) = both();
    for (schedule, _) in Schedule::ALL {
        let options = EngineOptions { schedule: Some(schedule), ..EngineOptions::default() };
        let expected = run_cut(&device(), &lists, None, &options);
        for bits in [None, Some(4)] {
            assert_eq!(run_cut(&device(), &parts, bits, &options), expected, "{schedule:?}, {bits:?}");
        }
    }
}

/// Each synapse as source, target, weight [mV] and delay \[steps\].
fn synapses(net: &Network) -> Vec<(u32, u32, f64, u32)> {
    let plan = Plan::lower(net, &LowerOptions::default()).expect("the network is sound");
    let port = &plan.populations[1].ports[0];
    let mut all = Vec::new();
    for source in 0..SIZES[0] {
        let found = |synapse: neuropil::rows::Synapse| {
            let weight = (port.scale.weight(synapse.weight) * 100.0).round() / 100.0;
            all.push((source, synapse.inlet - port.first_inlet, weight, synapse.delay));
        };
        plan.synapses.each(0, source, found);
    }
    all
}

#[test]
fn values_count_within_the_parts() {
    let array = |values: &[f64], shape: &[usize], unit: &str| Array::inline(values.to_vec(), shape, unit).unwrap();
    let mut net = cells(1);
    let weights = array(&[0.01, 0.02, 0.03, 0.04, 0.05, 0.06], &[2, 3], "mV");
    net.connect(End::part("a", 88..90), End::part("b", 4..7), "p00", Connect::all_to_all(), weights, 0.3.ms());
    let expected =
        [(88, 4, 0.01, 3), (88, 5, 0.02, 3), (88, 6, 0.03, 3), (89, 4, 0.04, 3), (89, 5, 0.05, 3), (89, 6, 0.06, 3)];
    assert_eq!(synapses(&net), expected);
    let mut net = cells(1);
    let weights = array(&[0.02, -0.03, 0.04], &[3], "mV");
    let pairs = Connect::list([(1, 2), (0, 0), (1, 0)]);
    net.connect(End::part("a", 30..32), End::part("b", 67..70), "p00", pairs, weights, 1.0.ms());
    net.projections[0].delay = Value::from(array(&[0.5, 0.7, 0.9], &[3], "ms"));
    assert_eq!(synapses(&net), [(30, 67, -0.03, 7), (31, 69, 0.02, 5), (31, 67, 0.04, 9)]);
}

/// What is said of a network with this projection from 90 neurons to 70.
fn said(pre: impl Into<End>, post: impl Into<End>, connect: Connect) -> String {
    let mut net = cells(1);
    net.connect(pre, post, "p00", connect, 0.1.mv(), 1.0.ms());
    Plan::lower(&net, &LowerOptions::default()).map_or_else(|error| error.to_string(), |_| "nothing".to_owned())
}

#[test]
#[expect(clippy::reversed_empty_ranges, reason = "which are refused")]
fn parts_that_are_none_are_refused() {
    let all = Connect::all_to_all;
    let legal = "; legal: a[first..end] with first below end, and end at most 90";
    let pre = |neurons, problem: &str| {
        assert_eq!(said(End::part("a", neurons), "b", all()), format!("projection[a→b.p00].pre: {problem}{legal}"));
    };
    pre(5..5, "`a[5..5]` has no neurons");
    pre(9..5, "`a[9..5]` ends before it begins");
    pre(90..91, "`a[90..91]` goes beyond the 90 neurons of `a`");
    pre(95..91, "`a[95..91]` goes beyond the 90 neurons of `a`");
    assert_eq!(said(End::part("a", 89..90), End::part("b", 0..70), all()), "nothing");
    assert_eq!(
        said("a", End::part("b", 0..71), all()),
        "projection[a→b.p00].post: `b[0..71]` goes beyond the 70 neurons of `b`; legal: b[first..end] with first below end, and end \
         at most 70"
    );
    assert_eq!(
        said(End::part("c", 0..1), "b", all()),
        "projection[c→b.p00].pre: there is no population `c`; legal: a, b"
    );
}

#[test]
fn rules_that_parts_cannot_obey_are_refused() {
    let part = |first, end| End::part("a", first..end);
    let connect = "projection[a→b.p00].connect: ";
    let between = |rule| said(part(0, 10), End::part("b", 0..20), rule);
    assert_eq!(
        between(Connect::one_to_one()),
        format!("{connect}one_to_one from 10 neurons of `a` to 20 of `b`; legal: ends of equal size")
    );
    assert_eq!(
        between(Connect::fixed_indegree(11).multapses(false)),
        format!(
            "{connect}fixed_indegree is 11, but each target has only 10 possible sources; legal: at most 10, or multapses"
        )
    );
    assert_eq!(
        between(Connect::list([(9, 19), (10, 0)])),
        format!("{connect}pair 1 of the list names neuron 10 of `a[0..10]`; legal: whole numbers from 0 to 9")
    );
    let connect = "projection[a→a.p00].connect: ";
    let own = |post, rule: Connect| said(part(10, 30), post, rule.autapses(false));
    assert_eq!(own(part(10, 30), Connect::list([(1, 2)])), "nothing");
    assert_eq!(
        own(part(10, 30), Connect::list([(1, 2), (3, 3)])),
        format!("{connect}pair 1 of the list joins neuron 3 to itself, and autapses are excluded; legal: two neurons")
    );
    let shared = |post: &str| {
        format!(
            "{connect}autapses are excluded, but `a[10..30]` and `{post}` are the same in part; legal: autapses = true, or ends that \
             are the same neurons, or share none"
        )
    };
    assert_eq!(own(part(29, 40), Connect::all_to_all()), shared("a[29..40]"));
    assert_eq!(own(part(0, 11), Connect::list([(1, 2)])), shared("a[0..11]"));
    assert_eq!(own("a".into(), Connect::all_to_all()), shared("a"));
    assert_eq!(own(part(30, 40), Connect::all_to_all()), "nothing");
    assert_eq!(own(part(0, 10), Connect::all_to_all()), "nothing");
    // The whole of a population is the population.
    assert_eq!(said("a", part(0, 90), Connect::all_to_all().autapses(false)), "nothing");
}
