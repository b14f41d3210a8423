//! Variables that are read between runs: of any items and neurons, the same as in the whole state.

use crate::device::{backends, device, name};
use crate::networks::zoo;
use neuropil::plan::State;
use neuropil::sim::{EngineOptions, Schedule};
use neuropil::simulation::Which;
use neuropil::{Backend, Error, Simulation};

const BATCH: u32 = 3;

fn ran(backend: &Backend, options: &EngineOptions) -> Simulation {
    let mut simulation = Simulation::with_options(&zoo(), backend, BATCH, options).expect("the network is sound");
    simulation.run_steps(101, &mut |_| ()).expect("the run succeeds");
    simulation
}

/// The same numbers out of the whole state.
fn expected(simulation: &Simulation, state: &State, place: (usize, usize), items: &[u32], neurons: &[u32]) -> Vec<f64> {
    let plan = simulation.plan();
    let slab = &state.slabs[plan.populations[place.0].slab];
    let at = |item: u32, neuron: u32| slab[plan.state_index(place.0, place.1, item, neuron)];
    items.iter().flat_map(|&item| neurons.iter().map(move |&neuron| at(item, neuron))).collect()
}

fn check(backend: &Backend, options: &EngineOptions) {
    let simulation = ran(backend, options);
    let state = simulation.state().unwrap();
    let plan = simulation.plan();
    let mut differ = 0;
    for (index, population) in plan.populations.iter().enumerate() {
        let all: Vec<u32> = (0..population.size).collect();
        let last = population.size - 1;
        let some = [last, 0, last / 2, 0];
        for variable in plan.variable_names(index) {
            let place = (index, plan.variable_index(index, &variable).unwrap());
            let whole: [(Which, &[u32]); 3] = [
                ((..).into(), &all),
                (some.into(), &some),
                ((last / 2..population.size).into(), &all[last as usize / 2..]),
            ];
            for (neurons, listed) in whole {
                let items: [(Which, &[u32]); 4] =
                    [((..).into(), &[0, 1, 2]), (1.into(), &[1]), ((1..3).into(), &[1, 2]), ([2, 0].into(), &[2, 0])];
                for (items, of_items) in items {
                    let found = simulation.read(&population.name, &variable, items.clone(), neurons.clone()).unwrap();
                    let right = expected(&simulation, &state, place, of_items, listed);
                    assert_eq!(
                        found,
                        right,
                        "{} {variable} {items:?} {neurons:?} on {}",
                        population.name,
                        name(backend)
                    );
                    differ += u32::from(right.iter().any(|value| *value != right[0]));
                }
            }
            let own = simulation.variable(&population.name, &variable).unwrap();
            assert_eq!(own, expected(&simulation, &state, place, &[0], &all));
        }
        assert_eq!(simulation.read(&population.name, "v", .., 0..0).unwrap_or_default(), [0.0; 0]);
    }
    assert!(differ > 20, "{differ}: there is something to confuse");
}

#[test]
fn what_is_read_is_what_the_state_has() {
    backends().iter().for_each(|backend| check(backend, &EngineOptions::default()));
}

#[test]
#[cfg_attr(without_device, ignore = "there is no device")]
fn what_is_read_is_what_the_state_has_by_every_schedule() {
    for (schedule, _) in Schedule::ALL {
        check(&device(), &EngineOptions { schedule: Some(schedule), ..EngineOptions::default() });
    }
}

#[test]
fn who_is_not_there_is_not_read() {
    let text = |error: Error| error.to_string();
    for backend in backends() {
        let simulation = ran(&backend, &EngineOptions::default());
        let population = &simulation.plan().populations[0];
        let (called, size) = (&population.name, population.size);
        let read = |items: Which, neurons: Which| text(simulation.read(called, "v", items, neurons).unwrap_err());
        let of_neurons = |number: u32| {
            format!("neurons of population `{called}`: there is no number {number}; legal: 0 to {}", size - 1)
        };
        assert_eq!(read(0.into(), size.into()), of_neurons(size));
        assert_eq!(read(0.into(), [0, size + 2, size + 1].into()), of_neurons(size + 2));
        assert_eq!(read(0.into(), (0..u32::MAX).into()), of_neurons(u32::MAX - 1));
        assert_eq!(read(3.into(), 0.into()), "items of the batch: there is no number 3; legal: 0 to 2");
        assert_eq!(read((1..4).into(), 0.into()), "items of the batch: there is no number 3; legal: 0 to 2");
        let unknown = text(simulation.read(called, "nothing", 0, 0).unwrap_err());
        let names = simulation.plan().variable_names(0).join(", ");
        assert_eq!(unknown, format!("population `{called}`: no variable `nothing`; legal: {names}"));
    }
}

#[test]
fn one_backend_serves_many_simulations() {
    for backend in backends() {
        let run = |simulation: neuropil::Result<Simulation>| {
            simulation.expect("the network is sound").run_steps(60, &mut |_| ()).expect("the run succeeds")
        };
        let first = run(Simulation::on(&zoo(), &backend));
        assert!(first.populations.iter().any(|population| !population.spikes.is_empty()));
        assert_eq!(run(Simulation::on(&zoo(), &backend)), first, "{}", name(&backend));
        assert_eq!(run(Simulation::with_options(&zoo(), &backend, 1, &EngineOptions::default())), first);
    }
}
