//! How networks are lowered and executed, as the program's options say it.

use crate::waiting::Raised;
use neuropil::plan::LowerOptions;
use neuropil::sim::{Arithmetic, EngineOptions, Schedule};
use neuropil::{Backend, Error, Result};
use pyo3::prelude::*;
use std::path::PathBuf;
use std::time::Duration;

/// How a network is lowered and executed, as the program's options say it.
#[derive(FromPyObject)]
#[pyo3(from_item_all)]
pub struct How {
    /// The backend that is asked for.
    pub device: String,
    batch: u32,
    /// The seed of noise and initial values.
    pub seed: Option<u64>,
    threads: Option<usize>,
    schedule: Option<String>,
    arithmetic: String,
    /// \[s\]
    timeout: f64,
    allow_nonfinite: bool,
    cache: Option<PathBuf>,
    learn: Option<PathBuf>,
}

impl How {
    /// Options of lowering for a backend, which tells `progress` how far it is.
    pub fn lower(&self, backend: &Backend, progress: neuropil::rows::Progress) -> LowerOptions {
        let options = backend.lower_options(self.batch);
        let threads = options.threads.map(|cores| self.threads.unwrap_or(cores));
        LowerOptions { threads, cache: self.cache.clone(), progress, ..options }
    }

    /// Options of running, which ends as soon as something has been raised.
    pub fn engine(&self, raised: &Raised) -> Result<EngineOptions> {
        let (schedule, workgroup) =
            match self.schedule.as_deref().map(|text| text.split_once(':').unwrap_or((text, ""))) {
                Some((name, size)) => (Some(name.parse::<Schedule>()?), (!size.is_empty()).then_some(size)),
                None => (None, None),
            };
        let workgroup = workgroup.map(|size| {
            size.parse()
                .map_err(|_| Error::request("schedule", format!("`{size}` is no workgroup's size"), "as direct:64"))
        });
        let arithmetic = self.arithmetic.parse::<Arithmetic>();
        let timeout = Duration::try_from_secs_f64(self.timeout).ok().filter(|time| !time.is_zero());
        Ok(EngineOptions {
            schedule,
            workgroup: workgroup.transpose()?,
            arithmetic: arithmetic
                .map_err(|legal| Error::request("arithmetic", format!("`{}`", self.arithmetic), legal))?,
            threads: self.threads,
            timeout: timeout
                .ok_or_else(|| Error::request("timeout", format!("{} s", self.timeout), "a time above 0"))?,
            allow_nonfinite: self.allow_nonfinite,
            learnt: self.learn.clone(),
            interrupt: raised.interrupt(),
            ..EngineOptions::default()
        })
    }
}
