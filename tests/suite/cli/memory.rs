//! Memory that is not there: one sentence and exit status 2, in a process that may have little of it.

use super::{Folder, Ran};
use std::process::Command;

/// The program with these arguments, on the reference unless they say otherwise, in a process that may have so many KiB of addresses.
fn run_within(kib: u32, folder: &Folder, arguments: &[&str]) -> Ran {
    run_limited(&format!("ulimit -v {kib}"), folder, arguments)
}

/// As [`run_within`], of any limit.
fn run_limited(limit: &str, folder: &Folder, arguments: &[&str]) -> Ran {
    let mut shell = Command::new("sh");
    shell.current_dir(folder.path("")).arg("-c").arg(format!("{limit}; exec \"$@\"")).arg("sh");
    shell.arg(env!("CARGO_BIN_EXE_neuropil")).args(arguments);
    if !arguments.contains(&"--device") {
        shell.args(["--device", "reference"]);
    }
    // An allocator's pools for threads would take addresses of their own.
    Ran::of({
        shell.env("RAYON_NUM_THREADS", "2");
        shell
    })
}

/// The message, whether it is the host that lacks the memory, whose size differs, or the process.
#[track_caller]
fn check_no_room(ran: Ran, before: &str, after: &str) {
    let (start, rest) = ran.err.split_once(" of the host's memory, ").unwrap_or((&ran.err, ""));
    let (there, hint) = rest.split_once("; what helps: ").unwrap_or((rest, ""));
    let lacking = there.starts_with("of which ") && there.ends_with(" are available");
    assert!(lacking || there == "which this process does not get (`ulimit -v` shows a limit)", "{}", ran.err);
    assert_eq!((start, hint), (format!("error: {before} bytes").as_str(), format!("{after}\n").as_str()));
    assert_eq!((ran.status, ran.out.as_str()), (Some(2), ""));
}

/// What helps where a network cannot be lowered.
const LOWERING: &str = "fewer neurons or synapses, one value for all instead of one for each, or a smaller batch";
/// What helps where samples have no room.
const SAMPLES: &str = "fewer recorded variables or neurons, longer intervals (`every`), a shorter duration or a smaller \
                       batch; in Rust also several runs that continue each other";

#[test]
fn a_population_larger_than_memory() {
    let folder =
        Folder::with(&[("size = 20\n", "size = 800000000\ninit = { v = { normal = [\"0 mV\", \"0.1 mV\"] } }\n")]);
    for arguments in [["run", "n.toml"], ["plan", "n.toml"]] {
        check_no_room(
            run_within(4_000_000, &folder, &arguments),
            "lowering the network, most of all the 4000000000 synapses of projection[cells→cells.in], needs 65599999996",
            LOWERING,
        );
    }
    // Which the host may have, but not the process.
    let folder =
        Folder::with(&[("size = 20\n", "size = 16000000\ninit = { v = { normal = [\"0 mV\", \"0.1 mV\"] } }\n")]);
    check_no_room(
        run_within(700_000, &folder, &["run", "n.toml"]),
        "lowering the network, most of all the 80000000 synapses of projection[cells→cells.in], needs 1311999992",
        LOWERING,
    );
}

#[test]
fn traces_larger_than_memory() {
    let record = "weight = \"1 mV\"\n\n[[record]]\npopulation = \"cells\"\nwhat = [\"v\"]\n";
    let folder = Folder::with(&[("weight = \"1 mV\"\n", record), ("\"20 ms\"\nseed", "\"100000 s\"\nseed")]);
    check_no_room(
        run_within(4_000_000, &folder, &["run", "n.toml"]),
        "recording variables in 1000000000 steps needs 84000000080",
        SAMPLES,
    );
    assert!(!folder.path("out").exists());
    // To print it nothing must be held.
    let plan = run_within(4_000_000, &folder, &["plan", "n.toml"]).done();
    let line = "  variables                    78.2 GiB of the host's memory, at most 78.2 GiB on disk";
    assert!(plan.lines().any(|found| found == line), "{line:?} is not in\n{plan}");
}

#[test]
fn spikes_that_outgrow_memory_during_a_run() {
    // Every neuron fires in every step.
    let folder = Folder::with(&[
        ("size = 20\n", "size = 20000\ninit = { v = \"30 mV\" }\n"),
        ("v_th = \"20 mV\"", "v_th = \"20 mV\", v_rest = \"100000 mV\""),
        ("\"20 ms\"\nseed", "\"10 s\"\nseed"),
    ]);
    for device in ["reference", "cpu", "cpu:f64"] {
        let mut ran = run_within(700_000, &folder, &["run", "n.toml", "--device", device]);
        // A slow machine says how far it is.
        ran.err.drain(..ran.err.find("error: ").unwrap_or(0));
        let needed = ran.err.split(' ').nth(4).unwrap_or_default().to_owned();
        assert!(needed.parse::<u64>().is_ok_and(u64::is_power_of_two), "{}", ran.err);
        check_no_room(
            ran,
            &format!("recording spikes needs {needed}"),
            "fewer recorded neurons, a shorter duration or a smaller batch; in Rust also several runs that continue each other",
        );
        assert!(!folder.path("out/n/summary.json").exists());
    }
}

