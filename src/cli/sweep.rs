//! `neuropil sweep`: a network file with many values and seeds becomes a table of rates, irregularities and hashes, and a picture.

mod batches;
mod items;
mod values;

use super::backend;
use super::how::{How, Running};
use super::progress::{building, drawing, rate};
use super::report::warn;
use super::run::{name, steps};
use batches::Batches;
use clap::{Args, ValueEnum};
use items::Items;
use neuropil::network::NetworkFile;
use neuropil::output::sweep::{Asked, Keep, SweepFolder};
use neuropil::output::{Inputs, NetworkText};
use neuropil::plan::Plan;
use neuropil::sim::Arithmetic;
use neuropil::{Backend, cpu};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::{Instant, SystemTime};
use values::{Seeds, Varied};

/// What to vary, and how to run it.
#[derive(Debug, Args)]
pub struct Options {
    /// The network file
    file: PathBuf,
    /// Values of the network, one after the other: N from A to B, both included, as 'projection[exc->inh.ampa].weight=1 nS..3 nS/21', on a
    /// logarithmic scale with ` log` behind it; a list, as 'dt=[0.1 ms, 0.05 ms]'; or one. Several paths, with commas between them, change
    /// together. Can be given often: then all combinations are run, the last changing fastest
    #[arg(long, value_name = "PATH=VALUES")]
    set: Vec<Varied>,
    /// Not all combinations: the first value of each --set together, then the second of each
    #[arg(long)]
    zip: bool,
    /// Seeds with which each combination is run: 0..20 is 0 to 19, [1, 5] a list, or one; of noise and initial values, synapses stay those
    /// of the file [default: the file's seed]
    #[arg(long, value_name = "SEEDS", allow_hyphen_values = true)]
    seeds: Option<Seeds>,
    /// What is kept of each item beside its line, in a folder of its own
    #[arg(long, value_name = "WHAT", value_delimiter = ',')]
    keep: Vec<Kept>,
    #[command(flatten)]
    running: Running,
    #[command(flatten)]
    how: How,
    /// Folder for the results; a sweep that was interrupted there goes on [default: out/ and the file's name, with -sweep]
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
}

/// What can be kept of an item.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Kept {
    /// spikes.npz
    Spikes,
    /// traces.npz
    Traces,
}

fn keep(options: &Options) -> Keep {
    Keep { spikes: options.keep.contains(&Kept::Spikes), traces: options.keep.contains(&Kept::Traces) }
}

/// Runs all items that are not done, and says what they came to.
pub fn sweep(options: &Options, out: &mut impl Write) -> anyhow::Result<()> {
    let (date, started) = (SystemTime::now(), Instant::now());
    let file = NetworkFile::read(&options.file)?;
    let text = NetworkText { path: file.path.clone(), text: file.text.clone() };
    let items = Items::new(options, file)?;
    let first = items.file(0)?;
    let (files, own) = items.check()?;
    let inputs = Inputs::watch(&files);
    let backend = backend::open(&options.how.device, Some(&first.network))?;
    warn(&first.warnings());
    let (plan, from_ms) = lower_first(options, &items, &first, &backend)?;
    let populations: Vec<_> = plan.populations.iter().map(|population| population.name.clone()).collect();
    let name = name(&options.file);
    let dir = options.out.clone().unwrap_or_else(|| Path::new("out").join(format!("{name}-sweep")));
    let asked = Asked {
        started: Some(date),
        command: Some(std::env::args_os().map(|word| word.to_string_lossy().into_owned()).collect()),
        device: backend::describe(&backend),
        network: name.clone(),
        file: Some(text),
        inputs: inputs.hashed()?,
        grid: items.grid.clone(),
        stops: first.network.until.is_some(),
        duration: options.running.lasting.duration.as_ref().map(ToString::to_string),
        from_ms,
        keep: keep(options),
        numbers: numbers(&backend, options.how.arithmetic, own),
        allow_nonfinite: options.running.allow_nonfinite,
    };
    let folder = SweepFolder::begin(&dir, &asked, &populations)?;
    let before = folder.table.done().len();
    let neurons: u64 = plan.populations.iter().map(|population| u64::from(population.size)).sum();
    let synapses = plan.synapse_count();
    // The synapses of the first item need not be held beside those of a batch.
    drop(plan);

    let running = Instant::now();
    let folder = Batches::new(&items, options, &backend, (folder, from_ms, inputs)).run()?;
    let run_s = running.elapsed().as_secs_f64();
    let failed = folder.table.done().values().filter(|line| line.outcome.is_err()).count();
    let files = folder.finish(&name, &populations)?;
    let all = items.len();
    let seeds = items.grid.seeds.len();
    writeln!(
        out,
        "{name}: {} with {} of {neurons} neurons, {synapses} synapses, on {} ({})",
        counted(all / seeds, "combination"),
        counted(seeds, "seed"),
        asked.device.name,
        asked.device.backend
    )?;
    if before > 0 {
        writeln!(out, "{before} of {all} items were done before")?;
    }
    let build_s = started.elapsed().as_secs_f64() - run_s;
    let per_second = rate((all - before) as f64 / run_s);
    writeln!(
        out,
        "prepared in {build_s:.2} s, ran {} in {run_s:.2} s: {per_second} a second",
        counted(all - before, "item")
    )?;
    let files: Vec<_> = files.iter().filter_map(|path| path.file_name()).map(|name| name.to_string_lossy()).collect();
    writeln!(out, "{} in {}", files.join(", "), dir.display())?;
    out.flush()?;
    if failed > 0 {
        let table = dir.join("sweep.csv");
        anyhow::bail!(
            "{failed} of {} failed: {} has the reasons, in the column `error`",
            counted(all, "item"),
            table.display()
        );
    }
    Ok(())
}

/// All of the first item is checked before anything runs. Its plan, and when figures begin \[ms\].
fn lower_first(options: &Options, items: &Items, file: &NetworkFile, backend: &Backend) -> anyhow::Result<(Plan, f64)> {
    let spinner = building("the first network");
    let lower = options.how.lower(backend.lower_options(1), drawing(&spinner));
    let plan = Plan::lower(&file.network, &options.running.lower(lower));
    let plan =
        plan.map_err(|error| options.running.lasting.own(error).unwrap_or_else(|other| items.locate(0, other)))?;
    let steps = steps(&plan, file)?;
    plan.check_traces(steps)?;
    spinner.finish_and_clear();
    let from_ms = options.running.figures_begin(f64::from(steps) * plan.dt_ms)?;
    Ok((plan, from_ms))
}

/// What spikes depend on beside the network: all that is portable computes the same in f32, but a user's `own` model may call what is
/// not.
fn numbers(backend: &Backend, arithmetic: Arithmetic, own: bool) -> String {
    match (backend, arithmetic) {
        (Backend::Gpu(gpu), Arithmetic::Fast) => {
            format!("f32, fast on {} ({})", gpu.info().name, gpu.info().driver_text())
        }
        (Backend::Gpu(gpu), Arithmetic::Portable) if own => {
            format!("f32, of a model in WGSL on {} ({})", gpu.info().name, gpu.info().driver_text())
        }
        (Backend::Gpu(_), Arithmetic::Portable) | (Backend::Cpu { precision: cpu::Precision::F32, .. }, _) => {
            "f32".to_owned()
        }
        (Backend::Cpu { precision: cpu::Precision::F64, .. }, _) => "f64".to_owned(),
        (Backend::Reference, _) => "reference".to_owned(),
    }
}

/// A number of things in words.
fn counted(count: usize, what: &str) -> String {
    if count == 1 { format!("1 {what}") } else { format!("{count} {what}s") }
}
