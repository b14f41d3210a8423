//! The synapses that a network has are read back as they are: projection by projection, whoever shares rows with whom.

use crate::device::{backends, name, simulation};
use neuropil::network::{
    Array, Connect, End, ItemWiring, Kernel, Network, Population, Port, Positions, Projection, Storage, Value,
    conduction, normal, uniform,
};
use neuropil::plan::{LowerOptions, Plan, Synapses};
use neuropil::sim::EngineOptions;
use neuropil::units::Literal;
use neuropil::{Backend, Ensemble, Simulation};
use std::sync::Arc;

/// Projections of all kinds between two populations, onto one port or onto a port each.
fn network(shared: bool) -> Network {
    let mut net = Network::new(0.1.ms()).seed(3);
    let of = |name: &str, size| {
        let population = Population::new(name, size, "lif");
        (0..9).fold(population, |population, port| population.port(format!("p{port}"), Port::delta()))
    };
    net.add(of("a", 50));
    net.add(of("b", 300));
    let mut number = 0;
    let mut add = |pre: End, post: End, connect: Connect, weight: Value, storage| {
        let port = if shared { "p0".to_owned() } else { format!("p{number}") };
        let name = format!("n{number}");
        net.connect(pre, post, port, connect.name(name), weight, uniform(0.1.ms(), 1.0.ms()));
        net.projections.last_mut().expect("it was added").storage = storage;
        number += 1;
    };
    let (all, from, to) = ("a", || End::part("a", 10..40), || End::part("b", 100..250));
    let stored = Storage::Stored;
    add(from(), to(), Connect::fixed_indegree(3), 0.5.mv().into(), stored);
    add(all.into(), "b".into(), Connect::pairwise_bernoulli(0.1), Value::from(normal(1.0.mv(), 0.1.mv())), stored);
    add(all.into(), to(), Connect::list([(3, 7), (1, 2), (3, 7), (49, 149)]), (-0.25).mv().into(), stored);
    add(all.into(), "b".into(), Connect::fixed_outdegree(4), 2.0.mv().into(), Storage::Procedural);
    add(from(), "b".into(), Connect::pairwise_bernoulli(0.0), 1.0.mv().into(), stored);
    let matrix = Array::inline((0..4500).map(|at| f64::from(at % 7) - 3.0).collect(), &[30, 150], "mV");
    add(from(), to(), Connect::all_to_all(), matrix.expect("the shape fits").into(), stored);
    add("b".into(), "a".into(), Connect::fixed_total_number(200), 1.0.mv().into(), stored);
    net
}

fn all(plan: &Arc<Plan>, backend: &Backend) -> Vec<Synapses> {
    let simulation = Simulation::of_plan(plan.clone(), backend, &EngineOptions::default()).expect("it fits");
    let names: Vec<_> = plan.projection_names().map(str::to_owned).collect();
    names.iter().map(|name| simulation.synapses(name).expect("it is there")).collect()
}

fn lowered(net: &Network, block_bits: Option<u32>) -> Arc<Plan> {
    let options = LowerOptions { block_bits, ..LowerOptions::default() };
    Arc::new(Plan::lower(net, &options).expect("the network is sound"))
}

#[test]
fn projections_that_share_rows_are_told_apart() {
    let apart = all(&lowered(&network(false), None), &Backend::Reference);
    assert_eq!(
        apart.iter().map(|it| !it.pre.is_empty()).collect::<Vec<_>>(),
        [true, true, true, true, false, true, true]
    );
    for bits in [None, Some(4), Some(7)] {
        let plan = lowered(&network(true), bits);
        let shared = all(&plan, &Backend::Reference);
        assert_eq!(shared.iter().map(|it| it.pre.len() as u64).sum::<u64>(), plan.synapses.count);
        for (number, (one, other)) in shared.iter().zip(&apart).enumerate() {
            assert_eq!((&one.pre, &one.post), (&other.pre, &other.post), "n{number} {bits:?}");
            assert_eq!(one.delay, other.delay, "n{number} {bits:?}");
            // Each port counts as finely as it can.
            let near = |(one, other): (&f64, &f64)| (one - other).abs() <= 2e-3 * other.abs();
            assert!(one.weight.iter().zip(&other.weight).all(near), "n{number} {bits:?}");
            let order: Vec<_> = one.pre.iter().zip(&one.post).collect();
            assert!(order.is_sorted(), "n{number}");
        }
    }
    assert_eq!((&apart[2].pre[..], &apart[2].post[..]), (&[1, 3, 3, 49][..], &[102, 107, 107, 249][..]));
    assert_eq!(apart[2].weight, [-0.25; 4]);
    // The matrix of the sixth, row by row.
    let values: Vec<f64> = (0..4500).map(|at| f64::from(at % 7) - 3.0).collect();
    assert_eq!(apart[5].weight, values);
    assert!(apart[3].weight.iter().all(|weight| *weight == 2.0) && apart[3].pre.len() == 200);
    let mut indegrees = vec![0; 300];
    apart[0].post.iter().for_each(|target| indegrees[*target as usize] += 1);
    assert!((0..300).all(|target| indegrees[target] == if (100..250).contains(&target) { 3 } else { 0 }));
    assert!(apart[0].pre.iter().all(|source| (10..40).contains(source)));
}

