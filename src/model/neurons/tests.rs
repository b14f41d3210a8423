//! The neurons of the catalogue, from network to result, on the reference and on the device: against brainstate's traces,
//! against NEST, against closed forms, and against each other.

mod figures;
mod golden;
mod lif_syn;
mod lockstep;
mod nan;
mod nest;
mod steady;

use super::*;
use crate::gpu::tests::gpu;
use crate::model::{LeakyRateReadout, LeakySpikeReadout, ModelKind, catalogue, find};
use crate::network::{Array, Network, Population, Value};
use crate::plan::{LowerOptions, Plan};
use crate::recording::Recording;
use crate::reference::Reference;
use crate::sim::{Engine, EngineOptions};
use std::sync::Arc;

fn plan(network: &Network, batch: u32) -> Arc<Plan> {
    Arc::new(Plan::lower(network, &LowerOptions { batch, ..LowerOptions::default() }).expect("the network is sound"))
}

fn reference(network: &Network) -> Reference {
    Reference::new(plan(network, 1)).expect("every neuron of the catalogue has a twin")
}

fn engine(plan: &Arc<Plan>) -> Engine {
    Engine::new(&gpu(), plan.clone(), &EngineOptions::default()).expect("the plan fits the device")
}

/// A recording of `steps` steps, on the device.
fn on_device(network: &Network, steps: u32) -> Recording {
    engine(&plan(network, 1)).run(steps, &mut |_| ()).expect("the run is short")
}

/// A number for each neuron.
fn array(values: &[f64], unit: &str) -> Value {
    Array::inline(values.to_vec(), &[values.len()], unit).expect("the unit is known").into()
}

/// The steps of a neuron's spikes.
fn steps_of(recording: &Recording, neuron: u32) -> Vec<u32> {
    let spikes = recording.populations[0].spikes.iter();
    spikes.filter(|spike| spike.2 == neuron).map(|(step, ..)| step).collect()
}

/// A fixture of `tests/data`.
fn fixture(path: &str) -> serde_json::Value {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data").join(path);
    let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    serde_json::from_str(&text).unwrap()
}

fn number(value: &serde_json::Value) -> f64 {
    value.as_f64().expect("a number")
}

fn numbers(value: &serde_json::Value) -> Vec<f64> {
    value.as_array().expect("an array").iter().map(number).collect()
}

fn rows(value: &serde_json::Value) -> Vec<Vec<f64>> {
    value.as_array().expect("an array").iter().map(numbers).collect()
}

#[test]
fn typed_builders_name_the_parameters_of_their_models() {
    let typed: [(&str, &[&str]); 14] = [
        ("if", If::NAMES),
        ("lif", Lif::NAMES),
        ("lif_ref", LifRef::NAMES),
        ("alif", Alif::NAMES),
        ("izhikevich", Izhikevich::NAMES),
        ("adex", AdEx::NAMES),
        ("exp_if", ExpIf::NAMES),
        ("quadratic_if", QuadraticIf::NAMES),
        ("lif_syn", LifSyn::NAMES),
        ("iaf_psc_exp", IafPscExp::NAMES),
        ("hodgkin_huxley", HodgkinHuxley::NAMES),
        ("spike_source", SpikeSource::NAMES),
        ("leaky_rate_readout", LeakyRateReadout::NAMES),
        ("leaky_spike_readout", LeakySpikeReadout::NAMES),
    ];
    let neurons: Vec<_> = catalogue().unwrap().iter().filter(|model| model.kind == ModelKind::Neuron).collect();
    for (model, (name, params)) in neurons.iter().zip(typed) {
        assert_eq!(model.name(), name);
        let fields: Vec<_> = model.reflection.params.iter().map(|field| field.name.as_str()).collect();
        assert_eq!(fields, params, "{name}");
    }
    assert_eq!(neurons.len(), typed.len(), "each neuron has a typed builder");
}

#[test]
fn every_neuron_but_a_readout_has_v_first() {
    let neurons = catalogue().unwrap().iter().filter(|model| model.fragment.path.starts_with("shaders/neurons"));
    for model in neurons {
        let first = &model.reflection.state[0];
        assert_eq!((first.name.as_str(), first.unit.as_str()), ("v", "mV"), "{}", model.name());
    }
}

#[test]
fn a_value_out_of_range_is_named_with_the_legal_ones() {
    for (neuron, wrong, legal) in [
        (crate::network::Neuron::from("if").param("v_th", array(&[0.0], "mV")), "v_th", "> 0 mV"),
        (crate::network::Neuron::from("exp_if").param("v_peak", array(&[-70.0], "mV")), "v_peak", "> v_reset"),
        (crate::network::Neuron::from("izhikevich").param("c", array(&[30.0], "mV")), "v_peak", "> c (30 mV)"),
        (crate::network::Neuron::from("adex").param("delta_t", array(&[0.0], "mV")), "delta_t", "> 0 mV"),
    ] {
        let mut network = Network::new(crate::units::Literal::ms(0.1));
        network.add(Population::new("cells", 1, neuron));
        let error = Plan::lower(&network, &LowerOptions::default()).unwrap_err().to_string();
        assert!(error.contains(&format!("population[cells].params.{wrong}")) && error.contains(legal), "{error}");
    }
    assert!(find(ModelKind::Neuron, "if").unwrap().is_some());
}
