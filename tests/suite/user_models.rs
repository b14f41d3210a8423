//! Synapses, outputs, stimuli and models of projections in a user's own WGSL: what they compute on the device, what is said of mistakes in them, and where
//! their names stand. (Neurons: `user_neuron`.)

use crate::device::{backends, gpu, run};
use crate::networks::shipped;
use crate::tolerances::{FORMULA, SIGMAS};
use neuropil::cpu::Precision;
use neuropil::model::{ModelKind, exp_relative, find};
use neuropil::network::{
    Connect, Current, Model, Network, NetworkFile, Part, PoissonSpikes, Population, Port, Record, SpikeTimes,
    StimulusModel, Synapse,
};
use neuropil::plan::{LowerOptions, Plan};
use neuropil::recording::Recording;
use neuropil::reference::Reference;
use neuropil::sim::EngineOptions;
use neuropil::units::Literal;
use neuropil::{Backend, Simulation};
use std::path::Path;
use std::sync::Arc;

/// A model of the catalogue as a user's text.
fn copied(kind: ModelKind, name: &str) -> String {
    let model = find(kind, name).expect("the catalogue is sound").expect("it is there");
    model.fragment.text.replace(&format!("{name}_"), "mine_")
}

/// Cells whose port has events; with a second stimulus.
fn network(synapse: Option<Part>, output: Part, stimulus: StimulusModel) -> Network {
    let mut net = Network::new(0.1.ms()).seed(8);
    let neuron = neuropil::model::Lif::new().tau(5.0.ms()).v_th(3.0.mv());
    let port = match synapse {
        Some(synapse) => Synapse::from(synapse).output(output),
        None => Port::unfiltered(output),
    };
    let cells = net.add(Population::new("cells", 40, neuron).port("p", port));
    net.stimulate(stimulus);
    let what: &[&str] = if net.populations[0].ports["p"].synapse.is_some() { &["v", "p.g"] } else { &["v"] };
    net.record(Record::new(&cells, what.iter().copied()));
    net
}

fn events(net: &mut Network, unit: &str) {
    let weight = neuropil::units::Quantity::parse(unit).expect("it is one");
    net.stimulate(PoissonSpikes::new("cells", 800.0.hz(), weight).port("p"));
}

fn bits(recording: &Recording) -> Vec<u32> {
    recording.traces.iter().flat_map(|trace| trace.values.iter().map(|value| value.to_bits())).collect()
}

/// The same network with the catalogue's model and with its text, on the device.
fn check(what: &str, [catalogue, own]: [Network; 2]) {
    let device = Backend::Gpu(gpu());
    let [expected, found] = [&catalogue, &own].map(|net| run(net, &device, 200));
    assert_eq!(found.populations, expected.populations, "{what}");
    assert_eq!(bits(&found), bits(&expected), "{what}");
    let values = &expected.traces.last().expect("there is one").values;
    assert!(values.iter().any(|value| value != &values[0]), "{what}: nothing happens");
}

fn quiet() -> StimulusModel {
    StimulusModel::new("cells", "current_step").param("amplitude", 0.5.ma()).param("stop", 90.0.ms())
}

#[test]
#[cfg_attr(without_device, ignore = "there is no device")]
fn a_copy_of_a_synapse_computes_the_same() {
    for name in ["expon", "alpha", "dual_expon"] {
        let of = |synapse: Part| {
            let mut net = network(Some(synapse), Part::new("cuba"), quiet());
            events(&mut net, "0.7 mA");
            net
        };
        check(name, [of(Part::new(name)), of(Part::source("mine", copied(ModelKind::Synapse, name)))]);
    }
}

#[test]
#[cfg_attr(without_device, ignore = "there is no device")]
fn a_copy_of_an_output_computes_the_same() {
    for (name, weight) in [("coba", "40 mS"), ("mg_block", "40 mS"), ("cuba", "0.7 mA"), ("delta", "0.3 mV")] {
        for synapse in [None, Some(Part::new("expon").param("tau", 2.0.ms()))] {
            let of = |output: Part| {
                let mut net = network(synapse.clone(), output, quiet());
                events(&mut net, weight);
                net
            };
            check(name, [of(Part::new(name)), of(Part::source("mine", copied(ModelKind::Output, name)))]);
        }
    }
}

