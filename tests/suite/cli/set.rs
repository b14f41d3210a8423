//! `--set`: values of a network that the command line says instead of the file.

use super::results::summary;
use super::{Folder, NETWORK};
use serde_json::json;

/// `neuropil run n.toml` on the reference, with these values, fails with this message.
#[track_caller]
fn refused(settings: &[&str], message: &str) {
    let mut line = vec!["run", "n.toml", "--device", "reference"];
    line.extend(settings.iter().flat_map(|setting| ["--set", *setting]));
    Folder::new().run(&line).failed(2, message);
}

#[test]
fn a_run_does_what_a_file_of_those_values_would_and_says_so() {
    let changed = Folder::with(&[
        ("dt = \"0.1 ms\"", "dt = \"0.05 ms\""),
        ("tau = \"20 ms\"", "tau = { normal = [\"15 ms\", \"1 ms\"] }"),
        ("fixed_indegree = 5", "fixed_indegree = 7, autapses = false"),
        ("weight = \"0.5 mV\"", "weight = \"0.7 mV\""),
        ("rate = \"50 Hz\"", "rate = \"60 Hz\""),
    ]);
    changed.run(&["run", "n.toml", "--device", "reference", "--out", "here"]).done();
    let settings = [
        "dt=0.05 ms",
        "population[cells].params.tau={ normal = [\"15 ms\", \"1 ms\"] }",
        "projection[cells->cells.in].connect.fixed_indegree=7",
        "projection[0].connect.autapses=false",
        "projection[cells→cells.in].weight = \"0.7 mV\"",
        "stimulus[0].rate=60Hz",
    ];
    let folder = Folder::new();
    let mut line = vec!["run", "n.toml", "--device", "reference", "--out", "here"];
    line.extend(settings.iter().flat_map(|setting| ["--set", *setting]));
    folder.run(&line).done();

    let [expected, found] = [&changed, &folder].map(|folder| summary(folder, "here"));
    assert_eq!(found["spike_hash"], expected["spike_hash"]);
    assert_eq!((&found["dt_ms"], &expected["set"]), (&json!(0.05), &json!([])));
    let told = json!([
        { "path": "dt", "value": "0.05 ms" },
        { "path": "population[cells].params.tau", "value": "{ normal = [\"15 ms\", \"1 ms\"] }" },
        { "path": "projection[cells->cells.in].connect.fixed_indegree", "value": "7" },
        { "path": "projection[0].connect.autapses", "value": "false" },
        { "path": "projection[cells→cells.in].weight", "value": "\"0.7 mV\"" },
        { "path": "stimulus[0].rate", "value": "60Hz" },
    ]);
    assert_eq!(found["set"], told);
    // With those, the copy runs again as it did.
    assert_eq!(std::fs::read_to_string(folder.path("here/network.toml")).unwrap(), NETWORK);
}

#[test]
fn values_hold_for_plans_and_comparisons_too() {
    let size = "population[cells].size=0";
    let expected = "population[cells].size: `size` must be a whole number from 1 to 4294967295, found 0";
    for line in
        [["plan", "n.toml"].as_slice(), &["doctor", "--network", "n.toml"], &["doctor", "--schedules", "n.toml"]]
    {
        Folder::new().run(&[line, &["--set", size]].concat()).failed(2, expected);
    }
    let ran = Folder::new().run(&["doctor", "--set", size]);
    let start = "error: the following required arguments were not provided:\n  <--network <FILE>|--schedules <FILE>>\n";
    assert!(ran.status == Some(2) && ran.err.starts_with(start), "{ran:?}");
}

#[test]
fn values_are_computed_from_the_variables_of_the_file() {
    let folder = Folder::with(&[("seed = 1\n", "seed = 1\nlet.g = 2\n")]);
    let written = Folder::with(&[("weight = \"0.5 mV\"", "weight = \"0.7 mV\"")]);
    let hash = |folder: &Folder, set: &[&str]| {
        let mut line = vec!["run", "n.toml", "--device", "reference", "--out", "here"];
        line.extend(set.iter().flat_map(|setting| ["--set", *setting]));
        folder.run(&line).done();
        summary(folder, "here")["spike_hash"].clone()
    };
    let expected = hash(&written, &[]);
    assert_eq!(hash(&folder, &["projection[0].weight=g * 0.35 mV"]), expected);
    assert_eq!(hash(&folder, &["projection[0].weight=g * 0.7 mV", "let.g=1"]), expected);
    let sweep = ["sweep", "n.toml", "--device", "reference", "--set", "projection[0].weight=[g * 0.35 mV]"];
    folder.run(&sweep).done();
    let table = std::fs::read_to_string(folder.path("out/n-sweep/sweep.csv")).unwrap();
    assert!(table.contains(expected.as_str().unwrap()), "{table}");
}

