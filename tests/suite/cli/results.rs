//! A run's folder and what the run prints.

use super::{FILES, Folder};
use npyz::NpyFile;
use serde_json::{Value, json};
use std::fs::File;
use zip::ZipArchive;

const RECORDS: &str = "[[record]]
population = \"cells\"
what = [\"v\"]
every = \"1 ms\"
neurons = [3, 0]

[[projection]]";

/// `summary.json` of the folder `out`.
pub fn summary(folder: &Folder, out: &str) -> Value {
    serde_json::from_str(&std::fs::read_to_string(folder.path(out).join("summary.json")).unwrap()).unwrap()
}

/// Runs on the reference and returns the summary.
fn run(folder: &Folder, arguments: &[&str]) -> Value {
    folder.run(&[&["run", "n.toml", "--device", "reference", "--out", "here"], arguments].concat()).done();
    summary(folder, "here")
}

fn archive(folder: &Folder, file: &str) -> ZipArchive<File> {
    ZipArchive::new(File::open(folder.path("here").join(file)).unwrap()).unwrap()
}

fn names(folder: &Folder, file: &str) -> Vec<String> {
    let mut names: Vec<String> = archive(folder, file).file_names().map(|name| name.unwrap().into_owned()).collect();
    names.sort();
    names
}

fn array<T: npyz::Deserialize>(folder: &Folder, file: &str, name: &str) -> (Vec<u64>, Vec<T>) {
    let mut archive = archive(folder, file);
    let array = NpyFile::new(archive.by_name(&format!("{name}.npy")).unwrap()).unwrap();
    (array.shape().to_vec(), array.into_vec().unwrap())
}

#[test]
fn what_a_projection_s_model_has_is_written_under_its_name() {
    let modelled = "delay = \"1 ms\"\nname = \"loop\"\nmodel = { stp = { u = 0.2 } }";
    let record = "weight = \"1 mV\"\n\n[[record]]\nprojection = \"loop\"\nwhat = [\"u\", \"x\"]\nevery = \"2 ms\"\n";
    let folder = Folder::with(&[("delay = \"1 ms\"", modelled), ("weight = \"1 mV\"\n", record)]);
    folder.run(&["run", "n.toml", "--device", "reference", "--out", "here"]).done();
    let found = names(&folder, "traces.npz");
    let of = |name: &str| ["neuron.npy", "npy", "step.npy"].map(|file| format!("loop.{name}.{file}"));
    assert_eq!(found, [of("u"), of("x")].concat());
    let (shape, u) = array::<f32>(&folder, "traces.npz", "loop.u");
    assert_eq!(shape, [10, 20]);
    assert!(u[..20].iter().all(|u| (u - 0.2).abs() < 1e-3) && u.iter().any(|u| *u > 0.3), "{u:?}");
}

#[test]
fn synapses_are_written_where_they_are_asked_for() {
    let folder = Folder::new();
    let asked = ["run", "n.toml", "--device", "reference", "--out", "here", "--save", "connectivity"];
    let printed = folder.run(&asked).done();
    assert!(printed.contains("raster.png, connectivity.npz, network.toml in here\n"), "{printed}");
    let file = "connectivity.npz";
    let expected =
        ["cells→cells.in.delay.npy", "cells→cells.in.post.npy", "cells→cells.in.pre.npy", "cells→cells.in.weight.npy"];
    assert_eq!(names(&folder, file), expected);
    let (shape, pre) = array::<u32>(&folder, file, "cells→cells.in.pre");
    let post = array::<u32>(&folder, file, "cells→cells.in.post").1;
    let [weight, delay] =
        ["weight", "delay"].map(|what| array::<f64>(&folder, file, &format!("cells→cells.in.{what}")).1);
    assert_eq!((shape, post.len(), weight.len(), delay.len()), (vec![100], 100, 100, 100));
    let network = neuropil::network::NetworkFile::read(folder.path("n.toml")).unwrap().network;
    let simulation = neuropil::Simulation::on(&network, &neuropil::Backend::Reference).unwrap();
    let synapses = simulation.synapses("cells→cells.in").unwrap();
    assert_eq!((synapses.pre, synapses.post), (pre, post));
    assert_eq!((synapses.weight, synapses.delay), (weight, delay));
    // A later run that is not asked leaves none.
    run(&folder, &[]);
    assert!(!folder.path("here").join(file).exists());
    let refused = folder.run(&["run", "n.toml", "--save", "synapses"]);
    assert_eq!(refused.status, Some(2));
    let said = "error: invalid value 'synapses' for '--save <WHAT>'\n  [possible values: connectivity]\n";
    assert!(refused.err.starts_with(said), "{}", refused.err);
}

#[test]
fn the_synapses_of_all_items_are_written_where_they_are_their_own() {
    let folder = Folder::with(&[("seed = 1", "seed = 1\nwiring = \"own\"")]);
    run(&folder, &["--batch", "2", "--save", "connectivity"]);
    let name = "cells→cells.in";
    let of = |folder: &Folder| {
        let column = |what: &str| array::<u32>(folder, "connectivity.npz", &format!("{name}.{what}")).1;
        let value = |what: &str| array::<f64>(folder, "connectivity.npz", &format!("{name}.{what}")).1;
        (column("pre"), column("post"), value("weight"), value("delay"))
    };
    let batch = array::<u32>(&folder, "connectivity.npz", &format!("{name}.batch")).1;
    assert_eq!(batch, [[0; 100], [1; 100]].concat());
    let (pre, post, weight, delay) = of(&folder);
    for item in 0..2 {
        let seed = format!("seed={}", item + 1);
        let alone = Folder::new();
        run(&alone, &["--save", "connectivity", "--set", &seed]);
        let range = 100 * item..100 * (item + 1);
        let of_item = (&pre[range.clone()], &post[range.clone()], &weight[range.clone()], &delay[range]);
        let alone = of(&alone);
        assert_eq!(of_item, (&alone.0[..], &alone.1[..], &alone.2[..], &alone.3[..]), "{item}");
    }
    assert_ne!(pre[..100], pre[100..]);
    // What all share is there once.
    let shared = Folder::new();
    run(&shared, &["--batch", "2", "--save", "connectivity"]);
    assert_eq!((names(&shared, "connectivity.npz").len(), of(&shared).0.len()), (4, 100));
}

#[test]
fn a_run_writes_five_files_and_says_so() {
    let folder = Folder::new();
    let printed = folder.run(&["run", "n.toml", "--device", "reference"]).done();
    assert_eq!(folder.names("out/n"), FILES);
    let picture = std::fs::read(folder.path("out/n/raster.png")).unwrap();
    assert!(picture.starts_with(b"\x89PNG\r\n\x1a\n") && picture.len() > 1000);

    let mut summary = summary(&folder, "out/n");
    let cells = &summary["populations"][0];
    let (spikes, rate) = (cells["spikes"].as_u64().unwrap(), cells["rate_hz"].as_f64().unwrap());
    assert!(spikes > 20, "{summary}");
    assert!((rate - spikes as f64 / (20.0 * 0.02)).abs() < 1e-9);
    let row = format!("\ncells              20  {spikes:>10}  {rate:>9.3}  ");
    assert!(printed.contains(&row), "{printed}");
    assert!(printed.starts_with("n: 20 neurons, 100 synapses, 20 ms on reference (cpu)\n\npopulation "), "{printed}");
    assert!(
        printed.ends_with("\nsummary.json, spikes.npz, traces.npz, raster.png, network.toml in out/n\n"),
        "{printed}"
    );

    let factor = summary["realtime_factor"].as_f64().unwrap();
    let seconds = summary["wall_s"]["run"].as_f64().unwrap();
    assert!((factor * 0.02 / seconds - 1.0).abs() < 1e-9, "{factor}: seconds for a second of model time");
    let (_, said) = printed.split_once(": realtime factor ").unwrap();
    let (said, _) = said.split_once(" (seconds for a second of model time)\n").unwrap();
    assert!((said.parse::<f64>().unwrap() - factor).abs() <= 0.005 * factor + 0.0005, "{said} {factor}");

    for time in [&["wall_s", "build"][..], &["wall_s", "run"], &["realtime_factor"]] {
        let value = time.iter().fold(&mut summary, |value, key| &mut value[*key]).take();
        assert!(value.as_f64().is_some_and(|seconds| seconds > 0.0), "{time:?}");
    }
    for key in ["spikes", "rate_hz", "cv_isi"] {
        summary["populations"][0][key].take();
    }
    assert_eq!(summary["spike_hash"].take().as_str().map(str::len), Some(64));
    // The module `provenance` has these.
    for key in ["neuropil", "date", "command", "network_file"] {
        assert!(!summary[key].take().is_null(), "{key}");
    }
    let driver = format!("neuropil {}, 64-bit floating point", env!("CARGO_PKG_VERSION"));
    let expected = json!({
        "neuropil": null,
        "date": null,
        "command": null,
        "network_file": null,
        "set": [],
        "inputs": [],
        "network": "n",
        "dt_ms": 0.1,
        "duration_ms": 20.0,
        "until": null,
        "stopped": [],
        "from_ms": 0.0,
        "seed": 1,
        "wiring_seed": 1,
        "batch": 1,
        "arithmetic": null,
        "device": { "name": "reference", "backend": "cpu", "driver": driver },
        "schedule": null,
        "synapses": 100,
        "populations": [{ "name": "cells", "size": 20, "recorded": 20, "spikes": null, "rate_hz": null, "cv_isi": null }],
        "warnings": [],
        "wall_s": { "build": null, "run": null },
        "realtime_factor": null,
        "spike_hash": null,
    });
    assert_eq!(summary, expected);
}

#[test]
fn what_is_suspicious_is_said_and_written_down() {
    let weak = "\n[[projection]]\npre = \"cells\"\npost = \"cells\"\nport = \"in\"\nconnect = \"one_to_one\"\n\
                weight = \"1e-9 mV\"\ndelay = \"1 ms\"\n\n[[stimulus]]";
    let folder = Folder::with(&[("\n[[stimulus]]", weak)]);
    let warning = "projection[1].weight: 20 of 20 weights are rounded by more than 0.1 % of themselves, the worst by 86.26 %: \
                   port `in` of population `cells` counts them in multiples of 1.863e-9 mV; weak ones keep their value on a \
                   second port of the same kind, for a port resolves 2^-31 to 2^-29 of the largest sum of |weights| onto \
                   one of its neurons";
    for command in
        [&["run", "n.toml", "--device", "reference", "--out", "here"][..], &["plan", "n.toml", "--device", "reference"]]
    {
        let ran = folder.run(command);
        assert_eq!((ran.status, ran.err), (Some(0), format!("warning: {warning}\n")));
    }
    assert_eq!(summary(&folder, "here")["warnings"], json!([warning]));
}

#[test]
fn without_records_of_spikes_all_are_recorded() {
    let folder = Folder::new();
    let summary = run(&folder, &[]);
    assert_eq!(names(&folder, "spikes.npz"), ["cells.neuron.npy", "cells.step.npy"]);
    assert_eq!(names(&folder, "traces.npz"), [""; 0]);
    let sampled = Folder::with(&[("[[projection]]", RECORDS)]);
    let same = run(&sampled, &[]);
    assert_eq!((&same["populations"], &same["spike_hash"]), (&summary["populations"], &summary["spike_hash"]));
    assert_eq!(names(&sampled, "spikes.npz"), ["cells.neuron.npy", "cells.step.npy"]);
    let (shape, steps) = array::<u32>(&folder, "spikes.npz", "cells.step");
    let (_, neurons) = array::<u32>(&folder, "spikes.npz", "cells.neuron");
    assert_eq!(shape, [summary["populations"][0]["spikes"].as_u64().unwrap()]);
    let order: Vec<_> = steps.iter().zip(&neurons).collect();
    assert!(order.is_sorted() && steps.iter().all(|&step| step < 200) && neurons.iter().all(|&neuron| neuron < 20));
}

#[test]
fn records_choose_the_variables_that_are_sampled() {
    let folder = Folder::with(&[("[[projection]]", RECORDS)]);
    run(&folder, &[]);
    assert_eq!(names(&folder, "traces.npz"), ["cells.v.neuron.npy", "cells.v.npy", "cells.v.step.npy"]);
    assert_eq!(array::<f32>(&folder, "traces.npz", "cells.v").0, [20, 2]);
    assert_eq!(array::<u32>(&folder, "traces.npz", "cells.v.neuron").1, [3, 0]);
    assert_eq!(array::<u32>(&folder, "traces.npz", "cells.v.step").1, (0..200).step_by(10).collect::<Vec<_>>());
}

#[test]
fn records_choose_the_neurons_whose_spikes_are_recorded() {
    let all = Folder::new();
    let whole = run(&all, &[]);
    let spikes = |folder: &Folder| -> Vec<(u32, u32)> {
        let [steps, neurons] =
            ["step", "neuron"].map(|column| array::<u32>(folder, "spikes.npz", &format!("cells.{column}")).1);
        steps.into_iter().zip(neurons).collect()
    };
    let all = spikes(&all);
    let check = |records: &[&str], kept: &[u32]| {
        let records: String =
            records.iter().map(|record| format!("[[record]]\npopulation = \"cells\"\n{record}\n\n")).collect();
        let folder = Folder::with(&[("[[projection]]", &format!("{records}[[projection]]"))]);
        let printed = folder.run(&["run", "n.toml", "--device", "reference", "--out", "here"]).done();
        let summary = summary(&folder, "here");
        let expected: Vec<_> = all.iter().copied().filter(|(_, neuron)| kept.contains(neuron)).collect();
        assert!(!expected.is_empty() && expected.len() < all.len(), "{} of {}", expected.len(), all.len());
        assert_eq!(spikes(&folder), expected, "{records}");
        assert_eq!(array::<u32>(&folder, "spikes.npz", "cells.recorded").1, kept);
        let cells = &summary["populations"][0];
        assert_eq!((&cells["recorded"], &cells["spikes"]), (&json!(kept.len()), &json!(expected.len())));
        let rate = expected.len() as f64 / (kept.len() as f64 * 0.02);
        assert!((cells["rate_hz"].as_f64().unwrap() - rate).abs() < 1e-9, "{cells}, not {rate} Hz");
        assert_ne!(summary["spike_hash"], whole["spike_hash"]);
        let header = "\npopulation       size   recorded      spikes  rate [Hz]      CV\n";
        let row = format!("{header}cells              20  {:>9}  {:>10}  {rate:>9.3}  ", kept.len(), expected.len());
        assert!(printed.contains(&row), "{row:?} is not in {printed}");
    };
    check(&["what = [\"spikes\"]\nneurons = [0, 1]"], &[0, 1]);
    check(&["what = [\"spikes\", \"v\"]\nneurons = [7, 3]\nevery = \"1 ms\""], &[3, 7]);
    // Several records of a population: what any of them wants. Those without spikes want none.
    check(
        &[
            "what = [\"spikes\"]\nneurons = [0, 1]",
            "what = [\"v\"]\nneurons = [5]",
            "what = [\"spikes\"]\nneurons = [1, 9]",
        ],
        &[0, 1, 9],
    );
    let both = "[[record]]\npopulation = \"cells\"\nwhat = [\"spikes\"]\nneurons = [0]\n\n[[record]]\npopulation = \
                \"cells\"\nwhat = [\"spikes\"]\n\n[[projection]]";
    let folder = Folder::with(&[("[[projection]]", both)]);
    run(&folder, &[]);
    assert_eq!(spikes(&folder), all, "a record without neurons wants all");
    assert_eq!(names(&folder, "spikes.npz"), ["cells.neuron.npy", "cells.step.npy"]);
}

#[test]
fn a_population_that_is_not_recorded_has_no_figures() {
    let both = "[[population]]\nname = \"silent\"\nsize = 3\nmodel = \"lif\"\n\n[[record]]\npopulation = \"POPULATION\"\n\
                what = [\"spikes\"]\n\n[[projection]]";
    let recorded = |population: &str| {
        let folder = Folder::with(&[("[[projection]]", &both.replace("POPULATION", population))]);
        let printed = folder.run(&["run", "n.toml", "--device", "reference", "--out", "here"]).done();
        let summary = summary(&folder, "here");
        (names(&folder, "spikes.npz"), printed, summary)
    };
    let (files, printed, summary) = recorded("cells");
    assert_eq!(files, ["cells.neuron.npy", "cells.step.npy"]);
    assert!(printed.contains("\nsilent              3          0           -          -       -\n"), "{printed}");
    assert!(printed.starts_with("n: 23 neurons, "), "{printed}");
    let nothing =
        json!({ "name": "silent", "size": 3, "recorded": 0, "spikes": null, "rate_hz": null, "cv_isi": null });
    assert_eq!((&summary["populations"][1], &summary["warnings"]), (&nothing, &json!([])));

    let (files, printed, summary) = recorded("silent");
    assert_eq!(files, ["silent.neuron.npy", "silent.step.npy"]);
    let row = "\ncells              20          0           -          -       -\nsilent              3          3           \
               0      0.000       -\n";
    assert!(printed.contains(row), "{printed}");
    let sentence = "no recorded neuron spiked in 20 ms: look at the drive (stimuli, weights and their units) and at the \
                    thresholds; a record of `v` shows how near it came";
    assert!(printed.contains(sentence), "{printed}");
    assert_eq!(summary["warnings"], json!([sentence]));
}

#[test]
fn the_seed_decides_the_spikes() {
    let folder = Folder::new();
    let hash = |arguments: &[&str]| run(&folder, arguments)["spike_hash"].clone();
    let first = hash(&[]);
    assert_eq!(first, hash(&["--seed", "1"]), "the file's seed");
    let other = run(&folder, &["--seed", "2"]);
    // Noise of its own in the file's network.
    assert_eq!((&other["seed"], &other["wiring_seed"]), (&2.into(), &1.into()));
    assert_ne!(first, other["spike_hash"]);
    assert_eq!(run(&folder, &["--seed", "18446744073709551615"])["seed"], u64::MAX);
}

#[test]
fn the_duration_may_be_chosen() {
    let folder = Folder::new();
    run(&folder, &[]);
    let whole: Vec<u32> = array(&folder, "spikes.npz", "cells.step").1;
    let summary = run(&folder, &["--duration", "0.01 s"]);
    assert_eq!(summary["duration_ms"], 10.0);
    let half: Vec<u32> = array(&folder, "spikes.npz", "cells.step").1;
    assert_eq!(half, whole.into_iter().filter(|&step| step < 100).collect::<Vec<_>>());
    let summary = run(&folder, &["--duration", "0 ms"]);
    assert_eq!((&summary["realtime_factor"], &summary["populations"][0]["spikes"]), (&Value::Null, &json!(0)));
}

#[test]
fn the_first_item_of_a_batch_is_the_network_alone() {
    let folder = Folder::new();
    run(&folder, &[]);
    let alone = ["step", "neuron"].map(|column| array::<u32>(&folder, "spikes.npz", &format!("cells.{column}")).1);
    let alone: Vec<_> = alone[0].iter().zip(&alone[1]).collect();
    let summary = run(&folder, &["--batch", "2"]);
    assert_eq!(summary["batch"], 2);
    let columns =
        ["step", "neuron", "batch"].map(|column| array::<u32>(&folder, "spikes.npz", &format!("cells.{column}")).1);
    let item = |wanted: u32| -> Vec<_> {
        let spikes = columns[0].iter().zip(&columns[1]).zip(&columns[2]);
        spikes.filter(|(_, batch)| **batch == wanted).map(|(spike, _)| spike).collect()
    };
    assert_eq!(item(0), alone);
    assert!(!item(1).is_empty() && item(1) != alone, "the second has random numbers of its own");
}

/// A network whose sources never fire.
const SILENT: (&str, &str) = ("rate = \"50 Hz\"", "rate = \"0 Hz\"");

#[test]
fn silence_is_said() {
    let sentence = "no neuron spiked in 20 ms: look at the drive (stimuli, weights and their units) and at the thresholds; \
                    a record of `v` shows how near it came";
    let folder = Folder::with(&[SILENT]);
    let printed = folder.run(&["run", "n.toml", "--device", "reference"]).done();
    assert!(printed.contains(&format!("          0      0.000       -\n\n{sentence}\n\nbuilt in ")), "{printed}");
    assert_eq!(summary(&folder, "out/n")["warnings"], json!([sentence]));

    let silent = |folder: &Folder, arguments: &[&str]| {
        let printed = folder.run(&[&["run", "n.toml", "--device", "reference"], arguments].concat()).done();
        let warnings = summary(folder, "out/n")["warnings"].clone();
        assert_eq!(printed.contains("no neuron spiked"), warnings != json!([]), "{printed}");
        warnings != json!([])
    };
    assert!(!silent(&Folder::new(), &[]), "neurons spiked");
    assert!(!silent(&folder, &["--duration", "0 ms"]), "they had no time to");
    let readout = "dt = \"1 ms\"\nduration = \"5 ms\"\n[[population]]\nname = \"out\"\nsize = 2\n\
                   model = \"leaky_rate_readout\"\n";
    assert!(!silent(&Folder::new().write("n.toml", readout), &[]), "a readout of rates never spikes");
}
