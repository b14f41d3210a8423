//! The program, started as a user starts it: what it prints, what it writes, and the status it exits with.

mod accord;
mod arguments;
mod cache;
mod check;
mod data;
mod devices;
mod file;
#[cfg(unix)]
mod killed;
mod knowledge;
#[cfg(target_os = "linux")]
mod memory;
mod nonfinite;
mod provenance;
mod results;
mod rnn;
mod schedules;
mod set;
mod sweep;
mod until;
mod wgsl;
mod writing;

use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use tempfile::TempDir;

/// A small network with a port, a projection and a drive. Its errors are tested by changing a line.
const NETWORK: &str = r#"dt = "0.1 ms"
duration = "20 ms"
seed = 1

[[population]]
name = "cells"
size = 20
model = "lif"
reset = "hard"
params = { tau = "20 ms", v_th = "20 mV" }
ports = { in = { output = "delta" } }

[[projection]]
pre = "cells"
post = "cells"
port = "in"
connect = { fixed_indegree = 5 }
weight = "0.5 mV"
delay = "1 ms"

[[stimulus]]
kind = "poisson_input"
target = "cells"
sources = 100
rate = "50 Hz"
weight = "1 mV"
"#;

/// What a run leaves, sorted.
const FILES: [&str; 5] = ["network.toml", "raster.png", "spikes.npz", "summary.json", "traces.npz"];

/// What a person is told to install where there is no adapter.
#[cfg(target_os = "linux")]
const INSTALL: &str = "Install a Vulkan driver: on Debian or Ubuntu `apt-get install libvulkan1 mesa-vulkan-drivers`, \
                       Mesa 25 or later (Debian 12 has it in bookworm-backports), which also brings one for the CPU";
#[cfg(not(target_os = "linux"))]
const INSTALL: &str = "Install the graphics driver of the computer's maker";

/// A folder to run the program in.
struct Folder(TempDir);

impl Folder {
    /// With `n.toml`, which is [`NETWORK`].
    fn new() -> Self {
        Self::with(&[])
    }

    /// With `n.toml`, which is [`NETWORK`] with lines changed: each pair is a part of it and what stands in its place.
    fn with(changes: &[(&str, &str)]) -> Self {
        let folder = Self(tempfile::tempdir().unwrap());
        let mut text = NETWORK.to_owned();
        for (old, new) in changes {
            assert_eq!(text.matches(old).count(), 1, "{old}");
            text = text.replace(old, new);
        }
        folder.write("n.toml", text)
    }

    /// Adds a file.
    fn write(self, name: &str, contents: impl AsRef<[u8]>) -> Self {
        std::fs::write(self.path(name), contents).unwrap();
        self
    }

    /// The files and folders in a folder here, hidden ones too.
    fn names(&self, name: impl AsRef<Path>) -> Vec<String> {
        let there = std::fs::read_dir(self.path(name)).unwrap();
        let mut names: Vec<String> = there.map(|file| file.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    fn path(&self, name: impl AsRef<Path>) -> PathBuf {
        self.0.path().join(name)
    }

    /// The program, to be run here.
    fn program(&self, arguments: &[&str]) -> Command {
        let mut program = Command::new(env!("CARGO_BIN_EXE_neuropil"));
        program.current_dir(self.0.path()).args(arguments);
        // The software driver complains without it.
        program.env("XDG_RUNTIME_DIR", self.0.path());
        // The software driver goes on to find what it compiled.
        let caches = std::env::var_os("XDG_CACHE_HOME").map(PathBuf::from);
        let caches = caches.or_else(|| std::env::var_os("HOME").map(|home| PathBuf::from(home).join(".cache")));
        if let Some(caches) = caches {
            program.env("MESA_SHADER_CACHE_DIR", caches);
        }
        // Nothing is learnt from one test for another, nor from the user's runs.
        program.env("XDG_CACHE_HOME", self.path("caches")).env("HOME", self.path("caches"));
        program.env("LOCALAPPDATA", self.path("caches"));
        program
    }

    fn run(&self, arguments: &[&str]) -> Ran {
        Ran::of(self.program(arguments))
    }

    /// Where the system lets no file grow beyond this many blocks of 512 bytes, or of 1024 in some shells.
    #[cfg(target_os = "linux")]
    fn run_with_files_up_to(&self, blocks: u32, arguments: &[&str]) -> Ran {
        let mut shell = Command::new("sh");
        // Ignored, the signal becomes an error.
        let script = format!("trap '' XFSZ; ulimit -f {blocks}; exec \"$0\" \"$@\"");
        shell.current_dir(self.0.path()).args(["-c", &script, env!("CARGO_BIN_EXE_neuropil")]).args(arguments);
        Ran::of(shell)
    }

    /// Where there is no adapter.
    fn run_without_adapter(&self, arguments: &[&str]) -> Ran {
        let mut program = self.program(arguments);
        // Vulkan's loader, wgpu's own choice.
        program.env("VK_DRIVER_FILES", "/nonexistent").env("WGPU_BACKEND", "vulkan");
        Ran::of(program)
    }
}

/// What a run of the program left.
#[derive(Debug)]
struct Ran {
    status: Option<i32>,
    out: String,
    err: String,
}

impl Ran {
    fn of(mut program: Command) -> Self {
        let Output { status, stdout, stderr } = program.output().unwrap();
        let text = |bytes| String::from_utf8(bytes).unwrap();
        Self { status: status.code(), out: text(stdout), err: text(stderr) }
    }

    /// It did what it should, without complaint; returns what it printed.
    #[track_caller]
    fn done(self) -> String {
        assert_eq!((self.status, self.err.as_str()), (Some(0), ""), "{self:?}");
        self.out
    }

    /// It failed with this status and this message, and nothing else.
    #[track_caller]
    fn failed(self, status: i32, message: &str) {
        assert_eq!(self.err, format!("error: {message}\n"));
        assert_eq!((self.status, self.out.as_str()), (Some(status), ""));
    }
}

/// `neuropil run n.toml` on the reference fails with status 2 and this message.
#[track_caller]
fn check(folder: &Folder, message: &str) {
    folder.run(&["run", "n.toml", "--device", "reference"]).failed(2, message);
}

/// The same, with one line of the network changed.
#[track_caller]
fn check_change(old: &str, new: &str, message: &str) {
    check(&Folder::with(&[(old, new)]), message);
}
