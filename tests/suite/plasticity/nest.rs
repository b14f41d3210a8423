//! `tsodyks2` against NEST's `tsodyks2_synapse`, whose script stands beside its results in `tests/data/nest`.

use crate::device::{backends, name, run};
use crate::golden::numbers;
use neuropil::model::Tsodyks2;
use neuropil::network::{Array, Connect, Network, Part, Population, Port, Record, SpikeTimes};
use neuropil::units::Literal;
use serde_json::Value;
use std::path::Path;

/// x·u, at most 1: a trace is f32, and an amplitude follows from some ten roundings and two exponentials of each spike before, which
/// the next ones forget. In f64 it is NEST's to 1e-12: see `src/model/projections/tests.rs`.
const TOLERANCE: f64 = 2e-6;

#[test]
fn plasticity_follows_nest() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/nest/tsodyks2.json");
    let case: Value = serde_json::from_str(&std::fs::read_to_string(path).expect("it is there")).expect("it is JSON");
    let of = |key: &str, unit: &str| {
        let values = numbers(&case["params"][key]);
        let size = values.len();
        Array::inline(values, &[size], unit).expect("the shape fits")
    };
    let rows = |key: &str| case[key].as_array().expect("an array").iter().map(numbers).collect::<Vec<_>>();
    let (trains, amplitudes) = (rows("spike_steps"), rows("amplitudes"));
    let dt = case["dt"].as_f64().expect("a number");
    let mut net = Network::new(dt.ms());
    let source = net.add(Population::new("source", trains.len() as u32, "spike_source"));
    let target = net.add(Population::new("target", 1, "lif").port("in", Port::delta()));
    let times =
        trains.iter().zip(0..).flat_map(|(train, neuron)| train.iter().map(move |step| (neuron, (step * dt).ms())));
    net.stimulate(SpikeTimes::new(&source, times.collect::<Vec<_>>(), 1.5.mv()));
    let model = Part::from(Tsodyks2::new()).param("u", of("U", "1")).param("tau_rec", of("tau_rec", "ms"));
    let model = model.param("tau_fac", of("tau_fac", "ms"));
    net.connect(&source, &target, "in", Connect::all_to_all().name("p").model(model), 0.1.mv(), 0.1.ms());
    net.record(Record::of_projection("p", ["u", "x"]));
    net.record(Record::new(&source, ["spikes"]));
    for backend in backends() {
        let recording = run(&net, &backend, case["steps"].as_u64().expect("a number") as u32);
        let (mut worst, mut spikes) = (0.0f64, 0);
        for (neuron, (train, expected)) in trains.iter().zip(&amplitudes).enumerate() {
            for (step, expected) in train.iter().zip(expected) {
                let value =
                    |trace: usize| f64::from(recording.traces[trace].values[*step as usize * trains.len() + neuron]);
                worst = worst.max((value(0) * value(1) - expected).abs());
                spikes += 1;
            }
        }
        println!("{}: {spikes} amplitudes, off by {worst:e} at most", name(&backend));
        assert!(spikes > 300 && spikes == recording.populations[0].spikes.len());
        assert!(worst < TOLERANCE, "{}: {worst:e}", name(&backend));
    }
}
