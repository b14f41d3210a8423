//! However synapses are cut, into blocks of inlets and into what bindings hold, and whoever delivers them: nothing changes.

use crate::agreement::Pair;
use crate::device::{advance, device, engine, gpu, plan_with};
use crate::lacks::lacking;
use crate::networks::{shipped, small_brunel, zoo};
use neuropil::gpu::doctor::Feature;
use neuropil::model::{Lif, Reset};
use neuropil::network::{
    Array, Connect, Network, PoissonSpikes, Population, Port, Precision, Record, SpikeTimes, lognormal, uniform,
};
use neuropil::plan::{LowerOptions, Plan};
use neuropil::rows::{EntrySize, Progress, Sign, Synapse};
use neuropil::sim::{EngineOptions, Schedule};
use neuropil::units::Literal;
use std::sync::{Arc, Mutex};

/// Relays that fire one after the other.
pub const SOURCES: u32 = 97;

pub fn relays() -> Network {
    let mut net = Network::new(0.1.ms()).seed(8);
    let relay = Lif::new().reset(Reset::Hard);
    let sources = net.add(Population::new("sources", SOURCES, relay).port("p", Port::delta()));
    let times = (0..100).map(|i| (i % SOURCES, (0.1 * f64::from(i)).ms()));
    net.stimulate(SpikeTimes::new(&sources, times, 60.0.mv()));
    net
}

/// Each synapse with a weight and a delay of its own; rows to 600 others and to themselves.
fn network() -> Network {
    let mut net = relays();
    let targets = net.add(Population::new("targets", 600, "lif").port("p", Port::delta()));
    let (weight, delay) = (|| uniform((-0.5).mv(), 0.0.mv()), || uniform(0.3.ms(), 2.0.ms()));
    net.connect("sources", &targets, "p", Connect::all_to_all(), weight(), delay());
    net.connect("sources", "sources", "p", Connect::pairwise_bernoulli(0.5), weight(), 0.4.ms());
    net
}

/// A population for each way that entries may be written, of which the last hears of two projections.
pub fn formats() -> Network {
    let mut net = relays();
    for name in ["half", "word", "positive", "negative", "signed", "exact", "mixed"] {
        let keeper = Lif::new().tau(1e12.ms()).v_th(1e9.mv());
        net.add(Population::new(name, 150, keeper).port("p", Port::delta()));
    }
    let (some, late) = (|| Connect::fixed_outdegree(40), || uniform(0.3.ms(), 2.5.ms()));
    net.connect("sources", "half", "p", some(), 0.3.mv(), 0.7.ms());
    net.connect("sources", "word", "p", Connect::pairwise_bernoulli(0.3), (-0.3).mv(), late());
    net.connect("sources", "positive", "p", some(), lognormal(0.1.mv(), 1.0), late());
    net.connect("sources", "negative", "p", some(), uniform((-1.0).mv(), (-0.1).mv()), 0.4.ms());
    let pairs = || (0..3000).map(|i| (i % SOURCES, i * 7 % 150));
    let weights = (0..3000).map(|i| [1.0, -1.0][i % 2] * (1.0 + 0.01 * i as f64)).collect();
    let weights = Array::inline(weights, &[3000], "mV").expect("the shape fits");
    net.connect("sources", "signed", "p", Connect::list(pairs()), weights.clone(), late());
    net.connect("sources", "exact", "p", Connect::list(pairs()), weights.clone(), late());
    net.connect("sources", "mixed", "p", Connect::list(pairs()), weights, 0.5.ms());
    net.connect("sources", "mixed", "p", some(), 0.3.mv(), late());
    net.projections[5].precision = Some(Precision::Exact);
    net
}

/// The synapses of each source neuron, in a fixed order.
fn synapses(plan: &Plan) -> Vec<Vec<Synapse>> {
    let sources = plan.populations.iter().enumerate();
    let rows = sources.flat_map(|(source, population)| (0..population.size).map(move |neuron| (source, neuron)));
    let row = |(source, neuron)| {
        let mut row = plan.synapses.row(source, neuron);
        row.sort_unstable();
        row
    };
    rows.map(row).collect()
}

fn lowered(net: &Network, block_bits: Option<u32>, binding: Option<u64>) -> Plan {
    Plan::lower(net, &LowerOptions { block_bits, binding, ..LowerOptions::default() }).expect("the network is sound")
}

#[test]
fn cutting_changes_no_synapse() {
    for net in [network(), formats()] {
        let whole = lowered(&net, None, None);
        assert_eq!((whole.synapses.parts.len(), whole.synapses.block_bits), (1, 10));
        for (bits, binding) in [(Some(0), 8), (Some(3), 24), (Some(6), 400), (None, 4096), (Some(31), 1 << 20)] {
            let cut = lowered(&net, bits, Some(binding));
            assert_eq!(synapses(&cut), synapses(&whole), "blocks of 2^{bits:?}, {binding} bytes");
            assert!(cut.synapses.parts.iter().all(|part| 4 * part.words.len() as u64 <= binding));
        }
    }
}

