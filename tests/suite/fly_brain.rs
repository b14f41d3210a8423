//! The fly brain: its graph, its file, and its spikes, which are Brian2's step for step (`tests/data/brian`).

use crate::device::{backends, engines, gpu, name, run};
use neuropil::Backend;
use neuropil::model::{LifSyn, ModelKind, find};
use neuropil::network::{
    Array, Connect, Network, NetworkFile, Neuron, Population, Port, Precision, Record, SpikeTimes,
};
use neuropil::plan::{LowerOptions, Plan};
use neuropil::recording::Recording;
use neuropil::reference::Reference;
use neuropil::shader::FieldDefault;
use neuropil::units::{Literal, Quantity, Unit};
use serde_json::Value as Json;
use sha2::{Digest, Sha256};
use std::path::{Path, PathBuf};
use std::sync::Arc;

#[path = "../../examples/fly_graph.rs"]
#[expect(dead_code, reason = "its main is the example's")]
mod fly_graph;
use fly_graph::Graph;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn fixture() -> Json {
    let text = std::fs::read_to_string(root().join("tests/data/brian/fly_brain.json")).expect("the fixture is there");
    serde_json::from_str(&text).expect("the fixture is JSON")
}

fn whole(value: &Json) -> u64 {
    value.as_u64().expect("a whole number")
}

/// `[step, neuron]`.
fn events(value: &Json) -> Vec<(u32, u32)> {
    let event = |event: &Json| (whole(&event[0]) as u32, whole(&event[1]) as u32);
    value.as_array().expect("an array").iter().map(event).collect()
}

fn graph_of(fixture: &Json) -> Graph {
    let [neurons, draws, seed] = ["neurons", "draws", "seed"].map(|key| whole(&fixture[key]));
    Graph::draw(neurons as u32, draws as usize, seed).expect("it is small")
}

/// \[mV\] No decision of the fixture's run is closer to the threshold, and no V on a device further off near it.
const CLOSEST: f64 = 1e-4;

/// \[ms\] for each neuron.
fn refractory(graph: &Graph) -> Vec<f64> {
    (0..graph.neurons).map(|neuron| if graph.driven.contains(&neuron) { 0.0 } else { 2.2 }).collect()
}

/// Brian2's network, with neurons of a model that has the parameters of `lif_syn`.
fn network(fixture: &Json, neuron: impl Into<Neuron>) -> Network {
    let graph = graph_of(fixture);
    let t_ref = Array::inline(refractory(&graph), &[graph.neurons as usize], "ms").expect("ms is a unit");
    let mut net = Network::new(0.1.ms());
    let neuron = neuron.into().param("t_ref", t_ref);
    net.add(Population::new("brain", graph.neurons, neuron).port("synapses", Port::delta().onto("g")));
    let counts = graph.counts.iter().map(|&count| f64::from(count)).collect();
    let weights = Array::inline(counts, &[graph.counts.len()], "0.275 mV").expect("the unit is a voltage");
    let pairs = Connect::list(graph.pairs.iter().map(|&[source, target]| (source, target)));
    net.connect("brain", "brain", "synapses", pairs, weights, 1.8.ms());
    net.projections[0].precision = Some(Precision::Exact);
    let kicks = events(&fixture["kicks"]).into_iter().map(|(step, neuron)| (neuron, (f64::from(step) * 0.1).ms()));
    net.stimulate(SpikeTimes::new("brain", kicks, 68.75.mv()));
    net
}

fn spikes(recording: &Recording) -> Vec<(u32, u32)> {
    recording.populations[0].spikes.iter().map(|(step, _, neuron)| (step, neuron)).collect()
}

#[test]
fn spikes_are_brian2_s_step_for_step() {
    let fixture = fixture();
    let (mut net, expected) = (network(&fixture, LifSyn::new()), events(&fixture["spikes"]));
    assert_eq!(expected.len(), 1008);
    net.record(Record::new("brain", ["v"]));
    let recordings: Vec<_> = backends()
        .into_iter()
        .map(|backend| (name(&backend).to_owned(), run(&net, &backend, whole(&fixture["steps"]) as u32)))
        .collect();
    for (name, recording) in &recordings {
        let found = spikes(recording);
        let first = found.iter().zip(&expected).find(|(found, expected)| found != expected);
        assert_eq!(first, None, "{name}: the first spike that differs");
        assert_eq!(found.len(), expected.len(), "{name}");
    }
    let v = &recordings[0].1.traces[0].values;
    for (name, recording) in &recordings[1..] {
        // Where it decides; far from the threshold V reaches hundreds of mV, where an f32 has wider steps.
        let near = v.iter().zip(&recording.traces[0].values).filter(|(v, _)| (**v + 45.0).abs() < 1.0);
        let off = near.map(|(v, found)| f64::from((v - found).abs())).fold(0.0, f64::max);
        println!("{name}: V is off by up to {off} mV near the threshold");
        assert!(off < CLOSEST, "{name}: V is off by {off} mV near the threshold");
    }
}