#[test]
#[cfg_attr(without_device, ignore = "there is no device")]
fn a_copy_of_a_stimulus_computes_the_same() {
    for (name, params) in [("ornstein_uhlenbeck", ["mean", "sigma"]), ("white_noise", ["mean", "sigma"])] {
        let of = |stimulus: StimulusModel| {
            let stimulus = params.iter().fold(stimulus, |stimulus, name| stimulus.param(*name, 1.0.ma()));
            network(None, Part::new("delta"), stimulus)
        };
        let own = StimulusModel::source("cells", "mine", copied(ModelKind::Stimulus, name));
        check(name, [of(StimulusModel::new("cells", name)), of(own)]);
    }
    let step = |stimulus: StimulusModel| {
        let stimulus = stimulus.param("amplitude", 2.0.ma()).param("start", 3.0.ms()).param("stop", 9.0.ms());
        network(None, Part::new("delta"), stimulus.neurons(3..20))
    };
    let own = StimulusModel::source("cells", "mine", copied(ModelKind::Stimulus, "current_step"));
    check("current_step", [step(StimulusModel::new("cells", "current_step")), step(own)]);
}

fn example(name: &str) -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("examples").join(name)
}

/// V and g of one cell whose synapse saturates and whose conductance rectifies, against the equations in f64.
#[test]
#[cfg_attr(without_device, ignore = "there is no device")]
fn the_examples_of_synapse_and_output_compute_what_they_say() {
    let (tau, g_max, e, rectified) = (4.0, 300.0, -1.0, 0.25);
    let mut net = Network::new(0.1.ms());
    let synapse = Part::file(example("own_synapse.wgsl")).param("tau", tau.ms()).param("g_max", g_max.millisiemens());
    let output = Part::file(example("own_output.wgsl")).param("e", e.mv()).param("rectified", rectified);
    let neuron = neuropil::model::Lif::new().tau(5.0.ms()).v_th(100.0.mv());
    let cells = net.add(Population::new("cells", 1, neuron).port("p", Synapse::from(synapse).output(output)));
    let arrives = |step: u32| if step % 7 == 3 { 120.0 } else { 0.0 };
    let times = (0..150).filter(|&step| arrives(step) > 0.0).map(|step| (0, (0.1 * f64::from(step)).ms()));
    net.stimulate(SpikeTimes::new(&cells, times, 120.0.millisiemens()).port("p"));
    net.stimulate(StimulusModel::new(&cells, "current_step").param("amplitude", 6.0.ma()).param("stop", 5.0.ms()));
    net.stimulate(Current::new(&cells, (-3.0).ma()));
    net.record(Record::new(&cells, ["v", "p.g"]));
    let recording = run(&net, &Backend::Gpu(gpu()), 150);
    let (mut v, mut g) = (0.0f64, 0.0f64);
    let mut sides = [0; 2];
    for step in 0..150u32 {
        g *= (-0.1 / tau).exp();
        g = g_max - (g_max - g) * (-arrives(step) / g_max).exp();
        sides[usize::from(v > e)] += 1;
        let siemens = 1e-3 * g * if v > e { rectified } else { 1.0 };
        let current = siemens * (e - v) - 3.0 + if step < 50 { 6.0 } else { 0.0 };
        v += 0.02 * exp_relative(0.02 * (-siemens - 1.0)) * (current - v);
        for (trace, expected) in recording.traces.iter().zip([v, g]) {
            let found = f64::from(trace.values[step as usize]);
            let close = (found - expected).abs() <= 10.0 * FORMULA * expected.abs().max(1.0);
            assert!(close, "step {step}: {} is {found}, expected {expected}", trace.variable);
        }
    }
    assert!(sides[0] > 20 && sides[1] > 20, "{sides:?}");
    assert_eq!(recording.traces[1].unit, "mS");
}

