//! A feed-forward network with a readout, for a batch of inputs: spikes → dense → LIF → dense → leaky sums.
//!
//! `cargo run --release --example feedforward [device]`, with `auto`, `cpu`, `cpu:f64`, `reference`, an adapter's index or part of its
//! name.
//!
//! The layers have no delay, so a spike passes through all of them in the step it is fired in. Only rows of sources
//! that spike are read.

use neuropil::model::{LeakyRateReadout, Lif, SpikeSource};
use neuropil::network::{Connect, Initialiser, Network, PoissonSpikes, Population, Port, Record, Scheme};
use neuropil::units::Literal;
use neuropil::{Device, Simulation};

/// Items of the batch: each has Poisson spikes of its own.
const BATCH: u32 = 4;

fn network() -> Network {
    let mut net = Network::new(1.0.ms()).seed(1);
    net.add(Population::new("input", 100, SpikeSource::new()));
    net.stimulate(PoissonSpikes::new("input", 50.0.hz(), 1.0.mv()));
    net.add(Population::new("hidden", 64, Lif::new().tau(20.0.ms())).port("dense", Port::delta()));
    net.add(Population::new("output", 10, LeakyRateReadout::new().tau(20.0.ms())).port("dense", Port::sum()));
    let first = Initialiser::new(Scheme::KaimingNormal, 2.0.mv());
    net.connect("input", "hidden", "dense", Connect::all_to_all(), first, 0.0.ms());
    let second = Initialiser::new(Scheme::KaimingNormal, 1.0);
    net.connect("hidden", "output", "dense", Connect::all_to_all(), second, 0.0.ms());
    net.record(Record::new("output", ["r"]));
    net
}

fn main() -> anyhow::Result<()> {
    let device: Device = std::env::args().nth(1).as_deref().unwrap_or("auto").parse()?;
    let mut simulation = Simulation::with_batch(&network(), &device, BATCH)?;
    let recording = simulation.run(100.0.ms())?;

    for population in &recording.populations {
        let rate = recording.rate_hz(population, 0.0).unwrap_or(f64::NAN);
        println!("{}: {rate:.1} Hz", population.name);
    }
    let Some(r) = recording.trace("output", "r") else { anyhow::bail!("r is recorded") };
    let outputs = r.neurons.len();
    for (item, last) in r.values[r.values.len() - outputs * BATCH as usize..].chunks_exact(outputs).enumerate() {
        println!("item {item}, after 100 ms: {last:+.2?}");
    }
    Ok(())
}
