//! Places that cannot be written to: a folder, a disk, a pipe.

use super::{Folder, Ran};

#[cfg(unix)]
#[test]
fn a_file_in_the_folders_place() {
    let folder = Folder::new().write("taken", "");
    let run = |out: &str| folder.run(&["run", "n.toml", "--device", "reference", "--out", out]);
    run("taken").failed(1, "cannot create taken: File exists (os error 17)");
    run("taken/here").failed(1, "cannot create taken/here: Not a directory (os error 20)");
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

/// The temporary file of `file` leads to a device that is always full.
#[cfg(target_os = "linux")]
#[test]
fn a_full_disk() {
    for file in ["spikes.npz", "traces.npz", "raster.png", "summary.json"] {
        let folder = Folder::new();
        folder.run(&["run", "n.toml", "--device", "reference", "--out", "here"]).done();
        let before = std::fs::read(folder.path("here").join(file)).unwrap();
        // The shell's process becomes the program's, and so gives its number, which is in the temporary file's name.
        let script = format!("ln -s /dev/full here/.{file}.$$.tmp && exec \"$0\" \"$@\"");
        let mut shell = std::process::Command::new("sh");
        shell.current_dir(folder.path("")).args(["-c", &script, env!("CARGO_BIN_EXE_neuropil")]);
        shell.args(["run", "n.toml", "--device", "reference", "--out", "here", "--seed", "2"]);
        Ran::of(shell).failed(1, &format!("cannot write here/{file}: No space left on device (os error 28)"));
        assert!(std::fs::read(folder.path("here").join(file)).unwrap() == before, "{file} is as it was");
        assert_eq!(std::fs::read_dir(folder.path("here")).unwrap().count(), 4, "nothing is left behind");
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
