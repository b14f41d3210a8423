//! `summary.json`: what ran, where, how fast, and what came out, in one page for a person or a script.

use super::{DeviceInfo, RunInfo};
use crate::recording::Recording;
use serde::Serialize;
use std::fs::File;
use std::io::{self, Write};

#[derive(Serialize)]
struct Summary<'a> {
    network: &'a str,
    dt_ms: f64,
    duration_ms: f64,
    seed: u64,
    batch: u32,
    device: &'a DeviceInfo,
    synapses: u64,
    populations: Vec<Population<'a>>,
    /// Sentences: what was legal but suspicious.
    warnings: &'a [String],
    wall_s: Wall,
    /// Wall-clock time of the run over model time, as NEST reports it: below 1 is faster than life. Null without time.
    realtime_factor: Option<f64>,
    spike_hash: String,
}

/// Over the whole recording and all batch items; `cv_isi` is null where no neuron fired often enough.
#[derive(Serialize)]
struct Population<'a> {
    name: &'a str,
    size: u32,
    spikes: usize,
    rate_hz: f64,
    cv_isi: Option<f64>,
}

#[derive(Serialize)]
struct Wall {
    build: f64,
    run: f64,
}

/// Writes the summary, indented, with a newline at its end.
pub fn write(file: &mut File, info: &RunInfo, recording: &Recording) -> io::Result<()> {
    let duration_ms = recording.duration_ms();
    let populations = recording.populations.iter().map(|population| Population {
        name: &population.name,
        size: population.size,
        spikes: population.spikes.len(),
        rate_hz: recording.rate_hz(population, 0.0),
        cv_isi: recording.cv_isi(population, 0.0),
    });
    let summary = Summary {
        network: &info.network,
        dt_ms: recording.dt_ms,
        // Without the last digits' noise: 3 steps of 0.1 ms are 0.3 ms.
        duration_ms: (duration_ms * 1e9).round() / 1e9,
        seed: info.seed,
        batch: recording.batch,
        device: &info.device,
        synapses: info.synapses,
        populations: populations.collect(),
        warnings: &info.warnings,
        wall_s: Wall { build: info.build_s, run: info.run_s },
        realtime_factor: (duration_ms > 0.0).then(|| info.run_s / (duration_ms / 1000.0)),
        spike_hash: recording.spike_hash(),
    };
    let mut text = serde_json::to_string_pretty(&summary)?;
    text.push('\n');
    file.write_all(text.as_bytes())
}
