//! Everything of a network that may be moved: each number, each choice, by its place in the network.
//!
//! Whoever adds a part to a network finds it missing here, for nothing is left out by `..`.

use neuropil::model::{Definition, ModelKind, find};
use neuropil::network::stimuli::{Form, Need};
use neuropil::network::{
    Array, Conduction, Distribution, Initialiser, Model, Network, Part, Population, Port, Projection, Stimulus,
    StimulusKind, Value,
};
use neuropil::shader::{Field, FieldKind};
use neuropil::units::{Dimension, Quantity, Unit};
use std::collections::BTreeMap;
use std::sync::Arc;

/// How far something is moved.
#[derive(Clone, Copy)]
enum By {
    /// By a thousandth of itself.
    Part,
    /// By one time step, for a time that is counted in steps.
    Step,
}

/// What is moved.
enum Knob<'a> {
    Quantity(&'a mut Quantity, By),
    Number(&'a mut f64),
    Array(&'a mut Array, By),
    Whole(&'a mut Quantity),
    Choice(&'a mut String, Vec<String>),
    Word(&'a mut String, &'static [&'static str]),
}

impl Knob<'_> {
    fn turn(self, dt: &Quantity) {
        let dt_ms = dt.in_unit(&Unit::MILLISECOND).expect("dt is a time");
        match self {
            Self::Quantity(quantity, By::Part) => {
                *quantity = Quantity::new(quantity.value() * 1.001, quantity.unit());
            }
            Self::Quantity(quantity, By::Step) => {
                let ms = quantity.in_unit(&Unit::MILLISECOND).expect("what is counted in steps is a time");
                *quantity = Quantity::new(ms + dt_ms, &Unit::MILLISECOND);
            }
            Self::Number(number) => *number *= 1.001,
            Self::Array(array, by) => {
                let Array::Inline { values, unit, .. } = array else {
                    panic!("the arrays of these networks are inline")
                };
                if let By::Step = by {
                    unit.convert(values, &Unit::MILLISECOND).expect("what is counted in steps is a time");
                    *unit = Unit::MILLISECOND;
                }
                for value in values {
                    match by {
                        By::Part => *value *= 1.001,
                        By::Step => *value += dt_ms,
                    }
                }
            }
            Self::Whole(whole) => *whole = Quantity::number(whole.value() + 1.0),
            Self::Choice(word, choices) => {
                let at = choices.iter().position(|choice| choice == word).expect("it is one of them");
                word.clone_from(&choices[(at + 1) % choices.len()]);
            }
            // The first may stand for one of the others; the last two never do.
            Self::Word(word, words) => {
                let [.., before, last] = words else { panic!("a word is one of several") };
                *word = if word == last { before } else { last }.to_string();
            }
        }
    }
}

/// The places of all that may be moved.
pub fn places(network: &Network) -> Vec<String> {
    let mut places = Vec::new();
    walk(&mut network.clone(), &mut |place, _| places.push(place));
    places
}

/// The network with what is at these places moved.
pub fn moved(network: &Network, at: &[&str]) -> Network {
    let (dt, mut network) = (network.dt.clone(), network.clone());
    walk(&mut network, &mut |place, knob| {
        if at.contains(&place.as_str()) {
            knob.turn(&dt);
        }
    });
    network
}

/// The network with a time step that is a thousandth longer, and all other times too, but for what is at these places. So
/// nothing else of the network is any different: what is noticed depends on the time step by itself.
pub fn slowed(network: &Network, but: &[String]) -> Network {
    let mut network = network.clone();
    walk(&mut network, &mut |place, knob| match knob {
        _ if but.contains(&place) => {}
        Knob::Quantity(quantity, _) => {
            *quantity = Quantity::new(quantity.value() * slower(quantity.unit()), quantity.unit());
        }
        Knob::Array(Array::Inline { values, unit, .. }, _) => {
            values.iter_mut().for_each(|value| *value *= slower(unit));
        }
        _ => {}
    });
    network
}

/// By how much a number of this unit grows where all times do.
fn slower(unit: &Unit) -> f64 {
    match unit.dimension() {
        dimension if dimension == Dimension::TIME => 1.001,
        dimension if dimension == Dimension::FREQUENCY => 1.0 / 1.001,
        _ => 1.0,
    }
}

type Visit<'v> = dyn FnMut(String, Knob<'_>) + 'v;

fn walk(network: &mut Network, visit: &mut Visit<'_>) {
    let Network {
        dt,
        duration: _,
        until: _,
        seed: _,
        wiring_seed: _,
        wiring: _,
        populations,
        projections,
        stimuli,
        records: _,
    } = network;
    visit("dt".to_owned(), Knob::Quantity(dt, By::Part));
    for Population { name, size: _, model, params, init, ports, positions: _ } in populations {
        let Model::Catalogue(model) = model else { panic!("{name} is of no model of the catalogue") };
        let model = definition(ModelKind::Neuron, model);
        let jumping = model.reflection.state.iter().filter(|field| field.unit == "mV" && field.kind == FieldKind::F32);
        let jumping: Vec<_> = jumping.map(|field| field.name.clone()).collect();
        for (param, value) in params {
            each(format!("{name}.{param}"), value, Some(field(&model.reflection.params, param)), visit);
        }
        for (variable, value) in init {
            each(format!("{name}.init.{variable}"), value, None, visit);
        }
        for (port, Port { synapse, output }) in ports {
            let parts = synapse.iter_mut().map(|part| (ModelKind::Synapse, part)).chain([(ModelKind::Output, output)]);
            for (kind, Part { model, params }) in parts {
                let definition = definition(kind, &model.to_string());
                for (param, value) in params {
                    if let (true, "onto", Value::Choice(word)) = (definition.has("jump"), param.as_str(), &mut *value) {
                        visit(format!("{name}.{port}.{model}.onto"), Knob::Choice(word, jumping.clone()));
                        continue;
                    }
                    let field = field(&definition.reflection.params, param);
                    each(format!("{name}.{port}.{model}.{}", field.name), value, Some(field), visit);
                }
            }
        }
    }
    for (index, projection) in projections.iter_mut().enumerate() {
        let Projection {
            name: _,
            pre: _,
            post: _,
            port: _,
            connect: _,
            weight,
            delay,
            precision: _,
            storage: _,
            model,
        } = projection;
        if let Some(Part { model, params }) = model {
            let definition = definition(ModelKind::Projection, &model.to_string());
            for (param, value) in params {
                let field = field(&definition.reflection.params, param);
                each(format!("projection[{index}].{model}.{}", field.name), value, Some(field), visit);
            }
        }
        each(format!("projection[{index}].weight"), weight, None, visit);
        value(format!("projection[{index}].delay"), delay, By::Step, &[], visit);
    }
    for (index, Stimulus { name: _, target: _, neurons: _, kind, port: _, params }) in stimuli.iter_mut().enumerate() {
        stimulus(&format!("stimulus[{index}]"), kind, params, visit);
    }
}

fn stimulus(path: &str, kind: &StimulusKind, params: &mut BTreeMap<String, Value>, visit: &mut Visit<'_>) {
    let keys = kind.declaration().map_or(&[][..], |declaration| declaration.keys);
    for key in keys.iter().filter(|key| key.need != Need::Either) {
        assert!(params.contains_key(key.name), "{path}.{}: a key that is not given, and so never moved", key.name);
    }
    for (name, given) in params {
        let place = format!("{path}.{name}");
        match (keys.iter().find(|key| key.name == name).map(|key| key.form), given) {
            (Some(Form::Whole), Value::Constant(number)) => visit(place, Knob::Whole(number)),
            (Some(Form::Word(words)), Value::Choice(word)) => visit(place, Knob::Word(word, words)),
            (Some(Form::Times), given) => value(place, given, By::Step, &[], visit),
            (Some(_), given) => each(place, given, None, visit),
            (None, given) => {
                let model = definition(ModelKind::Stimulus, &kind.name());
                each(place, given, Some(field(&model.reflection.params, name)), visit);
            }
        }
    }
}

/// Visits a value; what its field says decides how far it is moved.
fn each(place: String, given: &mut Value, field: Option<&Field>, visit: &mut Visit<'_>) {
    let by = if field.is_some_and(|field| field.steps.is_some()) { By::Step } else { By::Part };
    let whole = |field: &Field| field.kind == FieldKind::U32 && field.steps.is_none() && field.choices.is_empty();
    assert!(!field.is_some_and(whole), "{place}: a whole number that is no key of its own, to be moved by one");
    value(place, given, by, field.map_or(&[], |field| &field.choices), visit);
}

fn value(place: String, value: &mut Value, by: By, choices: &[String], visit: &mut Visit<'_>) {
    match value {
        Value::Constant(quantity) => visit(place, Knob::Quantity(quantity, by)),
        Value::Array(array) => visit(place, Knob::Array(array, by)),
        Value::Choice(word) => visit(place, Knob::Choice(word, choices.to_vec())),
        Value::Initialised(Initialiser { scheme: _, scale }) => {
            visit(format!("{place}.scale"), Knob::Quantity(scale, by));
        }
        Value::Conducted(Conduction { velocity, offset }) => {
            visit(format!("{place}.velocity"), Knob::Quantity(velocity, By::Part));
            visit(format!("{place}.offset"), Knob::Quantity(offset, By::Step));
        }
        Value::Drawn(distribution) => {
            let mut part = |name: &str, quantity| visit(format!("{place}.{name}"), Knob::Quantity(quantity, by));
            match distribution {
                Distribution::Normal { mean, sd } => {
                    part("mean", mean);
                    part("sd", sd);
                }
                Distribution::Uniform { low, high } => {
                    part("low", low);
                    part("high", high);
                }
                Distribution::Exponential { mean } => part("mean", mean),
                Distribution::Lognormal { median, sigma } => {
                    part("median", median);
                    visit(format!("{place}.sigma"), Knob::Number(sigma));
                }
                Distribution::TruncatedNormal { mean, sd, low, high } => {
                    part("mean", mean);
                    part("sd", sd);
                    part("low", low);
                    part("high", high);
                }
            }
        }
    }
}

fn definition(kind: ModelKind, name: &str) -> Arc<Definition> {
    let model = find(kind, name).expect("the catalogue is sound");
    model.unwrap_or_else(|| panic!("there is no {kind} {name}"))
}

/// A model's parameter; the name `""` stands for the first.
fn field<'a>(params: &'a [Field], name: &str) -> &'a Field {
    params.iter().find(|field| name.is_empty() || field.name == name).expect("the model has this parameter")
}
