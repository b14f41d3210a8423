//! Batch items are networks of their own: each is, bit for bit, the network alone with its seed and the same wiring.

use crate::agreement::Pair;
use crate::device::{backends, device, gpu, name, plan_with};
use crate::networks::zoo;
use neuropil::network::{Network, Record};
use neuropil::plan::Plan;
use neuropil::recording::Recording;
use neuropil::sim::{EngineOptions, Schedule};
use neuropil::{Backend, Simulation};
use std::sync::Arc;

const BATCH: u32 = 3;

/// Step and neuron of each spike of a population, in one batch item.
fn of_item(recording: &Recording, population: usize, item: u32) -> Vec<(u32, u32)> {
    let spikes = recording.populations[population].spikes.iter();
    spikes.filter(|&(_, batch, _)| batch == item).map(|(step, _, neuron)| (step, neuron)).collect()
}

/// The samples of one batch item, as bits.
fn samples_of_item(recording: &Recording, item: u32) -> Vec<Vec<u32>> {
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
    network.record(Record::new(first, ["spikes", "v"]).every(neuropil::units::Literal::ms(0.7)).neurons([3, 1]));
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