#[test]
fn the_reference_s_spikes_are_brian2_s_step_for_step() {
    let fixture = fixture();
    let net = network(&fixture, LifSyn::new());
    let plan = Arc::new(Plan::lower(&net, &LowerOptions::default()).expect("it is sound"));
    let mut reference = Reference::new(plan).expect("there are equations in f64");
    // No decision is closer, so a device must take them all in the same way.
    let (recording, near) = reference.run_watching(whole(&fixture["steps"]) as u32, CLOSEST).expect("the run is short");
    assert_eq!(spikes(&recording), events(&fixture["spikes"]));
    assert_eq!(near, []);
}

/// How many of Brian2's spikes come before the first that a network's run has not.
fn until_they_differ(fixture: &Json, net: &Network, backend: &Backend) -> usize {
    let found = spikes(&run(net, backend, whole(&fixture["steps"]) as u32));
    let expected = events(&fixture["spikes"]);
    assert_ne!(found, expected, "what was changed is not noticed");
    found.iter().zip(&expected).take_while(|(found, expected)| found == expected).count()
}

#[test]
fn what_is_a_little_different_is_noticed() {
    let fixture = fixture();
    let reference = Backend::Reference;
    let changed = |change: &dyn Fn(&mut Network)| {
        let mut net = network(&fixture, LifSyn::new());
        change(&mut net);
        until_they_differ(&fixture, &net, &reference)
    };
    let scaled = |net: &mut Network, factor: f64| {
        let counts = graph_of(&fixture).counts.iter().map(|&count| f64::from(count) * factor).collect::<Vec<_>>();
        net.projections[0].weight = Array::inline(counts.clone(), &[counts.len()], "0.275 mV").unwrap().into();
    };
    // A synapse of 0.276 mV, a delay and a refractory period of one step more.
    for (what, spikes) in [
        ("weights", changed(&|net| scaled(net, 0.276 / 0.275))),
        ("delay", changed(&|net| net.projections[0].delay = 1.9.ms().into())),
        ("refractory period", {
            let longer = refractory(&graph_of(&fixture)).iter().map(|ms| ms + 0.1).collect::<Vec<_>>();
            let longer = Array::inline(longer.clone(), &[longer.len()], "ms").unwrap();
            changed(&|net| drop(net.populations[0].params.insert("t_ref".to_owned(), longer.clone().into())))
        }),
    ] {
        println!("{what}: the first {spikes} spikes are the same");
        assert!(spikes < 1000, "{what}");
    }
}

/// The built-in neuron's text as a user's own, whose functions have another prefix.
fn own_neuron(change: impl Fn(String) -> String) -> Neuron {
    let text = std::fs::read_to_string(root().join("shaders/neurons/lif_syn.wgsl")).expect("it is there");
    Neuron::source("own", change(text.replace("lif_syn_", "own_")))
}

#[test]
#[cfg_attr(without_device, ignore = "there is no device")]
fn a_user_s_neuron_takes_what_arrives_onto_its_variables() {
    let (fixture, gpu) = (fixture(), Backend::Gpu(gpu()));
    let net = network(&fixture, own_neuron(|text| text));
    let found = spikes(&run(&net, &gpu, whole(&fixture["steps"]) as u32));
    assert_eq!(found, events(&fixture["spikes"]));
    // Without `own_held` nothing that arrives is lost: the spikes are others.
    let deaf = own_neuron(|text| {
        let (before, rest) = text.split_once("fn own_held").expect("it has one");
        format!("{before}{}", rest.split_once("}\n").expect("a function ends").1)
    });
    let same = until_they_differ(&fixture, &network(&fixture, deaf), &gpu);
    println!("without it the first {same} spikes are the same");
}

#[test]
fn the_generator_s_graph_is_that_of_the_fixture() {
    let fixture = fixture();
    let graph = graph_of(&fixture);
    let mut hash = Sha256::new();
    graph.pairs.iter().flatten().for_each(|end| hash.update(end.to_le_bytes()));
    graph.counts.iter().for_each(|count| hash.update(count.to_le_bytes()));
    let hash: String = hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect();
    assert_eq!(hash, fixture["graph_sha256"].as_str().expect("a text"));
}

