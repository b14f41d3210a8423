//! Readouts, dense layers and dense input, on the device and on the reference.

pub mod matrices;

use crate::device::backends;
use crate::tolerances::READOUT;
use neuropil::model::{LeakyRateReadout, LeakySpikeReadout, Lif, Reset, SpikeSource};
use neuropil::network::{Array, Connect, Dense, Network, Population, Port, Precision, Record, SpikeTimes, Typed};
use neuropil::plan::{LowerOptions, Plan};
use neuropil::recording::Recording;
use neuropil::sim::EngineOptions;
use neuropil::units::Literal;
use neuropil::{Backend, Simulation};
use serde_json::Value as Json;
use std::path::Path;
use std::sync::Arc;

fn simulation(net: &Network, backend: &Backend, batch: u32) -> Simulation {
    let plan = Plan::lower(net, &backend.lower_options(batch)).unwrap();
    Simulation::of_plan(Arc::new(plan), backend, &EngineOptions::default()).unwrap()
}

fn run(net: &Network, backend: &Backend, batch: u32, steps: u32) -> Recording {
    simulation(net, backend, batch).run_steps(steps, &mut |_| ()).unwrap()
}

/// What lowering for this batch complains about.
fn refused(net: &Network, batch: u32) -> String {
    Plan::lower(net, &LowerOptions { batch, ..LowerOptions::default() }).unwrap_err().to_string()
}

/// The recorded values `[T, batch, n]` of a variable.
fn values(recording: &Recording, population: &str, variable: &str) -> Vec<f64> {
    recording.trace(population, variable).unwrap().values.iter().map(|&value| f64::from(value)).collect()
}

