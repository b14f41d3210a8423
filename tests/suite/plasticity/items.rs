//! Plasticity of items of a batch and of an ensemble: each is, bit for bit, its network alone.

use super::{drawn, network};
use crate::batch::{of_item, samples_of_item};
use crate::device::{backends, name, run};
use neuropil::network::{ItemWiring, Network};
use neuropil::plan::Plan;
use neuropil::sim::EngineOptions;
use neuropil::{Backend, Ensemble, Simulation};
use std::sync::Arc;

const STEPS: u32 = 250;

fn check(what: &str, plan: Plan, networks: &[Network], backend: &Backend) {
    let mut together = Simulation::of_plan(Arc::new(plan), backend, &EngineOptions::default()).unwrap();
    let together = together.run_steps(STEPS, &mut |_| ()).unwrap();
    for (item, network) in networks.iter().enumerate() {
        let alone = run(network, backend, STEPS);
        for population in 0..alone.populations.len() {
            let own = of_item(&alone, population, 0);
            assert_eq!(of_item(&together, population, item as u32), own, "{what}: item {item}, {}", name(backend));
        }
        let samples = samples_of_item(&together, item as u32);
        assert_eq!(samples, samples_of_item(&alone, 0), "{what}: samples of item {item}, {}", name(backend));
        assert!(alone.populations.iter().all(|population| !population.spikes.is_empty()), "{what}: nobody fires");
    }
}

#[test]
fn items_have_plasticity_of_their_own() {
    for net in [network(), drawn()] {
        let item = |item: u64| {
            let mut net = net.clone().seed(50 + item).wiring_seed(7);
            net.set("projection[back].model.tsodyks2.u", format!("{}", 0.2 + 0.1 * item as f64)).unwrap();
            net.set("projection[recurrent].model.stp.tau_f", format!("{} ms", 40 + 20 * item)).unwrap();
            if item == 2 {
                net.set("projection[part].model.stp.u", "{ uniform = [0.3, 0.5] }").unwrap();
                net.set("projection[back].weight", "-0.7 mA").unwrap();
            }
            net
        };
        let networks: Vec<_> = (0..3).map(item).collect();
        for backend in backends() {
            let plan = Ensemble::new(networks.clone()).unwrap().plan(&backend.lower_options(3)).unwrap();
            check("an ensemble", plan, &networks, &backend);
        }
    }
}

#[test]
fn items_with_wirings_of_their_own_have_plasticity_too() {
    for net in [network(), drawn()] {
        let net = net.wiring(ItemWiring::Own);
        let seed = net.seed;
        let networks: Vec<_> = (0..3).map(|item| net.clone().seed(seed + item).wiring_seed(seed + item)).collect();
        for backend in backends() {
            let plan = Plan::lower(&net, &backend.lower_options(3)).unwrap();
            check("a batch", plan, &networks, &backend);
        }
    }
}

#[test]
fn items_have_one_model() {
    let mut networks = vec![network(); 2];
    networks[1].set("projection[back].model", "stp").unwrap();
    assert_eq!(
        Ensemble::new(networks).err().map(|error| error.to_string()).unwrap(),
        "item 1: projection[back].model: is stp, but { tsodyks2 = { tau_fac = \"20 ms\", tau_rec = \"30 ms\", u = 0.4… in item 0; \
         legal: the same in all items, which may differ in seeds, parameters, initial values, stimuli and constant weights"
    );
}
