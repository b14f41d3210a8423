//! Runs that continue, states that are read, set and handed over.

use crate::device::{advance, backends, engine, gpu, name, plan, simulation};
use crate::networks::{small_brunel, zoo};
use neuropil::network::{Current, Network, Population, Port, Record};
use neuropil::plan::{Plan, State};
use neuropil::sim::{EngineOptions, Interrupt};
use neuropil::units::{Literal, Quantity};
use neuropil::{Backend, Simulation};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

/// The network of many kinds, with recorders whose intervals fit no window.
fn recorded() -> Network {
    let mut net = zoo();
    net.record(Record::new("cells4", ["v", "held", "ampa.g"]).every(0.7.ms()).neurons([70, 3, 0]));
    net.record(Record::new("relay", ["slow.g"]));
    net
}

#[test]
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
fn an_interrupted_run_returns_what_it_recorded_and_goes_on() {
    for backend in backends() {
        let net = recorded();
        let whole = simulation(&net, &backend).run_steps(250, &mut |_| ()).unwrap();
        // Each run ends after a few questions: on a device there are some for each submission.
        let asked = AtomicU32::new(0);
        let interrupt = Interrupt::new(move || asked.fetch_add(1, Ordering::Relaxed) % 8 == 7);
        let options = EngineOptions { windows_per_submission: Some(5), interrupt, ..EngineOptions::default() };
        let mut parts = Simulation::with_options(&net, &backend, 1, &options).unwrap();
        let mut joined = parts.run_steps(250, &mut |_| ()).unwrap();
        assert!((1..250).contains(&joined.steps), "{}: {}", name(&backend), joined.steps);
        assert_eq!(parts.state().unwrap().step, joined.steps);
        while joined.steps < 250 {
            joined.append(parts.run_steps(250 - joined.steps, &mut |_| ()).unwrap()).unwrap();
        }
        assert_eq!(joined, whole, "{}", name(&backend));
    }
}

#[test]
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

/// Why a simulation does not take a state.
fn refusal(simulation: &mut Simulation, state: &State) -> String {
    let before = simulation.state().unwrap();
    let error = simulation.restore(state).expect_err("the state does not fit");
    assert_eq!(error.exit_status(), 2);
    assert_eq!(simulation.state().unwrap(), before, "a refused state changes nothing");
    error.to_string()
}

#[test]
fn a_state_of_another_network_is_refused() {
    // Of the same lengths: one weight differs, or the seed alone.
    let mut heavier = recorded();
    heavier.projections[0].weight = 2.5.nanosiemens().into();
    let reseeded = recorded().seed(8);
    for backend in backends() {
        let mut own = simulation(&recorded(), &backend);
        own.run_steps(40, &mut |_| ()).unwrap();
        let state = own.state().unwrap();
        assert_eq!(state.fingerprint, own.plan().fingerprint, "{}", name(&backend));
        for other in [&heavier, &reseeded] {
            let mut other = simulation(other, &backend);
            let theirs = other.plan().fingerprint;
            assert_eq!(
                refusal(&mut other, &state),
                format!(
                    "state: it is of another network, whose fingerprint is {:016x}; legal: {theirs:016x}, a state of \
                     this network; to carry one over on purpose, set its `fingerprint` to that of the plan",
                    state.fingerprint
                )
            );
            let carried = State { fingerprint: theirs, ..state.clone() };
            other.restore(&carried).unwrap();
            assert_eq!(other.state().unwrap(), carried, "{}", name(&backend));
        }
        // What is recorded makes no other network.
        simulation(&zoo(), &backend).restore(&state).unwrap();
    }
}

