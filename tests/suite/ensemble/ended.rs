//! An item whose state becomes infinite or no number ends alone: the others go on, with the bits that they have without it.

use crate::batch::{of_item, samples_of_item};
use crate::device::{backends, device, name};
use neuropil::network::{Array, Connect, Current, Network, Population, Port, Record, SpikeTimes, uniform};
use neuropil::plan::Ended;
use neuropil::recording::Recording;
use neuropil::sim::{EngineOptions, Schedule};
use neuropil::units::Literal;
use neuropil::{Backend, Ensemble, Error, Simulation};
use std::sync::Arc;

/// Far below its parabola, Izhikevich's neuron jumps above all numbers within a few Euler steps, in f32 and in f64. Beside such cells
/// are others that spike anyhow; windows have eight steps.
fn network(seed: u64, far: [bool; 4]) -> Network {
    let mut net = Network::new(0.1.ms()).seed(seed).wiring_seed(1);
    let v = far.map(|far| if far { -3e38 } else { -65.0 });
    let v = Array::inline(v.to_vec(), &[4], "mV").expect("the shape fits");
    let others = net.add(Population::new("others", 30, "lif_ref").init("v", uniform((-60.0).mv(), (-50.0).mv())));
    let cells = net.add(Population::new("cells", 4, "izhikevich").init("v", v).port("p", Port::delta()));
    net.connect(&others, &cells, "p", Connect::fixed_indegree(3), 1.0.mv(), 0.8.ms());
    net.stimulate(Current::new(&others, 2000.0.ma()));
    net.record(Record::new(&cells, ["spikes", "v"]));
    net.record(Record::new(&others, ["spikes"]));
    net
}

const SOUND: [bool; 4] = [false; 4];
const THIRD: [bool; 4] = [false, false, true, false];

fn simulation(networks: &[Network], backend: &Backend, options: &EngineOptions) -> Simulation {
    let ensemble = Ensemble::new(networks.to_vec()).expect("they differ in values");
    let plan = ensemble.plan(&backend.lower_options(1)).expect("the networks are sound");
    Simulation::of_plan(Arc::new(plan), backend, options).expect("the plan fits")
}

fn steps(simulation: &mut Simulation, steps: u32) -> Recording {
    simulation.run_steps(steps, &mut |_| ()).expect("others go on")
}

fn told(ended: &[Ended]) -> Vec<String> {
    ended.iter().map(ToString::to_string).collect()
}

fn check(backend: &Backend, options: &EngineOptions) {
    let networks = [network(1, SOUND), network(2, THIRD), network(3, SOUND), network(4, [true; 4])];
    let mut together = simulation(&networks, backend, options);
    let what = format!("{} by {:?}", name(backend), options.schedule);
    let recordings = [100, 60].map(|number| steps(&mut together, number));
    let of = |item, neuron| {
        format!("item {item} ended: v of neuron {neuron} of population `cells` is NaN after steps 0 to 7")
    };
    assert_eq!(told(&together.ended()), [of(1, 2), of(3, 0)], "{what}");
    for (item, network) in (0..).zip(&networks) {
        if ![0, 2].contains(&item) {
            // Nothing of it is left, in this run and the next.
            for recording in &recordings {
                assert!((0..2).all(|population| of_item(recording, population, item).is_empty()), "{what}");
                let nan = |bits: &u32| f32::from_bits(*bits).is_nan();
                assert!(samples_of_item(recording, item).concat().iter().all(nan), "{what}");
            }
            continue;
        }
        let mut alone = simulation(std::slice::from_ref(network), backend, options);
        for recording in &recordings {
            let own = steps(&mut alone, recording.steps);
            assert!(!of_item(&own, 0, 0).is_empty(), "{what}");
            for population in 0..2 {
                assert_eq!(of_item(recording, population, item), of_item(&own, population, 0), "{what}");
            }
            assert_eq!(samples_of_item(recording, item), samples_of_item(&own, 0), "{what}");
        }
        assert!(alone.ended().is_empty());
    }
}

#[test]
fn an_item_ends_alone() {
    backends().iter().for_each(|backend| check(backend, &EngineOptions::default()));
}

#[test]
#[cfg_attr(without_device, ignore = "there is no device")]
fn an_item_ends_alone_by_every_schedule() {
    for (schedule, _) in Schedule::ALL {
        check(&device(), &EngineOptions { schedule: Some(schedule), ..EngineOptions::default() });
    }
}

/// A cell that becomes infinite when a spike of 1e38 mV comes, several times over.
fn late(at: f64) -> Network {
    let mut net = Network::new(0.1.ms()).wiring_seed(1);
    let cells = net.add(Population::new("cells", 3, "iaf_psc_exp"));
    net.stimulate(SpikeTimes::new(&cells, [(1, at.ms()); 5], 1e38.mv()));
    net.record(Record::new(&cells, ["v"]).neurons([2, 1]));
    net
}

