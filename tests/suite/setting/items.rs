//! Values of some items of an ensemble, set between runs: each item goes on as its own network does.

use super::{advance, text};
use crate::device::{backends, name};
use neuropil::model::Lif;
use neuropil::network::{Connect, Current, Network, PoissonInput, Population, Port};
use neuropil::sim::EngineOptions;
use neuropil::simulation::Which;
use neuropil::units::Literal;
use neuropil::{Ensemble, Simulation};

fn network(seed: u64) -> Network {
    let mut net = Network::new(0.1.ms()).seed(seed).wiring_seed(1);
    let cells = net.add(Population::new("cells", 60, Lif::new().tau(10.0.ms())).port("in", Port::delta()));
    net.connect(&cells, &cells, "in", Connect::fixed_indegree(5).name("own"), 0.1.mv(), 1.0.ms());
    net.stimulate(Current::new(&cells, 1.2.ma()).name("drive"));
    net.stimulate(PoissonInput::new(&cells, 50, 20.0.hz(), 0.1.mv()).name("noise"));
    net
}

/// Items, their numbers, and what is set in them.
type Round<'r> = (Which, &'r [usize], &'r [(&'r str, &'r str)]);

#[test]
fn values_are_set_in_some_items_alone() {
    let options = EngineOptions::default();
    for backend in backends() {
        let mut networks: Vec<_> = (3..6).map(network).collect();
        let of = |networks: &[Network]| {
            let ensemble = Ensemble::new(networks.to_vec()).unwrap();
            Simulation::of_ensemble(&ensemble, &backend, &options).unwrap()
        };
        let mut simulation = of(&networks);
        advance(&mut simulation);
        let rounds: [Round<'_>; 4] = [
            (1.into(), &[1], &[("stimulus[drive].value", "1.7 mA"), ("population[cells].params.tau", "6 ms")]),
            ([2, 1].into(), &[1, 2], &[("stimulus[noise].rate", "90 Hz"), ("stimulus[drive].value", "2 mA")]),
            ((0..2).into(), &[0, 1], &[("projection[own].weight", "0.3 mV")]),
            ((..).into(), &[0, 1, 2], &[("stimulus[drive].value", "1.4 mA"), ("population[cells].params.tau", "8 ms")]),
        ];
        for (round, (items, numbers, values)) in rounds.into_iter().enumerate() {
            for (path, value) in values {
                numbers.iter().for_each(|&item| networks[item].set(path, *value).unwrap());
            }
            simulation.set_items(items, values.iter().copied()).unwrap();
            assert_eq!(simulation.networks(), networks);
            let mut anew = of(&networks);
            anew.restore(&simulation.state().unwrap()).unwrap();
            let (found, expected) = (advance(&mut simulation), advance(&mut anew));
            assert!(!expected.populations[0].spikes.is_empty());
            assert_eq!(found, expected, "round {round} on {}", name(&backend));
            assert_eq!(simulation.state().unwrap(), anew.state().unwrap());
        }
        assert_eq!(
            text(simulation.set_items(2, [("stimulus[drive].value", "1 mV")]).unwrap_err()),
            "item 2: stimulus[drive].value: 1 mV has dimension voltage, expected current (mA)"
        );
        assert_eq!(
            text(simulation.set_items(3, [("stimulus[drive].value", "1 mA")]).unwrap_err()),
            "items of the batch: there is no number 3; legal: 0 to 2"
        );
        assert_eq!(simulation.networks(), networks);
    }
}

#[test]
fn items_that_share_a_network_share_its_values() {
    for backend in backends() {
        let mut simulation = Simulation::with_options(&network(3), &backend, 3, &EngineOptions::default()).unwrap();
        assert_eq!(
            text(simulation.set_items(1, [("stimulus[drive].value", "1 mA")]).unwrap_err()),
            "items of the batch: they share one network; legal: all of them, or some of those of an Ensemble"
        );
        simulation.set_items([2, 0, 1], [("stimulus[drive].value", "1 mA")]).unwrap();
        assert_eq!(simulation.networks()[0].get("stimulus[drive].value").unwrap().to_string(), "1 mA");
    }
}

/// What `Ensemble::new` refuses is refused when it is set, too, whichever item it is set in.
#[test]
fn items_cannot_be_set_apart_in_more_than_values() {
    let same =
        "the same in all items, which may differ in seeds, parameters, initial values, stimuli and constant weights";
    let or_own = format!("{same}, or wiring = \"own\" in each");
    let drawn = r#"{ normal = ["1 mV", "1 mV"] }"#;
    for backend in backends() {
        let networks: Vec<_> = (3..5).map(network).collect();
        let ensemble = Ensemble::new(networks.clone()).unwrap();
        let mut simulation = Simulation::of_ensemble(&ensemble, &backend, &EngineOptions::default()).unwrap();
        let refused = [
            (1, "stimulus[drive].start", "5 ms", "5 ms, but not given"),
            (0, "stimulus[drive].start", "5 ms", "not given, but 5 ms"),
            (1, "stimulus[noise].stop", "5 ms", "5 ms, but not given"),
            (1, "projection[own].weight", drawn, &format!("{drawn}, but 0.1 mV")),
            (0, "projection[own].weight", drawn, &format!("0.1 mV, but {drawn}")),
        ];
        for (item, path, value, problem) in refused {
            let error = simulation.set_items(item, [(path, value)]).unwrap_err();
            let legal = if path.starts_with("projection") { &or_own } else { same };
            assert_eq!(text(error), format!("item 1: {path}: is {problem} in item 0; legal: {legal}"));
            assert_eq!(simulation.networks(), networks);
        }
        let together = [("stimulus[drive].start", "5 ms"), ("projection[own].weight", drawn)];
        simulation.set_items(.., together).unwrap();
    }
}