#[test]
fn values_that_a_device_cannot_hold_are_refused() {
    let mut net = Network::new(0.1.ms());
    net.add(Population::new("first", 3, "lif_ref"));
    let cells = Population::new("cells", 4, "lif_ref").port("ampa", Port::expon(5.0.ms()).coba(0.0.mv()));
    net.add(cells);
    net.add(Population::new("last", 2, "lif_ref"));
    let (numbers, whole) = ("numbers of at most 3.4e38 in size", "whole numbers from 0 to 4294967295");
    for backend in backends() {
        let mut simulation = simulation(&net, &backend);
        let plan_index = |simulation: &Simulation, population: &str, variable: &str, neuron| {
            let plan = simulation.plan();
            let index = plan.population_index(population).unwrap();
            let variable = plan.variable_index(index, variable).unwrap();
            (plan.populations[index].slab, plan.state_index(index, variable, 0, neuron))
        };
        for (population, variable, neuron, value, legal) in [
            ("first", "v", 2, f64::NAN, numbers),
            ("cells", "v", 0, f64::INFINITY, numbers),
            ("cells", "ampa.g", 3, 3.5e38, numbers),
            ("last", "v", 1, -3.5e38, numbers),
            ("last", "held", 0, 0.5, whole),
            ("cells", "held", 1, -1.0, whole),
            ("first", "held", 1, 4_294_967_296.0, whole),
            ("first", "held", 1, f64::NAN, whole),
        ] {
            let mut state = simulation.state().unwrap();
            let (slab, at) = plan_index(&simulation, population, variable, neuron);
            state.slabs[slab][at] = value;
            let shown = Quantity::number(value);
            let problem = format!("variable `{variable}` of neuron {neuron} of population `{population}` is {shown}");
            assert_eq!(refusal(&mut simulation, &state), format!("state: {problem}; legal: {legal}"));
            let size = simulation.variable(population, variable).unwrap().len();
            let mut values = vec![1.0; size];
            values[neuron as usize] = value;
            assert_eq!(
                simulation.set_variable(population, variable, &values).unwrap_err().to_string(),
                format!("variable {population}.{variable}: value {neuron} is {shown}; legal: {legal}")
            );
        }
        // The ends of what is legal; more digits than f32 has are rounded.
        simulation.set_variable("cells", "held", &[0.0, 4_294_967_295.0, -0.0, 1.0]).unwrap();
        simulation.set_variable("cells", "v", &[f64::from(f32::MAX), -f64::from(f32::MAX), 1e-60, 0.1]).unwrap();
        let v = simulation.variable("cells", "v").unwrap();
        assert_eq!(
            v.iter().map(|&v| v as f32).collect::<Vec<_>>(),
            [f32::MAX, f32::MIN, 0.0, 0.1],
            "{}",
            name(&backend)
        );
    }
}

#[test]
fn a_refused_value_of_a_batch_is_named_by_its_item() {
    let mut net = Network::new(0.1.ms());
    net.add(Population::new("cells", 4, "lif"));
    let reference = Backend::Reference;
    let plan = Plan::lower(&net, &reference.lower_options(3)).unwrap();
    let mut simulation = Simulation::of_plan(Arc::new(plan), &reference, &EngineOptions::default()).unwrap();
    let mut state = simulation.state().unwrap();
    state.slabs[0][2 * 4 + 1] = f64::NEG_INFINITY;
    assert_eq!(
        refusal(&mut simulation, &state),
        "state: variable `v` of neuron 1 of population `cells` in item 2 of the batch is -inf; legal: numbers of \
         at most 3.4e38 in size"
    );
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
fn a_duration_is_rounded_to_whole_steps() {
    let mut net = Network::new(0.1.ms());
    net.add(Population::new("cells", 1, "lif"));
    for backend in backends() {
        let mut simulation = simulation(&net, &backend);
        // 0.3/0.1 is a little less than 3.
        for (ms, steps) in [(0.3, 3), (0.24, 2), (0.26, 3), (0.0, 0), (0.7, 7)] {
            assert_eq!(simulation.run(ms.ms()).unwrap().steps, steps, "{}: {ms} ms", name(&backend));
        }
        assert_eq!(simulation.state().unwrap().step, 15);
    }
}
