//! Stimuli on each engine: their statistics, and the same numbers as the reference. All bounds stand here.
//!
//! A `spike_source` keeps the sum of its step's events in `v`, so that its recorded `v` is what was drawn.

mod counts;
mod last_word;
mod refusals;
mod white_noise;

use crate::device::{backends, engines, name};
use crate::tolerances::{SIGMAS, SOURCE_VALUES};
use neuropil::network::{
    Array, Connect, Network, NetworkFile, Neuron, PoissonEncoder, PoissonInput, PoissonSpikes, Population, Port,
    Record, SpikeTimes, Stimulus, StimulusModel,
};
use neuropil::plan::Plan;
use neuropil::recording::Recording;
use neuropil::sim::EngineOptions;
use neuropil::units::Literal;
use neuropil::{Backend, Simulation};
use std::sync::Arc;

fn reference() -> Backend {
    Backend::Reference
}

fn simulation(network: &Network, backend: &Backend, batch: u32) -> Simulation {
    let plan = Plan::lower(network, &backend.lower_options(batch)).unwrap();
    Simulation::of_plan(Arc::new(plan), backend, &EngineOptions::default()).unwrap()
}

fn run(network: &Network, backend: &Backend, steps: u32) -> Recording {
    simulation(network, backend, 1).run_steps(steps, &mut |_| ()).unwrap()
}

/// Sources that never fire, with their `v` recorded in each step.
fn counters(name: &str, size: u32) -> Population {
    Population::new(name, size, Neuron::from("spike_source").param("v_th", 1e30.mv()))
}

/// A neuron whose `v` is in each step the current, in mV for mA, but for e^−20.
fn meters(name: &str, size: u32) -> Population {
    Population::new(name, size, Neuron::from("lif").param("tau", 0.005.ms()).param("v_th", 1e30.mv()))
}

#[test]
fn no_source_of_rate_0_ever_fires() {
    for engine in engines() {
        let size = 34_000;
        let mut net = Network::new(0.1.ms()).seed(1);
        let sources = net.add(Population::new("sources", size, "spike_source"));
        // One rate for each: a compiler would leave out what it knows to be never.
        let rates = || vec![0.0.hz(); size as usize];
        net.stimulate(PoissonSpikes::new(&sources, rates(), 1.0.mv()));
        net.stimulate(PoissonEncoder::new(&sources, rates(), 1.0.mv()));
        net.stimulate(PoissonInput::new(&sources, 10, rates(), 1.0.mv()));
        let recording = run(&net, &engine, 1000);
        assert!(recording.populations[0].spikes.is_empty(), "102 million draws");
        // A source of 1 Hz beside them does fire.
        net.stimulate(PoissonSpikes::new(&sources, 1.0.hz(), 1.0.mv()));
        let spikes = run(&net, &engine, 100).populations[0].spikes.len() as f64;
        let expected = f64::from(size) * 1e-2;
        assert!((spikes - expected).abs() < SIGMAS * expected.sqrt(), "{spikes} spikes, expected {expected}");
    }
}

