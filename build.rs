//! What the compiler must be told about where this package is built: its commit, and whether tests have a device.

use std::path::Path;
use std::process::Command;

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    tell_commit();
    tell_device();
}

/// Lets tests that need a device be ignored, and counted so, where there is none: `NEUROPIL_WITHOUT_DEVICE=1`.
fn tell_device() {
    println!("cargo::rerun-if-env-changed=NEUROPIL_WITHOUT_DEVICE");
    println!("cargo::rustc-check-cfg=cfg(without_device)");
    if std::env::var("NEUROPIL_WITHOUT_DEVICE").is_ok_and(|value| value == "1") {
        println!("cargo::rustc-cfg=without_device");
    }
}

/// What the library is made of: where it differs from the commit, the commit's name ends in `-dirty`.
const SOURCES: [&str; 6] = ["build.rs", "Cargo.lock", "Cargo.toml", "networks", "shaders", "src"];

/// The commit as `NEUROPIL_COMMIT`, where it can be known: from git, or from what a published package says of itself.
fn tell_commit() {
    if let Some(commit) = commit_of_git().or_else(commit_of_package) {
        println!("cargo::rustc-env=NEUROPIL_COMMIT={commit}");
    }
}

fn commit_of_git() -> Option<String> {
    // A repository above this folder is somebody else's.
    if !Path::new(".git").exists() {
        return None;
    }
    let commit = git(&["rev-parse", "--verify", "HEAD"])?;
    let status = [&["status", "--porcelain", "--untracked-files=no", "--"], &SOURCES[..]].concat();
    let dirty = if git(&status)?.is_empty() { "" } else { "-dirty" };
    // A file that is not there would make cargo ask at every build.
    let branch = git(&["symbolic-ref", "--quiet", "HEAD"]).unwrap_or_default();
    let places = ["HEAD", "logs/HEAD", "packed-refs", &branch].into_iter().filter(|name| !name.is_empty());
    let places = places.filter_map(|name| git(&["rev-parse", "--git-path", name]));
    for place in places.chain(SOURCES.map(str::to_owned)).filter(|place| Path::new(place).exists()) {
        println!("cargo::rerun-if-changed={place}");
    }
    Some(format!("{commit}{dirty}"))
}

/// What git answers; none where it is missing or refuses.
fn git(arguments: &[&str]) -> Option<String> {
    let mut git = Command::new("git");
    // A hook's variables may speak of another repository; and nothing here may wait for a lock or take one.
    git.env_remove("GIT_DIR").env_remove("GIT_WORK_TREE").env_remove("GIT_INDEX_FILE").env("GIT_OPTIONAL_LOCKS", "0");
    let output = git.args(arguments).output().ok().filter(|output| output.status.success())?;
    String::from_utf8(output.stdout).ok().map(|text| text.trim().to_owned())
}

/// `cargo package` leaves `{"git": {"sha1": "…", "dirty": true}, …}`.
fn commit_of_package() -> Option<String> {
    let path = ".cargo_vcs_info.json";
    let text = std::fs::read_to_string(path).ok()?;
    println!("cargo::rerun-if-changed={path}");
    let (_, rest) = text.split_once("\"sha1\"")?;
    let commit = rest.split('"').nth(1).filter(|commit| commit.chars().all(|c| c.is_ascii_hexdigit()))?;
    Some(if text.contains("\"dirty\": true") { format!("{commit}-dirty") } else { commit.to_owned() })
}
