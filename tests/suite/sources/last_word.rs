//! The largest random word, which comes once in 2³² times: what is certain happens then too, and no more.
//!
//! Neurons draw the word `philox4x32([neuron, step >> 2, stimulus, item], seed)[step & 3]`. With these seeds it is 2³² − 1
//! where the table says so.

use super::{counters, run};
use crate::device::backends;
use neuropil::network::{Network, PoissonEncoder, PoissonInput, PoissonSpikes, Record, Sampler, Stimulus};
use neuropil::random::{key, philox4x32};
use neuropil::units::Literal;

/// Seed, neuron, step.
const LARGEST: [(u64, u32, u32); 2] = [(346_191_657, 1, 3), (454_088_803, 0, 1)];

/// What each of four steps of four neurons draws from the only stimulus, `[step, neuron]`.
fn drawn(seed: u64, stimulus: impl Into<Stimulus>) -> Vec<Vec<f32>> {
    let mut net = Network::new(0.1.ms()).seed(seed);
    let cells = net.add(counters("cells", 4));
    net.stimulate(stimulus);
    net.record(Record::new(&cells, ["v"]));
    backends().iter().map(|backend| run(&net, backend, 4).traces[0].values.clone()).collect()
}

#[test]
fn the_table_is_right() {
    for (seed, neuron, step) in LARGEST {
        assert_eq!(philox4x32([neuron, 0, 0, 0], key(seed))[step as usize], u32::MAX);
    }
}

#[test]
fn what_is_certain_happens_each_time() {
    for (seed, ..) in LARGEST {
        let certain = 10_000.0.hz();
        for drawn in drawn(seed, PoissonSpikes::new("cells", certain, 1.0.mv())) {
            assert_eq!(drawn, [1.0; 16]);
        }
        for drawn in drawn(seed, PoissonEncoder::new("cells", certain, 1.0.mv())) {
            assert_eq!(drawn, [1.0; 16]);
        }
    }
}

#[test]
fn no_more_sources_fire_than_there_are() {
    for (seed, neuron, step) in LARGEST {
        // Two thresholds, which a third pads.
        let input = PoissonInput::new("cells", 2, 5000.0.hz(), 1.0.mv()).sampler(Sampler::Binomial);
        for drawn in drawn(seed, input) {
            assert!(drawn.iter().all(|count| (0.0..=2.0).contains(count)), "{drawn:?}");
            assert_eq!(drawn[(4 * step + neuron) as usize], 2.0);
        }
    }
}
