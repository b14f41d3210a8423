//! Arrays of populations and projections from files: each file is opened once, and not read before its shape is known to be right
//! and there is room for it.
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
    lowered_as(NETWORK, folder, 1)
}

fn lowered_as(network: &str, folder: &Path, batch: u32) -> Result<Plan, Error> {
    let network = NetworkFile::parse(network, folder.join("net.toml")).unwrap().network;
    Plan::lower(&network, &LowerOptions { batch, ..LowerOptions::default() })
}

/// The network, with other words in the place of some.
fn with(changes: &[(&str, &str)]) -> String {
    changes.iter().fold(NETWORK.to_owned(), |network, (old, new)| {
        assert!(network.contains(old), "{old}");
        network.replace(old, new)
    })
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

/// The pipe is gone when its first byte comes: who opened it for each place would find none, or wait for ever.
#[test]
fn a_pipe_that_several_places_name_is_opened_once() {
    let network = r#"
dt = "0.1 ms"

[[population]]
name = "a"
size = 10000
model = "lif"
params = { tau = { npy = "tau", unit = "ms" } }

[[population]]
name = "b"
size = 10000
model = "lif"
params = { tau = { npy = "tau", unit = "s" } }

[[stimulus]]
target = "b"
kind = "poisson_spikes"
rate = "10 Hz"
weight = { npy = "tau", unit = "mV" }
"#;
    let folder = files();
    let expected = lowered_as(network, folder.path(), 1).unwrap();
    let bytes = std::fs::read(folder.path().join("tau")).unwrap();
    let writer = pipe(folder.path(), "tau", bytes, &["tau"]);
    let found = lowered_as(network, folder.path(), 1).unwrap();
    writer.join().unwrap();
    assert_eq!(found.fingerprint, expected.fingerprint);
    let taus = [0, 1].map(|index: usize| found.populations[index].params[0].at(9_999));
    assert_eq!(taus, [10_004.0, 10_004_000.0]);
}

/// In the place of a file one of 2^40 numbers or more, of which there is the header alone, which is returned.
fn huge(folder: &Path, name: &str, shape: &str, numbers: u64) -> Vec<u8> {
    let path = folder.join(name);
    save(&path, "<f4", &format!("({shape})"), &[]);
    let header = std::fs::read(&path).unwrap();
    OpenOptions::new().write(true).open(&path).unwrap().set_len(header.len() as u64 + 4 * numbers).unwrap();
    header
}

/// Files and pipes of four tebibytes and more.
#[test]
fn an_array_without_room_is_refused_before_it_is_read() {
    let neurons = "lowering the network, most of all the 1073741824 neurons of population[cells],";
    let synapses = "lowering the network, most of all the 1099511627776 synapses of projection[cells→cells.in],";
    // The array itself, by its shape and file.
    let array = "";
    let tau = ("tau = { npy = \"tau\", unit = \"ms\" }", "");
    let one_weight = ("weight = { npy = \"weights\", unit = \"mV\" }", "weight = \"1 mV\"");
    let one_delay = ("delay = { npy = \"delays\", unit = \"ms\" }", "delay = \"1 ms\"");
    let by_chance = ("list = { npy = \"pairs\" }", "pairwise_bernoulli = 0.0001");
    // [TiB] A file's numbers with all that they become; what stands in a pipe is read where it is opened.
    let many = with(&[tau, one_weight, one_delay, by_chance, ("10000", "1073741824"), ("0.0001", "0.0")]);
    check_refused(&many, ("v", "1024, 1073741824"), "population[cells].init.v", (neurons, 24), 8);
    let listed = with(&[one_weight, one_delay]);
    check_refused(&listed, ("pairs", "1099511627776, 2"), "projection[cells→cells.in].connect", (synapses, 30), 16);
    // How many there must be is not known yet.
    let weights = with(&[by_chance, one_delay]);
    check_refused(&weights, ("weights", "1099511627776,"), "projection[cells→cells.in].weight", (array, 8), 8);
    let delays = with(&[by_chance, one_weight]);
    check_refused(&delays, ("delays", "1099511627776,"), "projection[cells→cells.in].delay", (array, 8), 8);
}

#[track_caller]
fn check_refused(network: &str, (name, shape): (&str, &str), field: &str, (what, of_file): (&str, u64), of_pipe: u64) {
    let folder = files();
    let header = huge(folder.path(), name, shape, if name == "pairs" { 1 << 41 } else { 1 << 40 });
    let path = folder.path().join(name);
    let the_array = format!("the array of shape [{}] in {}", shape.trim_end_matches(','), path.display());
    let check = |expected: &str, tebibytes: u64| {
        let batch = if name == "v" { 1024 } else { 1 };
        let (named, error) = match lowered_as(network, folder.path(), batch).unwrap_err() {
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

/// Neither is memory counted for it, nor is it read.
#[test]
fn a_wrong_shape_is_told_before_anything_is_taken_for_it() {
    let each = "the array has shape [1099511627776]; legal: [10000], one for each";
    let of_list = "the array has shape [1099511627776]; legal: [10000], one for each synapse";
    let whole = "1099511627776,";
    check_shape(NETWORK, ("tau", whole), &format!("population[cells].params.tau: {each}"));
    check_shape(NETWORK, ("v", whole), &format!("population[cells].init.v: {each}"));
    let list = "projection[cells→cells.in].connect: the list has shape [1099511627776] and 1099511627776 numbers; legal: pairs [source, target]";
    check_shape(NETWORK, ("pairs", whole), list);
    check_shape(NETWORK, ("weights", whole), &format!("projection[cells→cells.in].weight: {of_list}"));
    check_shape(NETWORK, ("delays", whole), &format!("projection[cells→cells.in].delay: {of_list}"));
    let rule = |rule: &str| with(&[("{ list = { npy = \"pairs\" } }", rule)]);
    let matrix = "projection[cells→cells.in].weight: the array has shape [1099511627776]; legal: [10000, 10000]";
    check_shape(&rule("\"all_to_all\""), ("weights", whole), matrix);
    let indegree =
        "projection[cells→cells.in].weight: the array has shape [1099511627776]; legal: [70000], one for each synapse";
    check_shape(&rule("{ fixed_indegree = 7 }"), ("weights", whole), indegree);
    let chance = "projection[cells→cells.in].weight: the array has shape [1099511627776, 1]; legal: one axis, a value for each synapse";
    check_shape(&rule("{ pairwise_bernoulli = 0.1 }"), ("weights", "1099511627776, 1"), chance);
}

#[track_caller]
fn check_shape(network: &str, (name, shape): (&str, &str), expected: &str) {
    let folder = files();
    let header = huge(folder.path(), name, shape, 1 << 40);
    let refused = || lowered_as(network, folder.path(), 1).unwrap_err().to_string();
    assert_eq!(refused(), expected);
    let writer = pipe(folder.path(), name, header, &[name]);
    assert_eq!(refused(), expected);
    writer.join().unwrap();
}

/// There is no such file either.
#[test]
fn an_unknown_name_is_told_before_its_file_is_opened() {
    let refused = |old, new| lowered_as(&with(&[(old, new)]), files().path(), 1).unwrap_err().to_string();
    assert_eq!(
        refused("tau = { npy = \"tau\"", "tao = { npy = \"none\""),
        "population[cells].params.tao: model lif has no `tao` (did you mean `tau`?); legal: tau, r, v_th, v_reset, v_rest, reset"
    );
    assert_eq!(
        refused("{ v = { npy = \"v\"", "{ w = { npy = \"none\""),
        "population[cells].init.w: model lif has no `w`; legal: v"
    );
    assert_eq!(
        refused("init = { v = { npy = \"v\"", "init = { \"in.g\" = { npy = \"none\""),
        "population[cells].init.in.g: the port has no synapse, and so no state; legal: variables of ports with a synapse"
    );
}
