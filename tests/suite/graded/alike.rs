//! All ways to compute graded projections and gap junctions agree: every executor with the reference, all schedules of a device with each
//! other to the last bit, a run that was saved with one that was not, and items with their networks alone.

use crate::agreement::Pair;
use crate::batch::{of_item, samples_of_item};
use crate::device::{backends, device, engines, name, run};
use neuropil::model::{Ampa, BioNmda, GabaA, LifRef, Reset, Stp};
use neuropil::network::{Connect, End, ItemWiring, Network, PoissonSpikes, Population, Port, Record, normal, uniform};
use neuropil::plan::{LowerOptions, Plan};
use neuropil::sim::{EngineOptions, Schedule};
use neuropil::units::Literal;
use neuropil::{Backend, Ensemble, Simulation};
use std::sync::Arc;

const STEPS: u32 = 200;

fn lif() -> LifRef {
    LifRef::new().tau(10.0.ms()).v_th(10.0.mv()).reset(Reset::Hard).tau_ref(1.0.ms())
}

/// Populations that share a slab or not, with graded projections of every kind of table between the same ones and beside spikes, from
/// parts of them and onto parts, with and without delays; windows of several steps.
pub fn network() -> Network {
    let mut net = Network::new(0.1.ms()).seed(31);
    let ports = |cells: Population| cells.port("fast", Port::delta()).port("slow", Port::expon(3.0.ms()).cuba());
    let exc = net.add(ports(Population::new("exc", 150, lif())));
    let inh = net.add(ports(Population::new("inh", 70, lif())));
    let late = net.add(Population::new("late", 40, lif()).port("in", Port::delta()));
    let spread = Ampa::new().beta(uniform(150.0.hz(), 250.0.hz())).t_dur(uniform(0.3.ms(), 1.5.ms()));
    // Lists with weights and delays of their own, with either, and with neither.
    let some = || Connect::fixed_indegree(12);
    let listed = some().name("listed").model(spread.clone());
    net.connect(&exc, &exc, "fast", listed, normal(0.05.mv(), 0.02.mv()), uniform(0.5.ms(), 2.0.ms()));
    let rule = Connect::pairwise_bernoulli(0.1).model(Ampa::new());
    net.connect(&exc, &inh, "fast", rule.clone(), normal(0.05.mv(), 0.02.mv()), 0.7.ms());
    net.connect(&exc, &inh, "fast", rule, 0.06.mv(), uniform(0.5.ms(), 1.0.ms()));
    let parts = (End::part(&inh, 10..50), End::part(&exc, 20..90));
    let rule = Connect::fixed_outdegree(9).name("part").model(GabaA::new().beta(180.0.hz()));
    net.connect(parts.0, parts.1, "fast", rule, (-0.2).mv(), 0.5.ms());
    // All pairs with one weight, and a matrix; with and without each neuron itself.
    let rule = Connect::all_to_all().autapses(false).name("all").model(BioNmda::new());
    net.connect(&exc, &exc, "fast", rule, 0.001.mv(), 0.6.ms());
    let rule = Connect::all_to_all().name("matrix").model(GabaA::new());
    net.connect(&inh, &exc, "fast", rule, normal((-0.02).mv(), 0.01.mv()), 0.8.ms());
    let rule = Connect::all_to_all().autapses(false).model(GabaA::new());
    net.connect(&inh, &inh, "slow", rule, normal((-0.02).ma(), 0.01.ma()), 0.5.ms());
    // In the same step, and beside spikes.
    net.connect(&exc, &late, "in", some().model(spread), 0.1.mv(), 0.0.ms());
    net.connect(&exc, &late, "in", some(), 1.0.mv(), 0.0.ms());
    net.connect(&exc, &inh, "fast", some().model(Stp::new()), 1.0.mv(), 0.7.ms());
    net.connect(&inh, &exc, "slow", some(), (-0.3).ma(), 0.6.ms());
    net.stimulate(PoissonSpikes::new(&exc, 800.0.hz(), 4.0.mv()));
    net.stimulate(PoissonSpikes::new(&inh, 500.0.hz(), 4.0.mv()));
    net.record(Record::new(&exc, ["spikes", "v"]));
    net.record(Record::new(&inh, ["spikes"]));
    net.record(Record::new(&late, ["spikes", "v"]));
    net.record(Record::of_projection("listed", ["g"]));
    net.record(Record::of_projection("all", ["g", "x"]).every(0.5.ms()));
    net
}

