//! A neuron in a user's own WGSL runs on the device like a built-in one, from text and from a file; the reference says
//! that it cannot.

use crate::device::{gpu, run, train};
use crate::tolerances::FORMULA;
use neuropil::network::{Connect, Current, Network, Neuron, Population, Port, Record, SpikeTimes};
use neuropil::plan::{LowerOptions, Plan};
use neuropil::reference::Reference;
use neuropil::units::Literal;
use neuropil::{Backend, Error};
use std::sync::Arc;

/// Izhikevich 2003 (IEEE Trans. Neural Netw. 14, 1569), one explicit Euler step.
const IZHIKEVICH: &str = "
/// Izhikevich's simple neuron.
struct Params {
    /// [1] rate of recovery; default 0.02; range > 0
    a: f32,
    /// [1] how recovery follows v; default 0.2
    b: f32,
    /// [mV] v after a spike; default -65; range < 30
    c: f32,
    /// [1] what a spike adds to recovery; default 8
    d: f32,
}

struct State {
    /// [mV] membrane potential; default -65
    v: f32,
    /// [1] recovery; default -13
    u: f32,
}

fn recovering_reset(p: Params, s: State) -> State {
    return State(p.c, s.u + p.d);
}

fn recovering_update(p: Params, s: State, input: Input, step: Step) -> State {
    let rise = (0.04 * s.v + 5.0) * s.v + 140.0 - s.u + input.current;
    let v = s.v + step.dt * rise + input.jump;
    return State(v, s.u + step.dt * p.a * (p.b * s.v - s.u));
}

fn recovering_threshold(p: Params, s: State) -> bool {
    return s.v >= 30.0;
}
";

/// [mA] currents of the cells.
const CURRENTS: [f64; 3] = [4.0, 8.0, 15.0];
/// What a spike adds to recovery, for each cell.
const D: [f64; 3] = [8.0, 2.0, 6.0];

fn cells(neuron: Neuron) -> Network {
    let mut net = Network::new(0.1.ms());
    let d = neuropil::network::Array::inline(D.to_vec(), &[3], "1").expect("the shape fits");
    let cells = net.add(Population::new("cells", 3, neuron.param("d", d)));
    net.stimulate(Current::new(&cells, CURRENTS.map(|current| current.ma()).to_vec()));
    net.record(Record::new(&cells, ["v", "u"]));
    net
}

/// The same equations in f64: V and u of each step of one cell.
fn by_hand(current: f64, d: f64, steps: usize) -> Vec<(f64, f64)> {
    let (mut v, mut u) = (-65.0, -13.0);
    let mut step = || {
        if v >= 30.0 {
            (v, u) = (-65.0, u + d);
        }
        let rise = (0.04 * v + 5.0) * v + 140.0 - u + current;
        (v, u) = (v + 0.1 * rise, u + 0.1 * 0.02 * (0.2 * v - u));
        (v, u)
    };
    (0..steps).map(|_| step()).collect()
}

fn check(neuron: Neuron) {
    let gpu = gpu();
    let steps = 1000;
    let recording = run(&cells(neuron), &Backend::Gpu(gpu), steps);
    for (cell, (&current, &d)) in CURRENTS.iter().zip(&D).enumerate() {
        let expected = by_hand(current, d, steps as usize);
        let spikes = (0..steps).filter(|&step| expected[step as usize].0 >= 30.0).collect::<Vec<_>>();
        assert_eq!(train(&recording, "cells", cell as u32), spikes, "cell {cell}");
        // An upstroke enlarges any rounding, so values are compared before the first.
        let first = spikes.first().map_or(steps, |&step| step - 20) as usize;
        for (step, &(v, u)) in expected[..first].iter().enumerate() {
            for (trace, expected) in recording.traces.iter().zip([v, u]) {
                let found = f64::from(trace.values[3 * step + cell]);
                let right = (found - expected).abs() <= 10.0 * FORMULA * expected.abs();
                assert!(right, "cell {cell}, step {step}: {} is {found}, not {expected}", trace.variable);
            }
        }
    }
    assert!(recording.populations[0].spikes.len() > 5);
}

#[test]
#[cfg_attr(without_device, ignore = "there is no device")]
fn wgsl_as_text_computes_what_it_says() {
    check(Neuron::source("recovering", IZHIKEVICH));
}

#[test]
#[cfg_attr(without_device, ignore = "there is no device")]
fn wgsl_in_a_file_computes_what_it_says() {
    let folder = tempfile::tempdir().expect("there is a place for temporary files");
    let path = folder.path().join("recovering.wgsl");
    std::fs::write(&path, IZHIKEVICH).expect("the file can be written");
    check(Neuron::file(path));
}

