//! What is wrong on the command line.

use super::Folder;
use serde_json::json;

/// The program refuses these arguments of `run` with this message, and clap's hint.
#[track_caller]
fn check(arguments: &[&str], message: &str) {
    let line = [&["run", "n.toml", "--device", "reference"], arguments].concat();
    Folder::new().run(&line).failed(2, &format!("{message}\n\nFor more information, try '--help'."));
}

#[test]
fn a_duration() {
    check(
        &["--duration", "1 mV"],
        "invalid value '1 mV' for '--duration <TIME>': 1 mV has dimension voltage, expected time (ms)",
    );
    check(
        &["--duration", "long"],
        "invalid value 'long' for '--duration <TIME>': `long` is not a finite number with a unit, such as \"20 ms\"",
    );
    check(&["--duration", "-1 s"], "invalid value '-1 s' for '--duration <TIME>': a time of 0 or more is needed");
    Folder::new()
        .run(&["run", "n.toml", "--device", "reference", "--duration", "1e9 s"])
        .failed(2, "--duration: 1e9 s is 1e13 steps; legal: 0 to 429496729.5 ms");
    Folder::new()
        .run(&["run", "n.toml", "--device", "reference", "--duration", "0.04 ms"])
        .failed(2, "--duration: 0.04 ms is less than half a step; legal: 0 ms, or 0.1 ms (one step) or more");
}

#[test]
fn a_duration_that_is_rounded() {
    let folder = Folder::new();
    let ran = folder.run(&["run", "n.toml", "--device", "reference", "--out", "here", "--duration", "0.06 ms"]);
    let warning =
        "--duration: 0.06 ms is no whole number of steps of 0.1 ms, and is rounded to 1; give a multiple of dt";
    assert_eq!((ran.status, ran.err), (Some(0), format!("warning: {warning}\n")));
    let summary = super::results::summary(&folder, "here");
    assert_eq!((&summary["duration_ms"], &summary["warnings"][0]), (&json!(0.1), &json!(warning)));
}

#[test]
fn a_plan_of_another_duration() {
    let folder = Folder::new();
    let plan = |arguments: &[&str]| folder.run(&[&["plan", "n.toml", "--device", "reference"], arguments].concat());
    let long = plan(&["--duration", "1 s"]).done();
    assert_eq!(long, plan(&["--set", "duration=1 s"]).done());
    assert_ne!(long, plan(&[]).done());
    let ran = plan(&["--duration", "0.06 ms"]);
    let warning =
        "--duration: 0.06 ms is no whole number of steps of 0.1 ms, and is rounded to 1; give a multiple of dt";
    assert_eq!((ran.status, ran.err), (Some(0), format!("warning: {warning}\n")));
    plan(&["--duration", "1e9 s"]).failed(2, "--duration: 1e9 s is 1e13 steps; legal: 0 to 429496729.5 ms");
}

#[test]
fn rates_may_leave_the_start_out() {
    let folder = Folder::new();
    folder.run(&["run", "n.toml", "--device", "reference", "--out", "whole"]).done();
    let table = folder.run(&["run", "n.toml", "--device", "reference", "--out", "late", "--from", "5 ms"]).done();
    let sentence = "\n\nrates and CVs are of the time from 5 ms on\n\n";
    assert!(table.contains(sentence), "{table}");
    let [whole, late] = ["whole", "late"].map(|name| super::results::summary(&folder, name));
    assert_eq!([&whole["from_ms"], &late["from_ms"]], [&json!(0.0), &json!(5.0)]);
    let [spikes, hash] = ["spikes", "spike_hash"].map(|key| {
        let of = |summary: &serde_json::Value| summary.get(key).unwrap_or(&summary["populations"][0][key]).clone();
        assert_eq!(of(&whole), of(&late));
        of(&whole)
    });
    assert!(spikes.as_u64() > Some(0) && hash.is_string(), "{spikes} {hash}");
    assert_ne!(whole["populations"][0]["rate_hz"], late["populations"][0]["rate_hz"]);
    for (from, problem) in [
        ("20 ms", "20 ms, but the run takes 20 ms, so nothing would be left; legal: 0 ms, or less than 20 ms"),
        ("1 s", "1 s, but the run takes 20 ms, so nothing would be left; legal: 0 ms, or less than 20 ms"),
    ] {
        folder
            .run(&["run", "n.toml", "--device", "reference", "--from", from])
            .failed(2, &format!("--from: {problem}"));
    }
    check(&["--from", "-1 s"], "invalid value '-1 s' for '--from <TIME>': a time of 0 or more is needed");
}

