//! Graded projections and gap junctions on the CPU engine: of every rule and layout, in windows of several steps and of one, over levels,
//! items and parts of populations, on as many threads as there are.

use super::alike::{check_lockstep, difference};
use super::{PRECISIONS, check_schedules, lowered, on_threads, outcome};
use crate::device::{cpu, device};
use crate::ensemble::check;
use neuropil::accord::{Accord, compare};
use neuropil::cpu::Precision;
use neuropil::model::{Ampa, BioNmda, GabaA, LifRef, Reset};
use neuropil::network::{
    Connect, End, ItemWiring, Network, PoissonSpikes, Population, Port, Record, Value, normal, uniform,
};
use neuropil::plan::{Plan, State};
use neuropil::sim::EngineOptions;
use neuropil::units::{Literal, Quantity};
use neuropil::{Backend, Simulation};
use std::sync::Arc;

fn cells(name: &str, size: u32) -> Population {
    let model = LifRef::new().tau(10.0.ms()).v_th(10.0.mv()).reset(Reset::Hard).tau_ref(1.0.ms());
    let ports = Population::new(name, size, model).port("fast", Port::delta()).port("ampa", Port::cuba());
    ports.port("nmda", Port::mg_block(60.0.mv())).port("gaba", Port::coba((-10.0).mv()))
}

/// Every layout of synapses, with parameters of each source or of all, and delays of one and more lengths; spikes beside them.
pub fn graded() -> Network {
    let mut net = Network::new(0.1.ms()).seed(77);
    let exc = net.add(cells("exc", 70).init("v", uniform(0.0.mv(), 9.0.mv())));
    let inh = net.add(cells("inh", 37));
    let late = net.add(cells("late", 20));
    net.connect(&exc, &exc, "fast", Connect::fixed_indegree(9), 0.4.mv(), 0.5.ms());

    let nmda = BioNmda::new().beta2(uniform(300.0.hz(), 600.0.hz()));
    let all = || Connect::all_to_all();
    let weight = 0.003.millisiemens();
    net.connect(&exc, &exc, "nmda", all().autapses(false).name("apart").model(nmda.clone()), weight, 0.5.ms());
    net.connect(&exc, &inh, "ampa", all().name("dense").model(Ampa::new()), 0.15.ma(), 0.4.ms());
    let weights = || uniform(0.001.millisiemens(), 0.02.millisiemens());
    net.connect(&inh, &exc, "gaba", all().name("matrix").model(GabaA::new()), weights(), 0.3.ms());
    net.connect(&inh, &inh, "gaba", all().autapses(false).model(GabaA::new()), weights(), 0.3.ms());

    let listed = Connect::fixed_indegree(11).name("listed").model(Ampa::new().beta(300.0.hz()));
    net.connect(&exc, &inh, "ampa", listed, normal(0.5.ma(), 0.1.ma()), uniform(0.3.ms(), 1.2.ms()));
    let ends = (End::part(&exc, 10..55), End::part(&inh, 5..30));
    let some = Connect::pairwise_bernoulli(0.3).name("part").model(Ampa::new());
    net.connect(ends.0, ends.1, "ampa", some, 0.3.ma(), 0.7.ms());
    let ends = (End::part(&exc, 30..69), End::part(&exc, 30..69));
    net.connect(ends.0, ends.1, "nmda", all().autapses(false).name("parts").model(nmda), weight, 0.6.ms());
    net.connect(
        &exc,
        &late,
        "ampa",
        Connect::fixed_outdegree(6).name("at_once").model(Ampa::new()),
        0.6.ma(),
        0.0.ms(),
    );

    net.stimulate(PoissonSpikes::new(&exc, 800.0.hz(), 4.0.mv()).port("fast"));
    net.stimulate(PoissonSpikes::new(&inh, 600.0.hz(), 10.0.ma()).port("ampa"));
    net.record(Record::new(&exc, ["spikes", "v"]));
    net.record(Record::new(&inh, ["spikes"]));
    net.record(Record::new(&late, ["spikes", "v"]).neurons([19, 3]));
    net.record(Record::of_projection("apart", ["g", "x"]).every(0.5.ms()));
    net
}

/// The same with gap junctions of every layout, so that a window has one step.
pub fn coupled() -> Network {
    let mut net = graded();
    let weight = 20.0.millisiemens();
    net.couple("exc", "exc", Connect::pairwise_bernoulli(0.1).symmetric(true), weight);
    net.couple("inh", "inh", Connect::all_to_all(), 2.0.millisiemens());
    let weights = uniform(5.0.millisiemens(), 20.0.millisiemens());
    net.couple(End::part("exc", 0..21), End::part("late", 3..17), Connect::all_to_all(), weights.clone());
    net.couple("late", "late", Connect::fixed_indegree(3), weights);
    net
}

