//! The folder a run leaves behind: `summary.json`, `spikes.npz`, `traces.npz`, `raster.png` and `network.toml` of a
//! network, with `connectivity.npz` if it is asked for; `h.npy` and `c.npy` of recurrent cells.
//!
//! It knows a recording and a few facts about the run, not how either came about. A folder never holds files of two
//! runs: see [`Folder`]. Where `summary.json` is, the others are.

mod arrays;
mod connectivity;
mod folder;
mod npy;
#[cfg(feature = "picture")]
mod page;
mod provenance;
#[cfg(feature = "picture")]
mod raster;
mod sequences;
mod staging;
mod summary;
pub mod sweep;
#[cfg(feature = "picture")]
mod ticks;

pub use folder::Folder;
pub use provenance::{InputFile, Inputs, NetworkText};
#[cfg(feature = "picture")]
pub use raster::raster;
pub use sequences::Sequences;
pub(crate) use summary::date;

use crate::Result;
use crate::memory;
use crate::network::Setting;
use crate::options::Arithmetic;
use crate::plan::Stopped;
use crate::recording::Recording;
use crate::sim::Chosen;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

/// The files of a network's run; the first is the last to come.
const FILES: [&str; 6] = ["summary.json", "spikes.npz", "traces.npz", "raster.png", CONNECTIVITY, provenance::COPY];

/// What is written only where it is asked for.
const CONNECTIVITY: &str = "connectivity.npz";

/// What a run's folder says about the run beside its recording. What a program does not know of its run it leaves out,
/// with `..RunInfo::default()`.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct RunInfo {
    /// When the run began.
    pub started: Option<SystemTime>,
    /// The command that began it: the program and its arguments.
    pub command: Option<Vec<String>>,
    /// The network file; `network.toml` is its copy.
    pub file: Option<NetworkText>,
    /// The values that were put in the place of what the network file says, in order.
    pub set: Vec<Setting>,
    /// The files that the network refers to.
    pub inputs: Vec<InputFile>,
    /// The network's name.
    pub network: String,
    /// The seed of its noise and initial values; of a batch, that of item 0, and the others have the next.
    pub seed: u64,
    /// The seed of its synapses and of parameters that are drawn; where items of a batch have wirings of their own, that of item 0.
    pub wiring_seed: u64,
    /// What computed it.
    pub device: DeviceInfo,
    /// How it rounded in f32; `None` in f64.
    pub arithmetic: Option<Arithmetic>,
    /// How a device went through the windows; none on the CPU.
    pub schedule: Option<Chosen>,
    /// Number of synapses; of all items together, where they have wirings of their own.
    pub synapses: u64,
    /// What ends a run before its time, in words.
    pub until: Option<String>,
    /// The items for which it did.
    pub stopped: Vec<Stopped>,
    /// What was legal but suspicious: sentences for a person.
    pub warnings: Vec<String>,
    /// \[ms\] when rates and CVs begin to count; 0: with the run.
    pub from_ms: f64,
    /// \[s\] wall-clock time from the network's description to the first step.
    pub build_s: f64,
    /// \[s\] wall-clock time of all steps, including the read-back of recordings.
    pub run_s: f64,
}

impl RunInfo {
    /// Wall-clock seconds for each second of model time, as NEST reports it: below 1 is faster than life. None of a
    /// recording without time.
    pub fn realtime_factor(&self, recording: &Recording) -> Option<f64> {
        let model_s = recording.duration_ms() / 1e3;
        (model_s > 0.0).then(|| self.run_s / model_s)
    }
}

/// The device of a run.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize)]
pub struct DeviceInfo {
    /// The adapter's name.
    pub name: String,
    /// Its interface, as `vulkan`.
    pub backend: String,
    /// Its driver, with version.
    pub driver: String,
}

/// The files that were written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written {
    /// `summary.json`.
    pub summary: PathBuf,
    /// `spikes.npz`.
    pub spikes: PathBuf,
    /// `traces.npz`; an archive without arrays if no variable was recorded.
    pub traces: PathBuf,
    /// `raster.png`; none without the feature `picture`.
    pub raster: Option<PathBuf>,
    /// `network.toml`, if there was a network file.
    pub network: Option<PathBuf>,
}

/// Prepares a folder for the results of a network, creating it where it does not exist: to be called before a long run.
/// Nothing that is there is touched until [`Folder::write`].
///
/// # Errors
/// [`Error::File`](crate::Error::File), naming the folder, or what in it cannot be replaced;
/// [`Error::Request`](crate::Error::Request) if another run is writing there; [`Error::Data`](crate::Error::Data) for a
/// `network.toml` that no earlier run has left.
pub fn prepare(dir: &Path) -> Result<Folder> {
    let folder = Folder::begin(dir, &FILES)?;
    provenance::check_copy(dir)?;
    Ok(folder)
}

/// Writes a run's folder, creating it where it does not exist. Files of an earlier run are replaced.
///
/// # Errors
/// Those of [`prepare`] and [`Folder::write`].
pub fn write(dir: &Path, info: &RunInfo, recording: &Recording) -> Result<Written> {
    prepare(dir)?.write(info, recording)
}

impl Folder {
    /// Fills the folder with a run's files in place of the earlier run's.
    ///
    /// # Errors
    /// [`Error::File`](crate::Error::File), naming the file; [`Error::Data`](crate::Error::Data) as [`prepare`];
    /// [`Error::HostMemory`](crate::Error::HostMemory) where there is no room for figures. The folder is then as it was before;
    /// the error says where the new files are, if they are complete.
    pub fn write(self, info: &RunInfo, recording: &Recording) -> Result<Written> {
        check_room(recording)?;
        let written = Written {
            spikes: self.stage("spikes.npz", |file| arrays::write_spikes(file, recording))?,
            traces: self.stage("traces.npz", |file| arrays::write_traces(file, recording))?,
            raster: self.stage_raster(&info.network, recording)?,
            network: match &info.file {
                Some(network) => Some(self.stage(provenance::COPY, |file| file.write_all(network.text.as_bytes()))?),
                None => None,
            },
            summary: self.stage("summary.json", |file| summary::write(file, info, recording))?,
        };
        // The user may have put a file of that name there while the network ran.
        match provenance::check_copy(self.path()) {
            Ok(()) => self.place(&FILES).map(|()| written),
            Err(error) => Err(self.give_up(error)),
        }
    }

    #[cfg(feature = "picture")]
    fn stage_raster(&self, network: &str, recording: &Recording) -> Result<Option<PathBuf>> {
        let staged = self.stage("raster.png", |file| {
            let png = raster(network, recording).map_err(std::io::Error::other)?;
            file.write_all(&png)
        });
        staged.map(Some)
    }

    #[cfg(not(feature = "picture"))]
    fn stage_raster(&self, _network: &str, _recording: &Recording) -> Result<Option<PathBuf>> {
        Ok(None)
    }
}

/// What the figures of a recording need beside it: the spikes of a population in the order of its neurons, and where there
/// are several items the first one as a recording of its own.
fn check_room(recording: &Recording) -> Result<()> {
    let spikes = || recording.populations.iter().map(|population| population.spikes.len() as u64);
    let first = if recording.batch > 1 { spikes().sum::<u64>() / u64::from(recording.batch) } else { 0 };
    let bytes = memory::bytes_of::<u64>(spikes().max().unwrap_or(0)) + memory::bytes_of::<[u64; 3]>(first);
    memory::needs(bytes, "drawing the raster", "a shorter duration or a smaller batch")
}

#[cfg(test)]
mod tests;
