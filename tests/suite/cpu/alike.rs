//! The CPU engine against the reference: windows from the same state in f32 and f64, whole runs in f64.

use super::lowered;
use super::networks::everything;
use crate::agreement::Pair;
use crate::blocks::formats;
use crate::device::cpu;
use crate::levels::chain;
use crate::networks::zoo;
use crate::procedural::stored;
use crate::tolerances::CPU_RUN;
use neuropil::cpu::Precision;
use neuropil::network::Network;
use neuropil::plan::{Plan, State};
use neuropil::recording::Recording;
use neuropil::sim::EngineOptions;
use neuropil::{Backend, Simulation};
use std::sync::Arc;

pub fn check_lockstep(net: &Network, batch: u32, steps: u32, spikes: usize) {
    // Blocks smaller than the lanes, too.
    for bits in [12, 3] {
        let plan = lowered(net, |options| (options.batch, options.block_bits) = (batch, Some(bits)));
        for precision in super::PRECISIONS {
            let options = EngineOptions { threads: Some(2), ..EngineOptions::default() };
            let agreement = Pair::new(&cpu(precision), &plan, &options).lockstep(steps);
            let agreement = agreement.unwrap_or_else(|message| panic!("{precision}: {message}"));
            println!("{precision}: {agreement:?}");
            assert!(agreement.spikes > spikes, "{agreement:?}");
            let most = if precision == Precision::F64 { 0 } else { agreement.spikes / 100 };
            assert!(agreement.ties <= most, "{precision}: {agreement:?}");
        }
    }
}

#[test]
fn values_of_every_kind_reach_every_item() {
    check_lockstep(&zoo(), 3, 300, 500);
}

#[test]
fn levels_are_stepped_in_their_order() {
    check_lockstep(&chain(), 1, 500, 300);
}

#[test]
fn entries_of_every_format_are_delivered() {
    check_lockstep(&formats(), 2, 130, 150);
}

#[test]
fn rows_that_are_drawn_are_the_reference_s() {
    check_lockstep(&stored(Some(2)), 1, 200, 500);
}

/// Runs both for so many steps; what differs first.
pub fn difference(net: &Network, other: &Network, steps: u32) -> Option<String> {
    let on = |net: &Network, backend: &Backend| {
        let plan = Arc::new(Plan::lower(net, &cpu(Precision::F64).lower_options(2)).expect("the network is sound"));
        let options = EngineOptions { threads: Some(3), ..EngineOptions::default() };
        let mut simulation = Simulation::of_plan(plan.clone(), backend, &options).expect("the plan fits");
        let recording = simulation.run_steps(steps, &mut |_| ()).expect("the run succeeds");
        (plan, recording, simulation.state().expect("it is known"))
    };
    let (plan, found, after) = on(net, &cpu(Precision::F64));
    let (_, expected, state) = on(other, &Backend::Reference);
    first_difference(&plan, (&found, &after), (&expected, &state), CPU_RUN)
}

/// What differs first between what the CPU engine in f64 made of a plan, recording and state, and what the reference did; the bound is
/// that of values, of themselves or of 1 where they are smaller.
pub fn first_difference(
    plan: &Plan,
    (found, after): (&Recording, &State),
    (expected, state): (&Recording, &State),
    bound: f64,
) -> Option<String> {
    for (one, other) in found.populations.iter().zip(&expected.populations) {
        let pairs = || one.spikes.iter().zip(other.spikes.iter());
        if one.spikes != other.spikes {
            let first = pairs().find(|(one, other)| one != other);
            return Some(format!("spikes of {}: {first:?}, {} and {}", one.name, one.spikes.len(), other.spikes.len()));
        }
    }
    if after.ring != state.ring {
        return Some("the ring".to_owned());
    }
    let off = |(found, expected): (&f64, &f64)| (found - expected).abs() > bound * expected.abs().max(1.0);
    if let Some(at) = after.values.iter().zip(&state.values).position(off) {
        return Some(format!("what was given, {at}: {}, expected {}", after.values[at], state.values[at]));
    }
    for (slab, (found, expected)) in after.slabs.iter().zip(&state.slabs).enumerate() {
        if let Some(at) = found.iter().zip(expected).position(off) {
            let model = plan.slabs[slab].neuron.name();
            return Some(format!("value {at} of {model}: {}, expected {}", found[at], expected[at]));
        }
    }
    None
}

#[test]
fn a_network_of_all_kinds_runs_as_on_the_reference() {
    let net = everything();
    assert_eq!(difference(&net, &net, 400), None);
    // A millionth more of a time constant shows.
    let mut other = net.clone();
    let tau = neuropil::units::Quantity::parse("2.000002 ms").expect("it is one").into();
    let noise = other.stimuli.iter_mut().find(|stimulus| stimulus.params.contains_key("sigma")).expect("it is there");
    noise.params.insert("tau".to_owned(), tau);
    assert!(difference(&net, &other, 400).is_some());
}
