//! `neuropil run`: a network file becomes a folder of results and a table for people.

use super::Target;
use super::backend;
use super::how::{Running, seed};
use super::progress::{Progress, building, drawing, realtime_factor};
use super::report::warn;
use clap::{Args, ValueEnum};
use neuropil::network::NetworkFile;
use neuropil::output::{self, DeviceInfo, Inputs, NetworkText, RunInfo, Written};
use neuropil::plan::Plan;
use neuropil::recording::{PopulationSpikes, Recording};
use neuropil::{Error, Simulation};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::channel;
use std::time::{Instant, SystemTime};

/// What and how to run.
#[derive(Debug, Args)]
pub struct Options {
    #[command(flatten)]
    target: Target,
    #[command(flatten)]
    running: Running,
    /// Seed of noise and of initial values, instead of the file's; synapses stay those of the file
    #[arg(long, value_name = "N", allow_negative_numbers = true, value_parser = seed)]
    seed: Option<u64>,
    /// What else to write: the synapses of each projection, as connectivity.npz
    #[arg(long, value_name = "WHAT", value_enum)]
    save: Vec<Save>,
    /// Folder for the results [default: out/ and the file's name]
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
}

/// What a run may write besides.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Save {
    /// The synapses: source, target, weight and delay of each
    Connectivity,
}

/// Runs a network and writes what it did.
pub fn run(options: &Options, out: &mut impl Write) -> anyhow::Result<()> {
    let (date, started) = (SystemTime::now(), Instant::now());
    let file = read(options)?;
    let inputs = Inputs::watch(&file.files);
    let backend = backend::open(&options.target.how.device, Some(&file.network))?;
    let spinner = building("the network");
    let lower = options.target.how.lower(backend.lower_options(options.target.batch), drawing(&spinner));
    let plan = Plan::lower(&file.network, &options.running.lower(lower));
    let mut plan = plan.map_err(|error| locate(options, &file, error))?;
    options.running.lasting.name_own(&mut plan.warnings);
    let plan = Arc::new(plan);
    let inputs = inputs.hashed()?;
    let mut warnings = backend::lacks(&backend);
    warnings.extend(spinner.suspend(|| warn(&[file.warnings(), plan.warnings.clone()].concat())));
    let steps = steps(&plan, &file)?;
    let from_ms = options.running.figures_begin(f64::from(steps) * plan.dt_ms)?;
    let name = name(&options.target.file);
    let dir = options.out.clone().unwrap_or_else(|| Path::new("out").join(&name));
    // Not to find out after an hour that there is no room for what it brought.
    plan.check_traces(steps)?;
    let folder = output::prepare(&dir)?;
    let connectivity =
        options.save.contains(&Save::Connectivity).then(|| folder.save_connectivity(&plan)).transpose()?;
    let run_with = options.running.engine(options.target.how.engine());
    let mut simulation = Simulation::of_plan(plan.clone(), &backend, &run_with)?;
    let mut device = backend::describe(&backend);
    if let Some(threads) = simulation.threads() {
        device.driver += &format!(", run by {threads}");
    }
    options.running.say_unused(&options.target.how, &simulation);
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
    let silence = recording.silence(&plan.spiking());
    warnings.extend(silence.clone());
    let info = RunInfo {
        started: Some(date),
        command: Some(std::env::args_os().map(|word| word.to_string_lossy().into_owned()).collect()),
        file: Some(NetworkText { path: file.path.clone(), text: file.text.clone() }),
        set: file.set.clone(),
        inputs,
        network: name,
        seed: plan.seeds[0],
        wiring_seed: plan.wiring_seeds[0],
        device,
        arithmetic: simulation.arithmetic(),
        schedule: simulation.schedule().cloned(),
        synapses: plan.synapse_count(),
        until: plan.until.as_ref().map(ToString::to_string),
        stopped: simulation.stopped().to_vec(),
        warnings,
        from_ms,
        build_s,
        run_s: running.elapsed().as_secs_f64(),
    };
    let written = folder.write(&info, &recording)?;
    Ok(print(out, &info, &recording, silence.as_deref(), (&dir, &written, connectivity.as_deref()))?)
}

fn read(options: &Options) -> anyhow::Result<NetworkFile> {
    let mut file = options.target.read()?;
    options.running.lasting.put(&mut file.network);
    if let Some(seed) = options.seed {
        reseed(&mut file, seed);
    }
    Ok(file)
}

/// What a network is called: its file, without what says that it is one.
pub fn name(file: &Path) -> String {
    file.file_stem().unwrap_or_default().to_string_lossy().into_owned()
}

/// How long a run is.
pub fn steps(plan: &Plan, file: &NetworkFile) -> Result<u32, Error> {
    plan.duration.ok_or_else(|| {
        let problem = "the network file has no `duration`, and there is no --duration";
        Error::request(file.path.display().to_string(), problem, "one of the two, as duration = \"1 s\"")
    })
}

/// Gives a network noise of its own, in the network that the file has.
pub fn reseed(file: &mut NetworkFile, seed: u64) {
    file.network.wiring_seed.get_or_insert(file.network.seed);
    file.network.seed = seed;
}

/// The place of an error in the file, unless it is of what the command line said instead.
fn locate(options: &Options, file: &NetworkFile, error: Error) -> Error {
    options.running.lasting.own(error).unwrap_or_else(|other| file.locate(other))
}

/// \[ms\] The duration, without the last digits' noise.
fn ms(recording: &Recording) -> f64 {
    (recording.duration_ms() * 1e6).round() / 1e6
}

/// When what ends a run held.
fn stopped(info: &RunInfo, recording: &Recording) -> String {
    let batch = recording.batch as usize;
    let times = info.stopped.iter().map(|stopped| (f64::from(stopped.step) * recording.dt_ms * 1e6).round() / 1e6);
    let (first, last) = (times.clone().fold(f64::INFINITY, f64::min), times.fold(0.0, f64::max));
    match info.stopped.as_slice() {
        [] => "it did not hold".to_owned(),
        [only] if batch == 1 => {
            let spikes = if only.spikes == 1 { "1 spike".to_owned() } else { format!("{} spikes", only.spikes) };
            format!("it held after {first} ms, with {spikes} ({:.3} Hz)", only.rate_hz)
        }
        items => format!("it held in {} of {batch} items, after {first} ms to {last} ms", items.len()),
    }
}

fn print(
    out: &mut impl Write,
    info: &RunInfo,
    recording: &Recording,
    silence: Option<&str>,
    (dir, written, connectivity): (&Path, &Written, Option<&Path>),
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
    if let Some(until) = &info.until {
        writeln!(out, "\nuntil {until}: {}", stopped(info, recording))?;
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
    let files = [&written.summary, &written.spikes, &written.traces].into_iter();
    let files: Vec<_> = files
        .chain(&written.raster)
        .map(PathBuf::as_path)
        .chain(connectivity)
        .chain(written.network.as_deref())
        .filter_map(|path| path.file_name())
        .map(|name| name.to_string_lossy())
        .collect();
    writeln!(out, "{} in {}", files.join(", "), dir.display())
}
