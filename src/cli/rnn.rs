//! `neuropil rnn`: recurrent cells with weights from a file, over a sequence from a file; what they give becomes arrays.

use super::backend;
use super::progress::{Progress, building, rate};
use clap::{Args, ValueEnum};
use neuropil::npy::NpyFile;
use neuropil::output::{DeviceInfo, Sequences};
use neuropil::rnn::{Activation, Cell, CellKind, Options as RnnOptions, Stored, file};
use neuropil::sim::Arithmetic;
use neuropil::{Device, Error, Rnn};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::time::Instant;

/// What to run, and on what.
#[derive(Debug, Args)]
pub struct Options {
    #[arg(help = cells())]
    cell: CellKind,
    /// The weights, in neuropil's own layout or in PyTorch's; h0 and c0 in it are the initial state
    #[arg(long, value_name = "FILE.safetensors")]
    weights: PathBuf,
    /// The input, an array [T, batch, n_in] of float32 or float64
    #[arg(long, value_name = "FILE.npy")]
    input: PathBuf,
    /// Folder for h.npy and c.npy, arrays [T, batch, n_out] of float32
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    /// The cell's activation function, instead of its own: tanh, relu, sigmoid, …
    #[arg(long, value_name = "NAME")]
    activation: Option<Activation>,
    /// When a GRU's reset acts: before the product, or after it as in PyTorch and cuDNN [default: before]
    #[arg(long, value_name = "WHEN")]
    reset: Option<Reset>,
    /// auto (a GPU, else cpu), cpu, reference (the oracle, in 64 bits), an adapter's index, or part of its name
    #[arg(long, value_name = "DEVICE", default_value = "auto")]
    device: Device,
    /// How a device computes: portable (the same bits on every device) or fast (last bits are the driver's)
    #[arg(long, value_name = "HOW", default_value_t)]
    arithmetic: Arithmetic,
    /// Keep weights in 16 bits, on adapters that have them
    #[arg(long)]
    f16: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Reset {
    Before,
    After,
}

/// The names of all cells, for the help.
fn cells() -> String {
    let [others @ .., last] = CellKind::ALL.map(|kind| kind.definition().name);
    format!("{} or {last}", others.join(", "))
}

/// Runs cells over a sequence and writes what they gave.
pub fn rnn(options: &Options, out: &mut impl Write) -> anyhow::Result<()> {
    let started = Instant::now();
    let spinner = building("the cells");
    let stored = file::read(&options.weights, kind(options)?)?;
    let input = NpyFile::open(&options.input)?;
    let [steps, batch] = sizes(options, &stored, input.shape())?;
    let states = stored.states(batch)?;
    let x = input.finite_f32()?;
    let backend = backend::open(&options.device, None)?;
    let cells = stored.into_cells(options.activation)?;
    let settings =
        RnnOptions { f16: options.f16, arithmetic: options.arithmetic, every_c: true, ..RnnOptions::default() };
    let mut rnn = Rnn::new(&backend, &cells, batch, &settings)?;
    let (n_out, has_c) = (last(&rnn).n_out(), last(&rnn).definition().has_c);
    // Not to find out after an hour that there is no room for what it brought.
    let mut files = Sequences::create(&options.out, [steps, batch, n_out], has_c)?;
    rnn.set_state(&states)?;
    // Their weights are held once.
    drop(cells);
    spinner.finish_and_clear();
    let build_s = started.elapsed().as_secs_f64();

    let running = Instant::now();
    let mut progress = Progress::of_steps(steps as u64);
    let ran = rnn.run_chunks(&x, &mut |chunk| {
        files.write(chunk.h, chunk.c)?;
        progress.at((chunk.first + chunk.steps) as u64);
        Ok(())
    });
    progress.finish();
    ran?;
    let written = files.finish()?;
    let times = Times { build_s, run_s: running.elapsed().as_secs_f64() };
    let device = backend::describe(&backend);
    Ok(print(out, &rnn, steps, &device, &times, (&options.out, &written))?)
}

/// There is one: a stack is not empty.
fn last(rnn: &Rnn) -> &Cell {
    rnn.cells()[rnn.cells().len() - 1]
}

/// The cell, with the reset that was chosen.
fn kind(options: &Options) -> Result<CellKind, Error> {
    match (options.cell, options.reset) {
        (CellKind::Gru, Some(Reset::After)) => Ok(CellKind::GruAfter),
        (kind, None) | (kind @ CellKind::Gru, Some(Reset::Before)) => Ok(kind),
        (kind, Some(_)) => {
            let problem = format!("the cell {kind} has no reset to choose");
            Err(Error::request("--reset", problem, format!("with the cell {} only", CellKind::Gru)))
        }
    }
}

/// Steps and batch of the input.
fn sizes(options: &Options, stored: &Stored, shape: &[usize]) -> Result<[usize; 2], Error> {
    let n_in = stored.layers.first().map_or(0, |layer| layer.n_in);
    match *shape {
        [steps, batch, width] if width == n_in && batch > 0 => Ok([steps, batch]),
        _ => Err(Error::Data {
            path: options.input.clone(),
            problem: format!("its shape is {shape:?}"),
            legal: format!(
                "[T, batch, {n_in}] with a batch of at least 1, for {} has {n_in} {}",
                options.weights.display(),
                plural(n_in, "input")
            ),
        }),
    }
}

fn plural(count: usize, word: &str) -> String {
    if count == 1 { word.to_owned() } else { format!("{word}s") }
}

/// \[s\] Wall-clock times.
struct Times {
    /// Until all was ready to run.
    build_s: f64,
    /// Of all steps, with the writing of what they gave.
    run_s: f64,
}

fn print(
    out: &mut impl Write,
    rnn: &Rnn,
    steps: usize,
    device: &DeviceInfo,
    times: &Times,
    (dir, written): (&Path, &[PathBuf]),
) -> io::Result<()> {
    let (layers, first) = (rnn.cells().len(), rnn.cells()[0]);
    let count = |count: usize, word: &str| format!("{count} {}", plural(count, word));
    writeln!(
        out,
        "{}, {}: {}, {}, {}, batch {}, {} on {} ({})",
        first.kind(),
        first.activation(),
        count(layers, "layer"),
        count(first.n_in(), "input"),
        count(last(rnn).n_out(), "unit"),
        rnn.batch(),
        count(steps, "step"),
        device.name,
        device.backend,
    )?;
    writeln!(out)?;
    write!(out, "built in {:.2} s, ran in {:.2} s", times.build_s, times.run_s)?;
    if steps > 0 {
        write!(out, ": {} steps a second", rate(steps as f64 / times.run_s))?;
    }
    writeln!(out)?;
    let files: Vec<_> = written.iter().filter_map(|path| path.file_name()).map(|name| name.to_string_lossy()).collect();
    writeln!(out, "{} in {}", files.join(", "), dir.display())
}
