//! Errors of what is asked of a network that is sound: adapters that cannot hold it, simulations and engines.

use super::sound;
use crate::device::{gpu, simulation};
use crate::networks::shipped;
use neuropil::gpu::Limits;
use neuropil::network::{Connect, Network, Population, Record};
use neuropil::plan::{LowerOptions, Plan};
use neuropil::rows::Progress;
use neuropil::sim::{Engine, EngineOptions, Schedule};
use neuropil::units::Literal;
use neuropil::{Backend, Device, Error, Simulation};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

#[test]
fn what_does_not_fit_is_refused_by_the_plan() {
    let limits = Limits { max_binding: 1 << 15, ..Limits::generous() };
    let options = LowerOptions { limits, adapter: "a small adapter".to_owned(), ..LowerOptions::default() };
    let error = Plan::lower(&shipped("coba"), &options).expect_err("the state needs 64,000 bytes");
    assert_eq!(
        error.to_string(),
        "neuron state needs 64000 bytes, but max_storage_buffer_binding_size of a small adapter is 32768; what helps: fewer \
         neurons of one model, or a smaller batch"
    );
    assert!(matches!(error, Error::TooLarge { needed: 64_000, limit: 32_768, .. }));
}

/// The error of lowering, and whether anything was drawn before.
fn lowered(change: &dyn Fn(&mut Network, &mut LowerOptions)) -> (Option<String>, bool) {
    let (mut net, drawn) = (sound(), Arc::new(AtomicBool::new(false)));
    let told = drawn.clone();
    let told = move |_, _| {
        told.store(true, Ordering::Relaxed);
        true
    };
    let mut options = LowerOptions { progress: Progress::new(told), ..LowerOptions::default() };
    change(&mut net, &mut options);
    let error = Plan::lower(&net, &options).err().map(|error| error.to_string());
    (error, drawn.load(Ordering::Relaxed))
}

#[test]
fn what_names_and_sizes_refuse_is_refused_before_anything_is_drawn() {
    assert_eq!(lowered(&|_, _| ()), (None, true));
    let refused = |change: &dyn Fn(&mut Network, &mut LowerOptions), expected: &str| {
        assert_eq!(lowered(change), (Some(expected.to_owned()), false));
    };
    let record = |record: Record| move |net: &mut Network, _: &mut LowerOptions| net.records.push(record.clone());
    refused(
        &record(Record::new("exc", ["spikes", "w"])),
        "record[0].what: population `exc` has no variable `w`; legal: spikes, v, held, ampa.g",
    );
    refused(
        &record(Record::new("ex", ["v"])),
        "record[0].population: there is no population `ex` (did you mean `exc`?); legal: exc, inh",
    );
    refused(
        &record(Record::new("exc", ["v"]).neurons([3, 10])),
        "record[0].neurons: `exc` has 10 neurons, so there is no neuron 10; legal: 0 to 9",
    );
    refused(
        &record(Record::new("exc", ["v"]).every(0.04.ms())),
        "record[0].every: 0.04 ms is less than half a step; legal: 0.1 ms (one step) or more",
    );
    let small = |max_binding| Limits { max_binding, ..Limits::generous() };
    refused(
        &|_, options| options.limits = small(100),
        "neuron state needs 120 bytes, but max_storage_buffer_binding_size of any adapter is 100; what helps: fewer neurons \
         of one model, or a smaller batch",
    );
    refused(
        &|net, options| {
            let thrice = || Record::new("exc", ["v", "held", "ampa.g"]);
            net.records.extend([thrice(), thrice()]);
            options.limits = small(200);
        },
        "recorded variables needs 240 bytes, but max_storage_buffer_binding_size of any adapter is 200; what helps: recording \
         fewer variables or `neurons`, or a smaller batch",
    );
    let too_many = |net: &mut Network, _: &mut LowerOptions| {
        let more = net.projections[0].clone();
        net.projections[0].connect = Connect::fixed_total_number(1 << 20);
        net.projections.push(more);
        net.projections[1].connect = Connect::fixed_total_number(1 << 33);
    };
    refused(&too_many, "projection[1].connect: 8589934592 synapses exceed 32-bit indices; legal: at most 4294967295");
}

#[test]
#[cfg_attr(without_device, ignore = "there is no device")]
fn what_does_not_fit_is_refused_by_the_engine_before_it_allocates() {
    let gpu = gpu();
    let mut net = Network::new(0.1.ms());
    // 2.4 GB of state: more than any adapter binds at once.
    net.add(Population::new("cells", 600_000_000, "lif"));
    let limits = Limits::none();
    let plan = Plan::lower(&net, &LowerOptions { limits, ..LowerOptions::default() }).unwrap();
    let error = Engine::new(&gpu, Arc::new(plan), &EngineOptions::default()).err().expect("it is too large");
    let (adapter, limit) = (&gpu.info().name, gpu.limits().max_binding);
    assert_eq!(
        error.to_string(),
        format!(
            "neuron state needs 2400000000 bytes, but max_storage_buffer_binding_size of {adapter} is {limit}; what helps: \
             fewer neurons of one model, or a smaller batch"
        )
    );
}

