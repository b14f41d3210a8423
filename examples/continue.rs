//! Run, look at the state, change it, continue; save it, try something, restore it.
//!
//! `cargo run --release --example continue [device]`, with `auto`, `cpu`, `cpu:f64`, `reference`, an adapter's index or part of its
//! name.

use anyhow::ensure;
use neuropil::model::{LifRef, Reset};
use neuropil::network::{Connect, Network, PoissonInput, Population, Port};
use neuropil::recording::Recording;
use neuropil::units::Literal;
use neuropil::{Device, Simulation};

/// Brunel's inhibition-dominated network (2000), a tenth of its size: 1,250 neurons that jump V of each other.
fn network() -> Network {
    let neuron = LifRef::new().tau(20.0.ms()).v_th(20.0.mv()).tau_ref(2.0.ms()).reset(Reset::Hard);
    let mut net = Network::new(0.1.ms()).seed(1);
    let exc = net.add(Population::new("exc", 1000, neuron.clone()).port("spikes", Port::delta()));
    let inh = net.add(Population::new("inh", 250, neuron).port("spikes", Port::delta()));
    for post in [&exc, &inh] {
        net.connect(&exc, post, "spikes", Connect::fixed_indegree(100), 0.2.mv(), 1.5.ms());
        net.connect(&inh, post, "spikes", Connect::fixed_indegree(25), (-1.0).mv(), 1.5.ms());
        net.stimulate(PoissonInput::new(post, 1000, 12.0.hz(), 0.1.mv()));
    }
    net
}

fn report(what: &str, recording: &Recording) {
    let rates = recording.populations.iter();
    let rates = rates.map(|population| {
        let rate = recording.rate_hz(population, 0.0).unwrap_or(f64::NAN);
        format!("{} {rate:.1} Hz", population.name)
    });
    println!("{what:<24} steps {:>5} to {:>5}: {}", recording.first_step, recording.end_step(), {
        rates.collect::<Vec<_>>().join(", ")
    });
}

fn main() -> anyhow::Result<()> {
    let device: Device = std::env::args().nth(1).as_deref().unwrap_or("auto").parse()?;
    let mut simulation = Simulation::new(&network(), &device)?;

    // A run returns what it recorded; the state stays on the device.
    let mut whole = simulation.run(100.0.ms())?;
    report("from the start", &whole);

    // Save: everything the next steps depend on, spikes under way and the step's number included.
    let saved = simulation.state()?;

    // Look: a variable by its name, one value for each neuron.
    let v = simulation.variable("exc", "v")?;
    println!("mean V of exc at 100 ms: {:.2} mV", v.iter().sum::<f64>() / v.len() as f64);

    // Change: half of the excitatory neurons are lifted to just below threshold. Then continue.
    let lifted: Vec<f64> = v.iter().enumerate().map(|(neuron, &v)| if neuron % 2 == 0 { 19.9 } else { v }).collect();
    simulation.set_variable("exc", "v", &lifted)?;
    report("continued after a kick", &simulation.run(20.0.ms())?);

    // Restore: back to 100 ms, as if nothing had happened.
    simulation.restore(&saved)?;
    let continued = simulation.run(100.0.ms())?;
    report("continued without", &continued);

    // Two runs that continue each other are one run: the same spikes, bit for bit.
    whole.append(continued)?;
    let at_once = Simulation::new(&network(), &device)?.run(200.0.ms())?;
    println!("in two runs {}…, at once {}…", &whole.spike_hash()[..16], &at_once.spike_hash()[..16]);
    ensure!(whole.spike_hash() == at_once.spike_hash(), "the spikes differ");
    Ok(())
}