const EVERYTHING: &str = r#"
dt = "0.1 ms"
seed = 7
[[population]]
name = "events"
size = 40
model = "spike_source"
[[population]]
name = "more"
size = 5
model = "spike_source"
[[population]]
name = "driven"
size = 40
model = "lif"
params = { v_th = "1000 mV" }
[[stimulus]]
kind = "poisson_spikes"
target = "events"
rate = { uniform = ["0 Hz", "9000 Hz"] }
weight = "0.5 mV"
[[stimulus]]
kind = "poisson_spikes"
target = "events"
neurons = [7, 3, 5]
rate = { values = [10000, 5000, 1], unit = "Hz" }
weight = { values = [1, 2, 4], unit = "mV" }
[[stimulus]]
kind = "poisson_encoder"
target = "events"
neurons = [2, 1]
rates = { values = [[0, 10], [10, 5], [5, 0], [3, 3]], unit = "kHz" }
weight = "8 mV"
[[stimulus]]
kind = "poisson_encoder"
target = "more"
rates = { values = [10, 0, 5, 2, 10], unit = "kHz" }
weight = "1 mV"
[[stimulus]]
kind = "poisson_encoder"
target = "events"
rate = { uniform = ["0 Hz", "9000 Hz"] }
weight = "16 mV"
[[stimulus]]
kind = "spike_times"
target = "events"
neurons = [0, 0, 39]
times = { values = [0.1, 0.3, 0.2], unit = "ms" }
weight = "32 mV"
[[stimulus]]
kind = "poisson_input"
target = "events"
neurons = [4, 4, 9]
sources = 100
rate = "500 Hz"
weight = "64 mV"
[[stimulus]]
kind = "current_step"
target = "driven"
amplitude = "1 mA"
start = "1 ms"
stop = { uniform = ["1 ms", "9 ms"] }
[[stimulus]]
kind = "current_ramp"
target = "driven"
at_start = "-1 mA"
at_stop = { uniform = ["-2 mA", "2 mA"] }
start = "2 ms"
stop = "15 ms"
[[stimulus]]
kind = "current_sine"
target = "driven"
neurons = [0, 2, 4]
amplitude = "1 mA"
frequency = { values = [50, 120, 0], unit = "Hz" }
phase = 1.5
offset = "0.5 mA"
[[stimulus]]
kind = "ornstein_uhlenbeck"
target = "driven"
mean = "0.5 mA"
sigma = "1 mA"
tau = "3 ms"
[[stimulus]]
kind = "ornstein_uhlenbeck"
target = "driven"
neurons = [1, 2]
sigma = { values = [0.5, 1], unit = "mA" }
tau = "1 ms"
[[record]]
population = "events"
what = ["spikes", "v"]
[[record]]
population = "more"
what = ["spikes", "v"]
[[record]]
population = "driven"
what = ["v", "ornstein_uhlenbeck.x", "ornstein_uhlenbeck2.x"]
"#;

fn everything() -> Network {
    NetworkFile::parse(EVERYTHING, "everything.toml").unwrap().network
}

#[test]
fn each_engine_draws_what_the_reference_draws() {
    let network = everything();
    let on = |backend: &Backend| simulation(&network, backend, 2).run_steps(333, &mut |_| ()).unwrap();
    let expected = on(&reference());
    for engine in engines() {
        let found = on(&engine);
        assert_eq!(found.populations, expected.populations);
        for (found, expected) in found.traces.iter().zip(&expected.traces) {
            let exact = expected.population != "driven";
            assert!(expected.values.iter().any(|value| *value != 0.0), "{} says something", expected.variable);
            for (index, (found, value)) in found.values.iter().zip(&expected.values).enumerate() {
                let close = if exact { found == value } else { (found - value).abs() < SOURCE_VALUES };
                let place = format!("{} {} on {}", expected.population, expected.variable, name(&engine));
                assert!(close, "{place}, value {index}: {found}, expected {value}");
            }
        }
    }
}

#[test]
fn a_stimulus_of_some_neurons_leaves_the_others_alone() {
    let recording = run(&everything(), &reference(), 50);
    let trace = recording.trace("driven", "ornstein_uhlenbeck2.x").unwrap();
    for (index, value) in trace.values.iter().enumerate() {
        assert_eq!(*value != 0.0, [1, 2].contains(&(index % 40)), "neuron {}", index % 40);
    }
    // Neuron 7 gets an event of 1 mV in each step, neuron 1 one of 8 mV in the first, neuron 2 in the second.
    let events = recording.trace("events", "v").unwrap();
    assert!(events.values.chunks(40).all(|step| step[7] as u32 & 1 == 1));
    let eights = [1, 2, 42].map(|at| events.values[at] as u32 & 8);
    assert_eq!(eights, [8, 0, 8]);
}

#[test]
fn each_of_some_neurons_gets_its_own_weight() {
    let weights = || Array::inline(vec![1.0, 2.0, 4.0], &[3], "mV").unwrap();
    let (certain, some) = (10_000.0.hz(), [3, 0, 2]);
    let rates = Array::inline(vec![10.0; 3], &[3], "kHz").unwrap();
    let stimuli: [Stimulus; 4] = [
        PoissonSpikes::new("cells", certain, weights()).neurons(some).into(),
        PoissonEncoder::new("cells", certain, weights()).neurons(some).into(),
        PoissonEncoder::trace("cells", rates, weights()).neurons(some).into(),
        PoissonInput::new("cells", 1, certain, weights()).neurons(some).into(),
    ];
    for stimulus in stimuli {
        let mut net = Network::new(0.1.ms());
        let cells = net.add(counters("cells", 4));
        net.stimulate(stimulus);
        net.record(Record::new(&cells, ["v"]));
        for backend in backends() {
            assert_eq!(run(&net, &backend, 3).traces[0].values, [2.0, 0.0, 4.0, 1.0].repeat(3), "{:?}", net.stimuli[0]);
        }
    }
}