#[test]
#[cfg_attr(without_device, ignore = "there is no device")]
fn it_lives_beside_built_in_neurons_with_ports_and_synapses() {
    let gpu = gpu();
    let mut net = Network::new(0.1.ms());
    let own = Neuron::source("recovering", IZHIKEVICH);
    let own =
        net.add(Population::new("own", 2, own).port("fast", Port::delta()).port("slow", Port::expon(5.0.ms()).cuba()));
    let relay = net.add(Population::new("relay", 2, "lif").port("p", Port::delta()));
    net.connect(&relay, &own, "fast", Connect::one_to_one(), 10.0.mv(), 0.2.ms());
    net.connect(&relay, &own, "slow", Connect::one_to_one(), 3.0.ma(), 0.2.ms());
    net.connect(&own, &relay, "p", Connect::one_to_one(), 2.0.mv(), 0.3.ms());
    net.stimulate(SpikeTimes::new(&relay, [(0, 0.1.ms())], 2.0.mv()));
    net.stimulate(SpikeTimes::new(&own, [(1, 0.2.ms())], 100.0.mv()));
    net.record(Record::new(&own, ["v", "slow.g"]));
    let recording = run(&net, &Backend::Gpu(gpu), 12);
    // Relay 0 is kicked in step 1 and heard in step 3; cell 1 is kicked in step 2 and heard in step 5, and fires relay 1.
    assert_eq!(train(&recording, "relay", 0)[0], 1);
    assert_eq!((train(&recording, "own", 1)[0], train(&recording, "relay", 1)[0]), (2, 5));
    let v = |step: usize, cell: usize| recording.traces[0].values[2 * step + cell];
    let g = |step: usize, cell: usize| recording.traces[1].values[2 * step + cell];
    assert!(v(3, 0) - v(2, 0) > 10.0 && v(2, 0) < -60.0, "{} then {}", v(2, 0), v(3, 0));
    assert_eq!([g(2, 0), g(3, 0), g(3, 1), g(6, 1), g(7, 1)], [0.0, 3.0, 0.0, 0.0, 3.0]);
}

/// The same with what follows from `a` and the step's length computed once, by a helper.
fn deriving() -> String {
    let derived = "struct Derived {\n    /// [1] part of its way that u goes in a step\n    far: f32,\n}\n\n\
                   fn far(p: Params, dt: f32) -> f32 {\n    return dt * p.a;\n}\n\n\
                   fn recovering_derive(p: Params, dt: f32) -> Derived {\n    return Derived(far(p, dt));\n}\n\nstruct State {";
    let text = IZHIKEVICH.replace("struct State {", derived);
    let text = text.replace("recovering_update(p: Params, ", "recovering_update(p: Params, derived: Derived, ");
    text.replace("s.u + step.dt * p.a * (", "s.u + derived.far * (")
}

#[test]
#[cfg_attr(without_device, ignore = "there is no device")]
fn what_it_derives_is_computed_once() {
    let gpu = gpu();
    check(Neuron::source("recovering", deriving()));
    let a = || neuropil::network::Array::inline(vec![0.02, 0.03, 0.05], &[3], "1").expect("the shape fits");
    let found = |text: &str| {
        let net = cells(Neuron::source("recovering", text.to_owned()).param("a", a()));
        run(&net, &Backend::Gpu(gpu.clone()), 1000)
    };
    let [plain, derived] = [IZHIKEVICH, &deriving()].map(found);
    assert_eq!(derived.populations, plain.populations);
    assert!(derived.populations[0].spikes.len() > 5);
    let bits = |recording: &neuropil::recording::Recording| {
        let values = recording.traces.iter().flat_map(|trace| trace.values.iter().map(|value| value.to_bits()));
        values.collect::<Vec<_>>()
    };
    assert_eq!(bits(&derived), bits(&plain));
    let spoiled = found(&deriving().replace("return dt * p.a;", "return dt * p.a * 1.001;"));
    assert!(bits(&spoiled) != bits(&plain));
}

#[test]
fn the_reference_refuses_it() {
    let plan = Plan::lower(&cells(Neuron::source("recovering", IZHIKEVICH)), &LowerOptions::default()).unwrap();
    let error = Reference::new(Arc::new(plan)).err().expect("there are no equations in f64");
    assert!(matches!(error, Error::Request { .. }));
    assert_eq!(
        error.to_string(),
        "the neuron model `recovering` on the CPU reference: it has no equations in f64: a model given as WGSL alone \
         needs a GPU; legal: a GPU adapter, or a model of the catalogue"
    );
}

/// What lowering says of the text with one part replaced.
fn refusal(part: &str, by: &str) -> String {
    assert!(IZHIKEVICH.contains(part));
    let text = IZHIKEVICH.replacen(part, by, 1);
    let lowered = Plan::lower(&cells(Neuron::source("recovering", text)), &LowerOptions::default());
    lowered.expect_err("the text is wrong").to_string()
}

#[test]
fn its_errors_point_into_its_own_text() {
    assert_eq!(
        refusal("input.current;", "input.currant;"),
        "recovering.wgsl:26:63: invalid field accessor `currant`\n      \
         let rise = (0.04 * s.v + 5.0) * s.v + 140.0 - s.u + input.currant;\n                                                                \
         ^^^^^^^"
    );
    assert!(refusal("recovering_reset", "recovering_rest").starts_with("recovering.wgsl:"));
    assert!(refusal("[mV] v after", "[mV v after").starts_with("recovering.wgsl:"));
}