#[test]
fn files_are_relative_to_the_network_file_and_hashed() {
    let mut tau = b"\x93NUMPY\x01\x00\x76\x00".to_vec();
    let header = "{'descr': '<f8', 'fortran_order': False, 'shape': (20,), }";
    tau.extend(format!("{header:<117}\n").into_bytes());
    tau.extend((0..20).flat_map(|neuron| (20.0 + f64::from(neuron)).to_le_bytes()));
    let folder = Folder::new();
    std::fs::create_dir(folder.path("nets")).unwrap();
    let folder = folder.write("nets/n.toml", NETWORK).write("nets/tau.npy", tau);
    let setting = "population[cells].params.tau={ npy = 'tau.npy', unit = 'ms' }";
    folder.run(&["run", "nets/n.toml", "--device", "reference", "--out", "here", "--set", setting]).done();
    assert_eq!(summary(&folder, "here")["inputs"][0]["path"], "nets/tau.npy");
}

#[test]
fn what_is_no_setting() {
    let expected = "PATH=VALUE, as dt=0.1ms or 'projection[0].weight=3 nS'";
    for (setting, problem) in [
        ("dt", "there is no `=`"),
        ("=1", "there is no path before the `=`"),
        ("dt= ", "there is no value behind the `=`"),
    ] {
        let message = format!("invalid value '{setting}' for '--set <PATH=VALUE>': {problem}; legal: {expected}");
        refused(&[setting], &format!("{message}\n\nFor more information, try '--help'."));
    }
}

#[test]
fn an_unknown_path() {
    refused(
        &["projection[cells->cell.in].weight=1 mV"],
        "projection[cells->cell.in].weight: there is no projection `cells→cell.in` (did you mean `cells→cells.in`?); legal: \
         cells→cells.in",
    );
    refused(
        &["projection[0].wieght=1 mV"],
        "projection[cells→cells.in].wieght: a projection has no `wieght` (did you mean `weight`?); legal: name, pre, post, port, \
         connect, weight, delay, weights, storage, model",
    );
    // Which parameters there are, the model says.
    refused(
        &["population[cells].params.tao=1 ms"],
        "population[cells].params.tao: model lif has no `tao` (did you mean `tau`?); legal: tau, r, v_th, v_reset, v_rest, reset",
    );
}

#[test]
fn a_wrong_unit() {
    refused(
        &["stimulus[0].rate=8 ms"],
        "stimulus[0].rate: 8 ms has dimension time, expected frequency (Hz); legal: a frequency of 0 or more",
    );
    refused(
        &["projection[0].weight=3 nS"],
        "projection[cells→cells.in].weight: 3 nS has dimension conductance, expected voltage (mV)",
    );
}

#[test]
fn a_value_out_of_range() {
    refused(
        &["population[cells].params.v_th=-20 mV"],
        "population[cells].params.v_th: -20 mV; legal: > v_reset (0 mV)",
    );
    refused(
        &["projection[0].connect={ fixed_indegree = 50, multapses = false }"],
        "projection[cells→cells.in].connect: fixed_indegree is 50, but each target has only 20 possible sources; legal: at most \
         20, or multapses",
    );
    // What the file says has its place all the same.
    refused(
        &["population[cells].params.v_reset=30 mV"],
        "n.toml:10:34: population[cells].params.v_th: 20 mV; legal: > v_reset (30 mV)",
    );
}

#[test]
fn variables_that_nothing_uses_are_told() {
    let folder = Folder::with(&[("seed = 1\n", "seed = 1\nlet.spare = 2\n")]);
    let warning = "let.spare: no value is computed from it; leave it out, or name it where it is meant";
    let of = |line: &[&str]| {
        let ran = folder.run(line);
        assert_eq!(ran.status, Some(0), "{ran:?}");
        ran.err.lines().filter(|line| line.contains("spare")).map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(of(&["check", "n.toml"]), [format!("warning: n.toml: {warning}")]);
    for (command, out) in [("run", true), ("plan", false), ("sweep", true)] {
        let line = |folder: &'static str, set: &'static str| {
            let mut line = vec![command, "n.toml", "--device", "reference", "--set", set];
            line.extend(["--out", folder].iter().filter(|_| out));
            line
        };
        for (set, expected) in [("duration=10 ms", 1), ("let.spare=3", 1), ("dt=0.05 ms * spare", 0)] {
            let folder = if expected == 0 { "used" } else { set };
            let told = of(&line(folder, set));
            assert_eq!(told, vec![format!("warning: {warning}"); expected], "{command} {set}");
        }
        if command == "run" {
            assert_eq!(summary(&folder, "let.spare=3")["warnings"], json!([warning]));
            assert_eq!(summary(&folder, "used")["warnings"], json!([]));
        }
        for out in ["duration=10 ms", "let.spare=3", "used"] {
            std::fs::remove_dir_all(folder.path(out)).ok();
        }
    }
}
