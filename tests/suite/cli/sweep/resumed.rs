//! Sweeps that are interrupted, and folders that are not theirs.

use super::{Folder, RATE, TAU, sweep};
use std::process::Stdio;
use std::time::{Duration, Instant};

fn read(folder: &Folder) -> String {
    std::fs::read_to_string(folder.path("here/sweep.csv")).unwrap()
}

fn write(folder: &Folder, text: &str) {
    std::fs::write(folder.path("here/sweep.csv"), text).unwrap();
}

#[test]
fn whole_lines_stay_and_the_rest_is_computed() {
    let folder = Folder::new();
    let run = || sweep(&folder, "cpu", &["--set", RATE, "--set", TAU, "--seeds", "0..2"]).done();
    run();
    let whole = read(&folder);
    let lines: Vec<_> = whole.split_inclusive('\n').collect();
    assert_eq!(lines.len(), 13);
    // Items 8 and 2, of which the first has another hash, and a part of item 5, which has its end but for the line's.
    let marked = lines[9].replace(&lines[9][lines[9].len() - 40..], "kept,\n");
    let cut = lines[6].trim_end();
    write(&folder, &[lines[0], &marked, lines[3], cut].concat());
    let printed = run();
    assert!(
        printed.contains("\n2 of 12 items were done before\n") && printed.contains(", ran 10 items in "),
        "{printed}"
    );
    let mut expected = lines.clone();
    expected[9] = &marked;
    assert_eq!(read(&folder), expected.concat(), "in the order of the items");
    let printed = run();
    assert!(
        printed.contains("\n12 of 12 items were done before\n") && printed.contains(", ran 0 items in "),
        "{printed}"
    );
    // Killed within a letter.
    std::fs::write(folder.path("here/sweep.csv"), [whole.as_bytes(), b"12,1,\xe2\x80"].concat()).unwrap();
    run();
    assert_eq!(read(&folder), whole);
    // Killed before the header was whole.
    write(&folder, "item,se");
    run();
    assert_eq!(read(&folder), whole);
}

#[test]
fn items_whose_kept_files_are_gone_are_run_again() {
    let folder = Folder::new();
    let run = || sweep(&folder, "cpu", &["--set", RATE, "--keep", "spikes,traces"]).done();
    run();
    let (table, names) = (read(&folder), folder.names("here"));
    let file = |item: usize, name: &str| folder.path(format!("here/item-{item:06}/{name}"));
    let spikes = std::fs::read(file(1, "spikes.npz")).unwrap();
    std::fs::remove_dir_all(folder.path("here/item-000001")).unwrap();
    std::fs::remove_file(file(2, "traces.npz")).unwrap();
    let printed = run();
    assert!(printed.contains("\n1 of 3 items were done before\n"), "{printed}");
    assert_eq!((read(&folder), folder.names("here")), (table, names));
    assert_eq!(std::fs::read(file(1, "spikes.npz")).unwrap(), spikes);
    assert!(file(2, "traces.npz").exists());
}

#[test]
fn items_whose_kept_files_are_damaged_are_run_again() {
    let folder = Folder::new();
    let run = || sweep(&folder, "cpu", &["--set", RATE, "--keep", "spikes"]).done();
    run();
    let table = read(&folder);
    let file = |item: usize| folder.path(format!("here/item-{item:06}/spikes.npz"));
    let whole = [0, 1, 2].map(|item| std::fs::read(file(item)).unwrap());
    let damaged = |item: usize, bytes: &[u8]| {
        std::fs::write(file(item), bytes).unwrap();
        assert!(run().contains("\n2 of 3 items were done before\n"));
        assert_eq!((read(&folder), std::fs::read(file(item)).unwrap()), (table.clone(), whole[item].clone()));
    };
    damaged(1, b"");
    damaged(2, &whole[2][..whole[2].len() - 1]);
    // Of an array, whose name is 15 bytes behind 30.
    let mut bytes = whole[0].clone();
    bytes[60] ^= 1;
    damaged(0, &bytes);
    assert!(run().contains("\n3 of 3 items were done before\n"));
}

