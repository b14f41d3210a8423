//! What is wrong is said in whole sentences, before anything is allocated: the culprit, its value, what is legal.

use crate::device::{gpu, simulation};
use crate::networks::shipped;
use neuropil::gpu::Limits;
use neuropil::model::{Lif, LifRef};
use neuropil::network::{
    Array, Connect, Current, Network, Neuron, Part, PoissonInput, Population, Port, Record, Rule, SpikeTimes, Synapse,
    Value, normal,
};
use neuropil::plan::{LowerOptions, Plan, Recorded};
use neuropil::sim::{Delivery, Engine, EngineOptions};
use neuropil::units::{Literal, Quantity};
use neuropil::{Backend, Device, Error, Simulation};
use std::sync::Arc;

/// Two populations with a port, to be spoilt.
fn sound() -> Network {
    let mut net = Network::new(0.1.ms());
    let exc = net.add(Population::new("exc", 10, LifRef::new()).port("ampa", Port::expon(5.0.ms()).coba(0.0.mv())));
    let inh = net.add(Population::new("inh", 4, Lif::new()).port("jump", Port::delta()));
    net.connect(&exc, &inh, "jump", Connect::all_to_all(), 0.1.mv(), 1.0.ms());
    net
}

/// The error of lowering the network after a change.
fn refusal(change: impl FnOnce(&mut Network)) -> Error {
    let mut net = sound();
    change(&mut net);
    Plan::lower(&net, &LowerOptions::default()).expect_err("the network is wrong")
}

/// Holds a field's error against its whole text.
#[track_caller]
fn check(change: impl FnOnce(&mut Network), expected: &str) {
    let error = refusal(change);
    assert!(matches!(error, Error::Field { .. }), "{error:?}");
    assert_eq!(error.to_string(), expected);
    assert_eq!(error.exit_status(), 2);
}

#[test]
fn the_network_is_sound_before() {
    Plan::lower(&sound(), &LowerOptions::default()).unwrap();
}

#[test]
fn parameters() {
    let set = |name: &'static str, value: Value| {
        move |net: &mut Network| drop(net.populations[0].params.insert(name.to_owned(), value))
    };
    check(set("tau", 0.0.ms().into()), "population[exc].params.tau: 0 ms; legal: > 0 ms");
    check(set("tau", 20.0.mv().into()), "population[exc].params.tau: 20 mV has dimension voltage, expected time (ms)");
    check(set("v_th", (-1.0).mv().into()), "population[exc].params.v_th: -1 mV; legal: > v_reset (0 mV)");
    check(
        set("tao", 20.0.ms().into()),
        "population[exc].params.tao: model lif_ref has no `tao`; legal: tau, r, v_th, v_reset, v_rest, reset, tau_ref",
    );
    check(
        set("reset", Value::choice("firm")),
        "population[exc].params.reset: `firm` is not a choice of model lif_ref; legal: soft or hard",
    );
    check(set("tau", f64::NAN.ms().into()), "population[exc].params.tau: is NaN ms; legal: a finite number");
    let nine = Array::inline(vec![1.0; 9], &[9], "ms").unwrap();
    check(
        set("tau", nine.into()),
        "population[exc].params.tau: the array of shape [9] has 9 values; legal: 10, one for each",
    );
    let mut ten = vec![1.0; 10];
    ten[7] = -3.0;
    check(
        set("tau", Array::inline(ten, &[10], "ms").unwrap().into()),
        "population[exc].params.tau: value 7 is -3 ms; legal: > 0 ms",
    );
    // One value, held against those of each neuron.
    let mut ten = vec![0.0; 10];
    ten[4] = 2.0;
    check(
        set("v_reset", Array::inline(ten, &[10], "mV").unwrap().into()),
        "population[exc].params.v_th: value 4 is 1 mV; legal: > v_reset (2 mV)",
    );
}

#[test]
fn drawn_values_beyond_the_random_streams() {
    let drawn = || normal(20.0.ms(), 1.0.ms());
    let ports = |net: &mut Network, count: usize| {
        let cells = (0..count).fold(Population::new("many", 2, Lif::new()), |cells, port| {
            cells.port(format!("p{port:02}"), Port::expon(drawn()).cuba())
        });
        drop(net.add(cells));
    };
    let legal = "drawn values in the first 8192 populations and 15 ports of each, and in the first 2^20 stimuli";
    let expected = format!("it is drawn, and the random streams for such values are used up; legal: {legal}");
    check(|net| ports(net, 17), &format!("population[many].ports.p16.tau: {expected}"));
    let mut net = sound();
    ports(&mut net, 15);
    Plan::lower(&net, &LowerOptions::default()).unwrap();

    let populations = |net: &mut Network, params: &dyn Fn(usize) -> Neuron| {
        (0..8191).for_each(|at| drop(net.add(Population::new(format!("n{at}"), 1, params(at)))));
    };
    let last = |at: usize| if at == 8190 { Lif::new().tau(drawn()) } else { Lif::new() };
    check(|net| populations(net, &|at| last(at).into()), &format!("population[n8190].params.tau: {expected}"));
}

