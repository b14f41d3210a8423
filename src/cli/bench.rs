//! `neuropil bench`: how fast a device or the CPU engine is, each bench beside its floor; where a step's time goes; and a report of
//! all that for those who have no such device.

use super::backend;
use super::progress::building;
use clap::Args;
use neuropil::gpu::{DeviceChoice, Gpu};
use neuropil::network::{Network, NetworkFile};
use neuropil::sim::Arithmetic;
use neuropil::{Backend, Device, Error, bench};
use serde_json::json;
use std::io::Write;
use std::path::{Path, PathBuf};

/// What to measure.
#[derive(Debug, Args)]
pub struct Options {
    /// Only the benches whose names begin so
    names: Vec<String>,
    /// auto (a GPU, else cpu), cpu, cpu:f64, an adapter's index, or part of its name
    #[arg(long, value_name = "DEVICE", default_value = "auto")]
    device: Device,
    /// How a device computes: portable or fast
    #[arg(long, value_name = "HOW", default_value_t)]
    arithmetic: Arithmetic,
    /// Print the figures as JSON
    #[arg(long)]
    json: bool,
    /// Instead, where a step's time goes on a device: each kernel of some networks, under every schedule
    #[arg(long, conflicts_with = "names")]
    profile: bool,
    /// Instead, measure all of a device, and write report.md and report.json to a folder, for those who have no such device
    #[arg(long, value_name = "DIR", conflicts_with_all = ["profile", "json"])]
    report: Option<PathBuf>,
    /// The network file for a profile or a report, instead of those networks
    #[arg(long, value_name = "FILE")]
    network: Option<PathBuf>,
}

/// Measures what is asked for, and prints it.
pub fn bench(options: &Options, out: &mut impl Write) -> anyhow::Result<()> {
    if let Some(dir) = &options.report {
        return report(options, dir, out);
    }
    if let Some(file) = options.network.as_ref().filter(|_| !options.profile) {
        let problem = format!("{} is profiled, or not looked at", file.display());
        return Err(Error::request("--network", problem, "with --profile or --report").into());
    }
    if options.profile {
        return profile(options, out);
    }
    let backend = backend::open(&options.device, None)?;
    let measured = bench::run(&backend, options.arithmetic, &options.names)?;
    let info = backend::describe(&backend);
    if options.json {
        let device = match &backend {
            Backend::Gpu(gpu) => serde_json::to_value(gpu.info())?,
            _ => serde_json::to_value(&info)?,
        };
        let all = json!({ "device": device, "benches": measured });
        return Ok(writeln!(out, "{}", serde_json::to_string_pretty(&all)?)?);
    }
    writeln!(out, "{}, {}\n", info.name, info.driver)?;
    Ok(write!(out, "{}", bench::table(&measured))?)
}

fn profile(options: &Options, out: &mut impl Write) -> anyhow::Result<()> {
    let file = options.network.as_deref().map(NetworkFile::read).transpose()?;
    let backend = backend::open(&options.device, file.as_ref().map(|file| &file.network))?;
    let Backend::Gpu(gpu) = &backend else {
        return Err(
            Error::request("bench", "only a device has a profile", "with --profile an adapter, as --device 0").into()
        );
    };
    let networks = networks(file.as_ref())?;
    if !options.json {
        writeln!(out, "{}, {}", gpu.info().name, gpu.info().driver_text())?;
    }
    let mut profiles = Vec::new();
    for (name, network) in networks {
        let found = measured(gpu, (&name, &network), options.arithmetic, file.as_ref())?;
        if !options.json {
            write!(out, "\n{found}")?;
            out.flush()?;
        }
        profiles.push(found);
    }
    if options.json {
        let all = json!({ "device": gpu.info(), "profiles": profiles });
        writeln!(out, "{}", serde_json::to_string_pretty(&all)?)?;
    }
    Ok(())
}

/// Whatever the driver gets wrong: that is what a report is for.
fn report(options: &Options, dir: &Path, out: &mut impl Write) -> anyhow::Result<()> {
    let choice = match &options.device {
        Device::Auto => &DeviceChoice::Auto,
        Device::Adapter(choice) => choice,
        Device::Cpu(_) | Device::Reference => {
            return Err(Error::request("bench", "a report is of a device", "with --report auto, or an adapter").into());
        }
    };
    let file = options.network.as_deref().map(NetworkFile::read).transpose()?;
    let gpu = Gpu::open(choice)?;
    let spinner = building("the report");
    let networks = networks(file.as_ref())?;
    let written = bench::report(&gpu, options.arithmetic, dir, &options.names, &networks, &mut |what| {
        spinner.set_message(format!("measuring: {what}"));
    });
    spinner.finish_and_clear();
    let files = written?.into_iter().filter_map(|path| Some(path.file_name()?.to_string_lossy().into_owned()));
    Ok(writeln!(out, "{} of {} in {}", files.collect::<Vec<_>>().join(", "), gpu.info().name, dir.display())?)
}

/// That of a file, or those of the library.
fn networks(file: Option<&NetworkFile>) -> Result<Vec<(String, Network)>, Error> {
    match file {
        Some(file) => Ok(vec![(name(&file.path), file.network.clone())]),
        None => bench::networks(),
    }
}

fn measured(
    gpu: &Gpu,
    (name, network): (&str, &Network),
    arithmetic: Arithmetic,
    file: Option<&NetworkFile>,
) -> Result<bench::Profile, Error> {
    bench::profile(gpu, arithmetic, name, network).map_err(|error| match file {
        Some(file) => file.locate(error),
        None => error,
    })
}

/// A network file's name, without its ending.
fn name(path: &Path) -> String {
    path.file_stem().unwrap_or(path.as_os_str()).to_string_lossy().into_owned()
}