/// Targets in several blocks, which share a sum over all sources.
fn many() -> Network {
    let mut net = Network::new(0.1.ms()).seed(3);
    let few = net.add(cells("few", 30));
    let many = net.add(cells("many", 1100));
    net.connect(&few, &many, "ampa", Connect::all_to_all().model(Ampa::new()), 4.0.ma(), 0.2.ms());
    net.connect(&few, &many, "nmda", Connect::fixed_indegree(2).model(BioNmda::new()), 0.3.millisiemens(), 0.3.ms());
    net.stimulate(PoissonSpikes::new(&few, 2000.0.hz(), 6.0.mv()).port("fast"));
    net.record(Record::new(&many, ["spikes"]));
    net
}

#[test]
fn no_schedule_changes_graded_projections() {
    assert_eq!(lowered(&graded(), |_| ()).window, 3);
    check_schedules(&graded(), 300);
}

#[test]
fn no_schedule_changes_gap_junctions() {
    assert_eq!(lowered(&coupled(), |_| ()).window, 1);
    check_schedules(&coupled(), 300);
}

#[test]
fn values_are_gathered_as_the_reference_does() {
    check_lockstep(&graded(), 2, 200, 200);
    check_lockstep(&coupled().wiring(ItemWiring::Own), 3, 150, 200);
    check_lockstep(&many(), 1, 100, 500);
}

#[test]
fn whole_runs_come_to_what_those_of_the_reference_do() {
    for own in [ItemWiring::Shared, ItemWiring::Own] {
        let net = coupled().wiring(own);
        assert_eq!(difference(&net, &net, 300), None, "{own:?}");
        // A millionth more of one weight shows, of whatever layout.
        for index in 1..net.projections.len() {
            let mut other = net.clone();
            let weight = net.projections[index].weight.clone();
            if let Value::Constant(weight) = weight {
                let more = Quantity::new(weight.value() * 1.000_001, weight.unit());
                other.projections[index].weight = more.into();
                assert!(difference(&net, &other, 300).is_some(), "projection {index}");
            }
        }
    }
}

#[test]
fn items_that_differ_in_weights_are_their_networks_alone() {
    for own in [ItemWiring::Shared, ItemWiring::Own] {
        let networks = [1.0, 1.4, 0.7].map(|factor| {
            let mut net = coupled().wiring(own);
            for projection in &mut net.projections {
                if let Value::Constant(weight) = projection.weight.clone() {
                    projection.weight = Quantity::new(weight.value() * factor, weight.unit()).into();
                }
            }
            net
        });
        for precision in PRECISIONS {
            let options = EngineOptions { threads: Some(2), ..EngineOptions::default() };
            check(&format!("{own:?}, {precision}"), &networks, &cpu(precision), &options);
        }
    }
}

#[test]
fn a_state_has_what_was_given() {
    for precision in PRECISIONS {
        for net in [graded(), coupled()] {
            let plan = lowered(&net, |options| options.batch = 2);
            let whole = outcome(on_threads(&plan, precision, 2, None), &[140, 110]);
            let mut first = on_threads(&plan, precision, 3, None);
            first.run_steps(140, &mut |_| ()).expect("the run succeeds");
            let state = first.state().expect("it is known");
            let given = state.values.iter().filter(|value| **value != 0.0).count();
            assert!(given * 3 > state.values.len(), "{given} of {} are not 0", state.values.len());
            let go_on = |state: &State| {
                let mut second = on_threads(&plan, precision, 1, None);
                second.restore(state).expect("it is of this network");
                second.run_steps(110, &mut |_| ()).expect("the run succeeds");
                second.state().expect("it is known")
            };
            assert!(go_on(&state) == whole.1, "{precision}");
            let mut forgotten = state.clone();
            forgotten.values.fill(0.0);
            assert!(go_on(&forgotten) != whole.1, "{precision}: what was given counts");
            // The reference goes on from it, too.
            let options = EngineOptions::default();
            let mut reference =
                Simulation::of_plan(plan.clone(), &Backend::Reference, &options).expect("the plan fits");
            reference.restore(&state).expect("it is of this network");
            assert!(reference.state().expect("it is known") == state, "{precision}");
        }
    }
}

#[test]
#[cfg_attr(without_device, ignore = "there is no device")]
fn a_device_has_the_same_bits() {
    for (net, batch) in [(graded(), 2), (coupled().wiring(ItemWiring::Own), 2)] {
        let plan = Plan::lower(&net, &device().lower_options(batch)).expect("the network can be lowered");
        let both = [&device(), &cpu(Precision::F32)];
        match compare(&Arc::new(plan), both, &EngineOptions::default(), 200, &mut |_| ()) {
            Ok(Accord::Same { spikes, .. }) => assert!(spikes > 300, "{spikes} spikes"),
            other => panic!("{other:?}"),
        }
    }
}
