//! Ensembles: networks that differ in values run as the items of one batch, and each is, bit for bit, itself alone.

mod ended;
mod refused;
mod values;
mod weights;

use crate::batch::{of_item, samples_of_item};
use crate::device::{backends, cpu, device, name};
use neuropil::cpu::Precision;
use neuropil::network::{Connect, ItemWiring, Network, Population, Port, normal};
use neuropil::plan::{LowerOptions, Phase, Plan};
use neuropil::recording::Recording;
use neuropil::sim::{Arithmetic, EngineOptions, Schedule};
use neuropil::units::Literal;
use neuropil::{Backend, Ensemble, Simulation};
use std::sync::Arc;
use values::{Choices, cases};

fn run(engine: &Backend, options: &EngineOptions, plan: Plan) -> Recording {
    let simulation = Simulation::of_plan(Arc::new(plan), engine, options);
    simulation.expect("the plan fits").run_steps(200, &mut |_| ()).expect("the run succeeds")
}

/// Every item of an ensemble has the spikes and the samples of its own run.
pub fn check(what: &str, networks: &[Network], engine: &Backend, options: &EngineOptions) {
    let ensemble = Ensemble::new(networks.to_vec()).unwrap_or_else(|error| panic!("{what}: {error}"));
    let plan = ensemble.plan(&engine.lower_options(networks.len() as u32));
    let together = run(engine, options, plan.unwrap_or_else(|error| panic!("{what}: {error}")));
    assert_eq!(together.batch as usize, networks.len());
    for (item, network) in networks.iter().enumerate() {
        let plan = Plan::lower(network, &engine.lower_options(1)).expect("the network is sound");
        let alone = run(engine, options, plan);
        let what = format!("{what}, item {item} on {} by {:?}", name(engine), options.schedule);
        for population in 0..alone.populations.len() {
            let name = &alone.populations[population].name;
            let own = of_item(&alone, population, 0);
            assert_eq!(of_item(&together, population, item as u32), own, "{what}: spikes of {name}");
        }
        assert_eq!(samples_of_item(&together, item as u32), samples_of_item(&alone, 0), "{what}: samples");
        assert!(alone.populations.iter().any(|population| !population.spikes.is_empty()), "{what}: nobody fires");
    }
}

#[test]
fn each_item_is_its_network_alone_whatever_its_values() {
    for (what, networks) in cases(&mut Choices::new(1), 4) {
        backends().iter().for_each(|engine| check(&what, &networks, engine, &EngineOptions::default()));
    }
}

#[test]
#[cfg_attr(without_device, ignore = "there is no device")]
fn each_item_is_its_network_alone_by_every_schedule() {
    for (what, networks) in cases(&mut Choices::new(2), 2) {
        for (schedule, _) in Schedule::ALL {
            check(&what, &networks, &device(), &EngineOptions { schedule: Some(schedule), ..EngineOptions::default() });
        }
    }
    let (what, networks) = cases(&mut Choices::new(3), 2).pop().expect("there are two");
    let fast = EngineOptions { arithmetic: Arithmetic::Fast, ..EngineOptions::default() };
    check(&what, &networks, &device(), &fast);
}

/// Items that have weights of their own, and nothing else.
#[test]
fn items_count_weights_as_if_they_were_alone() {
    for (what, networks) in values::weights(&mut Choices::new(6), 4) {
        backends().iter().for_each(|engine| check(&what, &networks, engine, &EngineOptions::default()));
        let threads = EngineOptions { threads: Some(3), ..EngineOptions::default() };
        check(&what, &networks, &cpu(Precision::F32), &threads);
    }
}

/// Items whose weights differ between parts of populations.
#[test]
fn items_count_weights_of_parts_as_if_they_were_alone() {
    let network = crate::parts::network();
    let networks = (0..3).map(|item| {
        let mut net = network.clone().seed(item).wiring_seed(5);
        for index in 0..net.projections.len() {
            let weight = 0.03 * (1 + (index as u64 + 2 * item) % 7) as f64;
            net.set(&format!("projection[{index}].weight"), weight.mv()).unwrap();
        }
        net
    });
    let networks: Vec<_> = networks.collect();
    backends().iter().for_each(|engine| check("parts", &networks, engine, &EngineOptions::default()));
}

#[test]
#[cfg_attr(without_device, ignore = "there is no device")]
fn items_count_weights_as_if_they_were_alone_by_every_schedule() {
    for (what, networks) in values::weights(&mut Choices::new(7), 2) {
        for (schedule, _) in Schedule::ALL {
            check(&what, &networks, &device(), &EngineOptions { schedule: Some(schedule), ..EngineOptions::default() });
        }
    }
}

