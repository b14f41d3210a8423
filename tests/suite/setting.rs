//! Values that a host sets between runs: what follows is what the changed network does with the state restored into it, bit for bit.

mod items;
mod refused;

use crate::device::{backends, device, name};
use crate::networks::zoo;
use crate::readouts::matrices::save;
use neuropil::model::{Lif, Reset};
use neuropil::network::{Array, Connect, Current, Network, PoissonEncoder, Population, Port, Record, StimulusModel};
use neuropil::plan::{Plan, State};
use neuropil::sim::{EngineOptions, Schedule};
use neuropil::units::Literal;
use neuropil::{Backend, Error, Simulation};
use std::sync::Arc;

fn text(error: Error) -> String {
    error.to_string()
}

/// The network of many kinds, with stimuli that have state and rates of their own.
fn network() -> Network {
    let mut net = zoo();
    let noise = StimulusModel::new("cells0", "ornstein_uhlenbeck");
    net.stimulate(noise.param("mean", 30.0.pa()).param("sigma", 40.0.pa()).param("tau", 5.0.ms()).name("noise"));
    net.stimulate(PoissonEncoder::new("relay", 200.0.hz(), 0.5.mv()).neurons(3..20).name("encoder"));
    net.record(Record::new("cells4", ["spikes", "v", "ampa.g"]).every(0.7.ms()).neurons([30, 3, 0]));
    for population in ["cells0", "cells1", "cells2", "cells3", "cells5", "relay"] {
        net.record(Record::new(population, ["spikes"]));
    }
    net
}

/// Values of every kind, changed from round to round; some twice the same.
const ROUNDS: [&[(&str, &str)]; 3] = [
    &[
        ("population[cells0].params.tau", "19 ms"),
        ("population[cells1].params.v_th", "-49 mV"),
        ("population[cells2].params.reset", "soft"),
        ("population[cells3].params.tau_ref", "2.3 ms"),
        ("population[cells5].ports.ampa.tau", "2.5 ms"),
        ("population[cells5].ports.gaba.output.coba", "-75 mV"),
        ("population[cells0].init.v", "-61 mV"),
        ("stimulus[0].value", "170 pA"),
        ("stimulus[2].value", "35 pA"),
        ("stimulus[5].rate", "33 Hz"),
        ("stimulus[6].weight", "0.7 mV"),
        ("stimulus[8].rate", "12 Hz"),
        ("stimulus[10].weight", "3.5 mV"),
        ("stimulus[noise].mean", "60 pA"),
        ("stimulus[encoder].rate", "900 Hz"),
    ],
    &[
        ("population[cells0].params.tau", "11 ms"),
        ("population[cells4].params.tau", "13 ms"),
        ("population[cells5].ports.ampa.tau", "4.5 ms"),
        ("stimulus[0].value", "90 pA"),
        ("stimulus[2].value", "35 pA"),
        // Its table of counts is much longer.
        ("stimulus[5].rate", "400 Hz"),
        ("stimulus[8].rate", "30 Hz"),
        ("stimulus[noise].mean", "-20 pA"),
        ("stimulus[noise].tau", "2 ms"),
        ("stimulus[encoder].weight", "0.8 mV"),
    ],
    &[
        ("population[cells0].params.tau", "14 ms"),
        ("population[cells4].params.tau", "12 ms"),
        ("stimulus[0].value", "130 pA"),
        ("stimulus[5].rate", "380 Hz"),
        ("stimulus[8].rate", "3 Hz"),
        ("stimulus[noise].mean", "10 pA"),
    ],
];

/// Its state, and what it does next, are those of the network that it has now, made anew.
fn check(simulation: &mut Simulation, changed: &Network, backend: &Backend, options: &EngineOptions, what: &str) {
    let batch = simulation.plan().batch;
    let state = simulation.state().unwrap();
    let mut anew = Simulation::with_options(changed, backend, batch, options).expect("the network is sound");
    assert_eq!(simulation.plan().fingerprint, anew.plan().fingerprint, "{what}");
    assert_eq!(simulation.networks(), std::slice::from_ref(changed));
    anew.restore(&state).unwrap();
    let (found, expected) = (advance(simulation), advance(&mut anew));
    assert!(expected.populations.iter().any(|population| !population.spikes.is_empty()));
    assert_eq!(found, expected, "{what}");
    assert_eq!(simulation.state().unwrap(), anew.state().unwrap(), "{what}");
    let initial = anew.plan().initial_state().unwrap();
    assert_eq!(simulation.plan().initial_state().unwrap(), initial, "{what}");
}

fn advance(simulation: &mut Simulation) -> neuropil::recording::Recording {
    simulation.run_steps(83, &mut |_| ()).expect("the run succeeds")
}

