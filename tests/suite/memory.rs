//! Memory: every table of a plan to the byte, what makes a window shorter, and that what does not fit is an error before
//! anything of it is taken.

use crate::device::{advance, backends, cpu, engine, gpu, name, simulation};
use crate::networks::shipped;
use neuropil::cpu::Precision;
use neuropil::gpu::Limits;
use neuropil::model::{Ampa, Lif};
use neuropil::network::{Connect, Current, Network, PoissonInput, Population, Port, Record, normal, uniform};
use neuropil::plan::{HostTable, LowerOptions, Plan, Sizes};
use neuropil::reference::Reference;
use neuropil::sim::EngineOptions;
use neuropil::units::Literal;
use neuropil::{Backend, Error, Simulation};
use std::sync::Arc;

/// Two cells, each connected to 257 others: a task more than a row of 256 has. Two of the others are sampled.
fn star() -> Network {
    let mut net = Network::new(0.1.ms());
    let few = net.add(Population::new("few", 2, Lif::new()));
    let many = net.add(Population::new("many", 257, Lif::new()).port("in", Port::delta()));
    net.connect(&few, &many, "in", Connect::all_to_all(), 0.5.mv(), 1.0.ms());
    net.record(Record::new(&many, ["v"]).every(0.3.ms()).neurons([5, 0]));
    net
}

/// Lowered for an adapter of these limits.
fn lowered(net: &Network, batch: u32, change: impl FnOnce(&mut Limits)) -> Result<Plan, Error> {
    let mut options = LowerOptions { batch, adapter: "a small adapter".to_owned(), ..LowerOptions::default() };
    change(&mut options.limits);
    Plan::lower(net, &options)
}

/// It does not fit, and this is said.
#[track_caller]
fn check_too_large(net: &Network, batch: u32, change: impl FnOnce(&mut Limits), expected: &str) {
    let error = lowered(net, batch, change).expect_err("it does not fit");
    assert!(matches!(error, Error::TooLarge { .. }), "{error:?}");
    assert_eq!((error.to_string().as_str(), error.exit_status()), (expected, 2));
}

/// The host has not enough memory, and this is said; how much there is differs from host to host.
#[track_caller]
fn check_no_room(error: &Error, before: &str, after: &str) {
    let Error::HostMemory { available: Some(available), .. } = error else { panic!("{error:?}") };
    let expected =
        format!("{before} bytes of the host's memory, of which {available} are available; what helps: {after}");
    assert_eq!((error.to_string(), error.exit_status()), (expected, 2));
}

#[test]
fn tables_are_counted_to_the_byte() {
    let plan = lowered(&star(), 3, |_| ()).unwrap();
    // Ten steps of delay make windows of ten; 4096 of them is what a submission may have.
    assert_eq!((plan.window, plan.slots, plan.submission), (10, 20, 4096));
    let memory = plan.memory();
    let found = memory.tables.iter().map(|&Sizes { name, bytes, binding, .. }| (name, bytes, binding));
    // 10 words of spikes in each step and item; 13654 samples in 40960 steps.
    let [spikes, samples] = [40_960 * 3 * 10 * 4, 13_654 * 3 * 2 * 4];
    let expected = [
        ("neuron state", 4 * 3 * 259, 4 * 3 * 257),
        // One for each neuron, and the seeds of three items.
        ("parameters and stimuli", 4 * (257 + 6), 4 * (257 + 6)),
        ("delay ring", 4 * 20 * 3 * 257, 4 * 20 * 3 * 257),
        // Whole pairs of words.
        ("synapses", 2 * 516, 2 * 516),
        ("row starts", 4 * 3, 4 * 3),
        ("tables of drawn rows", 0, 0),
        ("recorded spikes", spikes, spikes),
        ("recorded variables", samples, samples),
        ("read-back of recordings", 2 * (spikes + samples), spikes),
    ];
    assert_eq!(found.collect::<Vec<_>>(), expected);
    assert_eq!(memory.total(), expected.iter().map(|(_, bytes, _)| bytes).sum::<u64>());

    let found = memory.host.iter().map(|&HostTable { name, bytes, .. }| (name, bytes));
    let expected = [
        ("values of neurons", 0),
        ("stimuli", 0),
        // Where each row goes on; a sum and a number for each neuron, twice.
        ("drawing synapses", 4 * 3 + 4 * 8 * 257),
        ("synapse table", 2 * 516 + 4 * 3),
        ("parameters", 4 * (257 + 6)),
        ("neuron state", 2 * 8 * 3 * 259 + 8 * 3 * 259),
        ("delay ring", 2 * 4 * 20 * 3 * 257),
    ];
    assert_eq!(found.collect::<Vec<_>>(), expected);
    // 34 samples of two neurons and three items in 100 steps, with their moments and neurons.
    assert_eq!(plan.trace_bytes(100), 4 * (34 * 3 * 2 + 34 + 2));
}

