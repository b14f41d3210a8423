//! The folder that a sweep fills: `sweep.csv` with a line for each item, as it is done; `sweep.json`, what was asked for;
//! `network.toml`, the network file; and in the end `sweep.png`, if one or two values are varied.
//!
//! Unlike a run's folder it is of use while it is filled, and a sweep that was interrupted goes on in it: whole lines stay. `sweep.json`
//! is the first to come, and tells whether the next command is the same.

mod asked;
mod csv;
mod grid;
#[cfg(feature = "picture")]
mod picture;
mod table;

pub use asked::Asked;
pub use grid::{Axis, Grid};
pub use table::{Figure, Figures, Line, Outcome, Table};

use super::folder::Folder;
use super::{arrays, provenance};
use crate::recording::Recording;
use crate::replace::replace;
use crate::{Error, Result};
use std::io::Write;
use std::path::{Path, PathBuf};

/// The files of a sweep; the first is the first to come.
const FILES: [&str; 4] = ["sweep.json", "sweep.csv", "sweep.png", provenance::COPY];

/// What is kept of each item beside its line.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Keep {
    /// `spikes.npz`.
    pub spikes: bool,
    /// `traces.npz`.
    pub traces: bool,
}

impl Keep {
    /// What is kept, in words; each is a file with `.npz` behind it.
    fn words(self) -> impl Iterator<Item = &'static str> {
        [(self.spikes, "spikes"), (self.traces, "traces")].into_iter().filter(|(kept, _)| *kept).map(|(_, word)| word)
    }
}

/// A sweep's folder, which no other sweep has as long as this is not dropped.
#[derive(Debug)]
pub struct SweepFolder {
    /// Its lock.
    _folder: Folder,
    dir: PathBuf,
    /// The lines that are done.
    pub table: Table,
}

impl SweepFolder {
    /// Begins a sweep in a folder, creating it where it does not exist, or goes on with what was begun there: an item of which a file that
    /// was to be kept is gone, or damaged, is not done. `populations` are those of the network, by name.
    ///
    /// # Errors
    /// [`Error::File`], naming the folder or a file in it; [`Error::Request`] if another run is writing there; [`Error::Data`] for what
    /// another sweep has left, or anybody else under a name that this one needs.
    pub fn begin(dir: &Path, asked: &Asked, populations: &[String]) -> Result<Self> {
        let folder = Folder::begin(dir, &FILES)?;
        let [json, csv, _, copy] = FILES.map(|name| dir.join(name));
        if is_there(&json) {
            asked.check(&json)?;
        } else {
            if let Some(path) = FILES.map(|name| dir.join(name)).into_iter().find(|path| is_there(path)) {
                let problem =
                    "it is of no sweep, for there is no sweep.json beside it, and would be replaced".to_owned();
                return Err(Error::Data { path, problem, legal: "another folder for the sweep".to_owned() });
            }
            asked.write(&json)?;
        }
        if let Some(file) = asked.file.as_ref().filter(|_| !is_there(&copy)) {
            replace(&copy, |copy| copy.write_all(file.text.as_bytes()))?;
        }
        let mut table = Table::open(&csv, &asked.grid, populations, asked.stops)?;
        let kept =
            |item| asked.keep.words().all(|word| arrays::is_whole(&of_item(dir, item).join(format!("{word}.npz"))));
        table.forget_unless(kept);
        Ok(Self { _folder: folder, table, dir: dir.to_owned() })
    }

    /// Writes what is kept of an item to a folder of its own, `item-000012`, in the form of a run's.
    ///
    /// # Errors
    /// As those of [`output::write`](super::write).
    pub fn keep(&self, item: usize, keep: Keep, recording: &Recording) -> Result<()> {
        let names: Vec<_> = keep.words().map(|word| format!("{word}.npz")).collect();
        let names: Vec<_> = names.iter().map(String::as_str).collect();
        if names.is_empty() {
            return Ok(());
        }
        let folder = Folder::begin(&of_item(&self.dir, item), &names)?;
        if keep.spikes {
            folder.stage("spikes.npz", |file| arrays::write_spikes(file, recording))?;
        }
        if keep.traces {
            folder.stage("traces.npz", |file| arrays::write_traces(file, recording))?;
        }
        folder.place(&names)
    }

    /// Puts the lines in order and draws the picture, if one or two values are varied and the feature `picture` is on; returns
    /// the files there are.
    ///
    /// # Errors
    /// [`Error::File`].
    pub fn finish(mut self, network: &str, populations: &[String]) -> Result<Vec<PathBuf>> {
        self.table.finish()?;
        self.draw(network, populations)?;
        let files = ["sweep.csv", "sweep.json", "sweep.png", provenance::COPY].map(|name| self.dir.join(name));
        Ok(files.into_iter().filter(|path| is_there(path)).collect())
    }

    #[cfg(feature = "picture")]
    fn draw(&self, network: &str, populations: &[String]) -> Result<()> {
        match picture::draw(network, populations, &self.table) {
            Some(drawn) => {
                let path = self.dir.join("sweep.png");
                replace(&path, |file| file.write_all(&drawn.map_err(std::io::Error::other)?))
            }
            None => Ok(()),
        }
    }

    #[cfg(not(feature = "picture"))]
    fn draw(&self, _network: &str, _populations: &[String]) -> Result<()> {
        Ok(())
    }
}

/// The folder of what is kept of an item.
fn of_item(dir: &Path, item: usize) -> PathBuf {
    dir.join(format!("item-{item:06}"))
}

/// Links that lead nowhere are there too.
fn is_there(path: &Path) -> bool {
    path.symlink_metadata().is_ok()
}
