//! What is moved is noticed: every parameter of every model, every weight, delay and the time step, one at a time, by a
//! thousandth of itself (by one where it is a whole number, by a step where it is counted in steps, to another choice).
//!
//! Device and reference share the plan, so a test that compares them shows nothing that it does not depend on. Here an
//! engine runs a network, and the reference one that differs in a single number; that must show within the very bounds
//! by which they agree where nothing differs. What is not noticed stands in a list, with the reason.

mod knobs;
pub mod networks;

use crate::course::Course;
use crate::device::{cpu, engines, is_exact, name, run, simulation};
use crate::judge::{Agreement, Bounds, Judge};
use crate::tolerances::V_RUN;
use knobs::{moved, places, slowed};
use networks::STEPS;
use neuropil::Backend;
use neuropil::cpu::Precision;
use neuropil::model::{ModelKind, catalogue};
use neuropil::network::Network;
use neuropil::plan::Plan;
use neuropil::recording::Recording;
use neuropil::reference::Reference;
use std::sync::Arc;

/// Places that must be moved together.
const TOGETHER: [&[&str]; 1] = [
    // The synapse must have the membrane's time constant.
    &["cells.tau_m", "cells.port.psc_exp.tau_m"],
];

/// What cannot be noticed: whose network it stands in, the place, and why not.
const UNNOTICED: [(&str, &str, &str); 20] = [
    ("spike_source", "dt", "it has no memory"),
    ("spike_source", "cells.init.v.low", "it has no memory"),
    ("spike_source", "cells.init.v.high", "it has no memory"),
    ("spike_source", "cells.exc.coba.e", "it hears no currents"),
    ("spike_source", "stimulus[1].trace", "it hears no currents"),
    ("psc_exp", "cells.c_m", "so large that nothing moves this membrane: the synapse is looked at"),
    ("coba", "dt", "what it is depends on g and V alone"),
    ("cuba", "dt", "what it is depends on g alone"),
    ("mg_block", "dt", "what it is depends on g and V alone"),
    ("delta", "dt", "what it is depends on g alone"),
    ("sum", "dt", "what it is depends on g alone"),
    ("current", "dt", "it is constant"),
    ("trace", "dt", "it is given for each step"),
    ("dense", "dt", "it is given for each step"),
    ("spike_times", "dt", "a thousandth moves no time to another step"),
    ("current_step", "dt", "a thousandth moves no time to another step"),
    ("current_ramp", "dt", "a thousandth moves no time to another step"),
    ("white_noise", "dt", "a thousandth moves no time to another step"),
    ("projections", "targets.v_th", "so high that nothing reaches it: what arrives is looked at"),
    ("projections", "stimulus[0].weight", "an event makes a source fire whatever it has above the threshold"),
];

/// A run of an engine, step by step.
fn course(backend: &Backend, network: &Network) -> Course {
    let plan = lowered(network, backend);
    Course::of(&mut simulation(network, backend), &plan, STEPS).expect("the run succeeds")
}

/// Holds each step against the same step of a reference of another network. The first begins from that network's own
/// initial state.
fn against(course: &Course, backend: &Backend, network: &Network) -> Result<Agreement, String> {
    let other = lowered(network, backend);
    let mut judge = Judge::new(&course.plan, &other, course.ranges(|low, high| high - low), Bounds::of_step(backend));
    course.against(&mut judge, &other.initial_state().unwrap())
}

fn lowered(network: &Network, backend: &Backend) -> Arc<Plan> {
    Arc::new(Plan::lower(network, &backend.lower_options(1)).expect("the network can be lowered"))
}

/// The engines on which all is moved: equations in f64 are those in f32.
fn in_f32() -> Vec<Backend> {
    engines().into_iter().filter(|engine| !is_exact(engine)).collect()
}

/// The places of a network that `noticed` does not notice when they are moved. Where the network is there for the model whose
/// places are its `own`, the time step is moved for that alone.
fn unnoticed(network: &Network, own: Option<&[String]>, noticed: impl Fn(&Network) -> Option<String>) -> Vec<String> {
    let mut places = places(network);
    assert!(places.len() > 1 && !places.iter().any(|place| places.iter().filter(|other| *other == place).count() > 1));
    places.retain(|place| {
        let alone = [place.as_str()];
        let together = TOGETHER.into_iter().find(|group| group.contains(&place.as_str())).unwrap_or(&alone);
        let change = match own {
            Some(own) if place == "dt" => slowed(network, &with_partners(own)),
            _ => moved(network, together),
        };
        assert!(&change != network, "{place} is not moved: is it 0?");
        let what = noticed(&change);
        println!("{place}: {}", what.as_deref().unwrap_or("NOT NOTICED"));
        what.is_none()
    });
    places
}

