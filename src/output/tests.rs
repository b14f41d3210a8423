//! A run's folder, read back.

use super::{DeviceInfo, InputFile, NetworkText, RunInfo, prepare, write};
use crate::Error;
use crate::options::Arithmetic;
use crate::recording::Period;
use crate::recording::{PopulationSpikes, Recording, Spikes, Trace};
use crate::sim::{Chosen, Trial};
use std::path::Path;
use std::time::{Duration, UNIX_EPOCH};
use zip::ZipArchive;

/// SHA-256 of "abc", from FIPS 180-2.
const ABC: &str = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

fn info() -> RunInfo {
    let device = DeviceInfo { name: "Test GPU".into(), backend: "vulkan".into(), driver: "test 1.0".into() };
    RunInfo {
        started: Some(UNIX_EPOCH + Duration::from_millis(1_700_000_000_999)),
        command: Some(vec!["neuropil".into(), "run".into(), "nets/coba.toml".into()]),
        file: Some(NetworkText { path: "nets/coba.toml".into(), text: "abc".into() }),
        set: vec!["dt=0.05 ms".parse().unwrap(), "projection[0].weight = { normal = [1, 2] }".parse().unwrap()],
        inputs: vec![
            InputFile { path: "nets/w.npy".into(), sha256: Some("00ff".into()) },
            InputFile { path: "/dev/stdin".into(), sha256: None },
        ],
        network: "coba".into(),
        seed: u64::MAX,
        wiring_seed: 5,
        device,
        arithmetic: Some(Arithmetic::Portable),
        schedule: Some(schedule()),
        synapses: 320_000,
        until: Some("rate(exc) > 5 Hz over 10 ms".into()),
        stopped: vec![],
        warnings: vec!["projection[0].weight: suspicious; think again".into()],
        from_ms: 0.0,
        build_s: 0.25,
        run_s: 0.5,
    }
}

fn schedule() -> Chosen {
    let trial = |schedule: &str, ns_per_step, skipped: Option<&str>| Trial {
        schedule: schedule.into(),
        ns_per_step,
        dropped: None,
        skipped: skipped.map(str::to_owned),
    };
    let trials = vec![
        trial("windowed:256", Some(2000.5), None),
        trial("direct:64", Some(1000.0), None),
        trial("resident:256", None, Some("the run is too short to try it")),
    ];
    Chosen { schedule: "direct:64".into(), because: "it is the fastest of 2 that were tried".into(), trials }
}

fn trace(variable: &str, neurons: &[u32], batch: u32) -> Trace {
    let values = (0..3 * batch * neurons.len() as u32).map(|i| i as f32 / 2.0).collect();
    let (population, variable) = ("exc".to_owned(), variable.to_owned());
    Trace { population, variable, unit: "mV".into(), neurons: neurons.to_vec(), steps: vec![0, 10, 20], batch, values }
}

/// Neuron 0 fires every 10 steps; with a batch, neuron 1 of item 1 too.
fn recording(batch: u32) -> Recording {
    let mut spikes = Spikes::default();
    for step in (0..100).step_by(10) {
        for item in 0..batch {
            spikes.step.push(step);
            spikes.batch.push(item);
            spikes.neuron.push(item);
        }
    }
    Recording {
        dt_ms: 0.1,
        batch,
        first_step: 0,
        steps: 100,
        ends: vec![],
        populations: vec![
            PopulationSpikes {
                name: "exc".into(),
                size: 4,
                neurons: (0..4).collect(),
                period: Period::default(),
                spikes,
            },
            PopulationSpikes {
                name: "inh".into(),
                size: 1,
                neurons: vec![0],
                period: Period::default(),
                spikes: Spikes::default(),
            },
        ],
        traces: vec![trace("v", &[0, 3], batch), trace("ampa.g", &[1], batch)],
    }
}

