//! The host in the loop: each millisecond it counts spikes, looks at some neurons, and sets a current that holds the population's rate.
//!
//! `cargo run --release --example closed_loop [device]`, with `auto`, `cpu`, `cpu:f64`, `reference`, an adapter's index or part of its
//! name.

use neuropil::model::{LifRef, Reset};
use neuropil::network::{Connect, Current, Network, PoissonInput, Population, Port};
use neuropil::units::Literal;
use neuropil::{Backend, Device, Simulation};
use std::time::{Duration, Instant};

/// 500 neurons that jump V of each other; the current `drive` acts on the excitatory ones.
pub fn network() -> Network {
    let neuron = LifRef::new().tau(20.0.ms()).r(100.0.megaohm()).v_th(20.0.mv()).tau_ref(2.0.ms()).reset(Reset::Hard);
    let mut net = Network::new(0.1.ms()).seed(1);
    let exc = net.add(Population::new("exc", 400, neuron.clone()).port("spikes", Port::delta()));
    let inh = net.add(Population::new("inh", 100, neuron).port("spikes", Port::delta()));
    for post in [&exc, &inh] {
        net.connect(&exc, post, "spikes", Connect::fixed_indegree(40), 0.1.mv(), 1.5.ms());
        net.connect(&inh, post, "spikes", Connect::fixed_indegree(10), (-0.5).mv(), 1.5.ms());
        net.stimulate(PoissonInput::new(post, 100, 6.0.hz(), 1.0.mv()));
    }
    net.stimulate(Current::new(&exc, 0.0.pa()).name("drive"));
    net
}

/// A controller with a proportional and an integral part.
pub struct Controller {
    /// \[Hz\] The rate to hold.
    pub target: f64,
    /// \[Hz\] The rate, smoothed over some 20 ms.
    pub rate: f64,
    /// \[pA\] The integral part.
    integral: f64,
}

impl Controller {
    /// One that holds this rate \[Hz\].
    pub fn new(target: f64) -> Self {
        Self { target, rate: 0.0, integral: 0.0 }
    }

    /// The current \[pA\] for the next millisecond, after one with this rate \[Hz\].
    pub fn current(&mut self, rate: f64) -> f64 {
        self.rate += (rate - self.rate) / 20.0;
        let missing = self.target - self.rate;
        self.integral += 0.05 * missing;
        missing + self.integral
    }
}

/// What the parts of the turns took.
#[derive(Default)]
pub struct Cost {
    /// Setting the current.
    pub set: Duration,
    /// The network's steps.
    pub run: Duration,
    /// Reading V.
    pub read: Duration,
}

/// One turn: a millisecond of the network, a look at three neurons, and another current. Returns the rate \[Hz\] and V \[mV\] of the three.
pub fn turn(
    simulation: &mut Simulation,
    controller: &mut Controller,
    cost: &mut Cost,
) -> neuropil::Result<(f64, Vec<f64>)> {
    let start = Instant::now();
    let recording = simulation.run(1.0.ms())?;
    let ran = Instant::now();
    // A count, for the recording is of this millisecond alone; and V of three neurons, for which nothing else comes from the device.
    let rate = recording.rate_hz(&recording.populations[0], 0.0).unwrap_or(0.0);
    let v = simulation.read("exc", "v", 0, [0, 1, 2])?;
    let read = Instant::now();
    simulation.set("stimulus[drive].value", controller.current(rate).pa())?;
    cost.run += ran - start;
    cost.read += read - ran;
    cost.set += read.elapsed();
    Ok((rate, v))
}

fn main() -> anyhow::Result<()> {
    let device: Device = std::env::args().nth(1).as_deref().unwrap_or("auto").parse()?;
    let (net, backend) = (network(), Backend::open(&device)?);
    let mut simulation = Simulation::on(&net, &backend)?;
    let mut controller = Controller::new(20.0);

    // The first time a value is set its kernel is compiled anew, to read it; from then on it is written where it stands.
    let start = Instant::now();
    simulation.set("stimulus[drive].value", 50.0.pa())?;
    println!("set for the first time: {:.1} ms", 1e3 * start.elapsed().as_secs_f64());

    let (turns, mut cost, mut mean) = (1000, Cost::default(), 0.0);
    for ms in 1..=turns {
        if ms == turns / 2 + 1 {
            controller.target = 40.0;
        }
        let (rate, v) = turn(&mut simulation, &mut controller, &mut cost)?;
        mean += rate / 100.0;
        if ms % 100 == 0 {
            let target = controller.target;
            println!("{ms:>5} ms: {mean:>5.1} Hz in 100 ms, of {target}; V of three neurons {v:.1?} mV");
            mean = 0.0;
        }
    }
    let of_turn = |took: Duration| 1e6 * took.as_secs_f64() / f64::from(turns);
    let Cost { set, run, read } = cost;
    println!(
        "a turn of 1 ms took {:.0} µs: {:.0} to run, {:.0} to read, {:.0} to set",
        of_turn(set + run + read),
        of_turn(run),
        of_turn(read),
        of_turn(set),
    );

    let mut alone = Simulation::on(&net, &backend)?;
    alone.run(100.0.ms())?;
    let start = Instant::now();
    alone.run(f64::from(turns).ms())?;
    println!("a millisecond of one long run took {:.0} µs", of_turn(start.elapsed()));
    Ok(())
}