#[test]
fn it_has_results_up_to_its_end_and_people_are_told_once() {
    for backend in backends() {
        let mut simulation = simulation(&[late(0.5), late(3.0), late(1e6)], &backend, &EngineOptions::default());
        let first = steps(&mut simulation, 20);
        let of =
            |item, step| format!("item {item} ended: v of neuron 1 of population `cells` is inf after step {step}");
        assert_eq!(told(&simulation.ended()), [of(0, 5)], "{}", name(&backend));
        let hint = "what it recorded from there on is left out, and the others go on";
        let warned =
            |simulation: &Simulation| simulation.warnings().iter().map(ToString::to_string).collect::<Vec<_>>();
        assert_eq!(warned(&simulation), [format!("population[cells]: {}; {hint}", of(0, 5))]);
        let nan = first.traces[0].values.chunks(2).map(|values| values.iter().all(|value| value.is_nan()));
        let expected = (0..20).flat_map(|step| [step >= 5, false, false]);
        assert!(nan.eq(expected), "{}", name(&backend));
        assert!(first.traces[0].values.chunks(2).step_by(3).take(5).flatten().all(|value| value.is_finite()));

        steps(&mut simulation, 20);
        assert_eq!(told(&simulation.ended()), [of(0, 5), of(1, 30)], "{}", name(&backend));
        assert_eq!(warned(&simulation), [format!("population[cells]: {}; {hint}", of(1, 30))]);
        // A new beginning is one for all.
        simulation.reset_state().unwrap();
        assert!(simulation.ended().is_empty());
        let again = steps(&mut simulation, 20);
        assert_eq!(samples_of_item(&again, 0), samples_of_item(&first, 0), "{}", name(&backend));
        // A state is carried on with items that had ended. A reset has hidden what became of the first.
        let state = simulation.state().unwrap();
        simulation.restore(&state).unwrap();
        steps(&mut simulation, 20);
        assert_eq!(simulation.ended().iter().map(|ended| ended.item).collect::<Vec<_>>(), [1], "{}", name(&backend));
    }
}

#[test]
fn whoever_asks_goes_on_and_other_batches_end() {
    for backend in backends() {
        let allowed = EngineOptions { allow_nonfinite: true, ..EngineOptions::default() };
        let mut simulation = simulation(&[late(0.5), late(1e6)], &backend, &allowed);
        steps(&mut simulation, 20);
        assert!(simulation.ended().is_empty() && simulation.warnings().len() == 1, "{}", name(&backend));

        let plan = neuropil::plan::Plan::lower(&late(0.5), &backend.lower_options(2)).unwrap();
        let mut simulation = Simulation::of_plan(Arc::new(plan), &backend, &EngineOptions::default()).unwrap();
        let error = simulation.run_steps(20, &mut |_| ()).unwrap_err();
        assert!(matches!(error, Error::NonFinite { item: 0, .. }), "{error}");
    }
}

/// Only another state brings items back.
#[test]
fn items_that_ended_stay_so_whatever_is_set() {
    let wired = |at: f64| {
        let mut net = late(at);
        let others = net.add(Population::new("others", 2, "lif").port("in", Port::delta()));
        net.connect(&others, &others, "in", Connect::all_to_all().name("own"), 0.1.mv(), 0.1.ms());
        net
    };
    for backend in backends() {
        let ensemble = Ensemble::new(vec![wired(0.5), wired(1e6)]).unwrap();
        let mut simulation = Simulation::of_ensemble(&ensemble, &backend, &EngineOptions::default()).unwrap();
        let of_first = |recording: Recording| samples_of_item(&recording, 0).concat();
        steps(&mut simulation, 20);
        let expected = ["item 0 ended: v of neuron 1 of population `cells` is inf after step 5"];
        assert_eq!(told(&simulation.ended()), expected, "{}", name(&backend));
        let ways: [fn(&mut Simulation); 3] = [
            |simulation| simulation.set("projection[own].weight", "0.2 mV").unwrap(),
            |simulation| simulation.set("population[cells].params.tau_m", "12 ms").unwrap(),
            |simulation| simulation.set_variable("others", "v", &[0.3, 0.2]).unwrap(),
        ];
        for (way, set) in ways.into_iter().enumerate() {
            set(&mut simulation);
            assert_eq!(told(&simulation.ended()), expected, "way {way} on {}", name(&backend));
            let found = of_first(steps(&mut simulation, 3));
            assert!(found.iter().all(|bits| f32::from_bits(*bits).is_nan()), "way {way} on {}", name(&backend));
            assert!(simulation.warnings().is_empty(), "people are told once");
        }
        simulation.reset_state().unwrap();
        assert!(simulation.ended().is_empty());
    }
}
