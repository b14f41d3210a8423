//! A synapse table that is cut into many shards: rows that a shard's end would cut begin at the next, rows longer than a shard
//! go on in the next ones, and every synapse keeps its weight and its delay.

use crate::agreement::Pair;
use crate::device::{advance, engine, gpu, plan_with};
use neuropil::model::{Lif, Reset};
use neuropil::network::{Connect, Network, PoissonSpikes, Population, Port, Record, SpikeTimes, uniform};
use neuropil::plan::{LowerOptions, Plan};
use neuropil::sim::{Delivery, EngineOptions};
use neuropil::units::Literal;

/// Entries of the smallest shard, and of a delivery task at most.
const SHARD: u32 = 256;

/// Relays that fire one after the other; their rows to themselves are shorter than a shard, those to others longer, and
/// each synapse has a weight and a delay of its own.
fn network(sources: u32, targets: u32) -> Network {
    let mut net = Network::new(0.1.ms()).seed(8);
    let relay = Lif::new().reset(Reset::Hard);
    let sources = net.add(Population::new("sources", sources, relay).port("p", Port::delta()));
    let targets = net.add(Population::new("targets", targets, "lif").port("p", Port::delta()));
    let (weight, delay) = (|| uniform((-0.5).mv(), 0.0.mv()), || uniform(0.3.ms(), 2.0.ms()));
    net.connect(&sources, &targets, "p", Connect::all_to_all(), weight(), delay());
    net.connect(&sources, &sources, "p", Connect::all_to_all(), weight(), 0.4.ms());
    net.stimulate(SpikeTimes::new(&sources, (0..100).map(|i| (i % 97, (0.1 * f64::from(i)).ms())), 60.0.mv()));
    net
}

fn tiny(options: &mut LowerOptions) {
    options.shard_bytes = Some(4 * u64::from(SHARD));
}

/// Target, delay and weight of each synapse, row by row.
fn synapses(plan: &Plan) -> Vec<(u32, u32, i32)> {
    let table = &plan.synapses;
    let of = |source: &neuropil::plan::PopulationPlan| {
        let groups = source.groups.clone();
        let rows = 0..source.size * groups.len() as u32;
        let (first, count) = (source.first_row, groups.len() as u32);
        let row = move |row: u32| table.row(groups.start + row % count, first + row);
        rows.flat_map(row).map(|synapse| (synapse.cell, synapse.delay, synapse.weight)).collect::<Vec<_>>()
    };
    plan.populations.iter().flat_map(of).collect()
}

#[test]
fn cutting_changes_no_synapse() {
    let net = network(97, 600);
    let whole = Plan::lower(&net, &LowerOptions::default()).unwrap();
    let mut options = LowerOptions::default();
    tiny(&mut options);
    let cut = Plan::lower(&net, &options).unwrap();
    assert_eq!((whole.synapses.shards(), cut.synapses.shard), (1, SHARD));
    assert_eq!(synapses(&cut), synapses(&whole));
    assert_eq!(whole.synapses.entries.len() as u64, whole.synapses.count);
    let mut gaps = 0;
    let (mut ends, mut rows) = (0, cut.synapses.rows.clone());
    rows.sort_unstable();
    for [first, count] in rows {
        gaps += first - ends;
        assert!(first % SHARD == 0 || first / SHARD == (first + count - 1) / SHARD, "a row from {first} of {count}");
        ends = first + count;
    }
    assert_eq!(u64::from(gaps) + cut.synapses.count, cut.synapses.entries.len() as u64);
    assert_eq!(cut.synapses.weights.len(), cut.synapses.entries.len());
    // A row of 600 takes two shards and 88 entries of a third, in which one of 97 still fits.
    assert!(gaps > 97, "{gaps} entries stay empty");
}

#[test]
#[cfg_attr(without_device, ignore = "there is no device")]
fn rows_longer_than_a_shard_are_delivered_whole() {
    let gpu = gpu();
    let plan = plan_with(&gpu, &network(97, 600), |options| {
        tiny(options);
        options.batch = 3;
    });
    assert!(plan.synapses.shards() > 200, "{} shards", plan.synapses.shards());
    let options = EngineOptions { delivery: Some(Delivery::Separate), ..EngineOptions::default() };
    let agreement = Pair::new(&gpu, &plan, &options).lockstep(120).unwrap();
    assert!(agreement.spikes >= 3 * 97, "{agreement:?}");
}

/// [bytes] The task lists of a plan in which every source reaches every target.
fn task_bytes(sources: u32, targets: u32, batch: u32, shard_bytes: Option<u64>) -> u64 {
    let mut net = Network::new(0.1.ms());
    let sources = net.add(Population::new("sources", sources, "lif"));
    let targets = net.add(Population::new("targets", targets, "lif").port("p", Port::delta()));
    net.connect(&sources, &targets, "p", Connect::all_to_all(), 0.1.mv(), 0.4.ms());
    let options = LowerOptions { batch, shard_bytes, ..LowerOptions::default() };
    let plan = Plan::lower(&net, &options).expect("the network is sound");
    assert_eq!(plan.window, 4);
    let table = plan.memory().tables.into_iter().find(|table| table.name == "delivery tasks");
    table.expect("it is a table of each plan").bytes
}

#[test]
fn task_lists_have_room_for_every_spike() {
    // 12 bytes a task, 4 steps a window, 3 items a batch; a row of 257 is two tasks.
    assert_eq!(task_bytes(5, 256, 1, None), 12 * 4 * 5);
    assert_eq!(task_bytes(5, 256, 3, None), 12 * 4 * 3 * 5);
    assert_eq!(task_bytes(5, 257, 3, None), 12 * 4 * 3 * 5 * 2);
    assert_eq!(task_bytes(5, 512, 3, None), 12 * 4 * 3 * 5 * 2);
    // Each row takes a shard and an entry of the next, so no shard gets more than one task of a spike of each item.
    assert_eq!(task_bytes(5, 257, 3, Some(1024)), 12 * 4 * 3 * 10);
    // Two shards have room for four rows of 200 between them, and of the four one has two.
    assert_eq!(task_bytes(5, 128, 3, Some(1024)), 12 * 4 * 3 * 2 * 3);
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
    let options = EngineOptions { delivery: Some(Delivery::Separate), ..EngineOptions::default() };
    let recording = advance(&mut engine(&gpu, &plan, &options), 25);
    for (step, v) in (0..25).zip(recording.traces[0].values.chunks_exact(600)) {
        let arrived = f64::from(70 * (step - 4).max(0));
        assert!(v.iter().all(|&v| f64::from(v) == arrived), "step {step}: {arrived} mV should have arrived, not {v:?}");
    }
}