#[test]
fn the_generator_s_graph_is_as_it_says() {
    let graph = Graph::draw(20_000, 400_000, 3).expect("it is small");
    let edges = graph.pairs.len();
    assert!(graph.pairs.is_sorted() && graph.pairs.windows(2).all(|two| two[0] != two[1]), "sorted, each once");
    assert!(graph.pairs.iter().all(|&[source, target]| source != target && source.max(target) < 20_000));
    assert!((390_000..400_000).contains(&edges), "{edges}");
    assert_eq!(graph.counts.len(), edges);
    // A source has one sign, and about 65 % are positive.
    let signs: std::collections::BTreeMap<u32, bool> =
        graph.pairs.iter().zip(&graph.counts).map(|(pair, &count)| (pair[0], count > 0)).collect();
    assert!(graph.pairs.iter().zip(&graph.counts).all(|(pair, &count)| signs[&pair[0]] == (count > 0)));
    let excite = signs.values().filter(|&&positive| positive).count() as f64 / signs.len() as f64;
    assert!((excite - 0.65).abs() < 5.0 * (0.65f64 * 0.35 / signs.len() as f64).sqrt(), "{excite}");
    // Of one synapse are 1 − 2^−1.25 of the edges, of ten or more 10^−1.25; none has more than 500.
    let counts: Vec<u32> = graph.counts.iter().map(|count| count.unsigned_abs()).collect();
    for (least, expected) in [(2, 2f64.powf(-1.25)), (10, 10f64.powf(-1.25)), (500, 500f64.powf(-1.25))] {
        let part = counts.iter().filter(|&&count| count >= least).count() as f64 / edges as f64;
        assert!((part - expected).abs() < 5.0 * (expected / edges as f64).sqrt(), "{least}: {part}, {expected}");
    }
    assert_eq!(counts.iter().max(), Some(&500));
    // Degrees are log-normal: the mean is e^½ times the median, and the variance of a propensity e − 1 of its squared mean.
    for end in [0, 1] {
        let mut degrees = vec![0u32; 20_000];
        graph.pairs.iter().for_each(|pair| degrees[pair[end] as usize] += 1);
        degrees.sort_unstable();
        let mean = edges as f64 / 2e4;
        let square = degrees.iter().map(|&degree| (f64::from(degree) - mean).powi(2)).sum::<f64>() / 2e4;
        let (median, spread) = (f64::from(degrees[10_000]) / mean, (square - mean) / mean.powi(2));
        assert!((median - (-0.5f64).exp()).abs() < 0.03, "median of the degrees {median} of the mean");
        assert!((spread - (1f64.exp() - 1.0)).abs() < 0.3, "variance of the degrees {spread} of the squared mean");
    }
    assert_eq!(graph.driven.len(), 21);
    let of = |wanted: u32| graph.pairs.iter().filter(|pair| pair[0] == wanted).count();
    assert!(graph.driven.iter().all(|&neuron| of(neuron) > 200), "the largest of 20,000 with a mean of 20");
    let other = Graph::draw(20_000, 400_000, 4).expect("it is small");
    assert_ne!(other.pairs, graph.pairs);
}

/// `networks/fly_brain.toml` with another number of neurons, in a folder of its own.
fn file(folder: &Path, neurons: u32) -> PathBuf {
    let text = std::fs::read_to_string(root().join("networks/fly_brain.toml")).expect("it is shipped");
    assert_eq!(text.matches("size = 138639\n").count(), 1);
    let path = folder.join("fly_brain.toml");
    std::fs::write(&path, text.replace("size = 138639\n", &format!("size = {neurons}\n"))).expect("the folder is ours");
    path
}

