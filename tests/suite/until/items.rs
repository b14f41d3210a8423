//! Items of batches and ensembles stop each for itself, with what they have alone.

use super::{STEPS, called, late, network, run, simulation, until, ways};
use crate::device::{backends, name};
use neuropil::network::{Array, Current, Network, PoissonInput, Population, Record, SpikeTimes, Until};
use neuropil::plan::Stopped;
use neuropil::sim::EngineOptions;
use neuropil::units::Literal;
use neuropil::{Ensemble, Error, Simulation};

/// An item's, as of a run alone.
fn alone(stopped: &[Stopped], item: u32) -> Vec<(u32, u64)> {
    stopped.iter().filter(|stopped| stopped.item == item).map(|stopped| (stopped.step, stopped.spikes)).collect()
}

/// Every item of a simulation stops when its own network does, with the same spikes and samples.
fn check(what: &str, mut together: Simulation, alones: Vec<Simulation>) {
    let recording = run(&mut together, STEPS);
    let stopped = together.stopped().to_vec();
    let last = stopped.iter().map(|stopped| stopped.step).max().filter(|_| stopped.len() == alones.len());
    assert_eq!(recording.steps, last.unwrap_or(STEPS), "{what}");
    let items = recording.clone().into_items().unwrap();
    let mut whole = 0.0;
    for (item, mut own) in (0..).zip(alones) {
        let found = run(&mut own, STEPS);
        assert_eq!(alone(&stopped, item), alone(own.stopped(), 0), "{what}, item {item}");
        assert_eq!(items[item as usize], found, "{what}, item {item}");
        whole += f64::from(found.steps);
    }
    // Rates are of the time that items ran.
    let others = &recording.populations[1];
    let expected = others.spikes.len() as f64 / (45.0 * whole * 1e-4);
    let hz = recording.rate_hz(others, 0.0).unwrap();
    assert!((hz / expected - 1.0).abs() < 1e-9, "{what}: {hz} Hz, but {expected} Hz");
}

#[test]
fn items_of_a_batch_stop_as_their_own_runs_do() {
    let (most, _) = late();
    let network = network(1).until(until(most));
    for way in ways() {
        let (backend, options) = &way;
        let own = |item: u64| simulation(&network.clone().seed(1 + item), backend, options, 1);
        check(&called(&way), simulation(&network, backend, options, 4), (0..4u64).map(own).collect());
    }
}

/// With currents of their own, of which one is too weak to come so far.
fn ensemble() -> Vec<Network> {
    let (most, _) = late();
    let of = |(seed, current): (u64, &str)| {
        let mut network = network(seed).until(until(most));
        network.set("stimulus[1].value", current).expect("there is a current");
        network
    };
    [(1, "4000 mA"), (2, "0 mA"), (3, "9000 mA")].map(of).to_vec()
}

#[test]
fn items_of_an_ensemble_stop_as_their_own_runs_do() {
    let networks = ensemble();
    for way in ways() {
        let (backend, options) = &way;
        let together = Simulation::of_ensemble(&Ensemble::new(networks.clone()).unwrap(), backend, options).unwrap();
        let own = networks.iter().map(|network| simulation(network, backend, options, 1));
        check(&called(&way), together, own.collect());
    }
}

#[test]
fn networks_with_other_conditions_are_no_ensemble() {
    let networks = vec![network(1).until(until(3)), network(1)];
    let error = Ensemble::new(networks).unwrap_err().to_string();
    assert!(error.starts_with("item 1: until: is not given, but { condition = \"rate(cells[5..41]) > "), "{error}");
    assert!(error.contains("in item 0; legal: the same in all items"), "{error}");
}

#[test]
fn items_that_have_stopped_stay_so_until_all_have() {
    let (most, _) = late();
    let network = network(1).until(until(most));
    for backend in backends() {
        let what = name(&backend);
        let mut whole = simulation(&network, &backend, &EngineOptions::default(), 3);
        let one = run(&mut whole, STEPS);
        assert_eq!(whole.stopped().len(), 3, "{what}");
        let mut pieces = simulation(&network, &backend, &EngineOptions::default(), 3);
        let mut found = run(&mut pieces, 50);
        while pieces.stopped().len() < 3 {
            let before = pieces.stopped().to_vec();
            found.append(run(&mut pieces, 7)).unwrap();
            assert!(before.iter().all(|stopped| pieces.stopped().contains(stopped)), "{what}");
        }
        assert_eq!(pieces.stopped(), whole.stopped(), "{what}");
        assert_eq!((found.steps, found.ends.clone()), (one.steps, one.ends.clone()), "{what}");
        assert_eq!(found.into_items().unwrap(), one.into_items().unwrap(), "{what}");
        // All go on from the step that the last had come to.
        let next = run(&mut pieces, 1);
        assert!(next.ends.is_empty() && pieces.stopped().is_empty(), "{what}");
    }
}

