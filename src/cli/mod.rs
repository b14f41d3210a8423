//! The command line, on the library's public API alone.
//!
//! Each command has a file of its own; this one says what may be written and hands over. Results go to standard output,
//! everything else to standard error.

mod backend;
mod bench;
mod check;
mod devices;
mod doctor;
mod how;
mod learnt;
mod models;
mod plan;
mod progress;
mod report;
mod rnn;
mod run;
mod sweep;

use clap::{Args, CommandFactory, Parser, Subcommand};
use how::How;
use neuropil::network::{NetworkFile, Setting};
use neuropil::sim::Arithmetic;
use neuropil::{Device, Result};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::LazyLock;

/// Simulates large spiking networks on any GPU.
#[derive(Debug, Parser)]
#[command(name = "neuropil", version = VERSION.as_str(), after_help = EXIT_STATUS)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

/// With the commit: results are cited with both.
static VERSION: LazyLock<String> = LazyLock::new(neuropil::version::text);

const EXIT_STATUS: &str = "Exit status: 0 done, 2 bad input, 3 no usable device, 1 anything else.";

#[derive(Debug, Subcommand)]
enum Command {
    /// Run a network, and write its spikes, traces and a picture to a folder
    Run(run::Options),
    /// Run a network with many values and seeds, and write a table and a picture of its rates to a folder
    Sweep(sweep::Options),
    /// Run recurrent cells over a sequence, with weights from a file
    Rnn(rnn::Options),
    /// Print what a network asks of a device: memory, dispatches, rounding
    Plan(plan::Options),
    /// Look for what is wrong with network files, and for what is suspicious
    Check {
        /// The network files
        #[arg(required = true)]
        files: Vec<PathBuf>,
        /// A value of each, instead of the file's, as for `run`
        #[arg(long, value_name = "PATH=VALUE")]
        set: Vec<Setting>,
    },
    /// List the adapters, and the CPU: what can run a network
    Devices {
        /// Print all that is known of them as JSON
        #[arg(long)]
        json: bool,
    },
    /// Test whether an adapter's driver computes rightly, and the CPU engine
    Doctor {
        /// auto (the preferred adapter, and the CPU), cpu, cpu:f64, an adapter's index, or part of its name
        #[arg(long, value_name = "DEVICE", default_value = "auto")]
        device: Device,
        /// Whether the device computes this network as the CPU engine does in f32, to the last bit
        #[arg(long, value_name = "FILE", group = "of_network")]
        network: Option<PathBuf>,
        /// Steps of it that are compared
        #[arg(long, value_name = "N", default_value_t = doctor::STEPS, requires = "network", allow_negative_numbers = true, value_parser = clap::value_parser!(u32).range(1..))]
        steps: u32,
        /// How the device computes it: portable or fast
        #[arg(long, value_name = "HOW", default_value_t, requires = "network")]
        arithmetic: Arithmetic,
        /// Whether every schedule of this network leaves the same bits, in some hundred steps
        #[arg(long, value_name = "FILE", group = "of_network")]
        schedules: Option<PathBuf>,
        /// A value of that network, instead of the file's, as for `run`
        #[arg(long, value_name = "PATH=VALUE", requires = "of_network")]
        set: Vec<Setting>,
    },
    /// List the models that a network may name, with their parameters
    Models {
        /// Only the models of this name, or that of a .wgsl file, with their equations
        name: Option<String>,
        /// Print the table of all models as Markdown
        #[arg(long, conflicts_with = "name")]
        markdown: bool,
    },
    /// Print the JSON schema of network files, by which editors complete and check them
    Schema,
    /// Print what a shell needs to complete command lines, to be put where it looks for it
    Completions {
        /// The shell
        shell: clap_complete::Shell,
    },
    /// Measure how fast a device or the CPU is, each kernel and network beside its floor
    Bench(bench::Options),
}

/// A network, and what to lower it for.
#[derive(Debug, Args)]
struct Target {
    /// The network file
    file: PathBuf,
    /// A value of the network, instead of the file's, as dt=0.05ms or 'projection[exc->inh.ampa].weight=3 nS'; can be given often
    #[arg(long, value_name = "PATH=VALUE")]
    set: Vec<Setting>,
    /// Copies of the network that run together, with this seed and those after it
    #[arg(long, value_name = "N", default_value_t = 1, allow_negative_numbers = true, value_parser = clap::value_parser!(u32).range(1..))]
    batch: u32,
    #[command(flatten)]
    how: How,
}

impl Target {
    fn read(&self) -> Result<NetworkFile> {
        read(&self.file, &self.set)
    }
}

/// A network file, with values put in the place of its own.
fn read(path: &Path, settings: &[Setting]) -> Result<NetworkFile> {
    let mut file = NetworkFile::read(path)?;
    for Setting { path, value } in settings {
        file.set(path, value.clone())?;
    }
    Ok(file)
}

/// Does what the command line says, and returns the status to exit with.
pub fn main() -> ExitCode {
    let cli = Cli::parse();
    report::exit_code(|| {
        let mut out = std::io::BufWriter::new(std::io::stdout().lock());
        match &cli.command {
            Command::Run(options) => run::run(options, &mut out),
            Command::Sweep(options) => sweep::sweep(options, &mut out),
            Command::Rnn(options) => rnn::rnn(options, &mut out),
            Command::Plan(options) => plan::plan(options, &mut out),
            Command::Check { files, set } => check::check(files, set, &mut out),
            Command::Schema => Ok(write!(out, "{}", neuropil::json_schema::text()?)?),
            Command::Completions { shell } => {
                // What it prints stops at no error, so it is printed in whole.
                let mut script = Vec::new();
                clap_complete::generate(*shell, &mut Cli::command(), "neuropil", &mut script);
                Ok(out.write_all(&script)?)
            }
            Command::Devices { json } => devices::devices(*json, &mut out),
            Command::Doctor { device, network: Some(file), steps, arithmetic, set, .. } => {
                doctor::network(device, &read(file, set)?, (*steps, *arithmetic), &mut out)
            }
            Command::Doctor { device, schedules: Some(file), set, .. } => {
                doctor::schedules(device, &read(file, set)?, &mut out)
            }
            Command::Doctor { device, .. } => doctor::doctor(device, &mut out),
            Command::Models { name, markdown } => models::models(name.as_deref(), *markdown, &mut out),
            Command::Bench(options) => bench::bench(options, &mut out),
        }?;
        Ok(out.flush()?)
    })
}
