//! How a device goes through the windows: which schedule a run takes, says and learns.

use super::devices::adapters;
use super::results::summary;
use super::{Folder, Ran};
use serde_json::Value;
use std::time::{Duration, Instant};

/// What `summary.json` says of the schedule of a run on the device, and what the run printed.
fn run(folder: &Folder, arguments: &[&str]) -> (Value, String) {
    let printed = folder.run(&[&["run", "n.toml", "--device", "0", "--out", "here"], arguments].concat()).done();
    (summary(folder, "here")["schedule"].take(), printed)
}

#[test]
#[cfg_attr(without_device, ignore = "there is no device")]
fn a_run_says_its_schedule_and_why() {
    adapters();
    let folder = Folder::new();
    let (asked, printed) = run(&folder, &["--schedule", "windowed:16"]);
    let expected = serde_json::json!({ "schedule": "windowed:16", "because": "it was asked for", "trials": [] });
    assert_eq!(asked, expected);
    assert!(printed.contains("\nschedule windowed:16: it was asked for\nsummary.json, "), "{printed}");
    // So short a run pays for no trial, unless the machine is busy.
    let (found, printed) = run(&folder, &["--learn", "no"]);
    let (name, because) = (found["schedule"].as_str().unwrap(), found["because"].as_str().unwrap());
    let tried = found["trials"].as_array().unwrap().iter().filter(|trial| trial["ns_per_step"].is_f64()).count();
    let fastest = format!("it is the fastest of {tried} that were tried");
    assert_eq!(because, if tried == 0 { "it is usual here" } else { &fastest });
    assert!(printed.contains(&format!("\nschedule {name}: {because}\n")), "{printed}");
    assert!(!folder.path("caches/neuropil").exists(), "nothing was learnt");
}

#[test]
fn the_cpu_has_no_schedule_to_choose() {
    let folder = Folder::new();
    for device in ["cpu", "reference"] {
        let printed = folder.run(&["run", "n.toml", "--device", device, "--out", "here"]).done();
        assert!(!printed.contains("schedule"), "{printed}");
        let asked = ["run", "n.toml", "--device", device, "--schedule", "direct", "--arithmetic", "fast"];
        let ran = folder.run(&asked);
        let notes =
            ["schedule", "arithmetic fast"].map(|it| format!("note: --{it} is of devices, and none runs this\n"));
        assert_eq!((ran.status, ran.err), (Some(0), notes.concat()));
    }
}

/// Runs for ever, until something was learnt in this folder.
fn learn(folder: &Folder, arguments: &[&str], learnt: &str) {
    let mut program =
        folder.program(&[&["run", "n.toml", "--device", "0", "--duration", "100000 s"], arguments].concat());
    let mut running = program.stdout(std::process::Stdio::null()).spawn().unwrap();
    let begun = Instant::now();
    let is_file = |name: &String| name.starts_with("schedule-") && name.ends_with(".json");
    while !folder.path(learnt).exists() || !folder.names(learnt).iter().any(is_file) {
        assert!(begun.elapsed() < Duration::from_secs(120), "nothing is learnt");
        assert_eq!(running.try_wait().unwrap(), None, "it runs on");
        std::thread::sleep(Duration::from_millis(20));
    }
    running.kill().unwrap();
    running.wait().unwrap();
}

#[test]
#[cfg_attr(without_device, ignore = "there is no device")]
fn a_long_run_learns_for_later_ones() {
    adapters();
    let folder = Folder::new();
    learn(&folder, &["--learn", "learnt"], "learnt");
    let (known, printed) = run(&folder, &["--learn", "learnt"]);
    assert_eq!(known["because"], "an earlier run found it to be the fastest");
    let name = known["schedule"].as_str().unwrap();
    assert!(printed.contains(&format!("\nschedule {name}: an earlier run found it to be the fastest\n")), "{printed}");
    let trials = known["trials"].as_array().unwrap();
    assert!(trials.len() > 1, "{known}");
    // Each has its time, or the reason why it has none; the fastest is among them.
    for trial in trials {
        let why = [&trial["dropped"], &trial["skipped"]].into_iter().any(Value::is_string);
        assert!(trial["ns_per_step"].as_f64().is_some_and(|ns| ns > 0.0) != why, "{known}");
    }
    assert!(trials.iter().any(|trial| trial["schedule"] == name && trial["ns_per_step"].is_f64()), "{known}");
    // A plan knows it, too.
    let lines = planned(folder.run(&["plan", "n.toml", "--device", "0", "--learn", "learnt"]));
    let taken = format!("  {name:<15} an earlier run found it to be the fastest");
    assert!(lines.contains(&taken), "{lines:?}");
    // Without what was learnt, or where another schedule is asked for, that counts for nothing.
    for arguments in [&["--learn", "no"][..], &[], &["--schedule", "windowed", "--learn", "learnt"]] {
        let because = run(&folder, arguments).0["because"].take();
        assert_ne!(because, "an earlier run found it to be the fastest", "{arguments:?}");
    }
}