/// The files and folders in a folder, hidden ones too.
fn names_in(dir: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(dir).unwrap();
    let mut names: Vec<String> = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

fn archive(path: &Path) -> ZipArchive<std::fs::File> {
    ZipArchive::new(std::fs::File::open(path).unwrap()).unwrap()
}

fn read<T: npyz::Deserialize>(path: &Path, name: &str) -> (Vec<u64>, Vec<T>) {
    let mut archive = archive(path);
    let array = npyz::NpyFile::new(archive.by_name(&format!("{name}.npy")).unwrap()).unwrap();
    (array.shape().to_vec(), array.into_vec().unwrap())
}

fn names(path: &Path) -> Vec<String> {
    let mut names: Vec<_> =
        archive(path).file_names().map(|name| name.unwrap().trim_end_matches(".npy").to_owned()).collect();
    names.sort();
    names
}

#[test]
fn the_summary_says_what_ran_and_what_came_out() {
    let folder = tempfile::tempdir().unwrap();
    let written = write(&folder.path().join("new/run"), &info(), &recording(1)).unwrap();
    let text = std::fs::read_to_string(written.summary).unwrap();
    let summary: serde_json::Value = serde_json::from_str(&text).unwrap();
    let expected = serde_json::json!({
        "neuropil": { "version": env!("CARGO_PKG_VERSION"), "commit": option_env!("NEUROPIL_COMMIT") },
        "date": "2023-11-14T22:13:20Z",
        "command": ["neuropil", "run", "nets/coba.toml"],
        "network_file": { "path": "nets/coba.toml", "copy": "network.toml", "sha256": ABC },
        "set": [
            { "path": "dt", "value": "0.05 ms" },
            { "path": "projection[0].weight", "value": "{ normal = [1, 2] }" },
        ],
        "inputs": [{ "path": "nets/w.npy", "sha256": "00ff" }, { "path": "/dev/stdin", "sha256": null }],
        "network": "coba",
        "dt_ms": 0.1,
        "duration_ms": 10.0,
        "until": "rate(exc) > 5 Hz over 10 ms",
        "stopped": [],
        "from_ms": 0.0,
        "seed": u64::MAX,
        "wiring_seed": 5,
        "batch": 1,
        "arithmetic": "portable",
        "device": { "name": "Test GPU", "backend": "vulkan", "driver": "test 1.0" },
        "schedule": {
            "schedule": "direct:64",
            "because": "it is the fastest of 2 that were tried",
            "trials": [
                { "schedule": "windowed:256", "ns_per_step": 2000.5, "dropped": null, "skipped": null },
                { "schedule": "direct:64", "ns_per_step": 1000.0, "dropped": null, "skipped": null },
                {
                    "schedule": "resident:256",
                    "ns_per_step": null,
                    "dropped": null,
                    "skipped": "the run is too short to try it",
                },
            ],
        },
        "synapses": 320_000,
        "populations": [
            { "name": "exc", "size": 4, "recorded": 4, "spikes": 10, "rate_hz": 250.0, "cv_isi": 0.0 },
            { "name": "inh", "size": 1, "recorded": 1, "spikes": 0, "rate_hz": 0.0, "cv_isi": null },
        ],
        "wall_s": { "build": 0.25, "run": 0.5 },
        "realtime_factor": 50.0,
        "warnings": ["projection[0].weight: suspicious; think again"],
        "spike_hash": recording(1).spike_hash(),
    });
    assert_eq!(summary, expected);
    assert!(text.ends_with("}\n"));
    assert_eq!(std::fs::read_to_string(written.network.unwrap()).unwrap(), "abc");
}

#[test]
fn a_duration_has_no_digits_that_nobody_gave() {
    let folder = tempfile::tempdir().unwrap();
    // 3 steps of 0.1 ms are 0.30000000000000004 ms.
    let short = Recording { first_step: 7, steps: 3, traces: vec![], ..recording(1) };
    let written = write(folder.path(), &info(), &short).unwrap();
    let summary: serde_json::Value = serde_json::from_slice(&std::fs::read(written.summary).unwrap()).unwrap();
    assert_eq!(summary["duration_ms"], 0.3);
}

#[test]
fn what_a_program_does_not_know_is_null() {
    let folder = tempfile::tempdir().unwrap();
    let written = write(folder.path(), &RunInfo::default(), &recording(1)).unwrap();
    let summary: serde_json::Value = serde_json::from_slice(&std::fs::read(written.summary).unwrap()).unwrap();
    for key in ["date", "command", "network_file", "schedule", "until"] {
        assert_eq!(summary[key], serde_json::Value::Null, "{key}");
    }
    assert_eq!((&summary["inputs"], written.network), (&serde_json::json!([]), None));
    assert_eq!(names_in(folder.path()), ["raster.png", "spikes.npz", "summary.json", "traces.npz"]);
}

#[test]
fn spikes_and_traces_are_read_back() {
    let folder = tempfile::tempdir().unwrap();
    let written = write(folder.path(), &info(), &recording(1)).unwrap();
    assert_eq!(names(&written.spikes), ["exc.neuron", "exc.step", "inh.neuron", "inh.step"]);
    let steps: Vec<u32> = (0..100).step_by(10).collect();
    assert_eq!(read::<u32>(&written.spikes, "exc.step"), (vec![10], steps));
    assert_eq!(read::<u32>(&written.spikes, "exc.neuron"), (vec![10], vec![0; 10]));
    assert_eq!(read::<u32>(&written.spikes, "inh.step"), (vec![0], vec![]));

    assert_eq!(read::<f32>(&written.traces, "exc.v"), (vec![3, 2], vec![0.0, 0.5, 1.0, 1.5, 2.0, 2.5]));
    assert_eq!(read::<u32>(&written.traces, "exc.v.step"), (vec![3], vec![0, 10, 20]));
    assert_eq!(read::<u32>(&written.traces, "exc.v.neuron"), (vec![2], vec![0, 3]));
    assert_eq!(read::<f32>(&written.traces, "exc.ampa.g").0, [3, 1]);
}

#[test]
fn what_is_recorded_in_part_or_not_at_all_says_so() {
    let folder = tempfile::tempdir().unwrap();
    let mut recording = recording(2);
    recording.populations[0].neurons = vec![0, 1, 3];
    recording.populations[1].neurons = vec![];
    let written = write(folder.path(), &info(), &recording).unwrap();
    assert_eq!(names(&written.spikes), ["exc.batch", "exc.neuron", "exc.recorded", "exc.step"]);
    assert_eq!(read::<u32>(&written.spikes, "exc.recorded"), (vec![3], vec![0, 1, 3]));
    assert_eq!(read::<u32>(&written.spikes, "exc.step").0, [20]);
    let summary: serde_json::Value = serde_json::from_str(&std::fs::read_to_string(written.summary).unwrap()).unwrap();
    let rate = 20.0 / (3.0 * 2.0 * 0.01);
    let expected = serde_json::json!([
        { "name": "exc", "size": 4, "recorded": 3, "spikes": 20, "rate_hz": rate, "cv_isi": 0.0 },
        { "name": "inh", "size": 1, "recorded": 0, "spikes": null, "rate_hz": null, "cv_isi": null },
    ]);
    assert_eq!(summary["populations"], expected);
}

#[test]
fn a_folder_is_prepared_or_refused_before_the_run() {
    let folder = tempfile::tempdir().unwrap();
    let dir = folder.path().join("new/run");
    drop(prepare(&dir).unwrap());
    assert_eq!(names_in(&dir), [""; 0], "nothing is left behind");
    std::fs::write(dir.join("taken"), "a file").unwrap();
    let error = prepare(&dir.join("taken")).unwrap_err();
    assert!(matches!(&error, Error::File { action: "create", path, .. } if *path == dir.join("taken")), "{error:?}");
}

#[test]
fn a_network_file_of_the_user_is_never_replaced() {
    let folder = tempfile::tempdir().unwrap();
    let (dir, file) = (folder.path(), folder.path().join("network.toml"));
    let problem = "it is not the copy that an earlier run left here, and would be replaced";
    let legal = "another folder for the results, or this file in another";
    let expected = format!("{}: {problem}; legal: {legal}", file.display());

    std::fs::write(&file, "abc").unwrap();
    assert_eq!(prepare(dir).unwrap_err().to_string(), expected, "there is no summary");
    assert_eq!(names_in(dir), ["network.toml"]);
    std::fs::remove_file(&file).unwrap();

    write(dir, &info(), &recording(1)).unwrap();
    let again = RunInfo { file: Some(NetworkText { path: "n.toml".into(), text: "def".into() }), ..info() };
    write(dir, &again, &recording(1)).unwrap();
    assert_eq!(std::fs::read_to_string(&file).unwrap(), "def", "a copy is");

    let begun = prepare(dir).unwrap();
    std::fs::write(&file, "def, and what the user added").unwrap();
    let error = begun.write(&info(), &recording(2)).unwrap_err().to_string();
    let kept = names_in(dir).into_iter().find(|name| name.starts_with("not-placed-")).unwrap();
    let kept = dir.join(kept);
    let said = format!("the folder is as it was, and the files of this run are in {}", kept.display());
    assert_eq!(error, format!("{}: {problem}; {said}; legal: {legal}", file.display()));
    assert_eq!(names_in(&kept).len(), 5);
    std::fs::remove_dir_all(kept).unwrap();
    assert_eq!(prepare(dir).unwrap_err().to_string(), expected, "it was edited");
    assert_eq!(std::fs::read_to_string(&file).unwrap(), "def, and what the user added");
    let steps = read::<u32>(&dir.join("spikes.npz"), "exc.step").1;
    assert_eq!(steps.len(), 10, "the earlier run's");
    assert_eq!(names_in(dir).len(), 5);
}

#[test]
fn a_batch_has_its_own_axis() {
    let folder = tempfile::tempdir().unwrap();
    let written = write(folder.path(), &info(), &recording(2)).unwrap();
    assert_eq!(read::<u32>(&written.spikes, "exc.batch").1[..4], [0, 1, 0, 1]);
    assert_eq!(read::<u32>(&written.spikes, "exc.neuron").1[..4], [0, 1, 0, 1]);
    assert_eq!(read::<f32>(&written.traces, "exc.v").0, [3, 2, 2]);
}

#[test]
fn two_recorders_of_one_variable_both_keep_their_samples() {
    let folder = tempfile::tempdir().unwrap();
    let mut twice = recording(1);
    twice.traces.push(trace("v", &[2], 1));
    let written = write(folder.path(), &info(), &twice).unwrap();
    assert_eq!(read::<u32>(&written.traces, "exc.v.neuron").1, [0, 3]);
    assert_eq!(read::<u32>(&written.traces, "exc.v#2.neuron").1, [2]);
    assert_eq!(read::<f32>(&written.traces, "exc.v#2").0, [3, 1]);
}

#[test]
fn equal_runs_give_equal_files() {
    let (one, other) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let (one, other) = (write(one.path(), &info(), &recording(2)), write(other.path(), &info(), &recording(2)));
    let (one, other) = (one.unwrap(), other.unwrap());
    for (a, b) in [(one.spikes, other.spikes), (one.traces, other.traces), (one.summary, other.summary)] {
        assert!(std::fs::read(&a).unwrap() == std::fs::read(b).unwrap(), "{}", a.display());
    }
}

#[test]
fn a_second_run_replaces_the_first_and_leaves_nothing_else() {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), &info(), &recording(2)).unwrap();
    let written = write(folder.path(), &info(), &Recording { traces: vec![], ..recording(1) }).unwrap();
    assert_eq!(names(&written.traces), [""; 0], "no traces of the earlier run");
    assert_eq!(names_in(folder.path()), ["network.toml", "raster.png", "spikes.npz", "summary.json", "traces.npz"]);
    write(folder.path(), &RunInfo { file: None, ..info() }, &recording(1)).unwrap();
    let left = ["raster.png", "spikes.npz", "summary.json", "traces.npz"];
    assert_eq!(names_in(folder.path()), left, "no network file of the earlier run");
}

#[test]
fn a_folder_that_cannot_be_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("taken");
    std::fs::write(&file, "a file").unwrap();
    let error = write(&file.join("run"), &info(), &recording(1)).unwrap_err();
    assert!(matches!(&error, Error::File { action: "create", path, .. } if *path == file.join("run")), "{error:?}");
}

#[test]
fn a_trace_of_the_wrong_length_is_an_error_and_leaves_the_earlier_run() {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), &info(), &recording(1)).unwrap();
    let contents = || names_in(folder.path()).into_iter().map(|name| std::fs::read(folder.path().join(name)).unwrap());
    let before: Vec<_> = contents().collect();
    let mut wrong = recording(2);
    wrong.traces[0].values.pop();
    let error = write(folder.path(), &info(), &wrong).unwrap_err();
    let path = folder.path().join("traces.npz");
    let expected = format!("cannot write {}: exc.v has 11 values, but shape [3, 2, 2]", path.display());
    assert_eq!(error.to_string(), expected);
    assert!(contents().eq(before), "spikes.npz, which was written before, is still the earlier run's");
}
