//! The same seed gives the same bits, however the work is cut up: workgroups, who delivers, submissions, blocks, bindings.

use crate::device::{advance, engine, gpu, plan, plan_with};
use crate::levels::chain;
use crate::networks::{shipped, small_brunel, zoo};
use neuropil::Error;
use neuropil::gpu::Gpu;
use neuropil::network::Network;
use neuropil::plan::Plan;
use neuropil::sim::{Engine, EngineOptions, Schedule};
use std::sync::Arc;

/// Every schedule, workgroup and submission.
fn schedules(gpu: &Gpu) -> Vec<EngineOptions> {
    let mut schedules = Vec::new();
    for (schedule, _) in Schedule::ALL {
        for workgroup in [64, 256].into_iter().filter(|workgroup| *workgroup <= gpu.limits().max_workgroup_size) {
            for windows in [1, 7, 1000] {
                schedules.push(EngineOptions {
                    workgroup: Some(workgroup),
                    schedule: Some(schedule),
                    windows_per_submission: Some(windows),
                    ..EngineOptions::default()
                });
            }
        }
    }
    schedules
}

/// Runs a plan on every schedule that is possible; returns the spike hash that all share, and the number of spikes.
fn hash_of_all(gpu: &Gpu, plan: &Arc<Plan>, steps: u32) -> (String, usize) {
    let free = advance(&mut engine(gpu, plan, &EngineOptions::default()), steps);
    let hash = free.spike_hash();
    for schedule in schedules(gpu) {
        let mut engine = match Engine::new(gpu, plan.clone(), &schedule) {
            Err(Error::Request { problem, .. }) => {
                assert!(problem.contains("is not possible here"), "{problem}");
                // With few buffers all are possible wherever there are subgroups.
                let few = plan.synapses.parts.len() + plan.slabs.len() <= 3;
                assert!(!(few && gpu.limits().subgroups()), "{schedule:?}: {problem}");
                continue;
            }
            engine => engine.expect("the network is sound"),
        };
        let recording = advance(&mut engine, steps);
        assert_eq!(recording.spike_hash(), hash, "{schedule:?}");
        assert_eq!(recording, free, "{schedule:?}");
    }
    (hash, free.populations.iter().map(|population| population.spikes.len()).sum())
}

fn check(network: &Network, steps: u32, spikes: usize) {
    let gpu = gpu();
    let whole = plan(&gpu, network);
    let (hash, count) = hash_of_all(&gpu, &whole, steps);
    assert!(count > spikes, "{count} spikes");
    let cut = plan_with(&gpu, network, |options| {
        options.binding = Some(1 << 18);
        options.block_bits = Some(9);
    });
    assert!(cut.synapses.parts.len() > 1, "{} synapses", cut.synapses.count);
    assert_eq!(hash_of_all(&gpu, &cut, steps), (hash.clone(), count), "bindings of 256 KiB");

    let other = network.clone().seed(network.seed + 1);
    let other = advance(&mut engine(&gpu, &plan(&gpu, &other), &EngineOptions::default()), steps);
    assert_ne!(other.spike_hash(), hash, "another seed");
}

#[test]
#[cfg_attr(without_device, ignore = "there is no device")]
fn no_schedule_changes_coba() {
    check(&shipped("coba"), 500, 1000);
}

#[test]
#[cfg_attr(without_device, ignore = "there is no device")]
fn no_schedule_changes_a_network_with_windows_of_many_steps() {
    check(&small_brunel(3), 600, 1000);
}

#[test]
#[cfg_attr(without_device, ignore = "there is no device")]
fn no_schedule_changes_a_network_of_many_kinds() {
    let gpu = gpu();
    let (_, spikes) = hash_of_all(&gpu, &plan(&gpu, &zoo()), 400);
    assert!(spikes > 200, "{spikes} spikes");
}

#[test]
#[cfg_attr(without_device, ignore = "there is no device")]
fn no_schedule_changes_a_chain_without_delays() {
    let gpu = gpu();
    let plan = plan(&gpu, &chain());
    assert_eq!(plan.levels(), 4);
    let (_, spikes) = hash_of_all(&gpu, &plan, 400);
    assert!(spikes > 200, "{spikes} spikes");
}