#[test]
#[cfg(target_os = "linux")]
#[cfg_attr(without_device, ignore = "there is no device")]
fn what_is_learnt_is_in_the_cache_folder() {
    adapters();
    let folder = Folder::new();
    learn(&folder, &[], "caches/neuropil");
    assert_eq!(run(&folder, &[]).0["because"], "an earlier run found it to be the fastest");
}

/// The lines below `schedules` of a plan.
fn planned(plan: Ran) -> Vec<String> {
    let plan = plan.done();
    let (_, schedules) = plan.split_once("\nschedules\n").unwrap_or_else(|| panic!("{plan}"));
    schedules.lines().map(str::to_owned).collect()
}

#[test]
#[cfg_attr(without_device, ignore = "there is no device")]
fn a_plan_says_which_schedules_are_possible() {
    let adapters = adapters();
    let folder = Folder::new();
    let mut lines = planned(folder.run(&["plan", "n.toml", "--device", "0", "--learn", "no"]));
    let last = lines.split_off(3);
    assert_eq!(lines.iter().filter(|line| line.ends_with("  it is usual here")).count(), 1, "{lines:?}");
    let lanes = adapters[0]["limits"]["max_subgroup"].as_u64().unwrap();
    if lanes > 1 {
        let tried = last[0].strip_prefix("a run that is long enough tries ").unwrap_or_else(|| panic!("{last:?}"));
        let taken =
            lines.iter().find(|line| line.ends_with("usual here")).and_then(|line| line.split_whitespace().next());
        assert!(tried.contains("resident:") && !tried.contains(taken.unwrap()), "{tried}");
        let lines = planned(folder.run(&["plan", "n.toml", "--device", "0", "--schedule", "windowed:1"]));
        let why = format!("not possible: workgroups of 1 are not whole subgroups of {lanes}");
        let expected = [
            "  windowed:1      it was asked for".to_owned(),
            format!("  direct          {why}"),
            format!("  resident        {why}"),
        ];
        assert_eq!(lines, expected);
    }
}

#[test]
#[cfg(target_os = "linux")]
fn a_plan_for_no_adapter_says_what_that_lacks() {
    let folder = super::wgsl::folder("Mine.", "Mine.");
    let plan = folder.run_without_adapter(&["plan", "n.toml"]);
    let (_, schedules) = plan.out.split_once("\nschedules\n").unwrap();
    let lacks = "not possible: there are no subgroups";
    assert_eq!(
        schedules,
        format!(
            "  windowed:256    it is usual here\n  direct          {lacks}\n  resident        {lacks}\n\
             a run that is long enough tries windowed:64, windowed:128\n"
        )
    );
}

#[test]
#[cfg_attr(without_device, ignore = "there is no device")]
fn the_doctor_compares_all_schedules_of_a_network() {
    let adapters = adapters();
    let folder = Folder::new();
    let printed = folder.run(&["doctor", "--device", "0", "--schedules", "n.toml"]).done();
    let (head, rest) = printed.split_once('\n').unwrap();
    assert!(head.starts_with(&format!("0: {} (", adapters[0]["name"].as_str().unwrap())), "{head}");
    let lines: Vec<_> = rest.lines().collect();
    let (last, ways) = lines.split_last().unwrap();
    let same: Vec<_> = ways.iter().filter(|line| line.starts_with("same        ")).collect();
    assert_eq!(*last, format!("{} ways to run leave the same bits", same.len()));
    for part in ["windowed:", ", batch 1, a window a submission ", ", batch 3, 64 windows a submission "] {
        assert!(same.iter().any(|line| line.contains(part) && line.ends_with(" ns a step")), "{printed}");
    }
    assert!(same.iter().any(|line| line.ends_with("  spikes of item 0 of batch 3")), "{printed}");
}