#[test]
fn the_file_runs_on_what_the_generator_writes() {
    let folder = tempfile::tempdir().expect("a folder");
    let graph = Graph::draw(3000, 90_000, 1).expect("it is small");
    graph.write(&folder.path().join("fly_brain")).expect("it can be written");
    let read = NetworkFile::read(file(folder.path(), 3000)).expect("all that it names is there");
    assert_eq!(read.files.len(), 4);
    let net = read.network;
    assert_eq!(net.stimuli[0].neurons.as_deref(), Some(&graph.driven[..]));
    let plan = Plan::lower(&net, &LowerOptions::default()).expect("it is sound");
    assert_eq!((plan.synapses.count, plan.window, plan.synapses.max_delay), (graph.pairs.len() as u64, 18, 18));
    let expected = spikes(&run(&net, &Backend::Reference, 1000));
    for engine in engines() {
        let found = spikes(&run(&net, &engine, 1000));
        let same = expected.iter().zip(&found).take_while(|(one, other)| one == other).count();
        assert!(same > 500, "{}: the first {same} of {} spikes are the same", name(&engine), expected.len());
    }
    let found = expected;
    // Driven neurons spike at 150 Hz, less the events in the step of a spike: p/(1 + p) a step with p = 0.015.
    let driven = found.iter().filter(|(_, neuron)| graph.driven.contains(neuron)).count() as f64;
    let mean = 21.0 * 1000.0 * 0.015 / 1.015;
    assert!((driven - mean).abs() < 5.0 * mean.sqrt(), "{driven} spikes of driven neurons, expected {mean}");
    assert!(found.len() as f64 > 1.5 * driven, "others spike too");
}

#[test]
fn what_is_not_there_is_said_at_its_line() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = file(folder.path(), 3000);
    let graph = folder.path().join("fly_brain");
    let at = |key: &str| {
        let text = std::fs::read_to_string(&path).expect("it was written");
        let line = text.lines().position(|line| line.starts_with(&format!("{key} = "))).expect("the key is there");
        format!("{}:{}:{}", path.display(), line + 1, key.len() + 4)
    };
    let missing =
        |file: &str| format!("cannot read {}: No such file or directory (os error 2)", graph.join(file).display());
    let error = NetworkFile::read(&path).expect_err("driven.npy is missing");
    assert_eq!(error.to_string(), format!("{}: stimulus[0].neurons: {}", at("neurons"), missing("driven.npy")));
    assert_eq!(error.exit_status(), 2);
    Graph::draw(3000, 90_000, 1).expect("it is small").write(&graph).expect("it can be written");
    for (file, key, field) in [
        ("pairs.npy", "connect", "projection[brain→brain.synapses].connect"),
        ("count.npy", "weight", "projection[brain→brain.synapses].weight"),
        ("refractory.npy", "t_ref", "population[brain].params.t_ref"),
    ] {
        let (kept, away) = (graph.join(file), graph.join("away"));
        std::fs::rename(&kept, &away).expect("it is there");
        let read = NetworkFile::read(&path).expect("the list of neurons is there");
        let error = read.locate(Plan::lower(&read.network, &LowerOptions::default()).expect_err("it is missing"));
        assert_eq!(error.to_string(), format!("{}: {field}: {}", at(key), missing(file)));
        std::fs::rename(&away, &kept).expect("it is there");
    }
}

#[test]
fn the_file_has_the_published_parameters_and_the_model_s_defaults_are_these() {
    let text = std::fs::read_to_string(root().join("networks/fly_brain.toml")).expect("it is shipped");
    let model = find(ModelKind::Neuron, "lif_syn").expect("sound").expect("it is there");
    let published =
        [("tau_m", "20 ms"), ("tau_s", "5 ms"), ("v_rest", "-52 mV"), ("v_th", "-45 mV"), ("v_reset", "-52 mV")];
    for (name, value) in published {
        assert!(text.contains(&format!("\n{name} = \"{value}\"\n")), "{name}");
        let field = model.reflection.params.iter().find(|field| field.name == name).expect("it has this parameter");
        let FieldDefault::Number(default) = field.default.expect("it has a default") else { panic!() };
        let unit = Unit::parse(&field.unit).expect("a unit");
        assert_eq!(Quantity::new(default, &unit), Quantity::parse(value).expect("a quantity"), "{name}");
    }
    for line in ["delay = \"1.8 ms\"", "rate = \"150 Hz\"", "weight = \"68.75 mV\" "] {
        assert!(text.contains(&format!("\n{line}")), "{line}");
    }
}

#[test]
fn the_manual_s_arrays_are_those_that_the_file_reads() {
    let manual = std::fs::read_to_string(root().join("docs/fly-brain.md")).expect("it is there");
    let network = std::fs::read_to_string(root().join("networks/fly_brain.toml")).expect("it is shipped");
    let saved: Vec<&str> =
        manual.split("np.save(folder + \"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
    assert_eq!(saved, ["pairs.npy", "count.npy", "driven.npy", "refractory.npy"]);
    for file in saved {
        assert_eq!(network.matches(&format!("npy = \"fly_brain/{file}\"")).count(), 1, "{file}");
    }
}
