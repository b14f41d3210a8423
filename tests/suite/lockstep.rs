//! The device against the reference on the networks that neuropil ships: every window from the same state over 2,000
//! steps, and running free until a rounding decides.

use crate::agreement::Pair;
use crate::device::{gpu, plan};
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

fn check(name: &str, agreement: &Agreement, spikes: usize) {
    println!("{name}: {agreement:?}");
    assert!(agreement.spikes > spikes, "{agreement:?}");
    // A bound so wide that it excuses more would hide errors.
    assert!(agreement.ties * 1000 < agreement.spikes, "{agreement:?}");
}

fn check_lockstep(name: &str, spikes: usize) {
    let gpu = gpu();
    let plan = plan(&gpu, &shipped(name));
    let agreement = Pair::new(&gpu, &plan, &EngineOptions::default()).lockstep(STEPS).unwrap();
    check(name, &agreement, spikes);
}

#[test]
#[cfg_attr(without_device, ignore = "there is no device")]
fn coba_agrees_in_lockstep() {
    check_lockstep("coba", 10_000);
}

#[test]
#[cfg_attr(without_device, ignore = "there is no device")]
fn cuba_agrees_in_lockstep() {
    check_lockstep("cuba", 3000);
}

#[test]
#[cfg_attr(without_device, ignore = "there is no device")]
fn brunel_agrees_in_lockstep() {
    check_lockstep("brunel", 50_000);
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
    Pair::of_two(&gpu, &plan, &twin, &EngineOptions::default()).lockstep_by(1, STEPS)
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
/// same driver must come half as far again. When the first tie comes is chance, so others must come a twentieth as far.
fn check_free(name: &str, seen: usize) {
    let gpu = gpu();
    let plan = plan(&gpu, &shipped(name));
    let agreement = Pair::new(&gpu, &plan, &EngineOptions::default()).free(STEPS).unwrap();
    println!("{name}: {agreement:?}");
    let asked = if gpu.info().kind == AdapterKind::Software { seen / 2 } else { seen / 20 };
    assert!(agreement.spikes >= asked, "{agreement:?}, not {asked} spikes");
}

/// All spikes of the 2,000 steps.
#[test]
#[cfg_attr(without_device, ignore = "there is no device")]
fn coba_agrees_until_the_first_tie() {
    check_free("coba", 16_566);
}

#[test]
#[cfg_attr(without_device, ignore = "there is no device")]
fn cuba_agrees_until_the_first_tie() {
    check_free("cuba", 1_643);
}

#[test]
#[cfg_attr(without_device, ignore = "there is no device")]
fn brunel_agrees_until_the_first_tie() {
    check_free("brunel", 28_438);
}
