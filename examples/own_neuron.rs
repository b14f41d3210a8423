//! A neuron of one's own, in WGSL: Izhikevich's model, run through the same path as the built-in ones.
//!
//! `cargo run --release --example own_neuron`
//!
//! The model is `own_neuron.wgsl` beside this file; read that first, it explains what a model file must have. This
//! program gives a row of such neurons a current each, counts their spikes, and holds the counts against a fine
//! integration of the equations. The same file works from the command line: see `networks/izhikevich.toml`.
//!
//! It needs a device (Mesa's software driver is one): a user's model exists in WGSL only, so the CPU engine and
//! the reference, which are written in Rust, do not know it.

use anyhow::{Context, ensure};
use neuropil::network::{Current, Network, Neuron, Population, Record};
use neuropil::units::{Literal, Quantity};
use neuropil::{Device, Simulation};

/// The model's text, kept in the program. `Neuron::file("own_neuron.wgsl")` would read it at run time.
const MODEL: &str = include_str!("own_neuron.wgsl");

/// [mA] with the model's gain of 1 ohm/ms, the paper's dimensionless I.
const CURRENTS: [f64; 7] = [0.0, 3.0, 4.0, 5.0, 6.0, 10.0, 14.0];
/// Spikes of a regular spiking neuron in the first second of each current, from rest: forward Euler, dt = 1 µs, f64.
const SPIKES: [usize; 7] = [0, 1, 8, 11, 14, 23, 32];

fn main() -> anyhow::Result<()> {
    let mut net = Network::new(0.1.ms()).duration(1.0.s());

    // Parameters that are not named keep the defaults of the WGSL file: those of a regular spiking neuron.
    let regular = net.add(Population::new("regular", CURRENTS.len() as u32, Neuron::source("own_neuron", MODEL)));

    // Another cell of the paper is other numbers. A quantity that Rust has no type for is read from text; its
    // dimension is checked against the WGSL file's when the network is lowered.
    let d = Quantity::parse("2 mV/ms").map_err(anyhow::Error::msg)?;
    let neuron = Neuron::source("own_neuron", MODEL).param("c", (-50.0).mv()).param("d", d);
    let chattering = net.add(Population::new("chattering", 1, neuron));

    net.stimulate(Current::new(&regular, CURRENTS.map(|current| current.ma()).to_vec()));
    net.stimulate(Current::new(&chattering, 10.0.ma()));
    net.record(Record::new(&regular, ["v", "u"]).every(1.0.ms()).neurons([0]));

    // A mistake in the WGSL would be an error here, with the line of the model file quoted.
    let mut simulation = Simulation::new(&net, &Device::Auto).context("a user's model runs on a device only")?;
    let recording = simulation.run(1.0.s())?;

    let spikes = &recording.population("regular").context("it is in the network")?.spikes;
    let times = |neuron: u32| -> Vec<f64> {
        let own = spikes.iter().filter(|&(_, _, index)| index == neuron);
        own.map(|(step, _, _)| f64::from(step) * recording.dt_ms).collect()
    };

    println!("regular spiking: spikes in the first second of a current");
    for (neuron, (current, expected)) in CURRENTS.into_iter().zip(SPIKES).enumerate() {
        let times = times(neuron as u32);
        let first: Vec<_> = times.iter().take(4).map(|time| format!("{time:.1}")).collect();
        let first = if first.is_empty() { "never".to_owned() } else { format!("at {} ms …", first.join(", ")) };
        println!("{current:>5} mA  {:>3}   {first}", times.len());
        // Below 3.8 mA rest is stable (the Hopf bifurcation at v = −62.25 mV): one spike at the onset, then silence.
        ensure!(times.len() == expected, "{current} mA: {} spikes, the equations give {expected}", times.len());
    }

    // "A few spikes with short interspike period, and then the period increases": spike-frequency adaptation.
    let strong = times(5);
    let intervals: Vec<f64> = strong.windows(2).map(|pair| pair[1] - pair[0]).collect();
    let (first, last) = (intervals[0], intervals[intervals.len() - 1]);
    println!("at 10 mA the interval grows from {first:.1} to {last:.1} ms");
    ensure!(last > 2.0 * first, "the intervals do not grow: {intervals:?}");

    // Without input the equations have a fixed point at exactly v = −70 mV, u = −14 mV/ms.
    let at_rest = recording.trace("regular", "v").context("it is recorded")?;
    let farthest = at_rest.values.iter().map(|v| (v + 70.0).abs()).fold(0.0, f32::max);
    println!("without current v stays at −70 mV within {farthest:.1e} mV");
    ensure!(farthest < 1e-3, "the resting potential drifts by {farthest} mV");

    let bursts = &recording.population("chattering").context("it is in the network")?.spikes;
    let short = bursts.step.windows(2).filter(|pair| f64::from(pair[1] - pair[0]) * recording.dt_ms < 10.0).count();
    println!("chattering: {} spikes, {short} of the intervals shorter than 10 ms", bursts.len());
    ensure!(2 * short > bursts.len(), "the chattering neuron does not burst");
    Ok(())
}
