//! All that a device's owner can send: the device, what its driver's self-test finds, every bench beside its floor, which schedules
//! were tried and which won, and where a step's time goes. What fails is written down with its error, and the rest goes on.

mod markdown;

use super::cases::{ALL, Case};
use super::profile::{profile, tried};
use super::{Bench, Measurement, Profile, known};
use crate::gpu::doctor::{self, Finding};
use crate::gpu::{AdapterInfo, DeviceChoice, Gpu};
use crate::network::Network;
use crate::output::{Folder, date};
use crate::sim::{Arithmetic, Chosen};
use crate::{Error, Result, cpu, version};
use serde::Serialize;
use std::io::Write;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

/// The first is the last to come.
const FILES: [&str; 2] = ["report.json", "report.md"];

/// What is known of a device.
#[derive(Debug, Clone, PartialEq, Serialize)]
struct Report {
    neuropil: Version,
    /// In UTC; none before 1970.
    date: Option<String>,
    system: System,
    device: AdapterInfo,
    arithmetic: &'static str,
    /// What runs on it go without, or why none would begin.
    lacks: Vec<String>,
    findings: Part<Vec<Finding>>,
    benches: Vec<Measured>,
    schedules: Vec<Part<Chosen>>,
    profiles: Vec<Part<Profile>>,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
struct Version {
    version: &'static str,
    commit: Option<&'static str>,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
struct System {
    os: String,
    arch: &'static str,
    cpu: String,
}

/// A bench with what it found.
#[derive(Debug, Clone, PartialEq, Serialize)]
struct Measured {
    #[serde(flatten)]
    bench: Bench,
    measured: Option<Vec<Measurement>>,
    error: Option<String>,
}

/// Something that was measured, or the error that it ended with.
#[derive(Debug, Clone, PartialEq, Serialize)]
struct Part<T> {
    name: String,
    found: Option<T>,
    error: Option<String>,
}

/// Measures all of a device, but of the benches only those whose names begin with one of `names` if there are some, and writes
/// `report.md` and `report.json` to a folder in place of an earlier report's. `told` hears what is measured next. It takes minutes.
///
/// The driver need not be right: what it gets wrong is in the report, too.
///
/// # Errors
/// [`Error::Request`] for a name that no bench has; [`Error::File`], and [`Error::Request`] if another run is writing to the folder.
pub fn report(
    gpu: &Gpu,
    arithmetic: Arithmetic,
    dir: &Path,
    names: &[String],
    networks: &[(String, Network)],
    told: &mut dyn FnMut(&str),
) -> Result<Vec<PathBuf>> {
    let cases: Vec<_> = ALL.iter().filter(|case| case.device.is_some()).collect();
    let cases = known(cases, |case| case.bench.name, names)?;
    // Not to find out after minutes that there is no place for what they brought.
    let folder = Folder::begin(dir, &FILES)?;
    let report = Reporter::new(gpu, arithmetic, told).report(&cases, networks);
    let text = serde_json::to_string_pretty(&report).map_err(|error| cannot_say(dir, &error))? + "\n";
    let [json, markdown] = FILES;
    let written = vec![
        folder.stage(markdown, |file| file.write_all(report.to_string().as_bytes()))?,
        folder.stage(json, |file| file.write_all(text.as_bytes()))?,
    ];
    folder.place(&FILES)?;
    Ok(written)
}

fn cannot_say(dir: &Path, error: &serde_json::Error) -> Error {
    let source = std::io::Error::other(error.to_string());
    Error::File { action: "write", path: dir.join(FILES[0]), source }
}

/// Measures one thing after the other, whatever becomes of the device.
struct Reporter<'t> {
    /// As a run may use it; as it is, where none may.
    gpu: Gpu,
    arithmetic: Arithmetic,
    findings: Vec<Finding>,
    told: &'t mut dyn FnMut(&str),
}

impl<'t> Reporter<'t> {
    fn new(gpu: &Gpu, arithmetic: Arithmetic, told: &'t mut dyn FnMut(&str)) -> Self {
        Self { gpu: gpu.clone(), arithmetic, findings: Vec::new(), told }
    }

    fn report(mut self, cases: &[&Case], networks: &[(String, Network)]) -> Report {
        let arithmetic = self.arithmetic;
        let findings = self.attempt("self-test", "the driver's self-test", doctor::examine);
        self.findings = findings.found.clone().unwrap_or_default();
        let lacks = match doctor::judge(&self.gpu, &self.findings) {
            Ok(usable) => {
                self.gpu = usable;
                self.gpu.lacks().iter().map(ToString::to_string).collect()
            }
            Err(refused) => vec![refused.to_string()],
        };
        let benches = cases.iter().filter_map(|case| {
            let (bench, measure) = (case.bench, case.device?);
            let Part { found, error, .. } = self.attempt(bench.name, &format!("bench {}", bench.name), |gpu| {
                measure(&gpu.computing(arithmetic), &bench)
            });
            Some(Measured { bench, measured: found, error })
        });
        let benches = benches.collect();
        let schedules = networks
            .iter()
            .map(|(name, network)| {
                self.attempt(name, &format!("schedules of {name}"), |gpu| tried(gpu, arithmetic, network))
            })
            .collect();
        let profiles = networks
            .iter()
            .map(|(name, network)| {
                self.attempt(name, &format!("profile of {name}"), |gpu| profile(gpu, arithmetic, name, network))
            })
            .collect();
        Report {
            neuropil: Version { version: version::VERSION, commit: version::COMMIT },
            date: date(SystemTime::now()),
            system: System {
                os: sysinfo::System::long_os_version().unwrap_or_else(|| std::env::consts::OS.to_owned()),
                arch: std::env::consts::ARCH,
                cpu: cpu::describe(),
            },
            device: self.gpu.info().clone(),
            arithmetic: arithmetic.name(),
            lacks,
            findings,
            benches,
            schedules,
            profiles,
        }
    }

    /// Measures something; a device that is lost by it is opened again for what comes next.
    fn attempt<T>(&mut self, name: &str, what: &str, measure: impl FnOnce(&Gpu) -> Result<T>) -> Part<T> {
        (self.told)(what);
        // Some drivers panic through their library; that is their error, and no reason to say nothing of the rest.
        let measured = catch_unwind(AssertUnwindSafe(|| measure(&self.gpu)));
        let (found, error, lost) = match measured {
            Ok(Ok(found)) => (Some(found), None, false),
            Ok(Err(error)) => {
                let lost = matches!(error, Error::DeviceLost { .. } | Error::Hung { .. });
                (None, Some(error.to_string()), lost)
            }
            Err(_) => (None, Some("the driver, or neuropil, failed without an error".to_owned()), true),
        };
        if lost && let Ok(again) = Gpu::open(&DeviceChoice::Index(self.gpu.info().index)) {
            self.gpu = doctor::judge(&again, &self.findings).unwrap_or(again);
        }
        Part { name: name.to_owned(), found, error }
    }
}

#[cfg(test)]
mod tests;
