//! Each neuron of the catalogue on the device, step by step against its twin, which starts each step from the device's state.
//!
//! Parameters differ from neuron to neuron, two batch items start differently, and currents, conductances and jumps
//! act at once. Drives are found by trial, so that a new model needs no line here. (That an error would be noticed is shown by
//! `tests/suite/perturbation`.)

use super::*;
use crate::model::Definition;
use crate::network::{Current, Neuron, Port, SpikeTimes, StimulusModel, uniform};
use crate::random::{key, philox4x32};
use crate::shader::{Field, FieldDefault, FieldKind};
use crate::units::{Literal, Quantity, Unit};

const SIZE: u32 = 48;
const BATCH: u32 = 2;
const STEPS: u32 = 300;
/// What one step in float32 may differ by, as a part of the range that the variable covers in the run.
const TOLERANCE: f64 = 1e-5;

/// \[mV\] A spike may fall on either side this close to the threshold.
const NEAR: f64 = 1e-4;

/// A number in \[0, 1) for two indices.
fn noise(a: u32, b: u32) -> f64 {
    f64::from(philox4x32([a, b, 0, 0], key(7))[0]) / 2f64.powi(32)
}

fn default_of(field: &Field) -> Option<f64> {
    match field.default {
        Some(FieldDefault::Number(number)) => Some(number),
        _ => None,
    }
}

/// The model with each parameter spread by 3 % over the neurons.
fn neuron(model: &Definition, reset: usize) -> Neuron {
    let mut neuron = Neuron::from(model.name());
    for (index, field) in model.reflection.params.iter().enumerate() {
        if let Some(choice) = field.choices.get(reset) {
            neuron = neuron.param(&field.name, Value::choice(choice));
        } else if let Some(default) = default_of(field) {
            let value = |cell| default * (1.0 + 0.06 * (noise(cell, index as u32) - 0.5));
            neuron = neuron.param(&field.name, array(&(0..SIZE).map(value).collect::<Vec<_>>(), &field.unit));
        }
    }
    neuron
}

/// \[mA\] The least current among powers of two that makes the model spike within 100 ms, if any does.
pub(super) fn enough(model: &str) -> Option<f64> {
    let currents: Vec<f64> = (0..32).map(|power| 1e-8 * 2f64.powi(power)).collect();
    let mut network = Network::new(0.1.ms());
    network.add(Population::new("cells", 32, model));
    network.stimulate(StimulusModel::new("cells", "current").param("value", array(&currents, "mA")));
    let recording = reference(&network).run(1000, &mut |_| ()).unwrap();
    let least = (0..32).find(|&cell| !steps_of(&recording, cell).is_empty());
    least.map(|cell| currents[cell as usize])
}

fn network(model: &Definition, reset: usize) -> Network {
    let enough = enough(model.name()).unwrap_or_else(|| panic!("{} never spikes", model.name()));
    let rest = default_of(&model.reflection.state[0]).unwrap();
    let mut network = Network::new(0.1.ms());
    network.add(
        Population::new("cells", SIZE, neuron(model, reset))
            .init("v", uniform((rest - 0.2).mv(), (rest + 0.2).mv()))
            .port("exc", Port::expon(3.0.ms()).coba(0.0.mv()))
            .port("jumps", Port::delta()),
    );
    let current = |at: u32| enough * 3.0 * noise(at % SIZE, 100 + at / SIZE / 10);
    let currents = (0..STEPS * SIZE).map(current).collect();
    network
        .stimulate(Current::trace("cells", Array::inline(currents, &[STEPS as usize, SIZE as usize], "mA").unwrap()));
    // Enough current through 20 mV.
    let conductance = Quantity::new(enough / 20.0 * 1e3, &Unit::MILLISIEMENS);
    for (port, weight) in [("exc", conductance), ("jumps", Quantity::from(0.1.mv()))] {
        let from = port.len() as u32;
        let spikes = (0..SIZE * 4).map(|at| (at % SIZE, (noise(at, 50 + from) * f64::from(STEPS)).floor() * 0.1));
        let spikes: Vec<_> = spikes.map(|(cell, ms)| (cell, ms.ms())).collect();
        network.stimulate(SpikeTimes::new("cells", spikes, weight).port(port));
    }
    network
}

