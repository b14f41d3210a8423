//! The conductance-based network of Vogels and Abbott (2005), benchmark 1 of Brette et al. (2007), built in Rust.
//!
//! `cargo run --release --example coba [device]`, with `auto`, `cpu`, `cpu:f64`, `reference`, an adapter's index or part of its
//! name.
//!
//! It says what `networks/coba.toml` says, in the same words, with units that the compiler checks: `tau(20.0.mv())`
//! does not compile.

use neuropil::model::{LifRef, Reset};
use neuropil::network::{Connect, Network, Population, Port, Record, normal};
use neuropil::units::Literal;
use neuropil::{Device, Simulation};

/// The network of `networks/coba.toml`; a test holds the two against each other.
pub fn network() -> Network {
    let neuron = LifRef::new()
        .tau(20.0.ms())
        .r(100.0.megaohm())
        .v_rest((-60.0).mv())
        .v_reset((-60.0).mv())
        .v_th((-50.0).mv())
        .tau_ref(5.0.ms())
        .reset(Reset::Hard);
    let population = |name: &str, size| {
        Population::new(name, size, neuron.clone())
            .port("ampa", Port::expon(5.0.ms()).coba(0.0.mv()))
            .port("gaba", Port::expon(10.0.ms()).coba((-80.0).mv()))
            // The first kick: conductances as in the midst of activity. After it the network keeps itself going.
            .init("v", normal((-65.0).mv(), 5.0.mv()))
            .init("ampa.g", normal(24.0.nanosiemens(), 9.0.nanosiemens()))
            .init("gaba.g", normal(134.0.nanosiemens(), 80.4.nanosiemens()))
    };

    let mut net = Network::new(0.1.ms()).seed(42).duration(1.0.s());
    let exc = net.add(population("exc", 3200));
    let inh = net.add(population("inh", 800));
    for (pre, port, weight) in [(&exc, "ampa", 6.0.nanosiemens()), (&inh, "gaba", 67.0.nanosiemens())] {
        for post in [&exc, &inh] {
            net.connect(pre, post, port, Connect::pairwise_bernoulli(0.02), weight, 0.1.ms());
        }
    }
    net
}

fn main() -> anyhow::Result<()> {
    let device: Device = std::env::args().nth(1).as_deref().unwrap_or("auto").parse()?;
    let mut network = network();
    network.record(Record::new("exc", ["v"]).every(1.0.ms()).neurons([0, 1, 2]));
    let mut simulation = Simulation::new(&network, &device)?;
    println!("{}", simulation.plan());

    let recording = simulation.run(1.0.s())?;
    for population in &recording.populations {
        // The first 200 ms still show the kick.
        let rate = recording.rate_hz(population, 200.0).unwrap_or(f64::NAN);
        let cv = recording.cv_isi(population, 200.0).unwrap_or(f64::NAN);
        println!("{}: {rate:.2} Hz, CV of intervals {cv:.2}", population.name);
    }
    if let Some(v) = recording.trace("exc", "v") {
        println!("V of neurons {:?} after the last millisecond: {:.1?} mV", v.neurons, &v.values[v.values.len() - 3..]);
    }
    println!("spike hash {}", recording.spike_hash());
    Ok(())
}
