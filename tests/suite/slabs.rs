//! Values of every kind reach the kernels: several slabs, populations with parameters of their own, arrays, several ports,
//! constant and drawn delays and weights, every stimulus. The reference, which takes them another way, must agree.

use crate::agreement::Pair;
use crate::device::{device, gpu, plan};
use crate::networks::zoo;
use neuropil::rows::Format;
use neuropil::sim::{EngineOptions, Schedule};

fn check(options: &EngineOptions) {
    let gpu = gpu();
    let plan = plan(&gpu, &zoo());
    assert_eq!(plan.slabs.iter().map(|slab| slab.populations.len()).collect::<Vec<_>>(), [6, 1]);
    assert_eq!((plan.synapses.min_delay, plan.synapses.max_delay > 20), (3, true));
    let own = |format: &Format| format.weight.is_none() && format.delay_bits > 0;
    assert!(plan.synapses.strips.iter().any(|strip| own(&strip.format)));
    let agreement = Pair::new(&device(), &plan, options).lockstep(600).unwrap();
    println!("{agreement:?}");
    assert!(agreement.spikes > 300, "{agreement:?}");
    assert!(agreement.ties < 5, "{agreement:?}");
}

#[test]
#[cfg_attr(without_device, ignore = "there is no device")]
fn a_network_of_many_kinds_agrees() {
    check(&EngineOptions::default());
}

#[test]
#[cfg_attr(without_device, ignore = "there is no device")]
fn it_agrees_when_a_kernel_of_its_own_delivers() {
    check(&EngineOptions { schedule: Some(Schedule::Windowed), ..EngineOptions::default() });
}

#[test]
#[cfg_attr(without_device, ignore = "there is no device")]
fn every_population_takes_part() {
    let gpu = gpu();
    let plan = plan(&gpu, &zoo());
    let recording = crate::device::advance(&mut crate::device::engine(&gpu, &plan, &EngineOptions::default()), 600);
    for population in &recording.populations {
        assert!(population.spikes.len() > 5, "{} fired {} spikes", population.name, population.spikes.len());
    }
}
