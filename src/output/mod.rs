//! The folder a run leaves behind: `summary.json`, `spikes.npz`, `traces.npz` and `raster.png` of a network, `h.npy` and
//! `c.npy` of recurrent cells.
//!
//! It knows a recording and a few facts about the run, not how either came about. Each file appears whole or not at
//! all, and `summary.json` last: where it is new, the others are.

mod arrays;
mod npy;
mod raster;
mod sequences;
mod summary;

pub use raster::raster;
pub use sequences::Sequences;

use crate::recording::Recording;
use crate::replace;
use crate::{Error, Result};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// Populations, each with those of its neurons that are meant: all if `None`.
pub type Chosen = BTreeMap<String, Option<BTreeSet<u32>>>;

/// What a run's folder says about the run beside its recording.
#[derive(Debug, Clone, PartialEq)]
pub struct RunInfo {
    /// The network's name.
    pub network: String,
    /// The seed of its random numbers.
    pub seed: u64,
    /// What computed it.
    pub device: DeviceInfo,
    /// Number of synapses.
    pub synapses: u64,
    /// The populations whose spikes `spikes.npz` holds, with the neurons whose; all if `None`. Figures, raster and hash are
    /// of all neurons of all populations.
    pub spikes_of: Option<Chosen>,
    /// What was legal but suspicious: sentences for a person.
    pub warnings: Vec<String>,
    /// \[s\] wall-clock time from the network's description to the first step.
    pub build_s: f64,
    /// \[s\] wall-clock time of all steps, including the read-back of recordings.
    pub run_s: f64,
}

/// The device of a run.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
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
    /// `raster.png`.
    pub raster: PathBuf,
}

/// Creates a run's folder where it does not exist, and makes sure that files can be written to it: to be called before
/// a long run.
///
/// # Errors
/// [`Error::File`], naming the folder.
pub fn prepare(dir: &Path) -> Result<()> {
    create(dir)?;
    replace::probe(dir)
}

fn create(dir: &Path) -> Result<()> {
    std::fs::create_dir_all(dir).map_err(|source| Error::File { action: "create", path: dir.to_owned(), source })
}

/// Writes a run's folder, creating it where it does not exist. Files of an earlier run are replaced.
///
/// # Errors
/// [`Error::File`], naming the folder or the file. The file at fault is then as it was before, and there is no new
/// `summary.json`.
pub fn write(dir: &Path, info: &RunInfo, recording: &Recording) -> Result<Written> {
    create(dir)?;
    let kept = info.spikes_of.as_ref();
    let spikes = replace::replace(dir.join("spikes.npz"), |file| arrays::write_spikes(file, recording, kept))?;
    let traces = replace::replace(dir.join("traces.npz"), |file| arrays::write_traces(file, recording))?;
    let raster = replace::replace(dir.join("raster.png"), |file| {
        let png = raster(&info.network, recording).map_err(std::io::Error::other)?;
        std::io::Write::write_all(file, &png)
    })?;
    let summary = replace::replace(dir.join("summary.json"), |file| summary::write(file, info, recording))?;
    Ok(Written { summary, spikes, traces, raster })
}

#[cfg(test)]
mod tests;
