//! How networks are lowered and executed, as command lines say it: for one network or for a sweep of them.

use super::learnt;
use super::report::say;
use clap::Args;
use neuropil::network::Network;
use neuropil::plan::LowerOptions;
use neuropil::rows::Progress;
use neuropil::sim::{Arithmetic, EngineOptions, Schedule};
use neuropil::units::{Quantity, Unit};
use neuropil::{Device, Error, Simulation, Warning};
use std::path::PathBuf;
use std::time::Duration;

/// What executes a network, and how it goes about it.
#[derive(Debug, Args)]
pub struct How {
    /// auto (a GPU, else cpu), cpu, cpu:f64 (in 64 bits), reference (the oracle), an adapter's index, or part of its name
    #[arg(long, value_name = "DEVICE", default_value = "auto")]
    pub device: Device,
    /// How a device goes through the windows, instead of what is found to be fastest: windowed, direct or resident; with a workgroup's
    /// size behind a colon, if it is to have another
    #[arg(long, value_name = "NAME[:SIZE]", value_parser = schedule)]
    pub schedule: Option<(Schedule, Option<u32>)>,
    /// How a device computes: portable (one hash everywhere) or fast (last bits, and so spikes, are the driver's)
    #[arg(long, value_name = "HOW", default_value_t)]
    pub arithmetic: Arithmetic,
    /// Where it is kept for later runs which schedule is the fastest: a folder, or `no` [default: the user's cache folder]
    #[arg(long, value_name = "DIR")]
    learn: Option<PathBuf>,
    /// Folder for rows of synapses, which are built once for each network and then read from there
    #[arg(long, value_name = "DIR")]
    cache: Option<PathBuf>,
}

impl How {
    /// With what the command line says of lowering a network.
    pub fn lower(&self, options: LowerOptions, progress: Progress) -> LowerOptions {
        LowerOptions { cache: self.cache.clone(), progress, ..options }
    }

    /// With what the command line says of how it is run.
    pub fn engine(&self) -> EngineOptions {
        let (schedule, workgroup) = self.schedule.unzip();
        EngineOptions {
            schedule,
            workgroup: workgroup.flatten(),
            arithmetic: self.arithmetic,
            learnt: learnt::folder(self.learn.as_deref()),
            ..EngineOptions::default()
        }
    }
}

fn schedule(text: &str) -> Result<(Schedule, Option<u32>), String> {
    let (name, size) = text.split_once(':').map_or((text, None), |(name, size)| (name, Some(size)));
    let size = size.map(|size| size.parse().map_err(|_| format!("`{size}` is no workgroup's size, as 64")));
    Ok((name.parse().map_err(|error: Error| error.to_string())?, size.transpose()?))
}

/// How long a network runs.
#[derive(Debug, Args)]
pub struct Lasting {
    /// How long, in model time, instead of what the file says: "1 s"
    #[arg(long, value_name = "TIME", allow_hyphen_values = true, value_parser = duration)]
    pub duration: Option<Quantity>,
}

impl Lasting {
    /// Puts it in the place of what the network says.
    pub fn put(&self, network: &mut Network) {
        if let Some(duration) = &self.duration {
            network.duration = Some(duration.clone());
        }
    }

    /// What is wrong with a network, where the command line gave it instead of the file.
    pub fn own(&self, error: Error) -> Result<Error, Error> {
        match error {
            Error::Field { field, problem, legal, .. } if self.gave(&field) => {
                Ok(Error::request("--duration", problem, legal))
            }
            other => Err(other),
        }
    }

    /// Calls what the command line gave by its option, in warnings too.
    pub fn name_own(&self, warnings: &mut [Warning]) {
        for warning in warnings.iter_mut().filter(|warning| self.gave(&warning.field)) {
            warning.field = "--duration".to_owned();
        }
    }

    /// Did the command line give this field of the network?
    fn gave(&self, field: &str) -> bool {
        field == "duration" && self.duration.is_some()
    }
}

/// How long, and what ends a run.
#[derive(Debug, Args)]
pub struct Running {
    #[command(flatten)]
    pub lasting: Lasting,
    /// From when on rates and CVs are computed, in model time: "200 ms" leaves the start out
    #[arg(long, value_name = "TIME", allow_hyphen_values = true, value_parser = duration)]
    pub from: Option<Quantity>,
    /// How long the device may go without progress before the run ends as hung
    #[arg(long, value_name = "TIME", default_value = "30 s", allow_hyphen_values = true, value_parser = timeout)]
    timeout: Duration,
    /// Threads of the CPU engine [default: as many as there are cores and the network feeds]
    #[arg(long, value_name = "N", allow_negative_numbers = true, value_parser = clap::value_parser!(u32).range(1..))]
    threads: Option<u32>,
    /// Go on where a state variable becomes infinite or no number, with a warning
    #[arg(long)]
    pub allow_nonfinite: bool,
}

impl Running {
    /// For the threads that were asked for.
    pub fn lower(&self, options: LowerOptions) -> LowerOptions {
        LowerOptions { threads: options.threads.map(|cores| self.threads().unwrap_or(cores)), ..options }
    }

    /// With what the command line says of a run.
    pub fn engine(&self, options: EngineOptions) -> EngineOptions {
        let (timeout, allow_nonfinite, threads) = (self.timeout, self.allow_nonfinite, self.threads());
        EngineOptions { timeout, allow_nonfinite, threads, ..options }
    }

    fn threads(&self) -> Option<usize> {
        self.threads.and_then(|threads| usize::try_from(threads).ok())
    }

    /// Says what was asked for and is of no use to what executes the network.
    pub fn say_unused(&self, how: &How, simulation: &Simulation) {
        if simulation.threads().is_none() && self.threads.is_some() {
            say("note: --threads is of the CPU engine, which does not run this");
        }
        if simulation.schedule().is_none() && how.schedule.is_some() {
            say("note: --schedule is of devices, and none runs this");
        }
        if simulation.schedule().is_none() && how.arithmetic == Arithmetic::Fast {
            say("note: --arithmetic fast is of devices, and none runs this");
        }
    }

    /// \[ms\] When figures begin.
    pub fn figures_begin(&self, duration_ms: f64) -> Result<f64, Error> {
        let Some(from) = &self.from else { return Ok(0.0) };
        let ms = from.in_unit(&Unit::MILLISECOND).map_err(|problem| Error::request("--from", problem, ""))?;
        if ms < duration_ms {
            return Ok(ms);
        }
        let problem = format!("{from}, but the run takes {duration_ms} ms, so nothing would be left");
        Err(Error::request("--from", problem, format!("0 ms, or less than {duration_ms} ms")))
    }
}

/// A time of 0 or more.
fn duration(text: &str) -> Result<Quantity, String> {
    let quantity = Quantity::parse(text)?;
    let ms = quantity.in_unit(&Unit::MILLISECOND)?;
    if ms >= 0.0 { Ok(quantity) } else { Err("a time of 0 or more is needed".to_owned()) }
}

/// A time above 0, on the clock of the wall.
fn timeout(text: &str) -> Result<Duration, String> {
    let ms = Quantity::parse(text)?.in_unit(&Unit::MILLISECOND)?;
    let legal = "a time above 0 is needed, as \"30 s\"";
    Duration::try_from_secs_f64(ms / 1e3).ok().filter(|time| !time.is_zero()).ok_or_else(|| legal.to_owned())
}

/// A seed.
pub fn seed(text: &str) -> Result<u64, String> {
    text.parse().map_err(|_| format!("a whole number from 0 to {} is needed", u64::MAX))
}