#[test]
fn a_sweep_that_is_killed_goes_on() {
    let folder = Folder::with(&[("duration = \"20 ms\"", "duration = \"100 ms\"")]);
    let arguments = ["--set", RATE, "--seeds", "0..40", "--keep", "spikes"];
    let mut program = folder.program(&super::line("reference", &arguments));
    let mut running = program.stdout(Stdio::null()).spawn().unwrap();
    let begun = Instant::now();
    let lines = || std::fs::read_to_string(folder.path("here/sweep.csv")).map_or(0, |text| text.lines().count());
    while lines() < 17 {
        assert!(begun.elapsed() < Duration::from_secs(120), "no batch ends");
        std::thread::sleep(Duration::from_millis(2));
    }
    running.kill().unwrap();
    running.wait().unwrap();
    let before = lines() - 1;
    assert!(before < 120, "it was not interrupted");
    // On a slow machine it says how far it is.
    let ran = sweep(&folder, "reference", &arguments);
    assert!(
        ran.status == Some(0) && ran.out.contains(&format!("\n{before} of 120 items were done before\n")),
        "{ran:?}"
    );
    let found = read(&folder);
    let names = folder.names("here");
    assert_eq!(names.len(), 4 + 120, "{names:?}");
    std::fs::remove_dir_all(folder.path("here")).unwrap();
    assert_eq!(sweep(&folder, "reference", &arguments).status, Some(0));
    assert_eq!(read(&folder), found);
}

#[test]
fn a_file_that_changes_meanwhile_ends_it() {
    let tau = "tau = { npy = \"tau.npy\", unit = \"ms\" }";
    let folder = Folder::with(&[("duration = \"20 ms\"", "duration = \"100 ms\""), ("tau = \"20 ms\"", tau)]);
    let folder = folder.write("tau.npy", super::super::data::npy(&[20.0; 20]));
    let mut program = folder.program(&super::line("reference", &["--set", RATE, "--seeds", "0..400"]));
    let running = program.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
    let begun = Instant::now();
    while !folder.path("here/sweep.csv").exists() {
        assert!(begun.elapsed() < Duration::from_secs(120), "it does not begin");
        std::thread::sleep(Duration::from_millis(2));
    }
    let file = std::fs::File::options().write(true).open(folder.path("tau.npy")).unwrap();
    file.set_modified(std::time::SystemTime::UNIX_EPOCH).unwrap();
    let ended = running.wait_with_output().unwrap();
    let message = "tau.npy: it changed while the sweep ran; legal: a file that stays as it is until the sweep ends\n";
    let said = String::from_utf8(ended.stderr).unwrap();
    assert!(ended.status.code() == Some(2) && said.ends_with(&format!("error: {message}")), "{said}");
    assert!(read(&folder).lines().count() < 1201);
}

#[test]
fn failed_items_stay_failed() {
    let folder = Folder::new();
    let run = || sweep(&folder, "cpu", &["--set", "population[cells].params.v_th=[20 mV, -20 mV]"]);
    assert_eq!(run().status, Some(1));
    let again = run();
    assert_eq!(again.status, Some(1));
    assert!(again.out.contains("\n2 of 2 items were done before\n"), "{again:?}");
    assert_eq!(again.err, "error: 1 of 2 items failed: here/sweep.csv has the reasons, in the column `error`\n");
}

/// Such an item has no line: the next command tries it again.
#[test]
fn what_a_machine_has_no_room_for_today_ends_it() {
    let record = "[[record]]\npopulation = \"cells\"\nwhat = [\"v\"]\n\n[[projection]]";
    let folder = Folder::with(&[("size = 20\n", "size = 2000\n"), ("[[projection]]", record)]);
    let set = "duration=[1 ms, 4e8 ms]";
    for done in 0..2 {
        let ran = sweep(&folder, "reference", &["--set", set]);
        let message = "error: item 1 (duration=4e8 ms, seed 1): recording variables in 4000000000 steps needs ";
        let (_, said) = ran.err.split_at(ran.err.find("error: ").unwrap_or(0));
        assert!(ran.status == Some(2) && said.starts_with(message), "{done}: {ran:?}");
        let table = super::table(&folder);
        assert_eq!((table.len(), table[1][0].as_str()), (2, "0"));
    }
}