#[test]
fn a_sparse_array_of_a_huge_shape() {
    let numbers = 100_000_000_000u64;
    let header = format!("{{'descr': '<f4', 'fortran_order': False, 'shape': ({numbers},), }}");
    let mut bytes = b"\x93NUMPY\x01\x00".to_vec();
    bytes.extend((header.len() as u16 + 1).to_le_bytes());
    bytes.extend(header.bytes().chain([b'\n']));
    let folder =
        Folder::with(&[("tau = \"20 ms\"", "tau = { npy = \"tau.npy\", unit = \"ms\" }")]).write("tau.npy", &bytes);
    super::check(
        &folder,
        "n.toml:10:18: population[cells].params.tau: tau.npy: it ends after 0 of 400000000000 bytes of its shape [100000000000]; legal: a .npy file of float32, \
         float64, int32, int64, uint32 or uint64",
    );
    let file = std::fs::File::options().write(true).open(folder.path("tau.npy")).unwrap();
    file.set_len(bytes.len() as u64 + 4 * numbers).unwrap();
    super::check(
        &folder,
        "n.toml:10:18: population[cells].params.tau: the array has shape [100000000000]; legal: [20], \
         one for each",
    );
}

/// Small arrays are read where they are opened.
#[test]
fn more_arrays_than_a_process_may_have_open_files() {
    let mut bytes = b"\x93NUMPY\x01\x00\x37\x00".to_vec();
    bytes.extend(b"{'descr': '<f4', 'fortran_order': False, 'shape': (1,)}");
    bytes.extend(1f32.to_le_bytes());
    let population = |number: usize| {
        format!(
            "[[population]]\nname = \"p{number}\"\nsize = 1\nmodel = \"lif\"\ninit.v = {{ npy = \"v.npy\", unit = \"mV\" }}\n"
        )
    };
    let network = format!("dt = \"0.1 ms\"\n{}", (0..100).map(population).collect::<String>());
    let folder = Folder::new().write("many.toml", network.as_bytes()).write("v.npy", &bytes);
    run_limited("ulimit -n 50", &folder, &["plan", "many.toml"]).done();
}

/// Of large arrays some are held open, and the others read where they are opened.
#[test]
fn more_large_arrays_than_a_process_may_have_open_files() {
    let mut bytes = b"\x93NUMPY\x01\x00\x3b\x00".to_vec();
    bytes.extend(b"{'descr': '<f4', 'fortran_order': False, 'shape': (20000,)}");
    bytes.extend(5f32.to_le_bytes().repeat(20_000));
    let folder = Folder::new().write("tau.npy", &bytes);
    let population = |number: usize| {
        std::fs::hard_link(folder.path("tau.npy"), folder.path(format!("tau{number}.npy"))).unwrap();
        format!(
            "[[population]]\nname = \"p{number}\"\nsize = 20000\nmodel = \"lif\"\n\
             params.tau = {{ npy = \"tau{number}.npy\", unit = \"ms\" }}\n"
        )
    };
    let network = format!("dt = \"0.1 ms\"\n{}", (0..300).map(population).collect::<String>());
    std::fs::write(folder.path("many.toml"), network).unwrap();
    run_limited("ulimit -n 100", &folder, &["plan", "many.toml"]).done();
}

/// A batch for which there is no room is halved until there is.
#[test]
fn a_sweep_s_batch_that_is_larger_than_memory() {
    let record =
        "weight = \"1 mV\"\n".to_owned() + &"\n[[record]]\npopulation = \"cells\"\nwhat = [\"v\"]\n".repeat(20);
    let folder = Folder::with(&[
        ("weight = \"1 mV\"\n", record.as_str()),
        ("size = 20", "size = 40"),
        ("\"20 ms\"\nseed", "\"400 ms\"\nseed"),
    ]);
    check_no_room(
        run_within(350_000, &folder, &["run", "n.toml", "--batch", "16"]),
        "recording variables in 4000 steps needs 205123200",
        SAMPLES,
    );
    let arguments = ["sweep", "n.toml", "--seeds", "0..16", "--keep", "traces"];
    let ran = run_within(350_000, &folder, &arguments);
    assert!(ran.status == Some(0) && ran.out.contains(" s, ran 16 items in "), "{ran:?}");
}
