//! Places that cannot be written to, or hold what is the user's: a folder, a disk, a pipe.

use super::{FILES, Folder, NETWORK, Ran};
use std::path::Path;

#[cfg(unix)]
#[test]
fn a_file_in_the_folders_place() {
    let folder = Folder::new().write("taken", "");
    let run = |out: &str| folder.run(&["run", "n.toml", "--device", "reference", "--out", out]);
    run("taken").failed(1, "cannot create taken: File exists (os error 17)");
    run("taken/here").failed(1, "cannot create taken/here: Not a directory (os error 20)");
}

#[cfg(unix)]
#[test]
fn a_link_to_a_folder_is_that_folder() {
    let folder = Folder::new();
    std::fs::create_dir(folder.path("there")).unwrap();
    std::os::unix::fs::symlink("there", folder.path("link")).unwrap();
    std::os::unix::fs::symlink("nowhere", folder.path("broken")).unwrap();
    let run = |out: &str| folder.run(&["run", "n.toml", "--device", "reference", "--out", out]);
    assert!(run("link").done().ends_with(" in link\n"));
    assert_eq!(folder.names("there"), FILES);
    assert!(folder.path("link").symlink_metadata().unwrap().is_symlink());
    run("broken").failed(1, "cannot create broken: File exists (os error 17)");
}

#[test]
fn files_and_folders_of_the_user() {
    let folder = Folder::new();
    let run = |out: &str| folder.run(&["run", "n.toml", "--device", "reference", "--out", out]);
    run("here").done();
    std::fs::write(folder.path("here/mine.txt"), "mine").unwrap();
    run("here").done();
    assert_eq!(std::fs::read(folder.path("here/mine.txt")).unwrap(), b"mine");

    std::fs::create_dir_all(folder.path("other/raster.png")).unwrap();
    let path = Path::new("other").join("raster.png");
    run("other").failed(1, &format!("cannot replace {}: it is a folder", path.display()));
    assert_eq!(folder.names("other"), ["raster.png"]);

    // The copy of the network file must not replace a network file.
    let folder = folder.write("network.toml", NETWORK);
    let place = Path::new(".").join("network.toml");
    folder.run(&["run", "network.toml", "--device", "reference", "--out", "."]).failed(
        2,
        &format!(
            "{}: it is not the copy that an earlier run left here, and would be replaced; legal: another folder for the \
             results, or this file in another",
            place.display()
        ),
    );
    assert_eq!(std::fs::read_to_string(folder.path("network.toml")).unwrap(), NETWORK);
    // A copy runs where it is; it is replaced by itself.
    folder.run(&["run", "here/network.toml", "--device", "reference", "--out", "here"]).done();
    assert_eq!(std::fs::read_to_string(folder.path("here/network.toml")).unwrap(), NETWORK);
}

#[cfg(target_os = "linux")]
#[test]
fn a_folder_that_takes_no_files() {
    let folder = Folder::new();
    // Nobody can create files there, the superuser included.
    folder
        .run(&["run", "n.toml", "--device", "reference", "--out", "/proc"])
        .failed(1, "cannot write to /proc: No such file or directory (os error 2)");
}

/// Files may not grow beyond a limit, and a disk that is full answers in the same place: the first file that does not fit
/// ends the run.
#[cfg(target_os = "linux")]
#[test]
fn a_full_disk() {
    let sampled = NETWORK.to_owned() + "\n[[record]]\npopulation = \"cells\"\nwhat = [\"spikes\", \"v\"]\n";
    for (network, blocks, file) in [(NETWORK, 0, "spikes.npz"), (&sampled, 8, "traces.npz"), (NETWORK, 8, "raster.png")]
    {
        let folder = Folder::new().write("n.toml", network);
        let line = ["run", "n.toml", "--device", "reference", "--out", "here"];
        folder.run(&line).done();
        let contents = || FILES.map(|name| std::fs::read(folder.path("here").join(name)).unwrap());
        let before = contents();
        folder
            .run_with_files_up_to(blocks, &[&line[..], &["--seed", "2"]].concat())
            .failed(1, &format!("cannot write here/{file}: File too large (os error 27)"));
        assert!(contents() == before, "{file}: all files are the earlier run's");
        assert_eq!(folder.names("here"), FILES, "nothing is left behind");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_standard_output() {
    let script = "\"$0\" models > /dev/full";
    let mut shell = std::process::Command::new("sh");
    shell.args(["-c", script, env!("CARGO_BIN_EXE_neuropil")]);
    Ran::of(shell).failed(1, "cannot write to standard output: No space left on device (os error 28)");
}

/// Nobody reads on: that is no failure, as in `neuropil models | head -1`.
#[cfg(unix)]
#[test]
fn a_closed_pipe() {
    let folder = Folder::new();
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    let mut program = folder.program(&["models"]);
    program.stdout(writer).stderr(std::process::Stdio::piped());
    let output = program.spawn().unwrap().wait_with_output().unwrap();
    assert_eq!((output.status.code(), String::from_utf8(output.stderr).unwrap().as_str()), (Some(0), ""));
}