#[test]
fn a_timeout() {
    for (given, problem) in [
        ("0 s", "a time above 0 is needed, as \"30 s\""),
        ("-1 s", "a time above 0 is needed, as \"30 s\""),
        ("5 mV", "5 mV has dimension voltage, expected time (ms)"),
    ] {
        check(&["--timeout", given], &format!("invalid value '{given}' for '--timeout <TIME>': {problem}"));
    }
}

#[test]
fn a_seed_or_a_batch() {
    for seed in ["-1", "1.5", "18446744073709551616", "x"] {
        let legal = "a whole number from 0 to 18446744073709551615 is needed";
        check(&["--seed", seed], &format!("invalid value '{seed}' for '--seed <N>': {legal}"));
    }
    check(&["--batch", "0"], "invalid value '0' for '--batch <N>': 0 is not in 1..=4294967295");
}

#[test]
fn a_device() {
    Folder::new().run(&["run", "n.toml", "--device", ""]).failed(
        2,
        "invalid value '' for '--device <DEVICE>': device: the choice is empty; legal: auto, an adapter's index, or \
         part of an adapter's name\n\nFor more information, try '--help'.",
    );
    Folder::new().run(&["run", "n.toml", "--device", "cpu:f16"]).failed(
        2,
        "invalid value 'cpu:f16' for '--device <DEVICE>': the CPU's numbers: there are no `f16`; legal: f32, f64\n\nFor more \
         information, try '--help'.",
    );
}

#[test]
fn a_number_of_threads() {
    for threads in ["0", "-1"] {
        let problem = format!("{threads} is not in 1..=4294967295");
        check(&["--threads", threads], &format!("invalid value '{threads}' for '--threads <N>': {problem}"));
    }
}

#[test]
fn the_version_has_the_commit() {
    let version = env!("CARGO_PKG_VERSION");
    let expected = match neuropil::version::COMMIT {
        Some(commit) => format!("neuropil {version} (commit {commit})\n"),
        None => format!("neuropil {version}\n"),
    };
    assert_eq!(Folder::new().run(&["--version"]).done(), expected);

    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let git = std::process::Command::new("git").current_dir(root).args(["rev-parse", "HEAD"]).output();
    let head = git.ok().filter(|output| root.join(".git").exists() && output.status.success());
    let Some(head) = head else { return println!("skipped: this is no repository of git") };
    let commit = neuropil::version::COMMIT.expect("git knows it");
    let head = String::from_utf8(head.stdout).unwrap();
    assert_eq!(commit.trim_end_matches("-dirty"), head.trim());
    assert_eq!(head.trim().len(), 40);
}

#[test]
fn a_missing_or_an_unknown_word() {
    Folder::new().run(&["run"]).failed(
        2,
        "the following required arguments were not provided:\n  <FILE>\n\nUsage: neuropil run <FILE>\n\n\
         For more information, try '--help'.",
    );
    Folder::new().run(&["walk"]).failed(
        2,
        "unrecognized subcommand 'walk'\n\nUsage: neuropil <COMMAND>\n\nFor more information, try '--help'.",
    );
    let nothing = Folder::new().run(&[]);
    assert_eq!(nothing.status, Some(2));
    for command in ["run", "sweep", "plan", "devices", "doctor", "models"] {
        assert!(nothing.err.contains(&format!("\n  {command} ")), "{}", nothing.err);
    }
}