/// Items that have synapses of their own, of other seeds, rules, weights and delays.
#[test]
fn items_with_wirings_of_their_own_are_their_networks_alone() {
    for (what, networks) in values::wirings(&mut Choices::new(8), 4) {
        backends().iter().for_each(|engine| check(&what, &networks, engine, &EngineOptions::default()));
        let threads = EngineOptions { threads: Some(3), ..EngineOptions::default() };
        check(&what, &networks, &cpu(Precision::F32), &threads);
    }
}

#[test]
#[cfg_attr(without_device, ignore = "there is no device")]
fn items_with_wirings_of_their_own_are_their_networks_alone_by_every_schedule() {
    for (what, networks) in values::wirings(&mut Choices::new(9), 2) {
        for (schedule, _) in Schedule::ALL {
            check(&what, &networks, &device(), &EngineOptions { schedule: Some(schedule), ..EngineOptions::default() });
        }
    }
}

/// A batch of one network has the next wiring seed in each item, and arrays of all.
#[test]
fn items_of_a_batch_may_have_the_next_wiring_seeds() {
    let (_, networks) = values::wirings(&mut Choices::new(10), 2).pop().expect("there are two");
    let first = networks[0].clone().seed(20).wiring_seed(7);
    let item = |item: u64| first.clone().seed(20 + item).wiring_seed(7 + item);
    for engine in backends() {
        let plan = Plan::lower(&first, &engine.lower_options(3)).unwrap();
        assert_eq!((&plan.seeds[..], &plan.wiring_seeds[..]), (&[20, 21, 22][..], &[7, 8, 9][..]));
        assert!(!plan.items_end);
        let together = run(&engine, &EngineOptions::default(), plan);
        for number in 0..3 {
            let plan = Plan::lower(&item(number), &engine.lower_options(1)).unwrap();
            assert_eq!(plan.wiring_seeds, [7 + number]);
            let alone = run(&engine, &EngineOptions::default(), plan);
            for population in 0..alone.populations.len() {
                let own = of_item(&alone, population, 0);
                assert_eq!(of_item(&together, population, number as u32), own, "item {number} on {}", name(&engine));
            }
            assert_eq!(samples_of_item(&together, number as u32), samples_of_item(&alone, 0));
        }
    }
    // Without, all have the synapses of the first.
    let shared = Network { wiring: ItemWiring::Shared, ..first.clone() };
    let options = LowerOptions { batch: 3, ..LowerOptions::default() };
    let [own, shared] = [&first, &shared].map(|net| Plan::lower(net, &options).unwrap());
    assert_eq!(shared.wiring_seeds, [7]);
    assert!(own.synapses.count > 2 * shared.synapses.count, "{} {}", own.synapses.count, shared.synapses.count);
    assert_ne!(own.fingerprint, shared.fingerprint);
}

/// A network that differs in nothing but its seed has the plan of a batch.
#[test]
fn networks_that_differ_in_seeds_alone_are_a_batch() {
    let (_, networks) = cases(&mut Choices::new(4), 1).pop().expect("there is one");
    let first = networks[0].clone().seed(11).wiring_seed(3);
    let networks = (0..3).map(|item| first.clone().seed(11 + item)).collect();
    let ensemble = Ensemble::new(networks).unwrap();
    let options = LowerOptions { batch: 3, ..LowerOptions::default() };
    let [together, batch] = [ensemble.plan(&options).unwrap(), Plan::lower(&first, &options).unwrap()];
    assert_eq!(together.fingerprint, batch.fingerprint);
    // Items that may end alone report for themselves.
    let mut memory = together.memory();
    assert_eq!(memory.tables.pop().map(|table| table.name), Some("reports of items"));
    assert_eq!(memory, batch.memory());
    assert_eq!(together.data, batch.data);
    assert_eq!(together.seeds, [11, 12, 13]);
    assert_eq!(ensemble.networks().len(), 3);
}