fn check_rounds(backend: &Backend, options: &EngineOptions, batch: u32, one_by_one: usize) {
    let mut changed = network();
    let mut simulation = Simulation::with_options(&changed, backend, batch, options).expect("the network is sound");
    advance(&mut simulation);
    for (round, sets) in ROUNDS.iter().enumerate() {
        let before = simulation.state().unwrap();
        sets.iter().for_each(|(path, value)| changed.set(path, *value).unwrap());
        // One by one, or all at once.
        if round % 2 == one_by_one {
            sets.iter().for_each(|(path, value)| simulation.set(path, *value).unwrap());
        } else {
            simulation.set_all(sets.iter().copied()).unwrap();
        }
        let after = simulation.state().unwrap();
        assert_ne!(after.fingerprint, before.fingerprint);
        assert_eq!(after, State { fingerprint: after.fingerprint, ..before });
        check(&mut simulation, &changed, backend, options, &format!("round {round} on {}", name(backend)));
    }
}

#[test]
fn what_is_set_is_what_the_changed_network_does() {
    for backend in backends().iter().filter(|backend| !matches!(backend, Backend::Gpu(_))) {
        for (batch, one_by_one) in [(1, 0), (2, 1)] {
            check_rounds(backend, &EngineOptions::default(), batch, one_by_one);
        }
    }
}

#[test]
#[cfg_attr(without_device, ignore = "there is no device")]
fn what_is_set_is_what_the_changed_network_does_by_every_schedule() {
    for ((schedule, _), batch) in Schedule::ALL.into_iter().zip([1, 2, 2]) {
        check_rounds(&device(), &EngineOptions { schedule: Some(schedule), ..EngineOptions::default() }, batch, 1);
    }
}

#[test]
fn weights_are_set_and_arrivals_under_way_keep_theirs() {
    let options = EngineOptions::default();
    for backend in backends() {
        let mut changed = network();
        let mut simulation = Simulation::on(&changed, &backend).unwrap();
        simulation.run_steps(40, &mut |_| ()).unwrap();
        // Of the same scale, of a coarser, and of a finer one; after another value was set.
        for (path, value) in [
            ("projection[cells2→relay.slow].weight", "2.001 mA"),
            ("population[cells0].params.tau", "19 ms"),
            ("projection[cells2→relay.slow].weight", "60 mA"),
            ("projection[relay→cells3.ampa].weight", "{ uniform = [\"1 nS\", \"2 nS\"] }"),
            ("projection[cells2→relay.slow].weight", "20 mA"),
        ] {
            let (scales, before) = (scales(&simulation), simulation.state().unwrap());
            let weights = under_way(&simulation, &before);
            assert!(weights.iter().any(|weight| *weight != 0.0));
            changed.set(path, value).unwrap();
            simulation.set(path, value).unwrap();
            let after = simulation.state().unwrap();
            let moved = under_way(&simulation, &after);
            for (found, expected) in moved.iter().zip(&weights) {
                assert!((found - expected).abs() <= 1e-6 * expected.abs(), "{found} {expected}");
            }
            let alike = scales == self::scales(&simulation);
            assert_eq!(after.ring == before.ring, alike, "{path}={value}");
            // One that counts otherwise is of another network.
            assert_eq!(simulation.restore(&before).is_ok(), alike);
            simulation.restore(&after).unwrap();
            check(&mut simulation, &changed, &backend, &options, &format!("{path}={value} on {}", name(&backend)));
        }
    }
}

fn scales(simulation: &Simulation) -> Vec<neuropil::rows::Scale> {
    let ports = simulation.plan().populations.iter().flat_map(|population| &population.ports);
    ports.map(|port| port.scale).collect()
}

/// The sums of weights in the delay ring, in the units of the ports.
fn under_way(simulation: &Simulation, state: &State) -> Vec<f64> {
    let plan = simulation.plan();
    let mut sums = Vec::new();
    for slot in state.ring.chunks_exact(plan.inlets as usize) {
        for population in &plan.populations {
            for port in &population.ports {
                let own = &slot[port.first_inlet as usize..][..population.size as usize];
                sums.extend(own.iter().map(|&count| port.scale.weight(count)));
            }
        }
    }
    sums
}

/// Three neurons that spike in every step, onto one that listens later.
fn loud() -> Network {
    let mut net = Network::new(0.1.ms());
    let cells = net.add(Population::new("cells", 3, Lif::new().v_th(1.0.mv()).reset(Reset::Hard)));
    net.add(Population::new("meter", 1, Lif::new()).port("in", Port::delta()));
    net.stimulate(Current::new(&cells, 1000.0.ma()).name("drive"));
    net.connect(&cells, "meter", "in", Connect::all_to_all().name("out"), 1.0.mv(), 2.0.ms());
    net
}