#[test]
fn projections() {
    check(
        |net| net.projections[0].delay = 0.05.ms().into(),
        "projection[0].delay: 0.05 ms; legal: 0.1 ms (one step) to 1073741823 steps, or 0 where that closes no loop",
    );
    check(
        |net| net.projections[0].weight = Quantity::number(f64::NAN).into(),
        "projection[0].weight: is NaN; legal: a finite number",
    );
    let mut weights = vec![0.1; 40];
    weights[12] = f64::NAN;
    check(
        |net| net.projections[0].weight = Array::inline(weights, &[40], "mV").unwrap().into(),
        "projection[0].weight[12]: is NaN mV; legal: a finite number",
    );
    check(
        |net| net.projections[0].weight = 0.1.nanosiemens().into(),
        "projection[0].weight: 1e-7 mS has dimension conductance, expected voltage (mV)",
    );
    check(
        |net| net.projections[0].port = "jmp".to_owned(),
        "projection[0].port: population `inh` has no port `jmp`; legal: jump",
    );
    check(
        |net| net.projections[0].post = "in".to_owned(),
        "projection[0].post: there is no population `in`; legal: exc, inh",
    );
    check(
        |net| net.projections[0].connect = Connect::fixed_indegree(11).multapses(false),
        "projection[0].connect: fixed_indegree is 11, but each target has only 10 possible sources; legal: at most 10, or multapses",
    );
    check(
        |net| net.projections[0].connect = Connect::list([(0, 1), (10, 1)]),
        "projection[0].connect: pair 1 of the list names neuron 10 of `exc`; legal: whole numbers from 0 to 9",
    );
}

#[test]
fn models_ports_and_initial_values() {
    check(
        |net| net.populations[1] = Population::new("inh", 4, "lfi").port("jump", Port::delta()),
        &format!("population[inh].model: there is no neuron `lfi`; legal: {}", crate::networks::neurons()),
    );
    check(
        |net| drop(net.populations[0].init.insert("w".to_owned(), 0.0.mv().into())),
        "population[exc].init.w: model lif_ref has no `w`; legal: v, held",
    );
    check(
        |net| drop(net.populations[0].init.insert("gaba.g".to_owned(), 0.0.nanosiemens().into())),
        "population[exc].init.gaba.g: there is no such port; legal: ampa",
    );
}

