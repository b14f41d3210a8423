//! The device against the reference on the networks that neuropil ships: every window from the same state over 2,000
//! steps, and running free until a rounding decides.

use crate::agreement::Pair;
use crate::device::{gpu, plan};
use crate::networks::shipped;
use neuropil::network::{Network, Value};
use neuropil::sim::EngineOptions;

const STEPS: u32 = 2000;

fn check_lockstep(name: &str, spikes: usize) {
    let gpu = gpu();
    let plan = plan(&gpu, &shipped(name));
    let agreement = Pair::new(&gpu, &plan, &EngineOptions::default()).lockstep(STEPS).unwrap();
    println!("{name}: {agreement:?}");
    assert!(agreement.spikes > spikes, "{agreement:?}");
    // A bound so wide that it excuses more would hide errors.
    assert!(agreement.ties * 1000 < agreement.spikes, "{agreement:?}");
}

#[test]
#[cfg_attr(without_device, ignore = "there is no device")]
fn coba_agrees_in_lockstep() {
    check_lockstep("coba", 10_000);
}

#[test]
#[cfg_attr(without_device, ignore = "there is no device")]
fn brunel_agrees_in_lockstep() {
    check_lockstep("brunel", 50_000);
}

fn check_free(name: &str, spikes: usize) {
    let gpu = gpu();
    let plan = plan(&gpu, &shipped(name));
    let agreement = Pair::new(&gpu, &plan, &EngineOptions::default()).free(STEPS).unwrap();
    println!("{name}: {agreement:?}");
    assert!(agreement.spikes > spikes, "{agreement:?}");
}

#[test]
#[cfg_attr(without_device, ignore = "there is no device")]
fn coba_agrees_until_the_first_tie() {
    check_free("coba", 100);
}

#[test]
#[cfg_attr(without_device, ignore = "there is no device")]
fn brunel_agrees_until_the_first_tie() {
    check_free("brunel", 100);
}

/// A quantity, 0.1 % larger.
fn enlarge(value: &mut Value) {
    let Value::Constant(quantity) = value else { panic!("{value:?} is not one quantity") };
    *quantity = neuropil::units::Quantity::new(quantity.value() * 1.001, quantity.unit());
}

/// What lockstep says if the reference runs a network that differs a little.
fn with_changed(name: &str, change: impl Fn(&mut Network)) -> String {
    let gpu = gpu();
    let network = shipped(name);
    let mut changed = network.clone();
    change(&mut changed);
    let (plan, other) = (plan(&gpu, &network), plan(&gpu, &changed));
    let mut pair = Pair::of_two(&gpu, &plan, &other, &EngineOptions::default());
    pair.lockstep(300).expect_err("the difference must show")
}

#[test]
#[cfg_attr(without_device, ignore = "there is no device")]
fn a_thousandth_of_a_weight_is_noticed() {
    for projection in 0..4 {
        let change = |network: &mut Network| enlarge(&mut network.projections[projection].weight);
        let message = with_changed("coba", change);
        assert!(message.starts_with("ring cell "), "{message}");
    }
}

#[test]
#[cfg_attr(without_device, ignore = "there is no device")]
fn a_thousandth_of_a_time_constant_is_noticed() {
    let change = |network: &mut Network| {
        enlarge(network.populations[0].params.get_mut("tau").expect("the network states tau"));
    };
    let message = with_changed("coba", change);
    assert!(message.starts_with("exc.v of neuron "), "{message}");
}

#[test]
#[cfg_attr(without_device, ignore = "there is no device")]
fn a_thousandth_of_a_drive_is_noticed() {
    let change = |network: &mut Network| {
        let neuropil::network::StimulusKind::PoissonInput { weight, .. } = &mut network.stimuli[0].kind else {
            panic!("the first stimulus is a Poisson input")
        };
        enlarge(weight);
    };
    let message = with_changed("brunel", change);
    assert!(message.starts_with("exc.v of neuron "), "{message}");
}