#[test]
fn only_a_device_has_schedules_to_compare() {
    let legal = "doctor: only a device has schedules; legal: auto, or an adapter";
    Folder::new().run(&["doctor", "--device", "cpu", "--schedules", "n.toml"]).failed(2, legal);
}

#[test]
#[cfg_attr(without_device, ignore = "there is no device")]
fn a_profile_has_every_kernel_of_every_schedule() {
    let adapters = adapters();
    let folder = Folder::new();
    let arguments = ["bench", "--profile", "--network", "n.toml", "--device", "0"];
    let found: Value = serde_json::from_str(&folder.run(&[&arguments[..], &["--json"]].concat()).done()).unwrap();
    assert_eq!(found["device"]["name"], adapters[0]["name"]);
    let profile = &found["profiles"][0];
    assert_eq!((&profile["network"], &profile["neurons"], &profile["window"]), (&"n".into(), &20.into(), &10.into()));
    let kernels = |profiled: &Value| -> Vec<String> {
        profiled["kernels"].as_array().unwrap().iter().map(|kernel| kernel["kernel"].as_str().unwrap().into()).collect()
    };
    let schedules = profile["schedules"].as_array().unwrap();
    assert_eq!((schedules.len(), kernels(&schedules[0])), (3, vec!["update lif".to_owned(), "deliver".to_owned()]));
    for profiled in schedules {
        // Measured, or why not.
        assert_eq!(profiled["whole_ns"].is_f64(), profiled["why_not"].is_null(), "{profiled}");
        assert_eq!(kernels(profiled).is_empty(), profiled["whole_ns"].is_null(), "{profiled}");
    }
    let printed = folder.run(&arguments).done();
    assert!(
        printed.contains("\nn: 20 neurons, 100 synapses, steps of 0.1 ms, windows of 10; kernels by the "),
        "{printed}"
    );
    for what in ["update lif ", "deliver ", "starting, waiting ", "the whole "] {
        assert!(printed.contains(what), "{printed}");
    }
}

#[test]
fn what_cannot_be_profiled() {
    let folder = Folder::new();
    let legal = "bench: only a device has a profile; legal: with --profile an adapter, as --device 0";
    folder.run(&["bench", "--profile", "--device", "cpu"]).failed(2, legal);
    let alone = "--network: n.toml is profiled, or not looked at; legal: with --profile or --report";
    folder.run(&["bench", "--network", "n.toml", "--device", "cpu"]).failed(2, alone);
}

#[test]
#[cfg_attr(without_device, ignore = "there is no device")]
fn a_report_is_one_folder_to_send() {
    let adapters = adapters();
    let name = adapters[0]["name"].as_str().unwrap();
    let folder = Folder::new();
    let arguments = ["bench", "update_window", "--report", "sent", "--network", "n.toml", "--device", "0"];
    let printed = folder.run(&arguments).done();
    assert_eq!(printed, format!("report.md, report.json of {name} in sent\n"));
    assert_eq!(folder.names("sent"), ["report.json", "report.md"]);
    let text = std::fs::read_to_string(folder.path("sent/report.md")).unwrap();
    assert!(text.starts_with(&format!("# {name}\n")), "{text}");
    let json: Value = serde_json::from_str(&std::fs::read_to_string(folder.path("sent/report.json")).unwrap()).unwrap();
    assert_eq!((&json["device"]["name"], &json["lacks"]), (&name.into(), &serde_json::json!([])));
    let errors = ["findings", "benches", "schedules", "profiles"].map(|part| match &json[part] {
        Value::Array(parts) => parts.iter().all(|part| part["error"].is_null()),
        part => part["error"].is_null(),
    });
    assert_eq!(errors, [true; 4], "{json}");
    assert!(json["benches"][0]["measured"][0]["floor"].is_f64(), "{json}");
    assert_eq!(json["schedules"][0]["name"], "n");
    assert!(json["profiles"][0]["found"]["schedules"].is_array(), "{json}");
}

#[test]
fn a_report_is_of_a_device() {
    let legal = "bench: a report is of a device; legal: with --report auto, or an adapter";
    Folder::new().run(&["bench", "--report", "sent", "--device", "cpu"]).failed(2, legal);
}
