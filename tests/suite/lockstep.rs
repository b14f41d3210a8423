//! The device and the CPU engine against the reference on the networks that neuropil ships: every window from the same state over 2,000
//! steps, and running free until a rounding decides.

use crate::agreement::Pair;
use crate::device::{engines, gpu, is_exact, name};
use crate::judge::Agreement;
use crate::networks::shipped;
use crate::own_neuron::with_twin;
use neuropil::Backend;
use neuropil::gpu::AdapterKind;
use neuropil::plan::Plan;
use neuropil::sim::EngineOptions;
use neuropil::units::Quantity;
use std::sync::Arc;

const STEPS: u32 = 2000;

fn check(what: &str, agreement: &Agreement, spikes: usize) {
    println!("{what}: {agreement:?}");
    assert!(agreement.spikes > spikes, "{agreement:?}");
    // A bound so wide that it excuses more would hide errors.
    assert!(agreement.ties * 1000 < agreement.spikes, "{agreement:?}");
}

/// A shipped network on an engine, with the reference.
fn pair(network: &str, engine: &Backend) -> Pair {
    let plan = Plan::lower(&shipped(network), &engine.lower_options(1)).expect("the network can be lowered");
    Pair::new(engine, &Arc::new(plan), &EngineOptions::default())
}

fn check_lockstep(network: &str, spikes: usize) {
    for engine in engines() {
        let agreement = pair(network, &engine).lockstep(STEPS);
        let agreement = agreement.unwrap_or_else(|message| panic!("{}: {message}", name(&engine)));
        check(&format!("{network} on {}", name(&engine)), &agreement, spikes);
        // Nobody comes so near to a threshold that f64 decides in two ways.
        assert!(!is_exact(&engine) || agreement.ties == 0, "{agreement:?}");
    }
}

#[test]
fn coba_agrees_in_lockstep() {
    check_lockstep("coba", 10_000);
}

#[test]
fn cuba_agrees_in_lockstep() {
    check_lockstep("cuba", 3000);
}

#[test]
fn brunel_agrees_in_lockstep() {
    check_lockstep("brunel", 50_000);
}

#[test]
fn a_thousandth_more_of_a_time_constant_is_noticed_in_lockstep() {
    let mut longer = shipped("coba");
    let tau = Quantity::parse("20.02 ms").expect("it is one").into();
    let before = longer.populations[0].params.insert("tau".to_owned(), tau);
    assert_eq!(before, Some(Quantity::parse("20 ms").expect("it is one").into()));
    for engine in engines() {
        let lowered = |net| Arc::new(Plan::lower(net, &engine.lower_options(1)).expect("the network can be lowered"));
        let mut pair = Pair::of_two(&engine, &lowered(&shipped("coba")), &lowered(&longer), &EngineOptions::default());
        let message = pair.lockstep(300).expect_err("the difference must show");
        assert!(message.starts_with("exc.v of neuron "), "{}: {message}", name(&engine));
    }
}

/// Its neuron is a user's WGSL, which has no equations in f64 but those that the test gives it; the reference's time step is
/// `stretched`.
fn izhikevich(stretched: f64) -> Result<Agreement, String> {
    let gpu = gpu();
    let lowered = |stretched: f64| {
        let mut network = shipped("izhikevich");
        network.dt = Quantity::new(network.dt.value() * stretched, network.dt.unit());
        Plan::lower(&network, &Backend::Gpu(gpu.clone()).lower_options(1)).expect("the network can be lowered")
    };
    let (plan, twin) = (Arc::new(lowered(1.0)), with_twin(lowered(stretched)));
    Pair::of_two(&Backend::Gpu(gpu), &plan, &twin, &EngineOptions::default()).lockstep_by(1, STEPS)
}

#[test]
#[cfg_attr(without_device, ignore = "there is no device")]
fn izhikevich_agrees_in_lockstep() {
    check("izhikevich", &izhikevich(1.0).unwrap(), 1000);
}

#[test]
#[cfg_attr(without_device, ignore = "there is no device")]
fn izhikevich_disagrees_where_its_step_is_a_thousandth_longer() {
    let message = izhikevich(1.001).expect_err("the difference must show");
    assert!(message.starts_with("exc.v of neuron "), "{message}");
}

/// How far a network goes until a rounding decides, against the spikes after which that was seen on a software driver.
///
/// V is off by some 1e-6 of the distance from reset to threshold, and moves by some 1e-2 of it in the step of a spike: one
/// spike in some ten thousand is a tie, and an error ten times as large would bring the first one ten times as soon. The
/// same driver must come half as far again, and so must the CPU. When the first tie comes is chance, so others must come a twentieth
/// as far.
fn check_free(network: &str, seen: usize) {
    for engine in engines() {
        let agreement = pair(network, &engine).free(STEPS);
        let agreement = agreement.unwrap_or_else(|message| panic!("{}: {message}", name(&engine)));
        println!("{network} on {}: {agreement:?}", name(&engine));
        // In f64 none decides.
        assert!(!is_exact(&engine) || agreement.ties == 0, "{agreement:?}");
        let asked = match &engine {
            Backend::Gpu(gpu) if gpu.info().kind != AdapterKind::Software => seen / 20,
            _ => seen / 2,
        };
        assert!(agreement.spikes >= asked, "{agreement:?}, not {asked} spikes");
    }
}

/// All spikes of the 2,000 steps.
#[test]
fn coba_agrees_until_the_first_tie() {
    check_free("coba", 16_566);
}

#[test]
fn cuba_agrees_until_the_first_tie() {
    check_free("cuba", 1_643);
}

#[test]
fn brunel_agrees_until_the_first_tie() {
    check_free("brunel", 28_438);
}
