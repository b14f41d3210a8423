//! Batch items are networks of their own: each is, bit for bit, the network alone with its seed and the same wiring.

use crate::agreement::Pair;
use crate::device::{backends, device, gpu, name, plan_with};
use crate::networks::zoo;
use neuropil::model::LifRef;
use neuropil::network::{Array, Connect, Current, Network, Population, Port, Record, Value};
use neuropil::plan::Plan;
use neuropil::recording::Recording;
use neuropil::sim::{Arithmetic, EngineOptions, Schedule};
use neuropil::units::{Literal, Quantity};
use neuropil::{Backend, Simulation};
use std::sync::Arc;

const BATCH: u32 = 3;

/// Step and neuron of each spike of a population, in one batch item.
pub fn of_item(recording: &Recording, population: usize, item: u32) -> Vec<(u32, u32)> {
    let spikes = recording.populations[population].spikes.iter();
    spikes.filter(|&(_, batch, _)| batch == item).map(|(step, _, neuron)| (step, neuron)).collect()
}

/// The samples of one batch item, as bits.
pub fn samples_of_item(recording: &Recording, item: u32) -> Vec<Vec<u32>> {
    let of = |trace: &neuropil::recording::Trace| {
        let rows = trace.values.chunks(trace.neurons.len()).enumerate();
        let own = rows.filter(|(row, _)| *row as u32 % trace.batch == item);
        own.flat_map(|(_, values)| values.iter().map(|value| value.to_bits())).collect()
    };
    recording.traces.iter().map(of).collect()
}

fn run(engine: &Backend, options: &EngineOptions, network: &Network, batch: u32) -> Recording {
    let plan = Arc::new(Plan::lower(network, &engine.lower_options(batch)).expect("the network is sound"));
    let simulation = Simulation::of_plan(plan, engine, options);
    simulation.expect("the plan fits").run_steps(300, &mut |_| ()).expect("the run succeeds")
}

fn check(engine: &Backend, options: &EngineOptions) {
    let mut network = zoo();
    let first = network.populations[0].name.clone();
    network.record(Record::new(first, ["spikes", "v"]).every(0.7.ms()).neurons([3, 1]));
    for population in network.populations.iter().skip(1).map(|population| population.name.clone()).collect::<Vec<_>>() {
        network.record(Record::new(population, ["spikes"]));
    }
    let together = run(engine, options, &network, BATCH);
    assert_eq!(together.batch, BATCH);
    for item in 0..BATCH {
        let (seed, wiring) = (network.seed + u64::from(item), network.seed);
        let alone = run(engine, options, &network.clone().seed(seed).wiring_seed(wiring), 1);
        for population in 0..alone.populations.len() {
            let what = format!("item {item}: {} on {}", alone.populations[population].name, name(engine));
            assert_eq!(of_item(&together, population, item), of_item(&alone, population, 0), "{what}");
            // All start from drawn potentials, and most are driven by random spikes.
            for other in 0..item {
                let (own, other) = (of_item(&together, population, item), of_item(&together, population, other));
                assert!(own.is_empty() || own != other, "{what}: two items are alike");
            }
        }
        assert_eq!(samples_of_item(&together, item), samples_of_item(&alone, 0), "item {item} on {}", name(engine));
    }
}

#[test]
fn each_item_is_its_network_alone() {
    backends().iter().for_each(|engine| check(engine, &EngineOptions::default()));
}

#[test]
#[cfg_attr(without_device, ignore = "there is no device")]
fn each_item_is_its_network_alone_by_every_schedule() {
    for (schedule, _) in Schedule::ALL {
        check(&device(), &EngineOptions { schedule: Some(schedule), ..EngineOptions::default() });
    }
}

