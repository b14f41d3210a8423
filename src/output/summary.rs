//! `summary.json`: what ran, where, how fast, and what came out, in one page for a person or a script.

use super::provenance::COPY;
use super::{DeviceInfo, RunInfo};
use crate::network::Setting;
use crate::options::Arithmetic;
use crate::plan::{Stopped, ms};
use crate::recording::Recording;
use crate::sim::Chosen;
use crate::{hash, version};
use chrono::{DateTime, SecondsFormat};
use serde::Serialize;
use std::fs::File;
use std::io::{self, Write};
use std::path::Path;
use std::time::{SystemTime, UNIX_EPOCH};

#[derive(Serialize)]
struct Summary<'a> {
    neuropil: Version,
    /// When the run began, in UTC: `2026-01-31T23:59:59Z`. Null where the caller did not say, as the following two.
    date: Option<String>,
    command: Option<&'a [String]>,
    network_file: Option<NetworkFile>,
    /// What was put in the place of values of the network file, in order.
    set: &'a [Setting],
    /// Files that the network refers to.
    inputs: Vec<Input<'a>>,
    network: &'a str,
    dt_ms: f64,
    duration_ms: f64,
    /// What ends a run before its time, as `rate(exc) > 200 Hz over 10 ms`. Null where nothing does.
    until: Option<&'a str>,
    /// The items for which it did; each is recorded up to then.
    stopped: Vec<Stop>,
    /// When the figures of populations begin.
    from_ms: f64,
    seed: u64,
    wiring_seed: u64,
    batch: u32,
    device: &'a DeviceInfo,
    /// `portable` or `fast`: see [`Arithmetic`](crate::sim::Arithmetic). Null in f64.
    arithmetic: Option<&'static str>,
    /// How the device went through the windows, why, and what was tried. Null on the CPU and the reference.
    schedule: Option<&'a Chosen>,
    synapses: u64,
    populations: Vec<Population<'a>>,
    /// Sentences: what was legal but suspicious.
    warnings: &'a [String],
    wall_s: Wall,
    /// See [`RunInfo::realtime_factor`]. Null without time.
    realtime_factor: Option<f64>,
    spike_hash: String,
}

#[derive(Serialize)]
struct Version {
    version: &'static str,
    commit: Option<&'static str>,
}

#[derive(Serialize)]
struct NetworkFile {
    path: String,
    /// Its copy, beside this file.
    copy: &'static str,
    /// Of both.
    sha256: String,
}

#[derive(Serialize)]
struct Input<'a> {
    path: String,
    sha256: Option<&'a str>,
}

/// Over the whole recording, all recorded neurons and all batch items; `rate_hz` and `cv_isi` from `from_ms` on. Figures are null where nobody is recorded; `rate_hz` also
/// where there is no time, `cv_isi` where no neuron fired often enough.
#[derive(Serialize)]
struct Population<'a> {
    name: &'a str,
    size: u32,
    /// Neurons whose spikes are recorded.
    recorded: usize,
    spikes: Option<usize>,
    rate_hz: Option<f64>,
    cv_isi: Option<f64>,
}

#[derive(Serialize)]
struct Stop {
    item: u32,
    /// How much model time it ran.
    ms: f64,
    /// What was counted.
    spikes: u64,
    /// The rate then.
    rate_hz: f64,
}

#[derive(Serialize)]
struct Wall {
    build: f64,
    run: f64,
}

/// Writes the summary, indented, with a newline at its end.
pub fn write(file: &mut File, info: &RunInfo, recording: &Recording) -> io::Result<()> {
    let populations = recording.populations.iter().map(|population| Population {
        name: &population.name,
        size: population.size,
        recorded: population.neurons.len(),
        spikes: population.count(),
        rate_hz: recording.rate_hz(population, info.from_ms),
        cv_isi: recording.cv_isi(population, info.from_ms),
    });
    let stop = |stopped: &Stopped| Stop {
        item: stopped.item,
        ms: ms(stopped.step, recording.dt_ms),
        spikes: stopped.spikes,
        rate_hz: stopped.rate_hz,
    };
    // Paths that are not Unicode are shown as far as they can be.
    let path = |path: &Path| path.display().to_string();
    let network_file = info.file.as_ref().map(|file| NetworkFile {
        path: path(&file.path),
        copy: COPY,
        sha256: hash::of_bytes(file.text.as_bytes()),
    });
    let inputs = info.inputs.iter().map(|file| Input { path: path(&file.path), sha256: file.sha256.as_deref() });
    let summary = Summary {
        neuropil: Version { version: version::VERSION, commit: version::COMMIT },
        date: info.started.and_then(date),
        command: info.command.as_deref(),
        network_file,
        set: &info.set,
        inputs: inputs.collect(),
        network: &info.network,
        dt_ms: recording.dt_ms,
        // Without the last digits' noise: 3 steps of 0.1 ms are 0.3 ms.
        duration_ms: ms(recording.steps, recording.dt_ms),
        until: info.until.as_deref(),
        stopped: info.stopped.iter().map(stop).collect(),
        from_ms: info.from_ms,
        seed: info.seed,
        wiring_seed: info.wiring_seed,
        batch: recording.batch,
        device: &info.device,
        arithmetic: info.arithmetic.map(Arithmetic::name),
        schedule: info.schedule.as_ref(),
        synapses: info.synapses,
        populations: populations.collect(),
        warnings: &info.warnings,
        wall_s: Wall { build: info.build_s, run: info.run_s },
        realtime_factor: info.realtime_factor(recording),
        spike_hash: recording.spike_hash(),
    };
    let mut text = serde_json::to_string_pretty(&summary)?;
    text.push('\n');
    file.write_all(text.as_bytes())
}

/// In UTC, as RFC 3339 writes it; none before 1970.
pub(crate) fn date(time: SystemTime) -> Option<String> {
    let since = time.duration_since(UNIX_EPOCH).ok()?;
    let date = DateTime::from_timestamp(i64::try_from(since.as_secs()).ok()?, 0)?;
    Some(date.to_rfc3339_opts(SecondsFormat::Secs, true))
}