#[test]
fn values_and_inputs_of_single_neurons_are_counted() {
    let mut net = Network::new(0.1.ms());
    let cells = net.add(
        Population::new("cells", 100, Lif::new().tau(normal(20.0.ms(), 1.0.ms())))
            .init("v", uniform(0.0.mv(), 0.5.mv())),
    );
    net.stimulate(Current::new(&cells, normal(1.0.ma(), 0.1.ma())));
    let plan = lowered(&net, 2, |_| ()).unwrap();
    let of = |wanted: &str| plan.memory().host.iter().find(|table| table.name == wanted).map(|table| table.bytes);
    // tau once, v for each item, the current once; seven parameters and whether the current acts stand side by side.
    assert_eq!(of("values of neurons"), Some(8 * 100 * 3));
    assert_eq!(of("stimuli"), Some(8 * 100));
    assert_eq!(of("parameters"), Some(8 * 100 * 8));
}

/// A thousand sampled cells, and twenty that drive each other with delays of ten steps.
fn sampled(times: usize) -> Network {
    let mut net = Network::new(0.1.ms()).seed(3);
    let many = net.add(Population::new("many", 1000, Lif::new()).init("v", uniform(0.0.mv(), 1.0.mv())));
    let few = net.add(Population::new("few", 20, Lif::new()).port("in", Port::delta()));
    net.stimulate(Current::new(&many, 1.5.ma()));
    net.stimulate(Current::new(&few, 1.5.ma()));
    net.connect(&few, &few, "in", Connect::fixed_indegree(3), 0.1.mv(), 1.0.ms());
    (0..times).for_each(|_| _ = net.record(Record::new(&many, ["v"])));
    net
}

/// Samples of a step take 4000 bytes: an adapter that binds four times as many, and one that binds more than enough.
fn short_and_long() -> [Arc<Plan>; 2] {
    [16 << 10, 1 << 30].map(|bytes| Arc::new(lowered(&sampled(1), 1, |limits| limits.max_binding = bytes).unwrap()))
}

#[test]
fn recordings_shorten_the_window_and_change_nothing_else() {
    let small = |limits: &mut Limits| limits.max_binding = 16 << 10;
    assert_eq!(lowered(&sampled(0), 1, small).unwrap().window, 10);
    let [short, long] = short_and_long();
    assert_eq!((short.window, short.slots, short.submission), (4, 14, 1));
    assert_eq!((long.window, long.slots), (10, 20));
    assert_eq!(short.fingerprint, long.fingerprint);
    let mut net = sampled(1);
    net.records[0].every = Some(0.2.ms().into());
    assert_eq!(lowered(&net, 1, small).unwrap().window, 8);

    let on_reference = |plan: &Arc<Plan>| Reference::new(plan.clone()).unwrap().run(237, &mut |_| ()).unwrap();
    let expected = on_reference(&long);
    assert!(expected.populations.iter().all(|population| population.spikes.len() > 50));
    assert_eq!(on_reference(&short), expected);
}

