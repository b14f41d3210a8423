//! Runs that are killed: whatever the instant, a folder has the files of one run, and the next run puts it in order.

use super::{FILES, Folder};
use std::collections::BTreeMap;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

const LINE: [&str; 6] = ["run", "n.toml", "--device", "reference", "--out", "here"];

fn start(folder: &Folder, arguments: &[&str]) -> Child {
    let mut program = folder.program(&[&LINE[..], arguments].concat());
    if cfg!(target_os = "linux") {
        // Who starts the tests in the background of a shell has them ignore Ctrl-C, and whatever they start.
        let mut heeds = Command::new("env");
        heeds.arg("--default-signal=INT").arg(program.get_program()).args(program.get_args());
        heeds.envs(program.get_envs().filter_map(|(name, value)| Some((name, value?))));
        heeds.current_dir(program.get_current_dir().unwrap());
        program = heeds;
    }
    program.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap()
}

/// Ends a program as a user does with Ctrl-C, or as the system does where nothing else helps.
fn kill(mut program: Child, signal: &str) {
    // It may have ended on its own.
    let _ = Command::new("kill").args([signal, &program.id().to_string()]).stderr(Stdio::null()).status().unwrap();
    program.wait().unwrap();
}

/// The files of a whole run, but for the times in its summary.
fn whole(folder: &Folder, seed: &str) -> BTreeMap<String, Vec<u8>> {
    assert!(folder.run(&[&LINE[..], &["--seed", seed]].concat()).status == Some(0));
    assert_eq!(folder.names("here"), FILES);
    found(folder)
}

/// The files of results that are there.
fn found(folder: &Folder) -> BTreeMap<String, Vec<u8>> {
    let there = folder.names("here").into_iter().filter(|name| FILES.contains(&name.as_str()));
    let read = |name: String| {
        let mut bytes = std::fs::read(folder.path("here").join(&name)).unwrap();
        if name == "summary.json" {
            let summary: serde_json::Value = serde_json::from_slice(&bytes).unwrap();
            bytes = summary["spike_hash"].to_string().into_bytes();
        }
        (name, bytes)
    };
    there.map(read).collect()
}

#[test]
fn at_any_instant_a_folder_has_the_files_of_one_run() {
    let folder = Folder::with(&[("duration = \"20 ms\"", "duration = \"100 ms\"")]);
    let first = whole(&folder, "1");
    let begun = Instant::now();
    let runs = [first, whole(&folder, "2")];
    let takes = begun.elapsed();
    // They differ where they can be told apart.
    for name in ["spikes.npz", "raster.png", "summary.json"] {
        assert_ne!(runs[0][name], runs[1][name], "{name}");
    }
    let (mut cut_off, mut ended) = (0, 0);
    const TIMES: u32 = 30;
    for time in 0..TIMES {
        let (seed, signal) = (["1", "2"][time as usize % 2], ["-KILL", "-INT", "-TERM"][time as usize % 3]);
        let before = found(&folder);
        let program = start(&folder, &["--seed", seed]);
        // The later half of a run is its writing, here.
        std::thread::sleep(takes.mul_f64(1.3 * f64::from(time) / f64::from(TIMES)));
        kill(program, signal);
        let now = found(&folder);
        let of = |run: &BTreeMap<String, Vec<u8>>| now.iter().all(|(name, bytes)| run[name] == *bytes);
        assert!(runs.iter().any(of), "{time}: {:?}", now.keys());
        assert!(!now.contains_key("summary.json") || now.len() == FILES.len(), "{time}: {:?}", now.keys());
        if now == before { cut_off += 1 } else { ended += 1 }
    }
    println!("{cut_off} runs left what was there, {ended} did not");
    assert!(cut_off > 0, "none was killed in time");
    assert_eq!(whole(&folder, "1"), runs[0], "and nothing is left behind");
}

/// A run without an end, once it has begun to compute.
fn endless(folder: &Folder) -> Child {
    let program = start(folder, &["--duration", "100000 s", "--seed", "2"]);
    let patience = Instant::now();
    let begun = || {
        let staging = folder.names("here").into_iter().find(|name| name.starts_with(".neuropil-"));
        staging.is_some_and(|name| folder.path("here").join(name).join("new").exists())
    };
    while !begun() {
        assert!(patience.elapsed() < Duration::from_secs(60), "it does not begin");
        std::thread::sleep(Duration::from_millis(5));
    }
    program
}

#[test]
fn what_a_killed_run_leaves_is_removed_by_the_next() {
    let folder = Folder::new();
    let before = whole(&folder, "1");
    for signal in ["-INT", "-KILL"] {
        kill(endless(&folder), signal);
        assert_eq!(found(&folder), before);
        assert_eq!(folder.names("here").len(), FILES.len() + 1, "a hidden folder");
        assert_eq!(whole(&folder, "1"), before);
    }
}

#[test]
fn one_run_at_a_time_has_a_folder() {
    let folder = Folder::new();
    let before = whole(&folder, "1");
    let first = endless(&folder);
    let message =
        "here: another run is writing to this folder; legal: another folder, or to wait until that run has ended";
    folder.run(&LINE).failed(2, message);
    assert_eq!(found(&folder), before);
    kill(first, "-KILL");
    assert_eq!(whole(&folder, "1"), before);
}