#[test]
fn requests_of_a_simulation() {
    let reference = Backend::Reference;
    let mut simulation = simulation(&sound(), &reference);
    let text = |error: Error| error.to_string();
    assert_eq!(text(simulation.variable("ex", "v").unwrap_err()), "population: there is no `ex`; legal: exc, inh");
    assert_eq!(
        text(simulation.variable("exc", "w").unwrap_err()),
        "population `exc`: no variable `w`; legal: v, held, ampa.g"
    );
    assert_eq!(
        text(simulation.set_variable("inh", "v", &[1.0; 3]).unwrap_err()),
        "variable inh.v: 3 values; legal: 4, one for each neuron"
    );
    assert_eq!(
        text(simulation.set_variable("inh", "v", &[1.0, f64::NAN, 0.0, 0.0]).unwrap_err()),
        "variable inh.v: value 1 is NaN; legal: numbers of at most 3.4e38 in size"
    );
    assert_eq!(
        text(simulation.set_variable("inh", "v", &[1.0, 0.0, -1e39, 0.0]).unwrap_err()),
        "variable inh.v: value 2 is -1e39; legal: numbers of at most 3.4e38 in size"
    );
    // What a conductance has decayed to may be far below what f32 tells from 0.
    simulation.set_variable("exc", "ampa.g", &[1e-300; 10]).unwrap();
    assert_eq!(
        text(simulation.set_variable("exc", "held", &[0.5; 10]).unwrap_err()),
        "variable exc.held: value 0 is 0.5; legal: whole numbers from 0 to 4294967295"
    );
    let mut state = simulation.state().unwrap();
    state.ring.pop();
    assert_eq!(
        text(simulation.restore(&state).unwrap_err()),
        "state: it has [30, 4] values and a ring of 279 numbers; legal: [30, 4] values and a ring of 280 numbers, with a window of 10 steps \
         (recorders and an adapter's limits may shorten it)"
    );
    assert_eq!(
        text(simulation.run((-1.0).ms()).unwrap_err()),
        "run: a duration of -1 ms; legal: 0 to 4294967295 steps"
    );
    assert_eq!(
        text(simulation.run(0.04.ms()).unwrap_err()),
        "run: a duration of 0.04 ms is less than half a step; legal: 0 ms, or 0.1 ms (one step) or more"
    );
    assert_eq!(simulation.run(0.0.ms()).unwrap().steps, 0);
    assert_eq!(simulation.run(0.06.ms()).unwrap().steps, 1);
}

#[test]
#[cfg_attr(without_device, ignore = "there is no device")]
fn requests_of_an_engine() {
    let gpu = gpu();
    let backend = Backend::Gpu(gpu.clone());
    let plan = Arc::new(Plan::lower(&sound(), &backend.lower_options(1)).unwrap());
    let refused =
        |options: EngineOptions| Engine::new(&gpu, plan.clone(), &options).err().expect("it cannot").to_string();
    let largest = gpu.limits().max_workgroup_size;
    let workgroup = Some(largest + 1);
    assert_eq!(
        refused(EngineOptions { workgroup, ..EngineOptions::default() }),
        format!("schedule `windowed`: a workgroup of {}; legal: 1 to {largest} invocations", largest + 1)
    );
    let direct = EngineOptions { workgroup: Some(3), schedule: Some(Schedule::Direct), ..EngineOptions::default() };
    assert_eq!(
        refused(direct),
        format!(
            "schedule `direct`: it is not possible here: workgroups of 3 are not whole subgroups of {lanes}; legal: direct with \
             multiples of {lanes}; windowed",
            lanes = gpu.limits().max_subgroup
        )
    );
    let mut engine = Engine::new(&gpu, plan.clone(), &EngineOptions::default()).unwrap();
    let mut state = engine.state().unwrap();
    state.step = u32::MAX - 5;
    engine.restore(&state).unwrap();
    assert_eq!(engine.run(6, &mut |_| ()).unwrap_err().to_string(), "run: 6 steps; legal: at most 5 more");
    // Nothing was computed, so the rest can be.
    assert_eq!(engine.run(5, &mut |_| ()).unwrap().end_step(), u64::from(u32::MAX));
}

#[test]
fn a_device_that_is_not_there() {
    let nowhere: Device = "no such adapter".parse().unwrap();
    let error = Simulation::new(&sound(), &nowhere).err().expect("there is no such adapter");
    assert!(matches!(&error, Error::NoAdapter { wanted, .. } if wanted == "matches \"no such adapter\""), "{error}");
    assert_eq!(error.exit_status(), 3);
}