#[test]
fn everybody_who_runs_a_network_says_the_same_of_its_synapses() {
    let net = network(true);
    let of = |backend: &Backend| {
        let simulation = simulation(&net, backend);
        (0..7).map(|number| simulation.synapses(&format!("n{number}")).expect("it is there")).collect::<Vec<_>>()
    };
    let expected = of(&Backend::Reference);
    for backend in backends() {
        assert_eq!(of(&backend), expected, "{}", name(&backend));
    }
}

#[test]
fn rows_that_were_kept_know_whose_they_are() {
    let folder = tempfile::tempdir().expect("there is room");
    let net = network(true);
    let cached = || {
        let options = LowerOptions { cache: Some(folder.path().to_owned()), ..LowerOptions::default() };
        Arc::new(Plan::lower(&net, &options).expect("the network is sound"))
    };
    let built = all(&cached(), &Backend::Reference);
    assert_eq!(all(&cached(), &Backend::Reference), built);
    assert_eq!(built, all(&lowered(&net, None), &Backend::Reference));
}

#[test]
fn weights_are_those_of_now_and_of_each_item() {
    let mut net = Network::new(0.1.ms());
    net.add(Population::new("cells", 3, "lif").port("p", Port::delta()));
    net.connect("cells", "cells", "p", Connect::one_to_one(), 0.5.mv(), 1.0.ms());
    let mut running = Simulation::on(&net, &Backend::Reference).expect("it fits");
    let called = "cells→cells.p";
    assert_eq!(running.synapses(called).expect("it is there").weight, [0.5; 3]);
    running.set("projection[0].weight", 0.75.mv()).expect("it is a weight");
    assert_eq!(running.synapses("cells->cells.p").expect("it is there").weight, [0.75; 3]);
    assert_eq!(running.synapses("0").expect("it is there").weight, [0.75; 3]);

    let mut other = net.clone();
    other.set("projection[0].weight", 3.0.mv()).expect("it is a weight");
    let ensemble = Ensemble::new(vec![net, other]).expect("they differ in a weight");
    let simulation =
        Simulation::of_ensemble(&ensemble, &Backend::Reference, &EngineOptions::default()).expect("it fits");
    let of = |item| simulation.synapses_of_item(called, item).map(|it| it.weight).map_err(|error| error.to_string());
    assert_eq!((of(0), of(1)), (Ok(vec![0.5; 3]), Ok(vec![3.0; 3])));
    assert_eq!(of(2).unwrap_err(), "item: there is no item 2 of the batch; legal: 0 to 1");
    let error = simulation.synapses("cells→cels.p").unwrap_err().to_string();
    assert_eq!(error, "projection: there is no `cells→cels.p` (did you mean `cells→cells.p`?); legal: cells→cells.p");
}

#[test]
fn items_with_wirings_of_their_own_have_the_positions_and_synapses_that_they_have_alone() {
    let of = |seed: u64| {
        let mut net = Network::new(0.1.ms()).seed(seed);
        net.wiring = ItemWiring::Own;
        let anywhere = Positions::random([1.0.mm(), 1.0.mm()]).periodic();
        net.add(Population::new("a", 60, "lif").port("p", Port::delta()).positions(anywhere));
        let near = Connect::pairwise_bernoulli(0.9).kernel(Kernel::gaussian(100.0.um())).symmetric(true);
        net.connect("a", "a", "p", near.name("near"), normal(1.0.mv(), 0.1.mv()), conduction(0.2.m_per_s(), 0.1.ms()));
        // Onto the same port, so that rows are shared.
        net.connect(
            "a",
            "a",
            "p",
            Connect::fixed_indegree(3).name("few"),
            0.5.mv(),
            conduction(0.2.m_per_s(), 0.1.ms()),
        );
        net
    };
    let ensemble = Ensemble::new((1..4).map(of).collect()).expect("they differ in seeds");
    let together = Simulation::of_ensemble(&ensemble, &Backend::Reference, &EngineOptions::default()).expect("it fits");
    for (item, seed) in (0..).zip(1..4) {
        let alone = Simulation::on(&of(seed), &Backend::Reference).expect("it fits");
        for projection in ["near", "few"] {
            let expected = alone.synapses(projection).expect("it is there");
            assert!(expected.pre.len() > 50);
            assert_eq!(
                together.synapses_of_item(projection, item).expect("it is there"),
                expected,
                "{projection} {item}"
            );
        }
    }
    assert_ne!(together.synapses("near").expect("there").pre, together.synapses_of_item("near", 1).expect("there").pre);
}

/// The type is public, with all that a projection is told.
#[test]
fn a_network_without_projections_has_no_names() {
    let mut net = Network::new(0.1.ms());
    net.add(Population::new("cells", 3, "lif"));
    let none: &[Projection] = &[];
    assert_eq!(net.projections, none);
    let error = simulation(&net, &Backend::Reference).synapses("0").unwrap_err().to_string();
    assert_eq!(error, "projection: there is no `0`; legal: none, the network has no projection");
}