/// Values of items: one for each neuron, or one for all of an item. Of one item alone as its network says them.
fn values(items: std::ops::Range<u32>, size: usize, low: f64, unit: &str) -> Value {
    let of = |item: u32| (0..size).map(move |neuron| low + 0.37 * f64::from(item) + 0.01 * neuron as f64);
    let all: Vec<f64> = items.clone().flat_map(of).collect();
    match (items.len(), size) {
        (1, 1) => Value::Constant(Quantity::parse(&format!("{:?} {unit}", all[0])).expect("a quantity")),
        (1, _) => Array::inline(all, &[size], unit).expect("the shape fits").into(),
        (items, _) => Array::inline(all, &[items, size], unit).expect("the shape fits").into(),
    }
}

/// Parameters and initial values of the items' own: of the neurons, of an item, of a port.
fn own(items: std::ops::Range<u32>) -> Network {
    let mut net = Network::new(0.1.ms()).seed(5 + u64::from(items.start)).wiring_seed(5);
    let size = 37;
    let mut port = Port::expon(5.0.ms()).coba(0.0.mv());
    let synapse = port.synapse.as_mut().expect("it has one");
    synapse.params.insert("tau".to_owned(), values(items.clone(), 1, 4.0, "ms"));
    let cells = Population::new(
        "cells",
        size as u32,
        LifRef::new().r(100.0.megaohm()).v_rest((-60.0).mv()).v_reset((-60.0).mv()),
    );
    let mut cells = cells.port("in", port).init("v", values(items.clone(), size, -60.0, "mV"));
    cells.params.insert("tau".to_owned(), values(items.clone(), size, 9.0, "ms"));
    cells.params.insert("v_th".to_owned(), values(items.clone(), 1, -52.0, "mV"));
    let others = Population::new("others", 11, LifRef::new().v_th(1.0.mv())).port("in", Port::delta());
    let [cells, others] = [net.add(cells), net.add(others)];
    net.connect(&cells, &cells, "in", Connect::fixed_outdegree(6), 3.0.nanosiemens(), 0.1.ms());
    net.connect(&cells, &others, "in", Connect::fixed_outdegree(3), 0.6.mv(), 0.0.ms());
    net.stimulate(Current::new(&cells, 0.15.na()));
    net.record(Record::new(&cells, ["spikes", "v", "in.g"]).every(0.7.ms()).neurons([3, 1]));
    net.record(Record::new(&others, ["spikes"]));
    net
}

fn check_own(engine: &Backend, options: &EngineOptions) {
    let together = run(engine, options, &own(0..BATCH), BATCH);
    let mut spikes = Vec::new();
    for item in 0..BATCH {
        let alone = run(engine, options, &own(item..item + 1), 1);
        for population in 0..2 {
            let expected = of_item(&alone, population, 0);
            assert!(!expected.is_empty(), "population {population} of item {item} is silent");
            assert_eq!(of_item(&together, population, item), expected, "item {item} on {}", name(engine));
        }
        assert_eq!(samples_of_item(&together, item), samples_of_item(&alone, 0), "item {item} on {}", name(engine));
        spikes.push(of_item(&alone, 0, 0));
    }
    assert!(spikes[0] != spikes[1] && spikes[1] != spikes[2], "items are alike");
}

#[test]
fn items_have_values_of_their_own() {
    backends().iter().for_each(|engine| check_own(engine, &EngineOptions::default()));
}

#[test]
#[cfg_attr(without_device, ignore = "there is no device")]
fn items_have_values_of_their_own_by_every_schedule() {
    for (schedule, _) in Schedule::ALL {
        for arithmetic in [Arithmetic::Portable, Arithmetic::Fast] {
            check_own(&device(), &EngineOptions { schedule: Some(schedule), arithmetic, ..EngineOptions::default() });
        }
    }
}

#[test]
#[cfg_attr(without_device, ignore = "there is no device")]
fn every_item_agrees_with_the_reference() {
    let gpu = gpu();
    let plan = plan_with(&gpu, &zoo(), |options| options.batch = 3);
    let options = EngineOptions { schedule: Some(Schedule::Windowed), ..EngineOptions::default() };
    let agreement = Pair::new(&device(), &plan, &options).lockstep(300).unwrap();
    println!("{agreement:?}");
    assert!(agreement.spikes > 500, "{agreement:?}");
}