#[test]
#[cfg_attr(without_device, ignore = "there is no device")]
fn nor_do_they_on_a_device() {
    let gpu = gpu();
    let [short, long] = short_and_long();
    let on_device = |plan: &Arc<Plan>| advance(&mut engine(&gpu, plan, &EngineOptions::default()), 237);
    let found = on_device(&short);
    assert_eq!(found.traces[0].values.len(), 237 * 1000);
    assert_eq!(found, on_device(&long));
}

#[test]
fn recordings_that_do_not_fit_in_one_step_are_refused() {
    check_too_large(
        &sampled(2),
        1,
        |limits| limits.max_binding = 6000,
        "recorded variables needs 8000 bytes, but max_storage_buffer_binding_size of a small adapter is 6000; what helps: \
         recording fewer variables or `neurons`, or a smaller batch",
    );
}

#[test]
fn the_delay_ring_shortens_the_window_and_is_refused_with_what_makes_it_large() {
    let mut net = star();
    net.records.clear();
    // A slot takes 3084 bytes, and ten are needed beside the window's.
    assert_eq!(lowered(&net, 3, |limits| limits.max_binding = 50_000).unwrap().window, 6);
    check_too_large(
        &net,
        3,
        |limits| limits.max_binding = 30_000,
        "the delay ring of 11 slots (the longest delay, of projection[few→many.in], has 10 steps) for 257 ports of neurons and 3 \
         batch items needs 33924 bytes, but max_storage_buffer_binding_size of a small adapter is 30000; what helps: a \
         shorter longest delay, a larger dt, fewer neurons or ports, or a smaller batch",
    );
}

#[test]
fn a_buffer_that_may_be_smaller_than_a_binding_counts() {
    check_too_large(
        &shipped("coba"),
        1,
        |limits| limits.max_buffer = 1 << 15,
        "neuron state needs 64000 bytes, but max_buffer_size of a small adapter is 32768; what helps: fewer neurons of one \
         model, or a smaller batch",
    );
    let small = |limits: &mut Limits| limits.max_buffer = 16 << 10;
    assert_eq!(lowered(&sampled(1), 1, small).unwrap().window, 4);
}

#[test]
fn workgroups_are_counted_as_such() {
    let mut net = Network::new(0.1.ms());
    net.add(Population::new("cells", 30_000, Lif::new()));
    let limits =
        |largest: u32| move |limits: &mut Limits| (limits.max_workgroups, limits.max_workgroup_size) = (100, largest);
    check_too_large(
        &net,
        1,
        limits(256),
        "an update of 30000 neurons of lif, 256 in a workgroup, needs 118 workgroups, but \
         max_compute_workgroups_per_dimension of a small adapter is 100; what helps: fewer neurons of one model",
    );
    // Larger workgroups would do.
    lowered(&net, 1, limits(512)).unwrap();
    let error = lowered(&net, 101, limits(512)).unwrap_err();
    assert_eq!(error.to_string(), "batch: 101 items; legal: 1 to 100");
}