#[test]
fn synapses_that_know_their_neuron() {
    let psc = |tau_m: Option<Value>| {
        let part = Part::new("psc_exp").param("tau", 2.0.ms());
        Synapse::from(if let Some(tau_m) = tau_m { part.param("tau_m", tau_m) } else { part })
    };
    let population = |neuron: Neuron, port: Port| {
        move |net: &mut Network| drop(net.add(Population::new("cells", 3, neuron).port("e", port)))
    };
    let iaf = |tau_m: Value| Neuron::from("iaf_psc_exp").param("tau_m", tau_m);
    check(
        population("iaf_psc_exp".into(), psc(None).coba(0.0.mv())),
        "population[cells].ports.e.output: synapse psc_exp is in [mA], which output coba takes as [mS]; legal: cuba",
    );
    check(
        population("iaf_psc_exp".into(), psc(None).delta()),
        "population[cells].ports.e.output: synapse psc_exp is in [mA], which output delta takes as [mV]; legal: cuba",
    );
    check(
        population(iaf(20.0.ms().into()), psc(None).cuba()),
        "population[cells].ports.e.tau_m: the default, 10 ms, is not the tau_m of model iaf_psc_exp, 20 ms; legal: 20 ms",
    );
    check(
        population("iaf_psc_exp".into(), psc(Some(20.0.ms().into())).cuba()),
        "population[cells].ports.e.tau_m: 20 ms is not the tau_m of model iaf_psc_exp, 10 ms; legal: 10 ms",
    );
    // Other membranes call it tau.
    check(
        population("lif".into(), psc(None).cuba()),
        "population[cells].ports.e.tau_m: the default, 10 ms, is not the tau of model lif, 5 ms; legal: 5 ms",
    );
    check(
        population("izhikevich".into(), psc(None).cuba()),
        "population[cells].ports.e.tau_m: synapse psc_exp is for a neuron with tau_m or tau, which model izhikevich lacks; \
         legal: a neuron that has one of them, or another synapse",
    );
    let each = |values: [f64; 3]| Value::from(Array::inline(values.to_vec(), &[3], "ms").unwrap());
    check(
        population(iaf(each([10.0, 20.0, 30.0])), psc(Some(each([10.0, 20.0, 31.0]))).cuba()),
        "population[cells].ports.e.tau_m: 31 ms is not the tau_m of model iaf_psc_exp, 30 ms for neuron 2; legal: 30 ms for \
         neuron 2",
    );
    check(
        population(iaf(each([10.0, 20.0, 10.0])), psc(None).cuba()),
        "population[cells].ports.e.tau_m: the default, 10 ms, is not the tau_m of model iaf_psc_exp, 20 ms for neuron 1; \
         legal: 20 ms for neuron 1",
    );
    for (neuron, synapse) in [
        ("iaf_psc_exp".into(), psc(None)),
        (iaf(0.02.s().into()), psc(Some(20.0.ms().into()))),
        (iaf(each([10.0, 20.0, 30.0])), psc(Some(each([10.0, 20.0, 30.0])))),
        (iaf(each([7.0; 3])), psc(Some(7.0.ms().into()))),
        ("lif".into(), psc(Some(5.0.ms().into()))),
    ] {
        let mut net = sound();
        population(neuron, synapse.cuba())(&mut net);
        Plan::lower(&net, &LowerOptions::default()).unwrap();
    }
}

#[test]
fn weights_whose_sum_f32_cannot_hold() {
    check(
        |net| net.projections[0].weight = 1e38.mv().into(),
        "population[inh].ports.jump: the |weights| onto neuron 0 add up to more than 1.701e38 mV; legal: a sum that f32 can \
         hold",
    );
}

#[test]
fn more_neurons_and_ports_than_numbers() {
    let mut net = Network::new(0.1.ms());
    net.add(Population::new("cells", 3_000_000_000, "lif").port("a", Port::delta()).port("b", Port::delta()));
    assert_eq!(
        Plan::lower(&net, &LowerOptions::default()).unwrap_err().to_string(),
        "network: 6000000000 ports of neurons; legal: at most 4294967295"
    );
}

#[test]
fn stimuli_and_records() {
    let stimulus = |stimulus: neuropil::network::Stimulus| {
        move |net: &mut Network| {
            net.stimulate(stimulus);
        }
    };
    check(
        stimulus(PoissonInput::new("exc", 10, 20.0.khz(), 1.0.mv()).into()),
        "stimulus[0].rate: 20000 Hz is 2 events in a step of 0.1 ms; legal: at most one event in a step: 0 to 10000 Hz, \
         or sampler = \"poisson\"",
    );
    check(
        stimulus(PoissonInput::new("exc", 10, 2.0.hz(), 1.0.mv()).port("ampa").into()),
        "stimulus[0].weight: 1 mV has dimension voltage, expected conductance (mS)",
    );
    check(
        stimulus(Current::new("exc", 1.0.ma()).neurons([3, 10]).into()),
        "stimulus[0].neurons: `exc` has 10 neurons, so there is no neuron 10; legal: 0 to 9",
    );
    let trace = Array::inline(vec![0.0; 18], &[6, 3], "mA").unwrap();
    check(
        stimulus(Current::trace("inh", trace).into()),
        "stimulus[0].trace: the trace has shape [6, 3]; legal: [T] or [T, 4]",
    );
    check(
        stimulus(SpikeTimes::new("inh", [(0, (-1.0).ms())], 1.0.mv()).into()),
        "stimulus[0].times: is -1 ms; legal: times of 0 or more",
    );
    check(
        |net| net.records.push(Record::new("exc", ["v", "gaba.g"])),
        "record[0].what: population `exc` has no variable `gaba.g`; legal: spikes, v, held, ampa.g",
    );
    check(
        |net| net.records.push(Record::new("exc", ["spikes", "spike"])),
        "record[0].what: population `exc` has no variable `spike`; legal: spikes, v, held, ampa.g",
    );
    check(
        |net| net.records.push(Record::new("exc", ["spikes"]).neurons([9, 10])),
        "record[0].neurons: `exc` has 10 neurons, so there is no neuron 10; legal: 0 to 9",
    );
    check(
        |net| net.records.push(Record::new("exc", ["v"]).every(0.01.ms())),
        "record[0].every: 0.01 ms is less than half a step; legal: 0.1 ms (one step) or more",
    );
    check(
        |net| net.records.push(Record::new("exc", ["v"]).neurons([2, 1, 2])),
        "record[0].neurons: neuron 2 is listed twice; legal: each neuron once",
    );
}