/// These places, and those that must be moved together with one of them.
fn with_partners(places: &[String]) -> Vec<String> {
    let groups = TOGETHER.iter().filter(|group| places.iter().any(|place| group.contains(&place.as_str())));
    let partners = groups.flat_map(|group| group.iter().map(|place| (*place).to_owned()));
    places.iter().cloned().chain(partners).collect()
}

fn check(kind: ModelKind) {
    let of_kind = || catalogue().expect("the catalogue is sound").iter().filter(|model| model.kind == kind);
    let known = of_kind().flat_map(|model| known(model.name()).map(|place| (model.name().to_owned(), place)));
    let known: Vec<_> = known.collect();
    let mut found = vec![Vec::new(); in_f32().len()];
    for model in of_kind() {
        let network = networks::of(model);
        let (places, mut own) = (places(&network), networks::places(model));
        for place in &own {
            assert!(places.contains(place), "{kind} {}: {place} is never moved", model.name());
        }
        // A stimulus has keys beside its parameters.
        own.extend(places.into_iter().filter(|place| kind == ModelKind::Stimulus && place.starts_with("stimulus[")));
        let course = |engine: &Backend| {
            let course = course(engine, &network);
            let what = format!("{kind} {} on {}", model.name(), name(engine));
            let agreement = against(&course, engine, &network).unwrap_or_else(|why| panic!("{what}: {why}"));
            println!("{what}: {agreement:?}");
            let silent = kind != ModelKind::Neuron || model.name() == "leaky_rate_readout";
            assert!(silent || agreement.spikes > networks::SIZE as usize, "{what}: {agreement:?}");
            course
        };
        course(&cpu(Precision::F64));
        for (engine, found) in in_f32().iter().zip(&mut found) {
            let course = course(engine);
            let differs = |changed: &Network| against(&course, engine, changed).err();
            let places = unnoticed(&network, Some(&own), differs);
            found.extend(places.into_iter().map(|place| (model.name().to_owned(), place)));
        }
    }
    for found in found {
        assert_eq!(found, known, "what was moved and not noticed, and what is known not to be");
    }
}

/// The places of a network where nothing can be noticed.
fn known(network: &str) -> impl Iterator<Item = String> {
    UNNOTICED.iter().filter(move |(of, ..)| *of == network).map(|(_, place, _)| (*place).to_owned())
}

#[test]
fn every_parameter_of_a_neuron_is_noticed() {
    check(ModelKind::Neuron);
}

#[test]
fn every_parameter_of_a_synapse_is_noticed() {
    check(ModelKind::Synapse);
}

#[test]
fn every_parameter_of_an_output_is_noticed() {
    check(ModelKind::Output);
}

#[test]
fn every_parameter_of_a_stimulus_is_noticed() {
    check(ModelKind::Stimulus);
}

/// Sources without memory drive targets without spikes, so errors do not grow: V and g of a whole run are compared.
#[test]
fn every_weight_and_delay_is_noticed() {
    let network = networks::of_projections();
    for engine in in_f32() {
        let found = run(&network, &engine, STEPS);
        let differs = |network: &Network| {
            let mut reference = Reference::new(lowered(network, &engine)).expect("every model has equations in f64");
            first_difference(&found, &reference.run(STEPS, &mut |_| ()).expect("the run is short"))
        };
        assert_eq!(differs(&network), None, "{}", name(&engine));
        assert!(found.populations[0].spikes.len() > 100);
        assert_eq!(unnoticed(&network, None, differs), known("projections").collect::<Vec<_>>(), "{}", name(&engine));
    }
}

fn first_difference(engine: &Recording, reference: &Recording) -> Option<String> {
    if engine.populations != reference.populations {
        return Some("spikes".to_owned());
    }
    engine.traces.iter().zip(&reference.traces).find_map(|(found, expected)| {
        let largest = expected.values.iter().fold(0.0f32, |largest, value| largest.max(value.abs()));
        let bound = V_RUN * f64::from(largest);
        let differs = |(found, expected): (&f32, &f32)| f64::from((found - expected).abs()) > bound;
        let at = found.values.iter().zip(&expected.values).position(differs)?;
        Some(format!("{}, sample {at}: {}, expected {}", found.variable, found.values[at], expected.values[at]))
    })
}
