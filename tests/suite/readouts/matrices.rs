//! Where the numbers of dense layers come from: schemes, arrays, files and distributions.

use super::{largest, refused, relay, run, simulation, values};
use crate::device::backends;
use neuropil::Backend;
use neuropil::model::{LeakyRateReadout, LeakySpikeReadout, Reset};
use neuropil::network::{
    Array, Connect, Dense, Initialiser, Network, NetworkFile, Population, Port, Precision, Record, Scheme, SpikeTimes,
    Value, normal, truncated_normal,
};
use neuropil::units::Literal;
use std::path::Path;

/// Sources that spike one after the other into readouts that forget at once: r in step i is row i of the weights.
fn weights_of(connect: Connect, weight: impl Into<Value>, [n_in, n_out]: [u32; 2]) -> Network {
    let mut net = Network::new(1.0.ms()).seed(3);
    net.add(relay("in", n_in));
    net.stimulate(SpikeTimes::new("in", (0..n_in).map(|neuron| (neuron, f64::from(neuron).ms())), 2.0.mv()));
    net.add(Population::new("out", n_out, LeakyRateReadout::new().tau(0.005.ms())).port("x", Port::sum()));
    net.connect("in", "out", "x", connect, weight, 0.0.ms());
    net.projections[0].precision = Some(Precision::Exact);
    net.record(Record::new("out", ["r"]));
    net
}

/// Array of 0, 1, 2 …
fn counted(shape: &[usize]) -> Array {
    let values = (0..shape.iter().product()).map(|number: usize| number as f64);
    Array::inline(values.collect(), shape, "1").unwrap()
}

#[test]
fn an_orthogonal_projection_is_orthogonal_where_it_arrives() {
    let net = weights_of(Connect::all_to_all(), Initialiser::new(Scheme::Orthogonal, 2.0), [24, 16]);
    for backend in backends() {
        let w = values(&run(&net, &backend, 1, 24), "out", "r");
        for (i, j) in (0..16).flat_map(|i| (0..16).map(move |j| (i, j))) {
            let product: f64 = (0..24).map(|row| w[row * 16 + i] * w[row * 16 + j]).sum();
            let expected = if i == j { 4.0 } else { 0.0 };
            assert!((product - expected).abs() < 1e-5, "{backend:?}: columns {i} and {j}: {product}");
        }
    }
}

#[test]
fn weight_arrays_have_the_shape_of_their_rule() {
    let reference = &Backend::Reference;
    let weights = |connect, weight, shape: [u32; 2]| {
        let net = weights_of(connect, weight, shape);
        values(&run(&net, reference, 1, shape[0]), "out", "r")
    };
    // Weights are whole multiples of a power of two; small whole numbers are exact, and what is left of r is below 1e-80.
    assert_eq!(weights(Connect::all_to_all(), counted(&[2, 3]), [2, 3]), [0.0, 1.0, 2.0, 3.0, 4.0, 5.0]);
    assert_eq!(weights(Connect::one_to_one(), counted(&[2]), [2, 2]), [0.0, 0.0, 0.0, 1.0]);
    assert_eq!(weights(Connect::list([(1, 0), (0, 1)]), counted(&[2]), [2, 2]), [0.0, 1.0, 0.0, 0.0]);
    let refused = |connect, weight| refused(&weights_of(connect, weight, [2, 3]), 1);
    let transposed = refused(Connect::all_to_all(), counted(&[3, 2]));
    assert_eq!(transposed, "projection[in→out.x].weight: the array has shape [3, 2]; legal: [2, 3]");
    let list = refused(Connect::list([(1, 0), (0, 1)]), counted(&[1, 2]));
    assert_eq!(list, "projection[in→out.x].weight: the array has shape [1, 2]; legal: [2], one for each synapse");
    let sparse = weights_of(Connect::fixed_indegree(1), Initialiser::new(Scheme::LecunNormal, 1.0), [2, 3]);
    assert_eq!(
        self::refused(&sparse, 1),
        "projection[in→out.x].weight: an initialiser draws a whole matrix; legal: connect = \"all_to_all\", or a distribution"
    );
}

#[test]
fn a_matrix_without_autapses_loses_its_diagonal() {
    let mut net = Network::new(1.0.ms());
    net.add(relay("a", 3).port("x", Port::delta()));
    let weight = Array::inline((0..9).map(|at| 1e-3 * f64::from(at)).collect(), &[3, 3], "mV").unwrap();
    net.stimulate(SpikeTimes::new("a", [(1, 0.0.ms())], 2.0.mv()));
    net.connect("a", "a", "x", Connect::all_to_all().autapses(false), weight, 1.0.ms());
    net.projections[0].precision = Some(Precision::Exact);
    net.record(Record::new("a", ["v"]));
    let v = values(&run(&net, &Backend::Reference, 1, 2), "a", "v");
    assert!(largest(v[3..].iter().zip([3e-3, 0.0, 5e-3]).map(|(a, b)| a - b)) < 1e-9, "{v:?}");
}

/// Writes an array as `numpy.save` does.
pub fn save(path: &Path, descr: &str, shape: &str, data: &[u8]) {
    let mut header = format!("{{'descr': '{descr}', 'fortran_order': False, 'shape': {shape}, }}");
    header.push_str(&" ".repeat(64 - (10 + header.len() + 1) % 64));
    header.push('\n');
    let length = (header.len() as u16).to_le_bytes();
    std::fs::write(path, [b"\x93NUMPY\x01\x00", &length[..], header.as_bytes(), data].concat()).unwrap();
}