#[test]
fn another_sweep_is_refused() {
    let folder = Folder::new();
    sweep(&folder, "cpu", &["--set", RATE, "--seeds", "0..2"]).done();
    let before = read(&folder);
    let legal = "legal: the command that it names, which goes on where it was interrupted, or another folder";
    let refused = |device: &str, arguments: &[&str], problem: &str| {
        let message = format!("here/sweep.json: it is of another sweep: {problem}; {legal}");
        sweep(&folder, device, arguments).failed(2, &message);
        assert_eq!(read(&folder), before);
    };
    refused("cpu", &["--set", RATE, "--seeds", "0..3"], "`seeds` was [0,1], and is [0,1,2]");
    refused(
        "cpu",
        &["--set", "stimulus[0].rate=20 Hz", "--seeds", "0..2"],
        "`set` was [{\"paths\":[\"stimulus[0].rate\"]…0 Hz\"],[\"50 Hz\"],[\"80 Hz\"]]}], and is [{\"paths\":[\"stimulus[0].rate\"],\"values\":[[\"20 Hz\"]]}]",
    );
    refused("cpu:f64", &["--set", RATE, "--seeds", "0..2"], "`numbers` was \"f32\", and is \"f64\"");
    refused("cpu", &["--set", RATE, "--seeds", "0..2", "--keep", "spikes"], "`keep` was [], and is [\"spikes\"]");
    refused("cpu", &["--set", RATE, "--seeds", "0..2", "--duration", "1 ms"], "`duration` was null, and is \"1 ms\"");
    refused(
        "cpu",
        &["--set", RATE, "--seeds", "0..2", "--allow-nonfinite"],
        "`allow_nonfinite` was false, and is true",
    );
    let folder = folder.write("n.toml", super::super::NETWORK.replace("50 Hz", "60 Hz"));
    let ran = sweep(&folder, "cpu", &["--set", RATE, "--seeds", "0..2"]);
    assert!(ran.err.starts_with("error: here/sweep.json: it is of another sweep: `network_file` was \""), "{ran:?}");
}

#[test]
fn a_folder_that_is_of_no_sweep() {
    let folder = Folder::new();
    std::fs::create_dir(folder.path("here")).unwrap();
    write(&folder, "mine\n");
    let run = || sweep(&folder, "cpu", &["--set", RATE]);
    run().failed(
        2,
        "here/sweep.csv: it is of no sweep, for there is no sweep.json beside it, and would be replaced; legal: another folder for \
         the sweep",
    );
    assert_eq!((read(&folder).as_str(), folder.names("here")), ("mine\n", vec!["sweep.csv".to_owned()]));
    std::fs::write(folder.path("here/sweep.json"), "{}").unwrap();
    run().failed(
        2,
        "here/sweep.json: it does not say what a sweep was asked for; legal: what a sweep has left, or no such file",
    );
    std::fs::remove_dir_all(folder.path("here")).unwrap();
    run().done();
    let header = read(&folder).lines().next().unwrap().to_owned();
    write(&folder, "another,header\n");
    run().failed(
        2,
        &format!("here/sweep.csv: its first line is not that of this sweep; legal: the file as it was left, or none; the line is {header}"),
    );
    write(&folder, &format!("{header}\n7,1,20 Hz,,,,\n"));
    run().failed(
        2,
        "here/sweep.csv: line 2 is none that this sweep has written; legal: the file as it was left, or none",
    );
    std::fs::write(folder.path("here/sweep.csv"), [header.as_bytes(), b"\n\n0,\xe2\x80\n"].concat()).unwrap();
    run().failed(
        2,
        "here/sweep.csv: line 3 is none that this sweep has written; legal: the file as it was left, or none",
    );
}