/// Files of the same population are read again, as they are then.
#[test]
fn what_is_set_beside_files_takes_them_as_they_are() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("tau.npy");
    let keep = |ms: f32| save(&file, "<f4", "(2,)", &[ms, ms].map(f32::to_le_bytes).concat());
    keep(5.0);
    let mut net = Network::new(0.1.ms());
    let cells = net.add(Population::new("cells", 2, Lif::new()));
    let of_file = Array::npy(&file, "ms").unwrap();
    net.populations[0].params.insert("tau".to_owned(), of_file.into());
    net.stimulate(Current::new(&cells, 1.0.ma()).name("drive"));
    let mut simulation = Simulation::on(&net, &Backend::Reference).unwrap();
    let tau = |simulation: &Simulation| simulation.plan().populations[0].params[0].at(1);
    keep(7.0);
    simulation.set("stimulus[drive].value", "2 mA").unwrap();
    assert_eq!(tau(&simulation), 5.0, "it is no value of the stimulus");
    simulation.set("population[cells].params.r", "2 ohm").unwrap();
    assert_eq!(tau(&simulation), 7.0);
}

#[test]
fn values_are_set_after_a_failed_run() {
    let net = loud();
    // Many submissions, two of them under way at once.
    let options = EngineOptions { windows_per_submission: Some(1), ..EngineOptions::default() };
    for backend in backends() {
        let mut simulation = Simulation::with_options(&net, &backend, 1, &options).unwrap();
        let start = simulation.state().unwrap();
        simulation.set("stimulus[drive].value", "1e38 mA").unwrap();
        simulation.set("population[cells].params.r", "1e9 ohm").unwrap();
        simulation.run_steps(200, &mut |_| ()).expect_err("V is infinite");
        assert_eq!(
            text(simulation.set("projection[out].weight", "2 mV").unwrap_err()),
            "state: an earlier run failed half-way; legal: restore a state first"
        );
        simulation.set("population[cells].params.r", "1 ohm").unwrap();
        simulation.set("stimulus[drive].value", "1000 mA").unwrap();
        simulation.restore(&start).unwrap();
        assert_eq!(simulation.networks()[0].get("stimulus[drive].value").unwrap().to_string(), "1000 mA");
        let mut anew = Simulation::on(&net, &backend).unwrap();
        assert_eq!(advance(&mut simulation), advance(&mut anew), "{}", name(&backend));
    }
}

#[test]
fn who_knows_no_network_sets_rates_alone() {
    let net = network();
    let index = net.stimuli.len() - 1;
    for backend in backends() {
        let plan = Plan::lower(&net, &backend.lower_options(1)).unwrap();
        let mut of_plan = Simulation::of_plan(Arc::new(plan), &backend, &EngineOptions::default()).unwrap();
        assert_eq!(
            text(of_plan.set("stimulus[0].value", 1.0.pa()).unwrap_err()),
            "stimulus[0].value: the simulation was made of a plan, and does not know the network; legal: Simulation::on, \
             with_options or of_ensemble"
        );
        assert_eq!(of_plan.networks(), []);
        let before = of_plan.state().unwrap();
        let rates: Vec<f64> = (0..17).map(|neuron| 100.0 * f64::from(neuron)).collect();
        of_plan.set_rates(index, &rates).unwrap();
        let mut of_network = Simulation::on(&net, &backend).unwrap();
        of_network.set_rates(index, &rates).unwrap();
        let mut changed = net.clone();
        let told = Array::inline(rates, &[17], "Hz").unwrap();
        changed.stimuli[index].params.insert("rate".to_owned(), told.into());
        assert_eq!(of_plan.state().unwrap(), of_network.state().unwrap());
        let found = advance(&mut of_plan);
        // Of the same simulation, though its values were others.
        of_plan.restore(&before).unwrap();
        assert_eq!(advance(&mut of_plan), found);
        check(&mut of_network, &changed, &backend, &EngineOptions::default(), name(&backend));
    }
}

#[test]
fn a_state_from_before_is_still_its_own() {
    for backend in backends() {
        let mut simulation = Simulation::on(&loud(), &backend).unwrap();
        simulation.run_steps(10, &mut |_| ()).unwrap();
        let before = simulation.state().unwrap();
        simulation.set("stimulus[drive].value", "500 mA").unwrap();
        let ahead = simulation.run_steps(10, &mut |_| ()).unwrap();
        simulation.restore(&before).unwrap();
        assert_eq!(simulation.run_steps(10, &mut |_| ()).unwrap(), ahead, "{}", name(&backend));
        // But not one of a network that it never was.
        let mut other = Simulation::on(&loud(), &backend).unwrap();
        let found = simulation.plan().fingerprint;
        assert_eq!(
            text(other.restore(&simulation.state().unwrap()).unwrap_err()),
            format!(
                "state: it is of another network, whose fingerprint is {found:016x}; legal: {:016x}, a state of this network; to carry \
                 one over on purpose, set its `fingerprint` to that of the plan",
                other.plan().fingerprint
            )
        );
    }
}
