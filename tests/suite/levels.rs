//! Synapses without delay: their spikes arrive in the same step, population after population, on device and reference.

use crate::agreement::Pair;
use crate::device::{backends, device, gpu, name, plan, run, train};
use neuropil::Error;
use neuropil::model::{Lif, LifRef, Reset};
use neuropil::network::{Array, Connect, Network, PoissonInput, Population, Port, SpikeTimes, uniform};
use neuropil::plan::{LowerOptions, Plan};
use neuropil::sim::{EngineOptions, Schedule};
use neuropil::units::Literal;

/// A chain without delays, closed by a projection with some: every step passes through all four populations.
pub fn chain() -> Network {
    let mut net = Network::new(0.1.ms()).seed(21);
    let slow = LifRef::new().tau(12.0.ms()).v_th(10.0.mv()).tau_ref(1.0.ms());
    let quick = Lif::new().tau(4.0.ms()).v_th(5.0.mv()).reset(Reset::Hard);
    let first = net.add(Population::new("first", 70, slow.clone()).port("p", Port::delta()));
    let second = net.add(Population::new("second", 45, quick).port("p", Port::delta()));
    let third = net.add(Population::new("third", 33, slow.clone()).port("p", Port::delta()));
    let fourth = net.add(Population::new("fourth", 50, slow).port("p", Port::expon(2.0.ms()).cuba()));
    net.connect(&first, &second, "p", Connect::pairwise_bernoulli(0.2), 1.7.mv(), 0.0.ms());
    net.connect(&second, &third, "p", Connect::fixed_indegree(9), 1.3.mv(), 0.0.ms());
    net.connect(&first, &third, "p", Connect::fixed_indegree(5), 0.9.mv(), 0.4.ms());
    let weight = uniform(1.0.ma(), 30.0.ma());
    net.connect(&third, &fourth, "p", Connect::fixed_outdegree(11), weight, 0.0.ms());
    net.connect(&fourth, &first, "p", Connect::pairwise_bernoulli(0.1), (-0.8).mv(), 0.3.ms());
    net.stimulate(PoissonInput::new(&first, 400, 20.0.hz(), 0.2.mv()));
    net
}

#[test]
#[cfg_attr(without_device, ignore = "there is no device")]
fn device_and_reference_agree() {
    let gpu = gpu();
    let plan = plan(&gpu, &chain());
    assert_eq!((plan.levels(), plan.synapses.min_delay), (4, 3));
    // A resident kernel sees the state of each of the four slabs.
    let resident = (gpu.limits().max_storage_buffers > 10).then_some(Some(Schedule::Resident));
    for schedule in [None, Some(Schedule::Windowed)].into_iter().chain(resident) {
        let options = EngineOptions { schedule, ..EngineOptions::default() };
        let agreement = Pair::new(&device(), &plan, &options).lockstep(1500).unwrap();
        println!("{agreement:?}");
        assert!(agreement.spikes > 1000, "{agreement:?}");
    }
    for population in &run(&chain(), &neuropil::Backend::Gpu(gpu), 1500).populations {
        assert!(population.spikes.len() > 50, "{}: {} spikes", population.name, population.spikes.len());
    }
}

#[test]
fn a_spike_passes_through_a_chain_in_one_step() {
    let mut net = Network::new(0.1.ms());
    let relay = Lif::new().reset(Reset::Hard);
    // Added in another order than spikes take.
    for name in ["c", "a", "b"] {
        net.add(Population::new(name, 2, relay.clone()).port("p", Port::delta()));
    }
    net.connect("a", "b", "p", Connect::one_to_one(), 2.0.mv(), 0.0.ms());
    net.connect("b", "c", "p", Connect::list([(0, 1)]), 2.0.mv(), 0.0.ms());
    net.connect("c", "a", "p", Connect::list([(1, 1)]), 2.0.mv(), 0.3.ms());
    net.stimulate(SpikeTimes::new("a", [(0, 0.5.ms())], 2.0.mv()));
    for backend in backends() {
        let recording = run(&net, &backend, 20);
        let trains = ["a", "b", "c"].map(|population| [0, 1].map(|neuron| train(&recording, population, neuron)));
        let expected = [[vec![5], vec![8]], [vec![5], vec![8]], [vec![], vec![5]]];
        assert_eq!(trains, expected, "{}", name(&backend));
    }
}

fn refusal(net: &Network) -> String {
    let error = Plan::lower(net, &LowerOptions::default()).expect_err("a loop without delay cannot be computed");
    assert!(matches!(error, Error::Field { .. } | Error::Request { .. }));
    error.to_string()
}

#[test]
fn a_loop_without_delay_is_refused() {
    let mut net = Network::new(0.1.ms());
    for name in ["a", "b"] {
        net.add(Population::new(name, 3, "lif").port("p", Port::delta()));
    }
    net.connect("a", "b", "p", Connect::all_to_all(), 1.0.mv(), 0.0.ms());
    Plan::lower(&net, &LowerOptions::default()).unwrap();
    let mut closed = net.clone();
    closed.connect("b", "a", "p", Connect::all_to_all(), 1.0.mv(), 0.0.ms());
    let closes = |pre: &str, post: &str| {
        let problem = format!("a delay of 0 from `{pre}` to `{post}` closes a loop of such delays");
        format!("projection[{pre}→{post}.p].delay: {problem}; legal: 0.1 ms (one step) or more in a loop")
    };
    assert_eq!(refusal(&closed), closes("b", "a"));
    let mut own = net.clone();
    own.connect("a", "a", "p", Connect::all_to_all(), 1.0.mv(), 0.0.ms());
    assert_eq!(refusal(&own), closes("a", "a"));
    let mut hidden = net.clone();
    let delays = vec![0.2.ms(), 0.0.ms(), 0.1.ms()];
    hidden.connect("b", "a", "p", Connect::list([(0, 1), (1, 1), (2, 2)]), 1.0.mv(), delays.clone());
    assert_eq!(refusal(&hidden), closes("b", "a"));
    // In an open chain some synapses may have a delay and others none.
    let mut open = Network::new(0.1.ms());
    for name in ["a", "b"] {
        open.add(Population::new(name, 3, Lif::new().reset(Reset::Hard)).port("p", Port::delta()));
    }
    let weights = Array::inline(vec![2.0, 3.0, 4.0], &[3], "mV").unwrap();
    open.connect("a", "b", "p", Connect::list([(0, 1), (1, 0), (2, 2)]), weights, delays);
    open.stimulate(SpikeTimes::new("a", (0..3).map(|neuron| (neuron, 0.4.ms())), 2.0.mv()));
    for backend in backends() {
        let recording = run(&open, &backend, 10);
        let trains = [0, 1, 2].map(|neuron| train(&recording, "b", neuron));
        assert_eq!(trains, [vec![4], vec![6], vec![5]], "{}", name(&backend));
    }
}