#[test]
#[cfg_attr(without_device, ignore = "there is no device")]
fn the_example_of_a_stimulus_is_telegraph_noise() {
    let (size, tau_on, tau_off) = (20_000u32, 2.0, 6.0);
    let mut net = Network::new(0.1.ms()).seed(4);
    let neuron = neuropil::model::Lif::new().tau(0.005.ms()).v_th(1e30.mv());
    let cells = net.add(Population::new("cells", size, neuron));
    let noise = StimulusModel::file(&cells, example("own_stimulus.wgsl")).param("amplitude", 3.0.ma());
    net.stimulate(noise.param("tau_on", tau_on.ms()).param("tau_off", tau_off.ms()));
    net.record(Record::new(&cells, ["v", "own_stimulus.on"]).every(0.5.ms()));
    let recording = run(&net, &Backend::Gpu(gpu()), 401);
    let sample = |trace: usize, index: usize| -> Vec<f64> {
        let values = recording.traces[trace].values.chunks(size as usize).nth(index).expect("it is recorded");
        values.iter().map(|value| f64::from(*value)).collect()
    };
    let n = f64::from(size);
    let [ends, begins] = [tau_on, tau_off].map(|tau| -(-0.1f64 / tau).exp_m1());
    let p = begins / (begins + ends);
    let (on, later) = (sample(1, 79), sample(1, 80));
    assert!(on.iter().all(|on| *on == 0.0 || *on == 1.0));
    let mean = on.iter().sum::<f64>() / n;
    assert!((mean - p).abs() < SIGMAS * (p * (1.0 - p) / n).sqrt(), "{mean}, expected {p}");
    // Five steps later.
    let both = on.iter().zip(&later).map(|(a, b)| a * b).sum::<f64>() / n;
    let expected = p * (p + (1.0 - p) * (1.0 - begins - ends).powi(5));
    assert!((both - expected).abs() < SIGMAS * (expected / n).sqrt(), "{both}, expected {expected}");
    // It acts as a current: V follows at once.
    assert!(sample(0, 79).iter().zip(&on).all(|(v, on)| (v - 3.0 * on).abs() < 1e-4));
}

/// V of a cell that sums up what spikes of one source bring, and the source's calcium, against the equations in f64.
#[test]
#[cfg_attr(without_device, ignore = "there is no device")]
fn the_example_of_a_projection_s_model_releases_what_it_says() {
    let (tau, half, weight) = (3.0, 1.5, 0.5);
    let mut net = Network::new(0.1.ms());
    let source = net.add(Population::new("source", 1, "spike_source"));
    let spikes = [4u32, 9, 12, 60, 62, 63, 64, 90];
    net.stimulate(SpikeTimes::new(&source, spikes.map(|step| (0, (0.1 * f64::from(step)).ms())), 2.0.mv()));
    let neuron = neuropil::model::Lif::new().tau(1e9.ms()).v_th(100.0.mv());
    let cell = net.add(Population::new("cell", 1, neuron).port("p", Port::delta()));
    let model = Part::file(example("own_projection.wgsl")).param("tau", tau.ms()).param("half", half);
    net.connect(&source, &cell, "p", Connect::all_to_all().name("p").model(model), weight.mv(), 0.3.ms());
    net.record(Record::new(&cell, ["v"]));
    net.record(Record::of_projection("p", ["c"]));
    let recording = run(&net, &Backend::Gpu(gpu()), 120);
    let (mut c, mut v, mut under_way) = (0.0f64, 0.0f64, [0.0f64; 3]);
    for step in 0..120u32 {
        v += under_way[step as usize % 3];
        let fires = spikes.contains(&step);
        c = c * (-0.1 / tau).exp() + if fires { 1.0 } else { 0.0 };
        under_way[step as usize % 3] = if fires { weight * c / (c + half) } else { 0.0 };
        for (trace, expected) in recording.traces.iter().zip([v, c]) {
            let found = f64::from(trace.values[step as usize]);
            // A spike brings whole parts of 2^-16.
            let close = (found - expected).abs() <= 2e-4;
            assert!(close, "step {step}: {} is {found}, expected {expected}", trace.variable);
        }
    }
    assert!(v > 1.8, "{v} mV has arrived");
}