#[test]
#[cfg_attr(without_device, ignore = "there is no device")]
fn entries_of_every_format_are_delivered() {
    let gpu = gpu();
    for block_bits in [None, Some(4)] {
        let plan = plan_with(&gpu, &formats(), |options| {
            options.batch = 2;
            options.block_bits = block_bits;
        });
        let of = |strip: &neuropil::rows::Strip| {
            let population = plan.synapses.blocks[strip.block].population;
            let format = strip.format;
            (plan.populations[population].name.as_str(), format.size, format.weight.is_some(), format.sign)
        };
        let mut found: Vec<_> = plan.synapses.strips.iter().map(of).collect();
        found.dedup();
        let expected = [
            ("half", EntrySize::Half, true, Sign::Positive),
            ("word", EntrySize::Word, true, Sign::Negative),
            ("positive", EntrySize::Word, false, Sign::Positive),
            ("negative", EntrySize::Word, false, Sign::Negative),
            ("signed", EntrySize::Word, false, Sign::Own),
            ("exact", EntrySize::Pair, false, Sign::Own),
            ("mixed", EntrySize::Pair, false, Sign::Own),
        ];
        assert_eq!(found, expected);
        for schedule in [Schedule::Windowed, Schedule::Direct, Schedule::Resident] {
            let options = EngineOptions { schedule: Some(schedule), ..EngineOptions::default() };
            let agreement = Pair::new(&device(), &plan, &options).lockstep(130).unwrap();
            assert!(agreement.spikes >= 2 * SOURCES as usize, "{agreement:?}");
        }
    }
}

#[test]
#[cfg_attr(without_device, ignore = "there is no device")]
fn rows_that_bindings_cut_are_delivered_whole() {
    let gpu = gpu();
    for (net, parts) in [(network(), 300), (formats(), 60)] {
        let plan = plan_with(&gpu, &net, |options| {
            options.binding = Some(800);
            options.batch = 3;
        });
        assert!(plan.synapses.parts.len() > parts, "{} parts", plan.synapses.parts.len());
        let options = EngineOptions { schedule: Some(Schedule::Windowed), ..EngineOptions::default() };
        let agreement = Pair::new(&device(), &plan, &options).lockstep(120).unwrap();
        assert!(agreement.spikes >= 3 * SOURCES as usize, "{agreement:?}");
    }
}

/// Runs a network however it may be cut and delivered; all must give what it gives otherwise.
fn check(net: &Network, steps: u32, spikes: usize, cuts: &[(u32, Option<u64>)]) {
    let gpu = gpu();
    let less = lacking(&gpu, &[Feature::Subgroups]);
    let whole = plan_with(&gpu, net, |_| ());
    let free = advance(&mut engine(&gpu, &whole, &EngineOptions::default()), steps);
    let count: usize = free.populations.iter().map(|population| population.spikes.len()).sum();
    assert!(count > spikes, "{count} spikes");
    for &(block_bits, binding) in cuts {
        let plan = plan_with(&gpu, net, |options| {
            options.block_bits = Some(block_bits);
            options.binding = binding;
        });
        let parts = plan.synapses.parts.len();
        assert_eq!(parts > 1, binding.is_some(), "{parts} parts");
        let separate = EngineOptions { schedule: Some(Schedule::Windowed), ..EngineOptions::default() };
        let direct = EngineOptions { schedule: Some(Schedule::Direct), ..EngineOptions::default() };
        let ways = [(&gpu, separate.clone()), (&less, separate), (&gpu, direct)];
        for (gpu, options) in ways.into_iter().take(if parts == 1 { 3 } else { 2 }) {
            let found = advance(&mut engine(gpu, &plan, &options), steps);
            assert_eq!(found, free, "blocks of 2^{block_bits}, {parts} parts, {:?}", options.schedule);
        }
    }
}

#[test]
#[cfg_attr(without_device, ignore = "there is no device")]
fn no_cut_changes_coba() {
    check(&shipped("coba"), 200, 300, &[(7, None), (12, None), (9, Some(1 << 17))]);
}

#[test]
#[cfg_attr(without_device, ignore = "there is no device")]
fn no_cut_changes_cuba() {
    check(&shipped("cuba"), 200, 100, &[(8, None), (20, Some(1 << 18))]);
}

#[test]
#[cfg_attr(without_device, ignore = "there is no device")]
fn no_cut_changes_a_network_with_windows_of_many_steps() {
    check(&small_brunel(4), 300, 500, &[(6, None), (10, Some(1 << 17))]);
}