fn case(name: &str) -> Json {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/golden").join(format!("{name}.json"));
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

/// All numbers of an array of arrays, and its shape.
fn flat(json: &Json) -> (Vec<f64>, Vec<usize>) {
    let Some(elements) = json.as_array() else { return (vec![json.as_f64().unwrap()], Vec::new()) };
    let parts: Vec<_> = elements.iter().map(flat).collect();
    let shape = std::iter::once(parts.len()).chain(parts[0].1.clone()).collect();
    (parts.into_iter().flat_map(|(values, _)| values).collect(), shape)
}

fn array(json: &Json, unit: &str) -> Array {
    let (values, shape) = flat(json);
    Array::inline(values, &shape, unit).unwrap()
}

fn largest(numbers: impl IntoIterator<Item = f64>) -> f64 {
    numbers.into_iter().fold(0.0, |largest, number| largest.max(number.abs()))
}

/// Neurons that spike in every step in which they get a jump of 1 mV or more.
fn relay(name: &str, size: u32) -> Population {
    Population::new(name, size, SpikeSource::new())
}

/// Largest difference of r from the golden trace, relative to the largest r.
fn rate_readout_difference(backend: &Backend, perturb: f64) -> f64 {
    let case = case("LeakyRateReadout");
    let tau = case["tau_ms"].as_f64().unwrap() * (1.0 + perturb);
    let mut net = Network::new(case["dt"].as_f64().unwrap().ms());
    net.add(Population::new("out", 7, LeakyRateReadout::new().tau(tau.ms())).port("x", Port::sum()));
    net.stimulate(Dense::new("out", array(&case["x"], "1"), array(&case["weight"], "1")).port("x"));
    net.record(Record::new("out", ["r"]));
    let recording = run(&net, backend, 3, 100);
    assert!(recording.populations[0].spikes.is_empty());
    let (expected, _) = flat(&case["r"]);
    let found = values(&recording, "out", "r");
    assert_eq!(found.len(), expected.len());
    largest(found.iter().zip(&expected).map(|(a, b)| a - b)) / largest(expected.iter().copied())
}

#[test]
fn the_rate_readout_follows_its_golden_trace() {
    for backend in backends() {
        let difference = rate_readout_difference(&backend, 0.0);
        assert!(difference < READOUT, "{backend:?}: r differs by {difference}");
        let perturbed = rate_readout_difference(&backend, 1e-3);
        assert!(perturbed > READOUT, "{backend:?}: a thousandth more tau goes unnoticed: {perturbed}");
    }
}

fn spike_readout(case: &Json) -> Population {
    let tau: Typed<_> = Typed::array(flat(&case["tau_ms"]).0, "ms").unwrap();
    let v_th: Typed<_> = Typed::array(flat(&case["V_th_mV"]).0, "mV").unwrap();
    let reset = if case["spk_reset"] == "hard" { Reset::Hard } else { Reset::Soft };
    let readout = LeakySpikeReadout::new().tau(tau).v_th(v_th).reset(reset);
    Population::new("out", 12, readout).port("x", Port::delta())
}

/// V and spikes, both `[T, items, 12]`, against those of the case's items.
fn check_spike_readout(case: &Json, items: std::ops::Range<usize>, net: &Network, backend: &Backend) {
    let recording = run(net, backend, items.len() as u32, 200);
    let (v, _) = flat(&case["V_mV"]);
    let (v_th, _) = flat(&case["V_th_mV"]);
    let found = values(&recording, "out", "v");
    let mut spikes = Vec::new();
    for (index, found) in found.iter().enumerate() {
        let (neuron, item, step) = (index % 12, items.start + index / 12 % items.len(), index / 12 / items.len());
        let expected = v[(step * 3 + item) * 12 + neuron];
        let difference = (found - expected).abs() / v_th[neuron];
        assert!(
            difference < READOUT,
            "{backend:?}: step {step}, item {item}, neuron {neuron}: V is {found}, expected {expected}"
        );
        if case["spike"][step][item][neuron] == 1 {
            spikes.push((step as u32, (item - items.start) as u32, neuron as u32));
        }
    }
    assert!(spikes.len() > 50 * items.len(), "only {} spikes", spikes.len());
    assert_eq!(found.len(), 200 * items.len() * 12);
    let mut fired: Vec<_> = recording.population("out").unwrap().spikes.iter().collect();
    fired.sort_unstable();
    assert_eq!(fired, spikes);
}

#[test]
fn the_spike_readout_follows_its_golden_traces_with_dense_input() {
    for name in ["LeakySpikeReadout_soft", "LeakySpikeReadout_hard"] {
        let case = case(name);
        let mut net = Network::new(1.0.ms());
        net.add(spike_readout(&case));
        net.stimulate(Dense::new("out", array(&case["x"], "1"), array(&case["weight_mV"], "mV")).port("x"));
        net.record(Record::new("out", ["v"]));
        for backend in backends() {
            check_spike_readout(&case, 0..3, &net, &backend);
        }
    }
}

/// The same input as spikes, which pass a projection without delay.
#[test]
fn the_spike_readout_follows_its_golden_traces_with_spikes() {
    let case = case("LeakySpikeReadout_soft");
    let (x, _) = flat(&case["x"]);
    for item in 0..3 {
        let fired = (0..200 * 12).filter(|at| x[(at / 12 * 3 + item) * 12 + at % 12] == 1.0);
        let fired = fired.map(|at| ((at % 12) as u32, ((at / 12) as f64).ms()));
        let mut net = Network::new(1.0.ms());
        net.add(relay("in", 12));
        net.stimulate(SpikeTimes::new("in", fired, 2.0.mv()));
        net.add(spike_readout(&case));
        net.connect("in", "out", "x", Connect::all_to_all(), array(&case["weight_mV"], "mV"), 0.0.ms());
        net.projections[0].precision = Some(Precision::Exact);
        net.record(Record::new("out", ["v"]));
        for backend in backends() {
            check_spike_readout(&case, item..item + 1, &net, &backend);
        }
    }
}

/// in → hidden → out; two neurons each; input 0 spikes in step 2, input 1 in step 4.
fn layers(delay: f64) -> Network {
    let mut net = Network::new(1.0.ms());
    let matrix = |values: [f64; 4], unit| Array::inline(values.to_vec(), &[2, 2], unit).unwrap();
    // Not in the order of the layers.
    net.add(Population::new("out", 2, LeakyRateReadout::new()).port("x", Port::sum()));
    net.add(Population::new("hidden", 2, Lif::new()).port("x", Port::delta()));
    net.add(relay("in", 2));
    net.stimulate(SpikeTimes::new("in", [(0, 2.0.ms()), (1, 4.0.ms())], 2.0.mv()));
    let (first, second) = (matrix([1.5, 0.25, 0.0, 1.0], "mV"), matrix([0.5, -0.25, 1.0, 2.0], "1"));
    net.connect("in", "hidden", "x", Connect::all_to_all(), first, delay.ms());
    net.connect("hidden", "out", "x", Connect::all_to_all(), second, delay.ms());
    net.record(Record::new("out", ["r"]));
    net.record(Record::new("hidden", ["v"]));
    net
}

#[test]
fn layers_without_delay_are_updated_in_their_order_within_a_step() {
    let leak = (-0.2f64).exp();
    // Input 0 takes hidden 0 to 1.5 mV: it spikes, and is left with 0.5. Hidden 1 keeps 0.25.
    // Input 1 takes hidden 1 to 1 and what is left of the 0.25: it spikes; hidden 0 has what is left of its 0.5.
    let (two, left) = (leak * leak, 0.25 * leak * leak);
    let v = [[0.0, 0.0], [0.0, 0.0], [1.5, 0.25], [0.5 * leak, 0.25 * leak], [0.5 * two, 1.0 + left]];
    let r = [[0.0, 0.0], [0.0, 0.0], [0.5, -0.25], [0.5 * leak, -0.25 * leak], [0.5 * two + 1.0, -0.25 * two + 2.0]];
    for backend in backends() {
        let recording = run(&layers(0.0), &backend, 1, 5);
        let spikes = |name| recording.population(name).unwrap().spikes.iter().collect::<Vec<_>>();
        assert_eq!(spikes("in"), [(2, 0, 0), (4, 0, 1)]);
        assert_eq!(spikes("hidden"), [(2, 0, 0), (4, 0, 1)]);
        for (population, variable, expected) in [("hidden", "v", v), ("out", "r", r)] {
            let found = values(&recording, population, variable);
            let difference = largest(found.iter().zip(expected.as_flattened()).map(|(a, b)| a - b));
            assert!(difference < 1e-6, "{backend:?}: {variable} is {found:?}");
        }
        // With a delay of a step each layer is a step later.
        let later = run(&layers(1.0), &backend, 1, 7);
        assert_eq!(later.population("hidden").unwrap().spikes.step, [3, 5]);
        assert_eq!(values(&later, "out", "r")[8..10], [0.5, -0.25]);
    }
}

#[test]
fn a_loop_without_delay_is_refused() {
    let mut net = layers(0.0);
    net.populations[2].ports.insert("back".into(), Port::delta());
    net.connect("hidden", "in", "back", Connect::all_to_all(), 0.1.mv(), 0.0.ms());
    assert_eq!(
        refused(&net, 1),
        "projection[hidden→in.back].delay: a delay of 0 from `hidden` to `in` closes a loop of such delays; \
         legal: 1 ms (one step) or more in a loop"
    );
    net.projections[2].delay = 1.0.ms().into();
    for backend in backends() {
        assert!(!run(&net, &backend, 1, 5).population("hidden").unwrap().spikes.is_empty());
    }
}

/// Two inputs into two readouts of each item.
fn batched(input: &[f64], items: usize) -> Network {
    let mut net = Network::new(1.0.ms());
    net.add(Population::new("out", 2, LeakyRateReadout::new()).port("x", Port::sum()));
    let input = Array::inline(input.to_vec(), &[input.len() / 2 / items, items, 2], "1").unwrap();
    let weight = Array::inline(vec![1.0, -2.0, 0.5, 3.0], &[2, 2], "1").unwrap();
    net.stimulate(Dense::new("out", input, weight).port("x"));
    net.record(Record::new("out", ["r"]));
    net
}

#[test]
fn items_of_a_batch_have_their_own_inputs() {
    // [T = 2, batch = 2, n_in = 2]
    let input = [1.0, 0.0, 0.0, 1.0, 2.0, 2.0, -1.0, 4.0];
    for backend in backends() {
        let both = values(&run(&batched(&input, 2), &backend, 2, 4), "out", "r");
        assert_eq!(both[..4], [1.0, -2.0, 0.5, 3.0], "the first step is a row of the matrix for each");
        for item in 0..2 {
            let own: Vec<f64> = [0, 4].iter().flat_map(|at| &input[at + 2 * item..][..2]).copied().collect();
            let alone = values(&run(&batched(&own, 1), &backend, 1, 4), "out", "r");
            let of_item: Vec<f64> = both.chunks_exact(4).flat_map(|step| &step[2 * item..][..2]).copied().collect();
            assert_eq!(alone, of_item, "{backend:?}: item {item}");
            // After the input's end r only leaks.
            assert!((alone[6] / alone[4] - (-0.2f64).exp()).abs() < 1e-6);
        }
    }
    assert_eq!(
        refused(&batched(&input, 2), 3),
        "stimulus[0].input: the input has shape [2, 2, 2]; legal: [T, n_in], or [T, 3, n_in] for this batch"
    );
}

#[test]
fn dense_input_is_a_current_or_a_jump_by_the_unit_of_its_weights() {
    let mut net = Network::new(1.0.ms());
    net.add(Population::new("current", 3, "lif"));
    net.add(Population::new("jump", 3, "lif"));
    let input = Array::inline(vec![0.5, 2.0], &[1, 2], "1").unwrap();
    let weight = |unit| Array::inline(vec![0.5, 0.0, 0.125, 0.25], &[2, 2], unit).unwrap();
    net.stimulate(Dense::new("current", input.clone(), weight("mA")).neurons([2, 0]));
    net.stimulate(Dense::new("jump", input, weight("mV")).neurons([2, 0]));
    net.record(Record::new("current", ["v"]));
    net.record(Record::new("jump", ["v"]));
    for backend in backends() {
        let recording = run(&net, &backend, 1, 1);
        assert_eq!(values(&recording, "jump", "v"), [0.5, 0.0, 0.5]);
        let step = 0.5 * (1.0 - (-0.2f64).exp());
        let current = values(&recording, "current", "v");
        assert!(largest(current.iter().zip([step, 0.0, step]).map(|(a, b)| a - b)) < 1e-7, "{current:?}");
    }
    net.stimuli[0].neurons = Some(vec![1, 1]);
    assert_eq!(refused(&net, 1), "stimulus[0].neurons: a neuron is listed twice; legal: each once");
    net.stimuli[0].neurons = None;
    assert_eq!(refused(&net, 1), "stimulus[0].weight: the array has shape [2, 2]; legal: [2, 3]");
}

#[test]
fn readouts_refuse_what_they_cannot_take() {
    let mut net = Network::new(1.0.ms());
    net.add(Population::new("out", 1, LeakyRateReadout::new()).port("x", Port::delta()));
    assert_eq!(
        refused(&net, 1),
        "population[out].ports.x.output: output delta adds [mV] to r, which model leaky_rate_readout counts in [1]; \
         legal: sum"
    );
    net.populations[0] = Population::new("out", 1, "lif").port("x", Port::sum());
    assert_eq!(
        refused(&net, 1),
        "population[out].ports.x.output: output sum adds [1] to v, which model lif counts in [mV]; legal: delta"
    );
    net.populations[0] = Population::new("out", 1, "leaky_rate_readout");
    net.stimulate(neuropil::network::Current::new("out", 1.0.ma()));
    assert_eq!(
        refused(&net, 1),
        "stimulus[0].target: a current acts on v, which model leaky_rate_readout lacks; \
         legal: a neuron with a state variable v"
    );
}