#[test]
#[cfg_attr(without_device, ignore = "there is no device")]
fn the_ready_network_of_own_models_runs() {
    let net = shipped("own_models");
    let recording = run(&net, &Backend::Gpu(gpu()), 2000);
    assert!(recording.populations[0].spikes.len() > 400, "{}", recording.populations[0].spikes.len());
    let g = recording.trace("cells", "inh.g").expect("it is recorded");
    let largest = g.values.iter().fold(0.0, |largest: f32, g| largest.max(*g));
    assert!((1e-6..=2.0001e-5).contains(&largest), "{largest} mS");
    let c = recording.trace("inhibition", "c").expect("it is recorded");
    assert!(c.values.iter().any(|c| *c > 1.0), "no burst");
}

/// A network with one model of a user's own.
fn with(kind: ModelKind, text: &str) -> Network {
    match kind {
        ModelKind::Synapse => network(Some(Part::source("mine", text)), Part::new("cuba"), quiet()),
        ModelKind::Output => network(None, Part::source("mine", text), quiet()),
        _ => network(None, Part::new("delta"), StimulusModel::source("cells", "mine", text)),
    }
}

#[test]
fn neither_reference_nor_cpu_engine_runs_them() {
    for (kind, name) in
        [(ModelKind::Synapse, "expon"), (ModelKind::Output, "coba"), (ModelKind::Stimulus, "ornstein_uhlenbeck")]
    {
        let net = with(kind, &copied(kind, name));
        assert_eq!(net.model_in_wgsl_alone().as_deref(), Some("mine"));
        let plan = Arc::new(Plan::lower(&net, &LowerOptions::default()).expect("it can be lowered"));
        assert_eq!(
            Reference::new(plan.clone()).err().expect("there are no equations in f64").to_string(),
            format!(
                "the {kind} model `mine` on the CPU reference: it has no equations in f64: a model given as WGSL alone \
                 needs a GPU; legal: a GPU adapter, or a model of the catalogue"
            )
        );
        let cpu = crate::device::cpu(Precision::F32);
        let made = Simulation::of_plan(plan, &cpu, &EngineOptions::default());
        assert_eq!(
            made.err().expect("there are no loops").to_string(),
            format!(
                "the {kind} model `mine` on the CPU: it is given as WGSL alone, which needs a GPU or a software driver; \
                 legal: a GPU adapter, or a model of the catalogue"
            )
        );
    }
    assert!(backends().len() > 1);
}

/// What lowering says of a copy of a model with a part replaced.
fn refusal(kind: ModelKind, name: &str, part: &str, by: &str) -> String {
    let text = copied(kind, name);
    assert!(text.contains(part), "{part}");
    let lowered = Plan::lower(&with(kind, &text.replacen(part, by, 1)), &LowerOptions::default());
    lowered.expect_err("the text is wrong").to_string()
}

#[test]
fn mistakes_are_told_at_their_place() {
    let first = |said: String| said.lines().next().unwrap_or_default().to_owned();
    assert_eq!(
        first(refusal(ModelKind::Output, "coba", "/// [mS] a conductance\n", "")),
        "mine.wgsl:10:4: the comment of `mine_current` does not begin with the unit of g in brackets, which is that of the \
         port's weights; for example `/// [mS] a conductance`"
    );
    assert!(
        refusal(ModelKind::Output, "coba", "[mS]", "[mSiemens]")
            .starts_with("mine.wgsl:10:5: the unit of g: `mSiemens` is not a unit")
    );
    assert_eq!(
        first(refusal(ModelKind::Output, "coba", "mine_current", "helper")),
        "mine.wgsl:1:1: an output needs one of `fn mine_current(p: Params, x1: f32, x2: f32) -> Current`, `fn mine_jump(x: f32) -> f32`, which \
         are missing"
    );
    assert_eq!(
        first(refusal(ModelKind::Synapse, "expon", "mine_output", "helper")),
        "mine.wgsl:1:1: a synapse needs `fn mine_output(p: Params, s: State) -> f32`, which is missing"
    );
    assert_eq!(
        first(refusal(ModelKind::Stimulus, "ornstein_uhlenbeck", "mine_output", "helper")),
        "mine.wgsl:1:1: a stimulus needs `fn mine_output(p: Params, s: State) -> f32`, which is missing"
    );
    assert_eq!(
        first(refusal(ModelKind::Stimulus, "current", "mine_value", "helper")),
        "mine.wgsl:1:1: a stimulus needs one of `fn mine_value(p: Params, site: Site) -> f32`, `fn mine_sample(p: Params, site: Site, x: u32) -> \
         f32`, which are missing"
    );
    assert_eq!(
        refusal(ModelKind::Stimulus, "current", "[mA] the current", "[word] the current"),
        "stimulus[0].kind: `value` of mine is of unit [word], which nobody can give; legal: a unit, or [1] for a pure number"
    );
}

