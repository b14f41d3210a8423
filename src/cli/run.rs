//! `neuropil run`: a network file becomes a folder of results and a table for people.

use super::Target;
use super::backend;
use super::progress::{Progress, building, drawing, realtime_factor};
use super::report::{say, warn};
use clap::Args;
use neuropil::network::NetworkFile;
use neuropil::output::{self, DeviceInfo, Inputs, NetworkText, RunInfo, Written};
use neuropil::plan::Plan;
use neuropil::recording::{PopulationSpikes, Recording};
use neuropil::sim::{Arithmetic, EngineOptions};
use neuropil::units::{Quantity, Unit};
use neuropil::{Error, Simulation};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::channel;
use std::time::{Duration, Instant, SystemTime};

/// What and how to run.
#[derive(Debug, Args)]
pub struct Options {
    #[command(flatten)]
    target: Target,
    /// How long, in model time, instead of what the file says: "1 s"
    #[arg(long, value_name = "TIME", allow_hyphen_values = true, value_parser = duration)]
    duration: Option<Quantity>,
    /// From when on rates and CVs are computed, in model time: "200 ms" leaves the start out
    #[arg(long, value_name = "TIME", allow_hyphen_values = true, value_parser = duration)]
    from: Option<Quantity>,
    /// Seed of noise and of initial values, instead of the file's; synapses stay those of the file
    #[arg(long, value_name = "N", allow_negative_numbers = true, value_parser = seed)]
    seed: Option<u64>,
    /// How long the device may go without progress before the run ends as hung
    #[arg(long, value_name = "TIME", default_value = "30 s", allow_hyphen_values = true, value_parser = timeout)]
    timeout: Duration,
    /// Threads of the CPU engine [default: as many as there are cores and the network feeds]
    #[arg(long, value_name = "N", allow_negative_numbers = true, value_parser = clap::value_parser!(u32).range(1..))]
    threads: Option<u32>,
    /// Go on where a state variable becomes infinite or no number, with a warning
    #[arg(long)]
    allow_nonfinite: bool,
    /// Folder for the results [default: out/ and the file's name]
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
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

fn seed(text: &str) -> Result<u64, String> {
    text.parse().map_err(|_| format!("a whole number from 0 to {} is needed", u64::MAX))
}

/// Runs a network and writes what it did.
pub fn run(options: &Options, out: &mut impl Write) -> anyhow::Result<()> {
    let (date, started) = (SystemTime::now(), Instant::now());
    let file = read(options)?;
    let inputs = Inputs::watch(&file.files);
    let backend = backend::open(&options.target.device, Some(&file.network))?;
    let spinner = building("the network");
    let threads = options.threads.and_then(|threads| usize::try_from(threads).ok());
    let mut lower = options.target.lower(backend.lower_options(options.target.batch), drawing(&spinner));
    lower.threads = lower.threads.map(|cores| threads.unwrap_or(cores));
    let plan = Plan::lower(&file.network, &lower);
    let mut plan = plan.map_err(|error| locate(options, &file, error))?;
    for warning in plan.warnings.iter_mut().filter(|warning| is_of_option(options, &warning.field)) {
        warning.field = "--duration".to_owned();
    }
    let plan = Arc::new(plan);
    let inputs = inputs.hashed()?;
    let mut warnings = backend::lacks(&backend);
    warnings.extend(spinner.suspend(|| warn(&plan.warnings)));
    let steps = plan.duration.ok_or_else(|| {
        let problem = "the network file has no `duration`, and there is no --duration";
        Error::request(file.path.display().to_string(), problem, "one of the two, as duration = \"1 s\"")
    })?;
    let from_ms = from_ms(options, f64::from(steps) * plan.dt_ms)?;
    let name = options.target.file.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    let dir = options.out.clone().unwrap_or_else(|| Path::new("out").join(&name));
    // Not to find out after an hour that there is no room for what it brought.
    plan.check_traces(steps)?;
    let folder = output::prepare(&dir)?;
    let (timeout, allow_nonfinite) = (options.timeout, options.allow_nonfinite);
    let run_with = EngineOptions { timeout, allow_nonfinite, threads, ..options.target.engine() };
    let mut simulation = Simulation::of_plan(plan.clone(), &backend, &run_with)?;
    let mut device = backend::describe(&backend);
    match simulation.threads() {
        Some(threads) => device.driver += &format!(", run by {threads}"),
        None if threads.is_some() => say("note: --threads is of the CPU engine, which does not run this"),
        None => {}
    }
    if simulation.schedule().is_none() && options.target.schedule.is_some() {
        say("note: --schedule is of devices, and none runs this");
    }
    if simulation.schedule().is_none() && options.target.arithmetic == Arithmetic::Fast {
        say("note: --arithmetic fast is of devices, and none runs this");
    }
    spinner.finish_and_clear();
    let build_s = started.elapsed().as_secs_f64();

    let running = Instant::now();
    let mut progress = Progress::of_model_time(steps, plan.dt_ms);
    // What an earlier run found is known before; what is found now is told in between.
    simulation.schedule().filter(|chosen| !chosen.trials.is_empty()).into_iter().for_each(|it| progress.by(it));
    let (tell, told) = channel();
    simulation.on_schedule(move |chosen| {
        let _ = tell.send(chosen.clone());
    });
    let recording = simulation.run_steps(steps, &mut |done| {
        told.try_iter().for_each(|chosen| progress.by(&chosen));
        progress.at(u64::from(done));
    });
    progress.finish();
    let recording = recording?;
    warnings.extend(warn(simulation.warnings()));
    let silence = silence(&plan, &recording);
    warnings.extend(silence.clone());
    let info = RunInfo {
        started: Some(date),
        command: Some(std::env::args_os().map(|word| word.to_string_lossy().into_owned()).collect()),
        file: Some(NetworkText { path: file.path.clone(), text: file.text.clone() }),
        set: file.set.clone(),
        inputs,
        network: name,
        seed: plan.seeds[0],
        wiring_seed: plan.wiring_seed,
        device,
        arithmetic: simulation.arithmetic(),
        schedule: simulation.schedule().cloned(),
        synapses: plan.synapses.count,
        warnings,
        from_ms,
        build_s,
        run_s: running.elapsed().as_secs_f64(),
    };
    let written = folder.write(&info, &recording)?;
    Ok(print(out, &info, &recording, silence.as_deref(), (&dir, &written))?)
}

fn read(options: &Options) -> anyhow::Result<NetworkFile> {
    let mut file = options.target.read()?;
    if let Some(duration) = &options.duration {
        file.network.duration = Some(duration.clone());
    }
    if let Some(seed) = options.seed {
        // Noise of its own, in the network that the file has.
        file.network.wiring_seed.get_or_insert(file.network.seed);
        file.network.seed = seed;
    }
    Ok(file)
}

/// \[ms\] When figures begin.
fn from_ms(options: &Options, duration_ms: f64) -> anyhow::Result<f64> {
    let Some(from) = &options.from else { return Ok(0.0) };
    let ms = from.in_unit(&Unit::MILLISECOND).map_err(|problem| Error::request("--from", problem, ""))?;
    if ms < duration_ms {
        return Ok(ms);
    }
    let problem = format!("{from}, but the run takes {duration_ms} ms, so nothing would be left");
    Err(Error::request("--from", problem, format!("0 ms, or less than {duration_ms} ms")).into())
}

/// The place of an error in the file, unless it is of what the command line said instead.
fn locate(options: &Options, file: &NetworkFile, error: Error) -> Error {
    match error {
        Error::Field { field, problem, legal, .. } if is_of_option(options, &field) => {
            Error::request("--duration", problem, legal)
        }
        other => file.locate(other),
    }
}

/// Did the command line give this field of the network?
fn is_of_option(options: &Options, field: &str) -> bool {
    field == "duration" && options.duration.is_some()
}

/// What to say where nobody spiked, of those who are recorded and could.
fn silence(plan: &Plan, recording: &Recording) -> Option<String> {
    let mut pairs = plan.populations.iter().zip(&recording.populations);
    let could = pairs.any(|(place, found)| plan.slabs[place.slab].neuron.spikes() && !found.neurons.is_empty());
    let silent = recording.steps > 0 && recording.populations.iter().all(|population| population.spikes.is_empty());
    let who = if recording.populations.iter().all(PopulationSpikes::is_whole) { "neuron" } else { "recorded neuron" };
    (could && silent).then(|| {
        format!(
            "no {who} spiked in {} ms: look at the drive (stimuli, weights and their units) and at the thresholds; a \
             record of `v` shows how near it came",
            ms(recording)
        )
    })
}

/// \[ms\] The duration, without the last digits' noise.
fn ms(recording: &Recording) -> f64 {
    (recording.duration_ms() * 1e6).round() / 1e6
}

fn print(
    out: &mut impl Write,
    info: &RunInfo,
    recording: &Recording,
    silence: Option<&str>,
    (dir, written): (&Path, &Written),
) -> io::Result<()> {
    let neurons: u64 = recording.populations.iter().map(|population| u64::from(population.size)).sum();
    let ms = ms(recording);
    let batch = if recording.batch > 1 { format!(" x {}", recording.batch) } else { String::new() };
    let DeviceInfo { name, backend, .. } = &info.device;
    writeln!(
        out,
        "{}{batch}: {neurons} neurons, {} synapses, {ms} ms on {name} ({backend})",
        info.network, info.synapses
    )?;
    writeln!(out)?;
    let wide = recording.populations.iter().map(|population| population.name.chars().count()).max().unwrap_or(0);
    let wide = wide.max("population".len());
    let whole = recording.populations.iter().all(PopulationSpikes::is_whole);
    let mut row = |[name, size, recorded, spikes, rate, cv]: [&str; 6]| {
        let recorded = if whole { String::new() } else { format!("  {recorded:>9}") };
        writeln!(out, "{name:<wide$}  {size:>9}{recorded}  {spikes:>10}  {rate:>9}  {cv:>6}")
    };
    row(["population", "size", "recorded", "spikes", "rate [Hz]", "CV"])?;
    for population in &recording.populations {
        let (size, recorded) = (population.size.to_string(), population.neurons.len().to_string());
        let figure = |figure: Option<String>| figure.unwrap_or_else(|| "-".to_owned());
        let spikes = figure(population.count().map(|count| count.to_string()));
        let rate = figure(recording.rate_hz(population, info.from_ms).map(|hz| format!("{hz:.3}")));
        let cv = figure(recording.cv_isi(population, info.from_ms).map(|cv| format!("{cv:.2}")));
        row([&population.name, &size, &recorded, &spikes, &rate, &cv])?;
    }
    if info.from_ms > 0.0 {
        writeln!(out, "\nrates and CVs are of the time from {} ms on", info.from_ms)?;
    }
    if let Some(silence) = silence {
        writeln!(out, "\n{silence}")?;
    }
    writeln!(out)?;
    write!(out, "built in {:.2} s, ran in {:.2} s", info.build_s, info.run_s)?;
    if let Some(factor) = info.realtime_factor(recording) {
        write!(out, ": {} (seconds for a second of model time)", realtime_factor(factor))?;
    }
    writeln!(out)?;
    if let Some(chosen) = &info.schedule {
        writeln!(out, "schedule {chosen}")?;
    }
    let files = [&written.summary, &written.spikes, &written.traces, &written.raster].into_iter();
    let files: Vec<_> =
        files.chain(&written.network).filter_map(|path| path.file_name()).map(|name| name.to_string_lossy()).collect();
    writeln!(out, "{} in {}", files.join(", "), dir.display())
}