/// What a lockstep run found.
struct Found {
    /// Greatest difference of a variable in one step, as a part of the range that it covers in the run.
    difference: f64,
    spikes: usize,
    /// Spikes of one side only, further than `NEAR` from the threshold.
    wrong: usize,
}

fn lockstep(model: &Definition, reset: usize) -> Found {
    let plan = plan(&network(model, reset), BATCH);
    let mut engine = engine(&plan);
    let mut twin = Reference::new(plan.clone()).unwrap();
    let variables = plan.variables(0);
    // For each variable: least and greatest value, and greatest difference.
    let mut spans = vec![(f64::INFINITY, f64::NEG_INFINITY, 0.0f64); variables.len()];
    let (mut spikes, mut wrong) = (0, 0);
    let mut state = engine.state().unwrap();
    for _ in 0..STEPS {
        twin.restore(&state).unwrap();
        let found = engine.run(1, &mut |_| ()).unwrap();
        let (expected, near) = twin.run_watching(1, NEAR).unwrap();
        state = engine.state().unwrap();
        for (index, (&found, expected)) in state.slabs[0].iter().zip(&twin.state().unwrap().slabs[0]).enumerate() {
            let variable = index / SIZE as usize % variables.len();
            assert!(found.is_finite(), "{}: {} is {found}", model.name(), variables[variable].name);
            if variables[variable].kind == FieldKind::U32 {
                assert_eq!(found, *expected, "{}: {}", model.name(), variables[variable].name);
            }
            let (low, high, difference) = &mut spans[variable];
            (*low, *high) = (low.min(found), high.max(found));
            *difference = difference.max((found - expected).abs());
        }
        let (found, expected) = (&found.populations[0].spikes, &expected.populations[0].spikes);
        spikes += expected.len();
        let only = |these: &crate::recording::Spikes, those: &crate::recording::Spikes| {
            let lone = these.iter().filter(|spike| !those.iter().any(|other| other == *spike));
            lone.filter(|spike| !near.iter().any(|near| (near.batch, near.neuron) == (spike.1, spike.2))).count()
        };
        wrong += only(found, expected) + only(expected, found);
    }
    let part =
        |&(low, high, difference): &(f64, f64, f64)| if high > low { difference / (high - low) } else { difference };
    Found { difference: spans.iter().map(part).fold(0.0, f64::max), spikes, wrong }
}

fn neurons() -> impl Iterator<Item = (&'static Arc<Definition>, usize)> {
    // Readouts have tests of their own, and a source of spikes computes nothing.
    let computes =
        |model: &&Arc<Definition>| model.fragment.path.starts_with("shaders/neurons") && model.name() != "spike_source";
    let neurons = catalogue().unwrap().iter().filter(computes);
    neurons.flat_map(|model| {
        let choices = model.reflection.params.iter().map(|field| field.choices.len()).max();
        (0..choices.unwrap_or(0).max(1)).map(move |reset| (model, reset))
    })
}

#[test]
#[cfg_attr(without_device, ignore = "there is no device")]
fn the_device_does_each_step_as_the_twin() {
    for (model, reset) in neurons() {
        let found = lockstep(model, reset);
        let name = format!("{}, choice {reset}", model.name());
        println!("{name}: {:e} of the range, {} spikes", found.difference, found.spikes);
        assert!(found.difference < TOLERANCE, "{name}: a variable differs by {:e} of its range", found.difference);
        assert_eq!(found.wrong, 0, "{name}: spikes differ");
        assert!(found.spikes > SIZE as usize, "{name}: only {} spikes", found.spikes);
    }
}
