//! Arrays of populations and projections from files: each file is opened once, and not read before there is room for it.
#![cfg(unix)]

use crate::readouts::matrices::save;
use neuropil::Error;
use neuropil::network::NetworkFile;
use neuropil::plan::{LowerOptions, Plan};
use std::fs::OpenOptions;
use std::io::Write;
use std::path::Path;
use std::thread::JoinHandle;

/// Neurons, and pairs: enough that no array is read where it is opened, unless it stands in a pipe.
const MANY: usize = 10_000;

/// The files, in the order in which they are opened.
const FILES: [&str; 5] = ["tau", "v", "pairs", "weights", "delays"];

const NETWORK: &str = r#"
dt = "0.1 ms"

[[population]]
name = "cells"
size = 10000
model = "lif"
params = { tau = { npy = "tau", unit = "ms" } }
init = { v = { npy = "v", unit = "mV" } }
ports = { in = { output = "delta" } }

[[projection]]
pre = "cells"
post = "cells"
port = "in"
connect = { list = { npy = "pairs" } }
weight = { npy = "weights", unit = "mV" }
delay = { npy = "delays", unit = "ms" }
"#;

/// The network of the files in a folder, lowered.
fn lowered(folder: &Path) -> Result<Plan, Error> {
    let network = NetworkFile::parse(NETWORK, folder.join("net.toml")).unwrap().network;
    Plan::lower(&network, &LowerOptions::default())
}

/// A folder with all files.
fn files() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, shape: &str, numbers: usize, number: &dyn Fn(usize) -> f64| {
        let bytes: Vec<u8> = (0..numbers).flat_map(|at| number(at).to_le_bytes()).collect();
        save(&folder.path().join(name), "<f8", shape, &bytes);
    };
    write("tau", "(10000,)", MANY, &|at| 5.0 + at as f64);
    write("v", "(10000,)", MANY, &|at| at as f64 / 1e4);
    // From each neuron to the one that is two further on.
    write("pairs", "(10000, 2)", 2 * MANY, &|at| ((at / 2 + 2 * (at % 2)) % MANY) as f64);
    write("weights", "(10000,)", MANY, &|at| 1.0 + at as f64);
    write("delays", "(10000,)", MANY, &|at| 0.1 * (1 + at % 7) as f64);
    folder
}

/// In the place of a file a pipe, into which the file's bytes are written. Files of these names are removed before, itself too.
fn pipe(folder: &Path, name: &str, bytes: Vec<u8>, removed: &[&str]) -> JoinHandle<()> {
    let path = folder.join(name);
    _ = std::fs::remove_file(&path);
    assert!(std::process::Command::new("mkfifo").arg(&path).status().unwrap().success());
    let removed: Vec<_> = removed.iter().map(|name| folder.join(name)).collect();
    std::thread::spawn(move || {
        // Waits for who reads it.
        let mut opened = OpenOptions::new().write(true).open(&path).unwrap();
        removed.iter().for_each(|path| std::fs::remove_file(path).unwrap());
        // Whoever refuses an array does not read it to its end.
        _ = opened.write_all(&bytes);
    })
}

/// The plan is that of the files, and has all their numbers.
#[track_caller]
fn check_same(found: &Plan, expected: &Plan) {
    assert_eq!((found.fingerprint, found.synapses.count), (expected.fingerprint, MANY as u64));
    let cells = &found.populations[0];
    assert_eq!((cells.params[0].at(9_999), cells.init[0].at(9_999)), (10_004.0, 0.9999));
    let mut row = Vec::new();
    found.synapses.each(0, 9_999, |synapse| row.push((synapse.inlet, synapse.delay)));
    assert_eq!(row, [(1, 4)]);
}

/// A pipe can be read once, and each is gone when its first byte comes: who opened one for its shape, and again for its
/// numbers, would find none.
#[test]
fn each_pipe_is_opened_once() {
    let [expected, pipes] = [files(), files()];
    let writers = FILES.map(|name| {
        let bytes = std::fs::read(pipes.path().join(name)).unwrap();
        pipe(pipes.path(), name, bytes, &[name])
    });
    let found = lowered(pipes.path()).unwrap();
    writers.into_iter().for_each(|writer| writer.join().unwrap());
    check_same(&found, &lowered(expected.path()).unwrap());
}

/// When the last file is opened, all others are gone: who opened one of them before for its shape, and now for its numbers,
/// would find none.
#[test]
fn each_file_is_opened_once() {
    let [expected, gone] = [files(), files()];
    let bytes = std::fs::read(gone.path().join("delays")).unwrap();
    let writer = pipe(gone.path(), "delays", bytes, &FILES);
    let found = lowered(gone.path()).unwrap();
    writer.join().unwrap();
    check_same(&found, &lowered(expected.path()).unwrap());
}

/// Files and pipes of four tebibytes and more, of which there is the header alone.
#[test]
fn an_array_without_room_is_refused_before_it_is_read() {
    let neurons = "lowering the network, most of all the 10000 neurons of population[cells],";
    let synapses = "lowering the network, most of all the 1099511627776 synapses of projection[0],";
    // The array itself, by its shape and file.
    let array = "";
    // [TiB] A file's numbers with all that they become; what stands in a pipe is read where it is opened.
    check_refused("tau", "population[cells].params.tau", (neurons, 24), 8);
    check_refused("v", "population[cells].init.v", (neurons, 24), 8);
    check_refused("pairs", "projection[0].connect", (synapses, 64), 16);
    // They are more than the list has pairs.
    check_refused("weights", "projection[0].weight", (array, 8), 8);
    check_refused("delays", "projection[0].delay", (array, 8), 8);
}

#[track_caller]
fn check_refused(name: &str, field: &str, (what, of_file): (&str, u64), of_pipe: u64) {
    const NUMBERS: u64 = 1 << 40;
    let folder = files();
    let path = folder.path().join(name);
    let (shape, size) = if name == "pairs" { ("1099511627776, 2", 8) } else { ("1099511627776,", 4) };
    save(&path, "<f4", &format!("({shape})"), &[]);
    let header = std::fs::read(&path).unwrap();
    OpenOptions::new().write(true).open(&path).unwrap().set_len(header.len() as u64 + size * NUMBERS).unwrap();
    let the_array = format!("the array of shape [{}] in {}", shape.trim_end_matches(','), path.display());
    let check = |expected: &str, tebibytes: u64| {
        let (named, error) = match lowered(folder.path()).unwrap_err() {
            Error::NamedFile { field, source, .. } => (field, *source),
            error => (String::new(), error),
        };
        let Error::HostMemory { what, needed, available: Some(_), .. } = error else { panic!("{error:?}") };
        let (expected, field) = if expected.is_empty() { (the_array.as_str(), field) } else { (expected, "") };
        assert_eq!((what.as_str(), named.as_str(), needed >> 40), (expected, field, tebibytes));
    };
    check(what, of_file);
    let writer = pipe(folder.path(), name, header, &[name]);
    check("", of_pipe);
    writer.join().unwrap();
}