#[test]
fn spikes_of_sources_arrive_in_their_own_step() {
    let mut net = Network::new(0.1.ms());
    let (from, to) = (
        net.add(Population::new("from", 4, "spike_source")),
        net.add(Population::new("to", 4, "spike_source").port("in", Port::delta())),
    );
    net.connect(&from, &to, "in", Connect::one_to_one(), 1.0.mv(), 0.0.ms());
    let given = [(0, 2, 1), (1, 3, 1), (0, 5, 1), (3, 5, 1)];
    net.stimulate(SpikeTimes::new(
        &from,
        given.map(|(neuron, step, _)| (neuron, (f64::from(step) * 0.1).ms())),
        1.0.mv(),
    ));
    for backend in backends() {
        let recording = run(&net, &backend, 10);
        let found: Vec<_> = recording.populations[0].spikes.iter().collect();
        assert_eq!(found, [(2, 0, 0), (3, 0, 1), (5, 0, 0), (5, 0, 3)]);
        assert_eq!(recording.populations[1].spikes, recording.populations[0].spikes);
    }
}

#[test]
fn noise_has_its_mean_deviation_and_correlation() {
    for engine in engines() {
        let (size, sigma, tau) = (20_000, 2.0, 2.0);
        let mut net = Network::new(0.1.ms()).seed(5);
        let meters = net.add(meters("meters", size));
        let noise = StimulusModel::new(&meters, "ornstein_uhlenbeck").param("mean", 1.0.ma());
        net.stimulate(noise.param("sigma", sigma.ma()).param("tau", tau.ms()));
        net.record(Record::new(&meters, ["v", "ornstein_uhlenbeck.x"]).every(1.0.ms()));
        let recording = run(&net, &engine, 500);
        let n = f64::from(size);
        let sample = |variable: &str, index: usize| -> Vec<f64> {
            let trace = recording.trace("meters", variable).unwrap();
            trace.values.chunks(size as usize).nth(index).unwrap().iter().map(|value| f64::from(*value)).collect()
        };
        let moments = |values: &[f64]| {
            let mean = values.iter().sum::<f64>() / n;
            (mean, values.iter().map(|value| (value - mean).powi(2)).sum::<f64>() / n)
        };
        let check = |what: &str, found: f64, expected: f64, error: f64| {
            assert!((found - expected).abs() < SIGMAS * error, "{what}: {found}, expected {expected} ± {error}");
        };
        // After one step, and when the start is forgotten.
        for (index, variance) in [(0, sigma * sigma * -(-2.0 * 0.1 / tau).exp_m1()), (48, sigma * sigma)] {
            let (mean, found) = moments(&sample("ornstein_uhlenbeck.x", index));
            check("mean", mean, 0.0, (variance / n).sqrt());
            check("variance", found, variance, variance * (2.0 / n).sqrt());
        }
        check("current", moments(&sample("v", 49)).0, 1.0, sigma / n.sqrt());
        let (before, after) = (sample("ornstein_uhlenbeck.x", 48), sample("ornstein_uhlenbeck.x", 49));
        let product = before.iter().zip(&after).map(|(a, b)| a * b).sum::<f64>() / n;
        let correlation = (-1.0 / tau).exp();
        check("correlation", product / (sigma * sigma), correlation, ((1.0 + correlation * correlation) / n).sqrt());
    }
}

#[test]
fn a_sine_keeps_its_phase_for_hours() {
    let mut net = Network::new(0.1.ms());
    let meters = net.add(meters("meters", 1));
    let sine = StimulusModel::new(&meters, "current_sine").param("amplitude", 2.0.ma());
    net.stimulate(sine.param("frequency", 7.3.hz()).param("phase", 0.5).param("offset", 1.0.ma()));
    net.record(Record::new(&meters, ["v"]));
    for backend in backends() {
        let mut simulation = simulation(&net, &backend, 1);
        for first in [0u32, 100_000_000, 4_000_000_000] {
            let mut state = simulation.state().unwrap();
            state.step = first;
            simulation.restore(&state).unwrap();
            let recording = simulation.run_steps(2000, &mut |_| ()).unwrap();
            for (value, step) in recording.traces[0].values.iter().zip(u64::from(first)..) {
                // 7.3 Hz in steps of 0.1 ms are 73 turns in 100,000 steps.
                let turns = (step * 73 % 100_000) as f64 / 1e5;
                let expected = 1.0 + 2.0 * (std::f64::consts::TAU * turns + 0.5).sin();
                assert!((f64::from(*value) - expected).abs() < 2e-5, "step {step}: {value}, expected {expected}");
            }
        }
    }
}

