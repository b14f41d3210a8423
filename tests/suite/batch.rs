//! Batch items are networks of their own: the first is the unbatched run, the others differ by their random numbers.

use crate::agreement::Pair;
use crate::device::{device, engines, gpu, name, plan_with};
use crate::networks::zoo;
use neuropil::Simulation;
use neuropil::plan::Plan;
use neuropil::recording::Recording;
use neuropil::sim::{EngineOptions, Schedule};
use std::sync::Arc;

/// Step and neuron of each spike of a population, in one batch item.
fn of_item(recording: &Recording, population: usize, item: u32) -> Vec<(u32, u32)> {
    let spikes = recording.populations[population].spikes.iter();
    spikes.filter(|&(_, batch, _)| batch == item).map(|(step, _, neuron)| (step, neuron)).collect()
}

#[test]
fn the_first_item_is_the_unbatched_run() {
    let network = zoo();
    for engine in engines() {
        let run = |batch| {
            let plan = Arc::new(Plan::lower(&network, &engine.lower_options(batch)).expect("the network is sound"));
            let simulation = Simulation::of_plan(plan, &engine, &EngineOptions::default());
            simulation.expect("the plan fits").run_steps(300, &mut |_| ()).expect("the run succeeds")
        };
        let (alone, together) = (run(1), run(3));
        assert_eq!(together.batch, 3);
        for population in 0..alone.populations.len() {
            let what = format!("{} on {}", alone.populations[population].name, name(&engine));
            assert_eq!(of_item(&together, population, 0), of_item(&alone, population, 0), "{what}");
            // All start from drawn potentials, and most are driven by random spikes.
            for (item, other) in [(0, 1), (0, 2), (1, 2)] {
                let (item, other) = (of_item(&together, population, item), of_item(&together, population, other));
                assert!(item.is_empty() || item != other, "{what}: two items are alike");
            }
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