#[test]
#[cfg_attr(without_device, ignore = "there is no device")]
fn no_cut_changes_drawn_weights_and_delays() {
    check(&zoo(), 300, 150, &[(0, None), (3, Some(700)), (31, Some(4000))]);
}

#[test]
#[cfg_attr(without_device, ignore = "there is no device")]
fn no_cut_changes_a_list() {
    let mut net = relays();
    let pairs = (0..2000).map(|i| (i * 31 % SOURCES, i * 17 % SOURCES));
    let weights = (0..2000).map(|i| 0.1 + 0.001 * f64::from(i)).collect();
    let weights = Array::inline(weights, &[2000], "mV").expect("the shape fits");
    net.connect("sources", "sources", "p", Connect::list(pairs), weights, uniform(0.1.ms(), 1.5.ms()));
    check(&net, 110, 100, &[(0, None), (2, Some(104)), (5, Some(300))]);
}

#[test]
#[cfg_attr(without_device, ignore = "there is no device")]
fn a_window_may_hold_a_spike_of_each_neuron_in_each_step() {
    let gpu = gpu();
    let mut net = Network::new(0.1.ms());
    let sources = net.add(Population::new("sources", 70, "spike_source"));
    // A leak of 1e-13 a step is lost in the rounding of an f32.
    let keeper = Lif::new().tau(1e12.ms()).v_th(1e9.mv());
    let targets = net.add(Population::new("targets", 300, keeper).port("p", Port::delta()));
    net.connect(&sources, &targets, "p", Connect::all_to_all(), 1.0.mv(), 0.5.ms());
    net.stimulate(PoissonSpikes::new(&sources, 10_000.0.hz(), 1.0.mv()));
    net.record(Record::new(&targets, ["v"]));
    let plan = plan_with(&gpu, &net, |options| options.batch = 2);
    assert_eq!(plan.window, 5);
    let options = EngineOptions { schedule: Some(Schedule::Windowed), ..EngineOptions::default() };
    let recording = advance(&mut engine(&gpu, &plan, &options), 25);
    for (step, v) in (0..25).zip(recording.traces[0].values.chunks_exact(600)) {
        let arrived = f64::from(70 * (step - 4).max(0));
        assert!(v.iter().all(|&v| f64::from(v) == arrived), "step {step}: {arrived} mV should have arrived, not {v:?}");
    }
}

#[test]
#[cfg_attr(without_device, ignore = "there is no device")]
fn more_weights_than_16_bits_can_tell() {
    let gpu = gpu();
    let mut net = relays();
    let keeper = Lif::new().tau(1e12.ms()).v_th(1e9.mv());
    let targets = net.add(Population::new("targets", 700, keeper).port("p", Port::delta()));
    let weights: Vec<f64> = (0..SOURCES * 700).map(|at| f64::from(at) - 1000.0).collect();
    let weights = Array::inline(weights, &[SOURCES as usize, 700], "mV").expect("the shape fits");
    net.connect("sources", &targets, "p", Connect::all_to_all(), weights, 0.2.ms());
    net.projections[0].precision = Some(Precision::Exact);
    let plan = plan_with(&gpu, &net, |_| ());
    let mut weights: Vec<i32> = synapses(&plan).concat().iter().map(|synapse| synapse.weight).collect();
    weights.sort_unstable();
    weights.dedup();
    assert_eq!(weights.len(), 67_900);
    for schedule in [Schedule::Windowed, Schedule::Direct, Schedule::Resident] {
        let options = EngineOptions { schedule: Some(schedule), ..EngineOptions::default() };
        Pair::new(&device(), &plan, &options).lockstep(120).unwrap();
    }
}

#[test]
fn who_is_told_of_the_progress_may_end_it() {
    let net = network();
    let told = Arc::new(Mutex::new(Vec::new()));
    let lowered = |most: u64| {
        let told = told.clone();
        let progress = Progress::new(move |done, all| {
            told.lock().expect("nobody panics").push((done, all));
            done <= most
        });
        Plan::lower(&net, &LowerOptions { progress, ..LowerOptions::default() })
    };
    let plan = lowered(u64::MAX).unwrap();
    let of_all = std::mem::take(&mut *told.lock().unwrap());
    // Each synapse is drawn twice; how many pairwise_bernoulli draws is expected.
    let expected = 2 * (u64::from(SOURCES) * 600 + u64::from(SOURCES * SOURCES) / 2);
    assert!(of_all.iter().all(|&(done, all)| done <= all && all == expected), "{of_all:?}");
    let last = of_all.iter().map(|told| told.0).max().unwrap();
    assert!(last.min(expected) >= expected - 1000 && plan.synapses.count > 60_000, "{last} of {expected}");
    let error = lowered(1000).unwrap_err();
    assert_eq!(error.to_string(), "lowering the network was interrupted; nothing of it is kept");
}
