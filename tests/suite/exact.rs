//! Published values that must come out exactly: f–I relations and first steps of the leaky integrate-and-fire neurons.

use crate::device::{backends, name, run, train};
use crate::tolerances::{V_CONDUCTANCE, V_PRINTED};
use neuropil::model::{Lif, LifRef, Reset};
use neuropil::network::{Current, Network, Population, Port, Record};
use neuropil::units::Literal;

/// [mV] R·I, and the steps between spikes of `lif_ref` as published.
const TABLE: [(f64, u32); 5] = [(21.0, 628), (25.0, 341), (30.0, 239), (40.0, 158), (80.0, 77)];
const STEPS: u32 = 7000;

/// Steps to the threshold: ⌈(τ/dt)·ln(RI/(RI − V_th))⌉.
fn steps_to_threshold(ri: f64) -> u32 {
    (20.0 / 0.1 * (ri / (ri - 20.0)).ln()).ceil() as u32
}

/// A clock that fires first in step `first`, then every `interval` steps.
fn clock(first: u32, interval: u32, steps: u32) -> Vec<u32> {
    (first..steps).step_by(interval as usize).collect()
}

#[test]
fn rates_follow_the_current_step_by_step() {
    let mut net = Network::new(0.1.ms());
    let lif = Lif::new().tau(20.0.ms()).v_th(20.0.mv()).reset(Reset::Hard);
    let lif_ref = LifRef::new().tau(20.0.ms()).v_th(20.0.mv()).reset(Reset::Hard).tau_ref(2.0.ms());
    let currents: Vec<_> = TABLE.iter().map(|(ri, _)| ri.ma()).collect();
    for population in [Population::new("lif", 5, lif), Population::new("lif_ref", 5, lif_ref)] {
        let population = net.add(population);
        net.stimulate(Current::new(population, currents.clone()));
    }
    for backend in backends() {
        let recording = run(&net, &backend, STEPS);
        for (neuron, &(ri, published)) in TABLE.iter().enumerate() {
            let m = steps_to_threshold(ri);
            let found = |population| train(&recording, population, neuron as u32);
            assert_eq!(found("lif"), clock(m - 1, m, STEPS), "{}: lif, RI = {ri} mV", name(&backend));
            assert_eq!(found("lif_ref"), clock(m - 1, published, STEPS), "{}: lif_ref, RI = {ri} mV", name(&backend));
            assert_eq!(published, 19 + m, "the table itself");
        }
    }
}

#[test]
fn the_defaults_take_their_published_first_steps() {
    let mut net = Network::new(0.1.ms());
    for model in ["lif", "lif_ref"] {
        let population = net.add(Population::new(model, 1, model));
        net.stimulate(Current::new(&population, 2.0.ma()));
        net.record(Record::new(&population, ["v"]));
    }
    let published = [0.03960265, 0.07842112, 0.11647093, 0.1537673, 0.19032516];
    for backend in backends() {
        let recording = run(&net, &backend, 400);
        for model in ["lif", "lif_ref"] {
            let v = &recording.trace(model, "v").expect("it is recorded").values;
            for (step, (&found, expected)) in v.iter().zip(published).enumerate() {
                let difference = (f64::from(found) - expected).abs();
                assert!(difference < V_PRINTED, "{}: {model} step {step}: {found}, not {expected}", name(&backend));
            }
        }
        assert_eq!(train(&recording, "lif", 0), clock(34, 35, 400), "{}", name(&backend));
        assert_eq!(train(&recording, "lif_ref", 0), clock(34, 84, 400), "{}", name(&backend));
    }
}

#[test]
fn a_conductance_enters_the_jacobian() {
    let mut net = Network::new(0.1.ms());
    let neuron = Lif::new().tau(20.0.ms()).r(1.0.kohm()).v_th(0.0.mv()).v_reset((-60.0).mv()).v_rest((-60.0).mv());
    // A conductance that does not decay: 0.5 of the leak's.
    let port = Port::expon(1e12.ms()).coba(0.0.mv());
    let population = Population::new("cell", 1, neuron).init("v", (-60.0).mv()).port("g", port);
    net.add(population.init("g.g", 0.5.millisiemens()));
    net.record(Record::new("cell", ["v"]));
    for backend in backends() {
        let v = f64::from(run(&net, &backend, 1).traces[0].values[0]);
        // With the current frozen during the step it would be -59.850374.
        assert!((v - -59.850559).abs() < V_CONDUCTANCE, "{}: {v}", name(&backend));
    }
}