/// A clock that spikes at once in some items and never in the others, and a cell that becomes infinite at 3 ms in those that are told
/// so.
fn diverging(clock: &[bool]) -> Network {
    let mut net = Network::new(0.1.ms()).until(Until::rate_above("clock", 0.0.hz()).over(1.0.ms()));
    let v: Vec<f64> = clock.iter().map(|spikes| if *spikes { 1000.0 } else { -70.0 }).collect();
    let v = Array::inline(v, &[clock.len(), 1], "mV").unwrap();
    net.add(Population::new("clock", 1, "lif").init("v", v));
    let cells = net.add(Population::new("cells", 3, "iaf_psc_exp"));
    net.stimulate(SpikeTimes::new(&cells, [(1, 3.0.ms()); 5], 1e38.mv()));
    net.record(Record::new(&cells, ["v"]).neurons([2, 1]));
    net
}

/// What becomes of an item that has stopped is nobody's fault, and hides nobody's.
#[test]
fn an_item_that_diverges_after_it_has_stopped_has_not_ended() {
    for way in ways() {
        let ((backend, options), what) = (&way, called(&way));
        let mut batch = simulation(&diverging(&[true, false]), backend, options, 2);
        match batch.run_steps(STEPS, &mut |_| ()) {
            Err(Error::NonFinite { item, population, first_step, .. }) => {
                assert_eq!((item, population.as_str()), (1, "cells"), "{what}");
                assert!((first_step..first_step + 32).contains(&30), "{what}: {first_step}");
            }
            other => panic!("{what}: {other:?}"),
        }
        let networks = [diverging(&[true]), diverging(&[false]), diverging(&[true])];
        let ensemble = Ensemble::new(networks.to_vec()).unwrap();
        let mut ensemble = Simulation::of_ensemble(&ensemble, backend, options).unwrap();
        let recording = run(&mut ensemble, STEPS);
        assert_eq!(
            ensemble.stopped().iter().map(|it| (it.item, it.step)).collect::<Vec<_>>(),
            [(0, 10), (2, 10)],
            "{what}"
        );
        assert_eq!(ensemble.ended().iter().map(|it| it.item).collect::<Vec<_>>(), [1], "{what}");
        // Nobody is left who could stop.
        assert_eq!(recording.steps, 40, "{what}");
        assert_eq!((recording.ends[0], recording.ends[2]), (10, 10), "{what}");
        let finite = recording.traces[0].of_item(0).map(|row| row.iter().all(|value| value.is_finite()));
        assert!(finite.eq((0..40).map(|step| step < 10)), "{what}");
    }
}

#[test]
fn a_step_is_the_shortest_stretch() {
    let mut net = Network::new(0.1.ms()).until(Until::rate_above("cells", 0.0.hz()).over(0.1.ms()));
    let cells = net.add(Population::new("cells", 10, "lif"));
    net.stimulate(PoissonInput::new(&cells, 100, 50.0.hz(), 1.0.mv()));
    net.stimulate(Current::new(&cells, 1.0.ma()));
    for backend in backends() {
        let mut simulation = simulation(&net, &backend, &EngineOptions::default(), 5);
        let recording = run(&mut simulation, STEPS);
        // Each to its first spike, and with no other.
        for stopped in simulation.stopped() {
            let spikes: Vec<_> = recording.populations[0].spikes.of_item(stopped.item).collect();
            assert_eq!(spikes.len() as u64, stopped.spikes, "{}", name(&backend));
            assert!(spikes.iter().all(|(step, _)| step + 1 == stopped.step), "{}", name(&backend));
        }
        assert_eq!(simulation.stopped().len(), 5, "{}", name(&backend));
    }
}