/// Spikes in a window of steps of 5,000 sources at this rate, to five standard errors.
fn check_rate(recording: &Recording, steps: std::ops::Range<u32>, hz: f64) {
    let spikes = &recording.populations[0].spikes;
    let found = spikes.step.iter().filter(|step| steps.contains(step)).count() as f64;
    let (draws, p) = (5000.0 * f64::from(steps.end - steps.start), hz * 1e-4);
    let sd = (draws * p * (1.0 - p)).sqrt();
    assert!((found - draws * p).abs() <= SIGMAS * sd, "{found} spikes, expected {} ± {sd}", draws * p);
}

#[test]
fn an_encoder_follows_its_rates() {
    for engine in engines() {
        let mut net = Network::new(0.1.ms()).seed(3);
        let sources = net.add(Population::new("sources", 5000, "spike_source"));
        let mut rates = vec![100.0; 50];
        rates.extend([2000.0; 50]);
        let rates = neuropil::network::Array::inline(rates, &[100], "Hz").unwrap();
        net.stimulate(PoissonEncoder::trace(&sources, rates, 1.0.mv()));
        let recording = run(&net, &engine, 200);
        check_rate(&recording, 0..50, 100.0);
        check_rate(&recording, 50..100, 2000.0);
        check_rate(&recording, 100..200, 0.0);
    }
}

#[test]
fn the_host_sets_rates_between_runs() {
    let mut net = Network::new(0.1.ms()).seed(3);
    let sources = net.add(Population::new("sources", 5000, "spike_source"));
    net.stimulate(PoissonSpikes::new(&sources, 0.0.hz(), 1.0.mv()));
    net.stimulate(PoissonEncoder::new(&sources, 100.0.hz(), 1.0.mv()));
    let recordings: Vec<_> = backends()
        .into_iter()
        .map(|backend| {
            let mut simulation = simulation(&net, &backend, 1);
            let mut recording = Recording::default();
            for hz in [100.0, 2000.0, 0.0] {
                if hz != 100.0 {
                    simulation.set_rates(1, &[hz; 5000]).unwrap();
                }
                let run = simulation.run_steps(50, &mut |_| ()).unwrap();
                check_rate(&run, run.first_step..run.first_step + 50, hz);
                if hz == 2000.0 {
                    recording = run;
                }
            }
            let refused =
                |stimulus, rates: &[f64]| simulation.plan().thresholds(stimulus, rates).unwrap_err().to_string();
            assert_eq!(
                refused(0, &[1.0; 5000]),
                "rates of stimulus 0: it is not a poisson_encoder with the key `rate`; legal: 1"
            );
            assert_eq!(
                refused(1, &[1.0]),
                "rates of stimulus 1: 1 rates; legal: 5000, one for each neuron that it acts on"
            );
            let mut rates = [1.0; 5000];
            rates[7] = 20_000.0;
            assert_eq!(
                refused(1, &rates),
                "rates of stimulus 1: rate 7: 20000 Hz is 2 events in a step of 0.1 ms; legal: at most one event in a \
             step: 0 to 10000 Hz"
            );
            recording
        })
        .collect();
    assert!(recordings.iter().all(|recording| recording.populations == recordings[0].populations));
}

#[test]
fn a_refractory_neuron_keeps_its_value() {
    let mut net = Network::new(0.1.ms()).seed(3);
    let neurons = net.add(Population::new("neurons", 100, "lif_ref"));
    net.stimulate(PoissonInput::new(&neurons, 1000, 50.0.hz(), 0.01.mv()));
    for backend in backends() {
        let mut simulation = simulation(&net, &backend, 1);
        simulation.set_variable("neurons", "v", &[0.25; 100]).unwrap();
        simulation.set_variable("neurons", "held", &[20.0; 100]).unwrap();
        simulation.run_steps(20, &mut |_| ()).unwrap();
        assert_eq!(simulation.variable("neurons", "v").unwrap(), [0.25; 100]);
        simulation.run_steps(1, &mut |_| ()).unwrap();
        let moved = simulation.variable("neurons", "v").unwrap();
        assert!(moved.iter().all(|v| *v != 0.25), "they listen again: {moved:?}");
    }
}