/// A thousand networks of 200 neurons.
#[test]
fn many_small_networks_are_one_plan() {
    let mut net = Network::new(0.1.ms()).wiring_seed(1);
    let cells = Population::new("cells", 200, "lif_ref").init("v", normal((-60.0).mv(), 3.0.mv()));
    let cells = net.add(cells.port("in", Port::delta()));
    net.connect(&cells, &cells, "in", Connect::fixed_indegree(20), 0.1.mv(), 1.0.ms());
    net.stimulate(neuropil::network::PoissonInput::new(&cells, 100, 10.0.hz(), 0.4.mv()));
    let networks = (0..1000u32).map(|item| {
        let mut net = net.clone().seed(u64::from(item));
        net.set("population[cells].params.tau", f64::from(item + 1000).us()).unwrap();
        net.set("projection[0].weight", (0.1 + f64::from(item) * 1e-3).mv()).unwrap();
        net.set("stimulus[0].rate", f64::from(item % 7 + 10).hz()).unwrap();
        net
    });
    let plan = Ensemble::new(networks.collect()).unwrap().plan(&LowerOptions::default()).unwrap();
    assert_eq!((plan.batch, plan.seeds.len(), plan.seeds[999]), (1000, 1000, 999));
    let params = &plan.populations[0].params;
    assert_eq!(params.iter().filter(|column| column.values().len() > 1).count(), 1);
    assert_eq!(params.iter().map(|column| column.values().len()).max(), Some(200_000));
    // Seven rates have a table each, not a thousand.
    assert!((7..7000).contains(&plan.data.len()), "{}", plan.data.len());
    // What is an item's own is counted: tau and v, the rate and what follows from it.
    let host = plan.memory().host;
    let [values, stimuli] = ["values of neurons", "stimuli"].map(|name| {
        host.iter().find(|table| table.name == name && table.phase == Phase::Always).map_or(0, |table| table.bytes)
    });
    assert_eq!(values, 2 * 8 * 200_000);
    assert_eq!((stimuli - 4 * plan.data.len() as u64) % (8 * 200_000), 0);
    let on_device = plan.memory().tables.into_iter().find(|table| table.name == "parameters and stimuli").unwrap();
    assert!(on_device.bytes > 2 * 4 * 200_000, "{on_device:?}");
}

#[test]
fn one_network_alone_is_an_ensemble() {
    let (what, mut networks) = cases(&mut Choices::new(5), 1).pop().expect("there is one");
    networks.truncate(1);
    check(&what, &networks, &cpu(Precision::F32), &EngineOptions::default());
}

/// Rates that items hold are set in all of them.
#[test]
fn rates_are_set_in_all_items() {
    let with_rate = |hz: f64| {
        let mut net = Network::new(1.0.ms()).wiring_seed(1);
        let cells = net.add(Population::new("cells", 20, "lif").port("in", Port::delta()));
        net.stimulate(neuropil::network::PoissonEncoder::new(&cells, hz.hz(), 40.0.mv()));
        net
    };
    for engine in backends() {
        let ensemble = Ensemble::new([0.0, 1000.0, 500.0].map(with_rate).to_vec()).unwrap();
        let plan = Arc::new(ensemble.plan(&engine.lower_options(3)).unwrap());
        assert_eq!(plan.held_rates.iter().map(|held| held.stimulus).collect::<Vec<_>>(), [0, 0, 0]);
        let mut simulation = Simulation::of_plan(plan, &engine, &EngineOptions::default()).unwrap();
        let spikes = |simulation: &mut Simulation| {
            let recording = simulation.run_steps(10, &mut |_| ()).unwrap();
            [0, 1, 2].map(|item| of_item(&recording, 0, item).len())
        };
        let [first, second, third] = spikes(&mut simulation);
        assert!((first, second) == (0, 200) && (50..200).contains(&third), "{first}, {second}, {third}");
        simulation.set_rates(0, &[1000.0; 20]).unwrap();
        assert_eq!(spikes(&mut simulation), [200; 3], "{}", name(&engine));
    }
}

/// One list of rates cannot be that of more neurons and of fewer.
#[test]
fn rates_of_items_with_other_numbers_of_neurons_are_refused() {
    let on = |neurons: std::ops::Range<u32>| {
        let mut net = Network::new(1.0.ms()).wiring_seed(1);
        let cells = net.add(Population::new("cells", 3, "lif").port("in", Port::delta()));
        let encoder = neuropil::network::PoissonEncoder::new(&cells, 100.0.hz(), 40.0.mv());
        net.stimulate(encoder.neurons(neurons));
        net
    };
    for engine in backends() {
        let ensemble = Ensemble::new(vec![on(0..3), on(0..1)]).unwrap();
        let mut simulation = Simulation::of_ensemble(&ensemble, &engine, &EngineOptions::default()).unwrap();
        let before = simulation.plan().clone();
        for rates in [&[1000.0, 1000.0, 1000.0][..], &[1000.0]] {
            assert_eq!(
                simulation.set_rates(0, rates).unwrap_err().to_string(),
                "rates of stimulus 0: it acts on 3 neurons in some items, and on 1 in others; legal: Simulation::set_items of its \
                 `rate`, for such items alone"
            );
        }
        assert_eq!(simulation.plan().data, before.data);
        let rate = neuropil::network::Array::inline(vec![1000.0], &[1], "Hz").unwrap();
        simulation.set_items(1, [("stimulus[0].rate", rate)]).unwrap();
        let recording = simulation.run_steps(10, &mut |_| ()).unwrap();
        let spikes = of_item(&recording, 0, 1);
        assert_eq!(spikes.len(), 10, "{}", name(&engine));
    }
}