#[test]
fn durations_and_sizes() {
    check(
        |net| net.duration = Some(0.04.ms().into()),
        "duration: 0.04 ms is less than half a step; legal: 0 ms, or 0.1 ms (one step) or more",
    );
    check(|net| net.populations[0].size = 0, "population[exc].size: is 0; legal: 1 to 4294967295");
    let lowered = |duration: f64, every: f64| {
        let mut net = sound();
        net.duration = Some(duration.ms().into());
        net.records.push(Record::new("exc", ["v"]).every(every.ms()));
        let plan = Plan::lower(&net, &LowerOptions::default()).unwrap();
        let warnings: Vec<_> = plan.warnings.iter().map(ToString::to_string).collect();
        let Recorded::Samples(sampling) = plan.recorders[0].what else { panic!("{:?}", plan.recorders) };
        (plan.duration, sampling.every, warnings)
    };
    assert_eq!(lowered(0.0, 0.1), (Some(0), 1, vec![]));
    // 0.7/0.1 is not 7 in binary numbers.
    assert_eq!(lowered(0.7, 1e6), (Some(7), 10_000_000, vec![]));
    let rounded = |field: &str, time: &str, steps: u32| {
        format!(
            "{field}: {time} is no whole number of steps of 0.1 ms, and is rounded to {steps}; give a multiple of dt"
        )
    };
    let both = vec![rounded("duration", "0.06 ms", 1), rounded("record[0].every", "0.25 ms", 3)];
    assert_eq!(lowered(0.06, 0.25), (Some(1), 3, both));
}

#[test]
fn a_file_that_a_field_names() {
    let npy = |name: &str, unit: &str| Array::npy(name, unit).unwrap();
    let missing = |change: &dyn Fn(&mut Network), field: &str, file: &str| {
        let error = refusal(change);
        assert!(
            matches!(&error, Error::NamedFile { source, .. } if matches!(**source, Error::File { .. })),
            "{error:?}"
        );
        let reason = std::fs::read("gone").unwrap_err();
        assert_eq!(error.to_string(), format!("{field}: cannot read {file}: {reason}"));
        assert_eq!(error.exit_status(), 2);
    };
    let params =
        |net: &mut Network| drop(net.populations[0].params.insert("tau".into(), npy("gone/t.npy", "ms").into()));
    missing(&params, "population[exc].params.tau", "gone/t.npy");
    let init =
        |net: &mut Network| drop(net.populations[0].init.insert("ampa.g".into(), npy("gone/g.npy", "nS").into()));
    missing(&init, "population[exc].init.ampa.g", "gone/g.npy");
    missing(&|net| net.projections[0].weight = npy("gone/w.npy", "mV").into(), "projection[0].weight", "gone/w.npy");
    missing(&|net| net.projections[0].delay = npy("gone/d.npy", "ms").into(), "projection[0].delay", "gone/d.npy");
    let list = |net: &mut Network| net.projections[0].connect = Rule::List(npy("gone/l.npy", "1")).into();
    missing(&list, "projection[0].connect", "gone/l.npy");
    let trace = |net: &mut Network| {
        net.stimulate(Current::trace("inh", npy("gone/i.npy", "mA")));
    };
    missing(&trace, "stimulus[0].trace", "gone/i.npy");
    let model = |net: &mut Network| net.populations[1] = Population::new("inh", 4, Neuron::file("gone/own.wgsl"));
    missing(&model, "population[inh].model", "gone/own.wgsl");
}

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
    let reference = Backend::Reference { reason: None };
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
        format!("workgroup size: {}; legal: 1 to {largest}", largest + 1)
    );
    let direct = EngineOptions { workgroup: Some(3), delivery: Some(Delivery::Direct), ..EngineOptions::default() };
    assert_eq!(
        refused(direct),
        "delivery: direct delivery is not possible here; legal: an adapter with subgroups, whole subgroups in a \
         workgroup, one binding of synapses, all of them stored"
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