/// The same with gap junctions: within a population, onto a part of another, and back.
pub fn coupled() -> Network {
    let mut net = network();
    let rule = Connect::pairwise_bernoulli(0.05).symmetric(true).autapses(false).name("gap");
    net.couple("exc", "exc", rule, uniform(10.0.millisiemens(), 50.0.millisiemens()));
    net.couple("exc", End::part("inh", 20..60), Connect::fixed_indegree(5), 20.0.millisiemens());
    net.couple("inh", "late", Connect::all_to_all(), 1.0.millisiemens());
    net
}

fn networks() -> [(&'static str, Network, u32); 2] {
    [("graded", network(), 5), ("coupled", coupled(), 1)]
}

/// Of the network, and of another one.
fn lockstep(engine: &Backend, net: &Network, other: &Network, window: u32) -> Result<(), String> {
    let [plan, other] =
        [net, other].map(|net| Arc::new(Plan::lower(net, &engine.lower_options(1)).expect("it can be lowered")));
    assert_eq!(plan.window, window);
    let mut pair = Pair::of_two(engine, &plan, &other, &EngineOptions::default());
    let agreement = pair.lockstep(STEPS)?;
    println!("{}: {agreement:?}", name(engine));
    assert!(agreement.spikes > 300 && agreement.ties * 100 < agreement.spikes, "{agreement:?}");
    Ok(())
}

#[test]
fn executors_agree_with_the_reference_in_lockstep() {
    for engine in engines() {
        for (what, net, window) in networks() {
            lockstep(&engine, &net, &net, window)
                .unwrap_or_else(|message| panic!("{what} on {}: {message}", name(&engine)));
        }
    }
}

#[test]
fn other_weights_are_noticed_in_lockstep() {
    for engine in engines() {
        for (path, value) in
            [("all", "0.00102 mV"), ("part", "-0.204 mV"), ("gap", "{ uniform = [\"11 mS\", \"51 mS\"] }")]
        {
            let net = coupled();
            let mut other = net.clone();
            other.set(&format!("projection[{path}].weight"), value).expect("it is legal");
            assert!(lockstep(&engine, &net, &other, 1).is_err(), "{path} on {}", name(&engine));
        }
    }
}

/// One population, whose kernel for all windows at once is soon compiled.
fn small(coupled: bool) -> Network {
    let mut net = Network::new(0.1.ms()).seed(3);
    let exc = net.add(Population::new("exc", 60, lif()).port("in", Port::delta()));
    let listed = Connect::fixed_indegree(8).model(Ampa::new());
    net.connect(&exc, &exc, "in", listed, normal(0.1.mv(), 0.05.mv()), uniform(0.5.ms(), 2.0.ms()));
    net.connect(&exc, &exc, "in", Connect::all_to_all().model(BioNmda::new()), 0.002.mv(), 0.5.ms());
    if coupled {
        let rule = Connect::pairwise_bernoulli(0.2).symmetric(true).autapses(false);
        net.couple(&exc, &exc, rule, 30.0.millisiemens());
    }
    net.stimulate(PoissonSpikes::new(&exc, 800.0.hz(), 4.0.mv()));
    net.record(Record::new(&exc, ["spikes", "v"]));
    net
}

#[test]
#[cfg_attr(without_device, ignore = "there is no device")]
fn schedules_leave_the_same_bits() {
    let all = [Schedule::Direct, Schedule::Resident];
    let small = [false, true].map(|coupled| (small(coupled), &all[..]));
    for (net, schedules) in small.into_iter().chain([(network(), &all[..1]), (coupled(), &all[..1])]) {
        let plan = Arc::new(Plan::lower(&net, &device().lower_options(2)).expect("it can be lowered"));
        let run = |schedule: Schedule| {
            let options = EngineOptions { schedule: Some(schedule), ..EngineOptions::default() };
            let mut simulation =
                Simulation::of_plan(plan.clone(), &device(), &options).expect("the schedule is possible");
            let recording = simulation.run_steps(100, &mut |_| ()).expect("it runs");
            (recording, simulation.state().expect("there is room"))
        };
        let expected = run(Schedule::Windowed);
        for &schedule in schedules {
            let found = run(schedule);
            assert_eq!(found.0, expected.0, "{schedule}: spikes or samples");
            assert_eq!(found.1, expected.1, "{schedule}: state");
        }
    }
}

#[test]
fn a_saved_run_goes_on() {
    for backend in backends() {
        for (what, net, _) in networks() {
            let plan = Arc::new(Plan::lower(&net, &backend.lower_options(2)).expect("it can be lowered"));
            let new = || Simulation::of_plan(plan.clone(), &backend, &EngineOptions::default()).expect("the plan fits");
            let (mut whole, mut first, mut second) = (new(), new(), new());
            whole.run_steps(113, &mut |_| ()).expect("it runs");
            first.run_steps(47, &mut |_| ()).expect("it runs");
            let saved = first.state().expect("there is room");
            assert!(saved.values.iter().any(|value| *value != 0.0), "something is under way");
            second.restore(&saved).expect("it is a state of this network");
            second.run_steps(66, &mut |_| ()).expect("it runs");
            assert_eq!(
                second.state().expect("there is room"),
                whole.state().expect("there is room"),
                "{what} on {}",
                name(&backend)
            );
        }
    }
}

fn check_items(what: &str, plan: Plan, networks: &[Network], backend: &Backend) {
    let mut together = Simulation::of_plan(Arc::new(plan), backend, &EngineOptions::default()).expect("the plan fits");
    let together = together.run_steps(STEPS, &mut |_| ()).expect("it runs");
    for (item, network) in networks.iter().enumerate() {
        let alone = run(network, backend, STEPS);
        for population in 0..alone.populations.len() {
            let own = of_item(&alone, population, 0);
            assert_eq!(of_item(&together, population, item as u32), own, "{what}: item {item}, {}", name(backend));
        }
        let samples = samples_of_item(&together, item as u32);
        assert_eq!(samples, samples_of_item(&alone, 0), "{what}: samples of item {item}, {}", name(backend));
    }
}

#[test]
fn items_are_their_networks_alone() {
    let item = |item: u64| {
        let mut net = coupled().seed(50 + item).wiring_seed(7);
        for (path, weight) in [("part", -0.2), ("all", 0.001)] {
            let weight = weight * (1.0 + 0.3 * item as f64);
            net.set(&format!("projection[{path}].weight"), format!("{weight} mV")).expect("it is legal");
        }
        net.set("projection[part].model.gabaa.beta", format!("{} Hz", 150 + 40 * item)).expect("it is legal");
        let gap = format!("{} mS", (item + 1) as f64);
        net.set("projection[inh→late.gap_junction].weight", gap).expect("it is legal");
        net
    };
    let networks: Vec<_> = (0..3).map(item).collect();
    for backend in backends() {
        let plan = Ensemble::new(networks.clone())
            .expect("they fit")
            .plan(&backend.lower_options(3))
            .expect("it can be lowered");
        check_items("an ensemble", plan, &networks, &backend);
    }
}

#[test]
fn items_with_wirings_of_their_own_are_their_networks_alone() {
    let net = coupled().wiring(ItemWiring::Own);
    let seed = net.seed;
    let networks: Vec<_> = (0..3).map(|item| net.clone().seed(seed + item).wiring_seed(seed + item)).collect();
    for backend in backends() {
        let plan = Plan::lower(&net, &backend.lower_options(3)).expect("it can be lowered");
        check_items("a batch", plan, &networks, &backend);
    }
}

/// Wirings are read back as they are executed.
#[test]
fn synapses_are_read_back() {
    let plan = Plan::lower(&coupled(), &LowerOptions::default()).expect("it can be lowered");
    let simulation =
        Simulation::of_plan(Arc::new(plan), &Backend::Reference, &EngineOptions::default()).expect("the plan fits");
    let all = simulation.synapses("all").expect("it is there");
    assert_eq!(all.pre.len(), 150 * 149);
    assert!(all.pre.iter().zip(&all.post).all(|(pre, post)| pre != post));
    assert!(
        all.weight.iter().all(|weight| (weight - 0.001).abs() < 1e-9)
            && all.delay.iter().all(|ms| (ms - 0.6).abs() < 1e-9)
    );
    let part = simulation.synapses("part").expect("it is there");
    assert_eq!(part.pre.len(), 40 * 9);
    assert!(part.pre.iter().all(|pre| (10..50).contains(pre)) && part.post.iter().all(|post| (20..90).contains(post)));
    assert!(part.pre.is_sorted());
    let gap = simulation.synapses("gap").expect("it is there");
    let weight_of = |pre: u32, post: u32| {
        let at = (0..gap.pre.len()).find(|&at| (gap.pre[at], gap.post[at]) == (pre, post));
        at.map(|at| gap.weight[at])
    };
    assert!(gap.pre.len() > 500);
    for at in 0..gap.pre.len() {
        assert_eq!(weight_of(gap.post[at], gap.pre[at]), Some(gap.weight[at]), "both ways alike");
    }
}