#[test]
fn files_bring_weights_inputs_and_initial_values() {
    let folder = tempfile::tempdir().unwrap();
    let f32s = |values: &[f32]| values.iter().flat_map(|value| value.to_le_bytes()).collect::<Vec<_>>();
    let f64s = |values: &[f64]| values.iter().flat_map(|value| value.to_le_bytes()).collect::<Vec<_>>();
    let at = |name: &str| folder.path().join(name);
    save(&at("x.npy"), "<f8", "(2, 2)", &f64s(&[1.0, 0.0, 0.0, 2.0]));
    save(&at("w.npy"), "<f4", "(2, 2)", &f32s(&[1.0, 2.0, 3.0, 4.0]));
    save(&at("r.npy"), "<f8", "(2, 2)", &f64s(&[0.0, 8.0, 16.0, 24.0]));
    let text = r#"
        dt = "1 ms"
        population = [{ name = "out", size = 2, model = "leaky_rate_readout", params = { tau = "1 s" },
                        init = { r = { npy = "r.npy" } }, ports = { x = { output = "sum" } } }]
        stimulus = [{ kind = "dense", target = "out", port = "x", input = { npy = "x.npy" }, weight = { npy = "w.npy" } }]
        record = [{ population = "out", what = ["r"] }]
    "#;
    let net = NetworkFile::parse(text, at("net.toml")).unwrap().network;
    let leak = (-1e-3f64).exp();
    for backend in backends() {
        let mut simulation = simulation(&net, &backend, 2);
        let first = simulation.run_steps(2, &mut |_| ()).unwrap();
        let r = values(&first, "out", "r");
        let step1 = [1.0, 2.0 + 8.0 * leak, 1.0 + 16.0 * leak, 2.0 + 24.0 * leak];
        let step2: Vec<f64> = step1.iter().zip([6.0, 8.0, 6.0, 8.0]).map(|(r, x)| r * leak + x).collect();
        let expected = step1.iter().chain(&step2);
        assert!(largest(r.iter().zip(expected).map(|(a, b)| a - b)) < 1e-5, "{backend:?}: {r:?}");
        // Back to the start: the same again.
        simulation.reset_state().unwrap();
        assert_eq!(simulation.variable("out", "r").unwrap(), [0.0, 8.0]);
        assert_eq!(simulation.state().unwrap().step, 0);
        assert_eq!(values(&simulation.run_steps(2, &mut |_| ()).unwrap(), "out", "r"), r);
    }
    assert_eq!(
        refused(&net, 3),
        "population[out].init.r: the array has shape [2, 2]; \
         legal: [2], one for each, or [3, 2], one for each of each item of the batch, or [3, 1], one for each item"
    );
    save(&at("w.npy"), "<f4", "(2, 2)", &f32s(&[1.0, f32::NAN, 3.0, 4.0]));
    assert_eq!(refused(&net, 2), "stimulus[0].weight: value 1 is NaN; legal: 0, or 1.2e-38 to 3.4e38 in size");
}

#[test]
fn drawn_initial_values_differ_between_items_and_return_at_a_reset() {
    let mut net = Network::new(1.0.ms()).seed(9);
    net.add(Population::new("a", 50, "lif").init("v", normal((-1.0).mv(), 1.0.mv())));
    net.record(Record::new("a", ["v"]));
    for backend in backends() {
        let mut simulation = simulation(&net, &backend, 2);
        let first = simulation.run_steps(3, &mut |_| ()).unwrap();
        let v = values(&first, "a", "v");
        assert_ne!(v[..50], v[50..100]);
        simulation.reset_state().unwrap();
        let again = simulation.run_steps(3, &mut |_| ()).unwrap();
        assert_eq!((values(&again, "a", "v"), again.spike_hash()), (v, first.spike_hash()));
    }
}

#[test]
fn files_and_builder_say_the_same_of_layers() {
    let file = r#"
        dt = "1 ms"
        population = [{ name = "a", size = 2, model = "leaky_spike_readout", reset = "hard",
                        params = { tau = { truncated_normal = ["5 ms", "1 ms", "3 ms", "7 ms"] } } }]
        [[stimulus]]
        kind = "dense"
        target = "a"
        neurons = [1, 0]
        input = { values = [[1, 2]] }
        weight = { kaiming_normal = "2 mV" }
    "#;
    let mut net = Network::new(1.0.ms());
    let tau = truncated_normal(5.0.ms(), 1.0.ms(), 3.0.ms(), 7.0.ms());
    net.add(Population::new("a", 2, LeakySpikeReadout::new().tau(tau).reset(Reset::Hard)));
    let input = Array::inline(vec![1.0, 2.0], &[1, 2], "1").unwrap();
    net.stimulate(Dense::new("a", input, Initialiser::new(Scheme::KaimingNormal, 2.0.mv())).neurons([1, 0]));
    assert_eq!(NetworkFile::parse(file, "net.toml").unwrap().network, net);
    for (name, scheme) in Scheme::ALL {
        let file = file.replace("kaiming_normal", name);
        let stimulus = &NetworkFile::parse(&file, "net.toml").unwrap().network.stimuli[0];
        assert_eq!(stimulus.params["weight"], Initialiser::new(scheme, 2.0.mv()).into(), "{name}");
    }
    let message = |from: &str, to: &str| NetworkFile::parse(&file.replace(from, to), "n.toml").unwrap_err().to_string();
    let bounds = message("\"3 ms\", \"7 ms\"", "\"7 ms\", \"3 ms\"");
    assert!(bounds.contains("population[a].params.tau: is truncated to 7 ms to 3 ms; legal: low < high"), "{bounds}");
    let spread = message("\"1 ms\", \"3 ms\"", "\"0 ms\", \"3 ms\"");
    assert!(spread.contains("the standard deviation is 0 ms; legal: above 0"), "{spread}");
}