#[test]
fn a_network_that_cannot_be_lowered_here_is_refused_at_once() {
    let lower = |net: &Network| Plan::lower(net, &Backend::Reference.lower_options(1)).unwrap_err();
    let hint = "fewer neurons or synapses, one value for all instead of one for each, or a smaller batch";
    // A petabyte of each, so that no host has it.
    let huge = || {
        let mut net = Network::new(0.1.ms());
        net.add(Population::new("cells", 4_000_000_000, Lif::new()).port("in", Port::delta()));
        net
    };
    let mut net = huge();
    net.connect("cells", "cells", "in", Connect::fixed_outdegree(100_000), 0.1.mv(), 1.0.ms());
    // An entry, and 12 bytes for the row in each block; as many bytes for a synapse are blocks worth. What reaches a target.
    let rows = 400_000_000_000_000u64 / 3 + 2 * 4_000_000_000;
    let rows = rows * 12 + 4_000_000_000 * 32;
    check_no_room(
        &lower(&net),
        &format!(
            "lowering the network, most of all the 400000000000000 synapses of projection[cells→cells.in], needs {}",
            400_000_000_000_000u64 * 2 + rows
        ),
        hint,
    );
    net.projections[0].weight = normal(0.1.mv(), 0.01.mv()).into();
    check_no_room(
        &lower(&net),
        &format!(
            "lowering the network, most of all the 400000000000000 synapses of projection[cells→cells.in], needs {}",
            400_000_000_000_000u64 * 4 + rows
        ),
        hint,
    );
    // Of what is gathered, source and weight; while it is made, source, target, weight and order, which is sorted. Where each target's begin.
    net.projections[0].model = Some(Ampa::new().into());
    check_no_room(
        &lower(&net),
        &format!(
            "lowering the network, most of all the 400000000000000 synapses of projection[cells→cells.in], needs {}",
            400_000_000_000_000u64 * (8 + 20) + 4 * 4_000_000_001
        ),
        hint,
    );
    let mut net = huge();
    net.populations[0] = net.populations[0].clone().init("v", uniform(0.0.mv(), 1.0.mv()));
    let options = LowerOptions { batch: 60_000, ..LowerOptions::default() };
    check_no_room(
        &Plan::lower(&net, &options).unwrap_err(),
        "lowering the network, most of all the 4000000000 neurons of population[cells], needs 5760000000000000",
        hint,
    );
}

/// A million million synapses need no memory, but are more than can be counted.
#[test]
fn one_weight_for_all_pairs_that_gather_takes_no_table() {
    let mut net = Network::new(0.1.ms());
    net.add(Population::new("cells", 1_000_000, Lif::new()).port("in", Port::delta()));
    net.connect("cells", "cells", "in", Connect::all_to_all().model(Ampa::new()), 0.1.mv(), 1.0.ms());
    let error = Plan::lower(&net, &Backend::Reference.lower_options(1)).expect_err("they are too many").to_string();
    assert!(
        error.ends_with(".connect: 1000000000000 synapses exceed 32-bit indices; legal: at most 4294967295"),
        "{error}"
    );
}

#[test]
fn a_ring_beyond_all_numbers_is_refused() {
    let mut net = Network::new(1.0.ms());
    let ports = |cells: Population, port: u32| cells.port(format!("p{port:02}"), Port::delta());
    let cells = net.add((0..64).fold(Population::new("a", 8192, Lif::new()), ports));
    net.connect(&cells, &cells, "p00", Connect::list([(0, 0)]), 1.0.mv(), 1_073_741_792.0.ms());
    let text = "the delay ring of 1073741824 slots (the longest delay, of projection[a→a.p00], has 1073741792 steps) for 524288 \
                ports of neurons and 32768 batch items";
    // 2^30 slots of 2^19 cells and 2^15 items are 2^64.
    let reference = Backend::Reference;
    let plan = Plan::lower(&net, &reference.lower_options(32_768)).unwrap();
    assert_eq!(plan.ring_len(), u64::MAX);
    let plan = Arc::new(plan);
    for host in [reference, cpu(Precision::F32), cpu(Precision::F64)] {
        let error = Simulation::of_plan(plan.clone(), &host, &EngineOptions::default()).err();
        check_no_room(
            &error.expect("there is no room"),
            &format!("running the network, most of all {text}, needs more than 18446744073709551614"),
            "fewer neurons, ports or synapses, a shorter longest delay, or a smaller batch",
        );
    }
    // A window of one step does not help.
    let text = text.replace("1073741824", "1073741793");
    check_too_large(
        &net,
        32_768,
        |_| (),
        &format!(
            "{text} needs more than 18446744073709551614 bytes, but max_storage_buffer_binding_size of a small adapter is \
             2147483644; what helps: a shorter longest delay, a larger dt, fewer neurons or ports, or a smaller batch"
        ),
    );
}