const FILE: &str = r#"
dt = "0.1 ms"
[[population]]
name = "cells"
size = 3
model = "lif"
[population.ports]
a = { synapse = "s/mine.wgsl", tau = "3 ms", output = "cuba" }
b = { output = { "o/mine.wgsl" = { e = "-3 mV" } } }
c = { output = { "o/mine.wgsl" = "-4 mV" } }
[[stimulus]]
kind = "q/mine.wgsl"
target = "cells"
sigma = "2 mA"
"#;

#[test]
fn network_files_name_them_and_paths_lead_into_them() {
    let folder = tempfile::tempdir().expect("there is a place for temporary files");
    let at = |name: &str| folder.path().join(name);
    for (place, kind, name) in [
        ("s", ModelKind::Synapse, "expon"),
        ("o", ModelKind::Output, "coba"),
        ("q", ModelKind::Stimulus, "ornstein_uhlenbeck"),
    ] {
        std::fs::create_dir(at(place)).expect("it can be made");
        std::fs::write(at(place).join("mine.wgsl"), copied(kind, name)).expect("it can be written");
    }
    std::fs::write(at("n.toml"), FILE).expect("it can be written");
    let file = NetworkFile::read(at("n.toml")).expect("it is legal");
    for name in ["s/mine.wgsl", "o/mine.wgsl", "q/mine.wgsl"] {
        assert!(file.files.contains(&at(name)), "{:?} lacks {name}", file.files);
    }
    let mut net = file.network;
    let fingerprint =
        |net: &Network| Plan::lower(net, &LowerOptions::default()).expect("it can be lowered").fingerprint;
    let output = at("o/mine.wgsl");
    assert_eq!(net.populations[0].ports["b"].output.model, Model::File(output.clone()));
    let path = format!("population[cells].ports.b.output.{}.e", output.display());
    assert_eq!(net.get(&path).expect("it is there").to_string(), "-3 mV");
    assert!(net.paths().contains(&path), "{:?}", net.paths());
    let before = fingerprint(&net);
    net.set(&path, "-5 mV").expect("it is legal");
    assert_eq!(net.get(&path).expect("it is there").to_string(), "-5 mV");
    let first = format!("population[cells].ports.c.output.{}", output.display());
    net.set(&first, "-6 mV").expect("it is legal");
    assert_eq!(net.get(&first).expect("it is there").to_string(), "-6 mV");
    net.set("population[cells].ports.a.tau", "4 ms").expect("it is legal");
    net.set("stimulus[0].sigma", "3 mA").expect("it is legal");
    assert_eq!(
        net.populations[0].ports["a"].synapse.as_ref().map(|it| it.model.to_string()),
        Some(at("s/mine.wgsl").display().to_string())
    );
    assert_ne!(fingerprint(&net), before);
    // Saved, also where they are text.
    net.populations[0].ports.get_mut("c").expect("it is there").output.model =
        Model::Source { name: "mine".to_owned(), text: copied(ModelKind::Output, "mg_block") };
    net.save(at("again.toml")).expect("it can be written");
    let again = NetworkFile::read(at("again.toml")).expect("it is legal").network;
    assert_eq!(fingerprint(&again), fingerprint(&net));
    // The text counts, not the name.
    let spoiled = copied(ModelKind::Synapse, "expon").replace("-dt / p.tau", "-1.001 * dt / p.tau");
    let before = fingerprint(&net);
    std::fs::write(at("s/mine.wgsl"), spoiled).expect("it can be written");
    assert_ne!(fingerprint(&net), before);
    std::fs::remove_file(at("q/mine.wgsl")).expect("it is there");
    let error = Plan::lower(&net, &LowerOptions::default()).expect_err("it is gone").to_string();
    assert!(error.contains("stimulus[0].kind") && error.contains("cannot read"), "{error}");
}
