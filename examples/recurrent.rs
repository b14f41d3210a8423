//! Two recurrent cells, one on top of the other: a batch of sequences runs through both, and what they end with is read.
//!
//! `cargo run --release --example recurrent [device]`, with `auto`, `cpu`, `cpu:f64`, `reference`, an adapter's index or part of its
//! name.
//!
//! The weights are drawn here; trained ones come from a file (`neuropil::rnn::file`).

use anyhow::ensure;
use neuropil::rnn::{Activation, Gru, Lstm, Options};
use neuropil::{Backend, Device, Rnn};

const INPUTS: usize = 4;
const OUTPUTS: usize = 3;
/// Sequences that run side by side, and their steps.
const BATCH: usize = 2;
const STEPS: usize = 200;

/// `[STEPS, BATCH, INPUTS]`: sines, each input and each sequence with a frequency of its own.
fn input() -> Vec<f32> {
    let numbers = (0..STEPS * BATCH * INPUTS).map(|i| (i / (BATCH * INPUTS), i % (BATCH * INPUTS)));
    numbers.map(|(step, column)| (step as f32 * 0.05 * (column + 1) as f32).sin()).collect()
}

fn main() -> anyhow::Result<()> {
    let device: Device = std::env::args().nth(1).as_deref().unwrap_or("auto").parse()?;
    let backend = Backend::open(&device)?;
    let cells = [
        Lstm::new(INPUTS, 32).seed(1).build()?,
        Gru::new(32, OUTPUTS).activation(Activation::SoftSign).seed(2).build()?,
    ];
    let mut rnn = Rnn::new(&backend, &cells, BATCH, &Options::default())?;

    let x = input();
    let last = rnn.run_last(&x)?;
    for (item, h) in last.chunks_exact(OUTPUTS).enumerate() {
        println!("sequence {item}, after {STEPS} steps: {h:+.4?}");
    }
    // The state of the layer below, which stays where the cells run until it is asked for.
    let state = rnn.state()?;
    let largest = state[0].c.iter().fold(0.0, |largest: f64, c| largest.max(c.abs()));
    println!("the largest c of the {} below: {largest:.4}", cells[0].kind());

    // Half of the sequence, then the other half, is the sequence.
    rnn.reset_state()?;
    let (first, second) = x.split_at(x.len() / 2);
    rnn.step(first)?;
    let h = rnn.run(second)?.h;
    ensure!(h.ends_with(&last), "a run that is continued ends as the run in one piece");
    println!("continued after {} steps: the same, bit for bit", STEPS / 2);
    Ok(())
}
