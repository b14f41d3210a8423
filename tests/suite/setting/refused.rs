//! Values that a running network cannot have: then nothing has changed.

use super::{check, loud, network, text};
use crate::device::{backends, name};
use neuropil::Simulation;
use neuropil::model::Lif;
use neuropil::network::{Array, Dense, Network, Population};
use neuropil::sim::EngineOptions;
use neuropil::units::Literal;

#[test]
fn an_arrival_that_new_weights_cannot_count_is_refused() {
    for backend in backends() {
        let mut simulation = Simulation::on(&loud(), &backend).unwrap();
        simulation.run_steps(10, &mut |_| ()).unwrap();
        let before = simulation.state().unwrap();
        assert_eq!(
            text(simulation.set("projection[out].weight", "0.001 mV").unwrap_err()),
            "port `in` of population `meter`: 3 mV is under way to it, more than it can count with these weights; legal: such \
             weights once no spike is under way, or in another simulation",
            "{}",
            name(&backend)
        );
        assert_eq!(simulation.state().unwrap(), before, "nothing has changed");
        assert_eq!(simulation.networks(), [loud()]);
        simulation.set("stimulus[drive].value", "0 mA").unwrap();
        simulation.run_steps(30, &mut |_| ()).unwrap();
        simulation.set("projection[out].weight", "0.001 mV").unwrap();
    }
}

#[test]
fn what_makes_another_network_is_refused() {
    let kept = |path: &str| {
        format!(
            "{path}: a network keeps it while it runs; legal: params, ports and init of populations, what stimuli are told, weights \
             of projections and parameters of their models"
        )
    };
    for backend in backends() {
        let mut net = network();
        let mut simulation = Simulation::on(&net, &backend).unwrap();
        for (path, value) in [
            ("dt", "0.2 ms"),
            ("duration", "1 s"),
            ("seed", "3"),
            ("wiring_seed", "3"),
            ("population[cells0].size", "38"),
            ("population[cells1].model", "lif"),
            ("population[relay].ports.fast.output", "cuba"),
            ("population[relay].ports.slow.synapse", "psc_exp"),
            ("stimulus[noise].target", "cells1"),
            ("stimulus[encoder].neurons", "[3, 4]"),
            ("stimulus[6].port", "ampa"),
            ("projection[cells0→cells1.ampa].delay", "0.5 ms"),
            ("projection[cells1→cells1.gaba].connect", "one_to_one"),
            ("projection[cells0→cells1.ampa].storage", "procedural"),
            ("record[0].every", "0.8 ms"),
            ("record[0].stop", "1 s"),
        ] {
            assert_eq!(text(simulation.set(path, value).unwrap_err()), kept(path));
            assert_eq!(simulation.networks(), std::slice::from_ref(&net), "{path}");
        }
        // What the network leaves out, too, by a number.
        let own = kept("projection[cells0→cells1.ampa].name");
        assert_eq!(text(simulation.set("projection[0].name", "first").unwrap_err()), own);
        for (path, value, problem) in [
            ("stimulus[0].value", "3 mV", "stimulus[0].value: 3 mV has dimension voltage, expected current (mA)"),
            (
                "stimulus[nois].mean",
                "3 pA",
                "stimulus[nois].mean: there is no stimulus `nois` (did you mean `noise`?); legal: 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, noise, encoder",
            ),
            ("population[cells0].params.tau", "-1 ms", "population[cells0].params.tau: -1 ms; legal: > 0 ms"),
            (
                "stimulus[noise].mena",
                "1 pA",
                "stimulus[noise].mena: stimulus ornstein_uhlenbeck has no `mena` (did you mean `mean`?); legal: mean, sigma, tau",
            ),
            (
                "stimulus[encoder].rate",
                "20 kHz",
                "stimulus[encoder].rate: 20000 Hz is 2 events in a step of 0.1 ms; legal: at most one event in a step: 0 to 10000 Hz",
            ),
            (
                "projection[0].weight",
                "3 mV",
                "projection[cells0→cells1.ampa].weight: 3 mV has dimension voltage, expected conductance (mS)",
            ),
        ] {
            assert_eq!(text(simulation.set(path, value).unwrap_err()), problem);
            assert_eq!(simulation.networks(), std::slice::from_ref(&net), "{path}");
        }
        // All or none.
        let several = [("stimulus[0].value", "1 pA"), ("population[cells0].params.tau", "1 ms"), ("dt", "1 ms")];
        assert_eq!(text(simulation.set_all(several).unwrap_err()), kept("dt"));
        assert_eq!(simulation.networks(), std::slice::from_ref(&net));
        // As if nothing had been asked.
        net.set("stimulus[0].value", "140 pA").unwrap();
        simulation.set("stimulus[0].value", 140.0.pa()).unwrap();
        check(&mut simulation, &net, &backend, &EngineOptions::default(), name(&backend));
    }
}

#[test]
fn an_input_of_another_kind_is_refused() {
    let mut net = Network::new(0.1.ms());
    let cells = net.add(Population::new("cells", 2, Lif::new()));
    let input = Array::inline(vec![1.0; 40], &[20, 2], "1").unwrap();
    net.stimulate(Dense::new(&cells, input, 3.0.ma()).name("input"));
    for backend in backends() {
        let mut simulation = Simulation::on(&net, &backend).unwrap();
        assert_eq!(
            text(simulation.set("stimulus[input].weight", "3 mV").unwrap_err()),
            "stimulus[input]: with these keys, or a value in this unit, it is another kind of input; legal: the keys that it has, in \
             the same units"
        );
        simulation.set("stimulus[input].weight", "2 mA").unwrap();
        let mut changed = net.clone();
        changed.set("stimulus[input].weight", "2 mA").unwrap();
        assert_eq!(simulation.networks(), std::slice::from_ref(&changed));
        let mut anew = Simulation::on(&changed, &backend).unwrap();
        let v = |simulation: &mut Simulation| {
            simulation.run_steps(10, &mut |_| ()).unwrap();
            simulation.variable("cells", "v").unwrap()
        };
        assert_eq!(v(&mut simulation), v(&mut anew), "{}", name(&backend));
    }
}
