//! Runs that continue, states that are read, set and handed over.

use crate::device::{advance, backends, engine, gpu, name, plan, simulation};
use crate::networks::{small_brunel, zoo};
use neuropil::Simulation;
use neuropil::network::{Current, Network, Population, Record};
use neuropil::plan::Plan;
use neuropil::sim::EngineOptions;
use neuropil::units::Literal;
use std::sync::Arc;

/// The network of many kinds, with recorders whose intervals fit no window.
fn recorded() -> Network {
    let mut net = zoo();
    net.record(Record::new("cells4", ["v", "held", "ampa.g"]).every(0.7.ms()).neurons([70, 3, 0]));
    net.record(Record::new("relay", ["slow.g"]));
    net
}

#[test]
#[cfg_attr(without_device, ignore = "there is no device")]
fn a_run_in_parts_is_the_whole_run() {
    for backend in backends() {
        let net = recorded();
        let whole = simulation(&net, &backend).run_steps(250, &mut |_| ()).unwrap();
        let mut parts = simulation(&net, &backend);
        let mut joined = parts.run_steps(1, &mut |_| ()).unwrap();
        // Windows of three steps then begin anywhere.
        for steps in [7, 2, 90, 0, 100, 50] {
            joined.append(parts.run_steps(steps, &mut |_| ()).unwrap()).unwrap();
        }
        assert_eq!(joined, whole, "{}", name(&backend));
    }
}

#[test]
#[cfg_attr(without_device, ignore = "there is no device")]
fn progress_counts_the_steps_of_this_run() {
    for backend in backends() {
        let mut simulation = simulation(&zoo(), &backend);
        for steps in [100, 57] {
            let mut told = Vec::new();
            simulation.run_steps(steps, &mut |done| told.push(done)).unwrap();
            assert!(told.is_sorted() && told.last() == Some(&steps), "{}: {told:?}", name(&backend));
        }
    }
}

#[test]
#[cfg_attr(without_device, ignore = "there is no device")]
fn a_state_restored_anywhere_continues_alike() {
    for backend in backends() {
        let mut first = simulation(&recorded(), &backend);
        first.run_steps(101, &mut |_| ()).unwrap();
        let state = first.state().unwrap();
        assert_eq!(state.step, 101);
        let ahead = first.run_steps(150, &mut |_| ()).unwrap();
        assert!(ahead.populations.iter().any(|population| !population.spikes.is_empty()));
        first.restore(&state).unwrap();
        assert_eq!(first.state().unwrap(), state, "{}", name(&backend));
        assert_eq!(first.run_steps(150, &mut |_| ()).unwrap(), ahead, "{}: the same simulation", name(&backend));
        let mut second = simulation(&recorded(), &backend);
        second.run_steps(33, &mut |_| ()).unwrap();
        second.restore(&state).unwrap();
        assert_eq!(second.run_steps(150, &mut |_| ()).unwrap(), ahead, "{}: another", name(&backend));
    }
}

#[test]
#[cfg_attr(without_device, ignore = "there is no device")]
fn the_reference_continues_a_run_of_the_device() {
    let gpu = gpu();
    let plan = plan(&gpu, &small_brunel(5));
    let mut engine = engine(&gpu, &plan, &EngineOptions::default());
    advance(&mut engine, 200);
    let mut reference = neuropil::reference::Reference::new(plan).unwrap();
    reference.restore(&engine.state().unwrap()).unwrap();
    let mut spikes = |steps| {
        let device = advance(&mut engine, steps).populations[0].spikes.len() as f64;
        (device, reference.run(steps, &mut |_| ()).unwrap().populations[0].spikes.len() as f64)
    };
    // 600 steps of chaos: the counts stay alike, the spikes do not.
    let (device, oracle) = spikes(600);
    assert!(device > 1000.0 && (device / oracle - 1.0).abs() < 0.1, "{device} and {oracle} spikes");
}

#[test]
#[cfg_attr(without_device, ignore = "there is no device")]
fn variables_are_set_by_name() {
    let mut net = Network::new(0.1.ms());
    net.add(Population::new("other", 3, "lif_ref"));
    let cells = net.add(Population::new("cells", 4, "lif_ref"));
    net.stimulate(Current::new(&cells, 0.5.ma()));
    for backend in backends() {
        let mut simulation = simulation(&net, &backend);
        simulation.run_steps(3, &mut |_| ()).unwrap();
        // One lies above the threshold of 1 mV, so it is reset, and held, as if it had fired.
        simulation.set_variable("cells", "v", &[0.25, 1.5, -0.5, 0.0]).unwrap();
        assert_eq!(simulation.variable("cells", "v").unwrap(), [0.25, 1.5, -0.5, 0.0], "{}", name(&backend));
        assert_eq!(simulation.variable("other", "v").unwrap(), [0.0; 3]);
        simulation.set_variable("cells", "held", &[2.0, 0.0, 0.0, 0.0]).unwrap();
        simulation.run_steps(2, &mut |_| ()).unwrap();
        let v = simulation.variable("cells", "v").unwrap();
        assert_eq!(v[..2], [0.25, 0.5], "{}: held", name(&backend));
        let expected = -0.5 + (0.5 + 0.5) * (1.0 - (-0.04f64).exp());
        assert!((v[2] - expected).abs() < crate::tolerances::FORMULA, "{}: {} not {expected}", name(&backend), v[2]);
        assert_eq!(simulation.variable("cells", "held").unwrap(), [0.0, 47.0, 0.0, 0.0], "{}", name(&backend));
    }
}

#[test]
#[cfg_attr(without_device, ignore = "there is no device")]
fn a_variable_is_set_in_every_item() {
    let mut net = Network::new(0.1.ms());
    net.add(Population::new("cells", 4, "lif"));
    for backend in backends() {
        let plan = Plan::lower(&net, &backend.lower_options(2)).unwrap();
        let mut simulation = Simulation::of_plan(Arc::new(plan), &backend, &EngineOptions::default()).unwrap();
        simulation.set_variable("cells", "v", &[0.25, 1.5, -0.5, 0.0]).unwrap();
        // [batch, variable, neuron] of the only slab.
        assert_eq!(simulation.state().unwrap().slabs[0], [0.25, 1.5, -0.5, 0.0].repeat(2), "{}", name(&backend));
    }
}

#[test]
#[cfg_attr(without_device, ignore = "there is no device")]
fn a_duration_is_rounded_to_whole_steps() {
    let mut net = Network::new(0.1.ms());
    net.add(Population::new("cells", 1, "lif"));
    for backend in backends() {
        let mut simulation = simulation(&net, &backend);
        // 0.3/0.1 is a little less than 3.
        for (ms, steps) in [(0.3, 3), (0.24, 2), (0.26, 3), (0.04, 0), (0.7, 7)] {
            assert_eq!(simulation.run(ms.ms()).unwrap().steps, steps, "{}: {ms} ms", name(&backend));
        }
        assert_eq!(simulation.state().unwrap().step, 15);
    }
}