#[test]
fn traces_without_room_are_refused_before_the_run() {
    for backend in backends() {
        let mut simulation = simulation(&sampled(1), &backend);
        // 4.29e9 samples of 1000 neurons, 4 bytes each; their steps and neurons.
        let error = simulation.run_steps(u32::MAX, &mut |_| ()).expect_err("there is no room");
        let samples = u64::from(u32::MAX);
        check_no_room(
            &error,
            &format!("recording variables in {samples} steps needs {}", 4 * (samples * 1000 + samples + 1000)),
            "fewer recorded variables or neurons, longer intervals (`every`), a shorter duration or a smaller batch; in Rust \
             also several runs that continue each other",
        );
        // Nothing was computed, and the simulation is whole.
        assert_eq!(simulation.run_steps(30, &mut |_| ()).unwrap().first_step, 0, "{}", name(&backend));
    }
}

#[test]
#[cfg_attr(without_device, ignore = "there is no device")]
fn more_neurons_than_workgroups_of_usual_size_have_are_computed() {
    let gpu = gpu();
    let Limits { max_workgroups, max_workgroup_size, .. } = *gpu.limits();
    let mut net = Network::new(1.0.ms());
    let cells = net.add(Population::new("cells", 256 * max_workgroups + 1, Lif::new()));
    // Both draw the same events from the same words, and an event is a spike.
    net.stimulate(PoissonInput::new(&cells, 1, 10.0.hz(), 5.0.mv()));
    let lowered = Plan::lower(&net, &Backend::Gpu(gpu.clone()).lower_options(1));
    if max_workgroup_size <= 256 {
        let error = lowered.expect_err("there are no larger workgroups");
        return assert!(matches!(error, Error::TooLarge { unit: "workgroups", .. }), "{error}");
    }
    let plan = Arc::new(lowered.unwrap());
    let found = advance(&mut engine(&gpu, &plan, &EngineOptions::default()), 1);
    let expected = Reference::new(plan).unwrap().run(1, &mut |_| ()).unwrap();
    assert!(found.populations[0].spikes.len() as f64 > 0.0099 * f64::from(256 * max_workgroups));
    assert_eq!(found.spike_hash(), expected.spike_hash());
}

#[test]
fn cells_and_delays_that_do_not_fit_a_word_together() {
    let lowered = |longest: f64| {
        let mut net = Network::new(0.1.ms());
        let cells = net.add(Population::new("cells", 1 << 20, Lif::new()).port("p", Port::delta()));
        net.connect(&cells, &cells, "p", Connect::list([(0, 1), (1, 0)]), 0.1.mv(), vec![0.1.ms(), longest.ms()]);
        let limits = Limits::none();
        Plan::lower(&net, &LowerOptions { limits, block_bits: Some(20), ..LowerOptions::default() })
    };
    // 20 bits for a cell leave 12 for what a delay has more than the smallest.
    let plan = lowered(409.6).unwrap();
    let delays = [0, 1].map(|neuron| plan.synapses.row(0, neuron)[0].delay);
    assert_eq!(delays, [1, 4096]);
    assert_eq!(
        lowered(409.7).unwrap_err().to_string(),
        "projection[cells→cells.p].delay: delays of 1 to 4097 steps do not fit 32 bits together with the place of one of 1048576 neurons; \
         legal: shorter delays, or a larger dt"
    );
}

#[test]
fn no_more_is_read_than_the_host_holds() {
    for backend in backends() {
        let simulation = Simulation::on(&star(), &backend).unwrap();
        // The same neurons of the same item, again and again.
        let error = simulation.read("many", "v", vec![0; 1 << 21], vec![5; 1 << 21]).unwrap_err();
        check_no_room(
            &error,
            "reading `v` of population `many` needs 105553116266496",
            "fewer items or neurons at once",
        );
    }
}
