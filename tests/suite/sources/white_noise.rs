//! White noise: its moments, how long a number holds, and whose it is.

use super::{run, simulation};
use crate::device::{backends, engines};
use crate::tolerances::SIGMAS;
use neuropil::network::{Network, Neuron, Population, Record, StimulusModel};
use neuropil::units::Literal;

/// A number holds for its interval from the beginning of the stimulus on; then comes another, of which the one before says nothing.
#[test]
fn white_noise_has_its_mean_and_deviation_and_no_memory() {
    for engine in engines() {
        let (size, sigma, tau, every) = (20_000, 2.0, 1.0, 3);
        let mut net = Network::new(0.1.ms()).seed(6);
        let neuron = Neuron::from("lif").param("tau", tau.ms()).param("v_th", 1e6.mv());
        let cells = net.add(Population::new("cells", size, neuron));
        let noise = StimulusModel::new(&cells, "white_noise").param("mean", 1.0.ma()).param("sigma", sigma.ma());
        net.stimulate(noise.param("every", 0.3.ms()).start(0.2.ms()));
        net.record(Record::new(&cells, ["v", "white_noise.x"]));
        let recording = run(&net, &engine, 80);
        let n = f64::from(size);
        let sample = |variable: &str, step: usize| -> Vec<f64> {
            let trace = recording.trace("cells", variable).unwrap();
            trace.values.chunks(size as usize).nth(step).unwrap().iter().map(|value| f64::from(*value)).collect()
        };
        let mean = |values: &[f64]| values.iter().sum::<f64>() / n;
        let product = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f64>() / n;
        let check = |what: &str, found: f64, expected: f64, error: f64| {
            assert!((found - expected).abs() < SIGMAS * error, "{what}: {found}, expected {expected} ± {error}");
        };
        assert!(sample("white_noise.x", 1).iter().all(|x| *x == 0.0));
        for first in (2..77).step_by(every) {
            let x = sample("white_noise.x", first);
            (first..first + every).for_each(|step| assert_eq!(sample("white_noise.x", step), x, "step {step}"));
            let next = sample("white_noise.x", first + every);
            check("mean", mean(&x), 0.0, sigma / n.sqrt());
            check("variance", product(&x, &x), sigma * sigma, sigma * sigma * (2.0 / n).sqrt());
            check("correlation", product(&x, &next), 0.0, sigma * sigma / n.sqrt());
            check("of neighbours", product(&x[1..], &x), 0.0, sigma * sigma / n.sqrt());
        }
        // What it does to V, as an interval ends. (Step 79 ends the 26th.)
        let a = (-0.3f64 / tau).exp();
        let (v, variance) = (sample("v", 79), sigma * sigma * (1.0 - a) / (1.0 + a));
        let settled = 1.0 - (-7.8f64 / tau).exp();
        check("mean of V", mean(&v), settled, (variance / n).sqrt());
        let found = product(&v, &v) - mean(&v).powi(2);
        check("variance of V", found, variance, variance * (2.0 / n).sqrt());
    }
}

/// Each item and neuron has numbers of its own, which are those of the item alone.
#[test]
fn white_noise_is_an_item_s_own() {
    let network = |seed: u64| {
        let mut net = Network::new(0.1.ms()).seed(seed);
        let cells = net.add(Population::new("cells", 5, "lif"));
        net.stimulate(StimulusModel::new(&cells, "white_noise").param("sigma", 1.0.ma()));
        net.record(Record::new(&cells, ["white_noise.x"]));
        net
    };
    for backend in backends() {
        let mut batch = simulation(&network(4), &backend, 3);
        let values = batch.run_steps(6, &mut |_| ()).unwrap().traces[0].values.clone();
        for item in 0..3 {
            let alone = run(&network(4 + item as u64), &backend, 6);
            let own = values.chunks(5).skip(item).step_by(3).flatten();
            assert!(own.eq(&alone.traces[0].values), "item {item}");
        }
        let mut bits: Vec<_> = values.iter().map(|x| x.to_bits()).collect();
        bits.sort_unstable();
        bits.dedup();
        assert_eq!(bits.len(), values.len(), "no number comes twice");
    }
}
