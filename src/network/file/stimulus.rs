//! Stimuli of a network file: which keys each has is its kind's declaration, or its model's affair.

use super::indices::indices;
use super::keys::{self, Key, nothing, read_among, set, some_text, text};
use super::shape::Shape;
use super::tree::{Node, Table};
use super::values::{array, quantity, value, value_or_choice};
use crate::Result;
use crate::network::stimuli::{Declaration, Form, Need};
use crate::network::{Model, Stimulus, StimulusKind, Value};
use crate::units::Quantity;
use std::collections::BTreeMap;

/// The keys that all stimuli have, but for the last, `port`, which currents lack.
pub(super) const COMMON: &[Key<Stimulus>] = &[
    Key::or("none", "name", Shape::NameNoNumber, "what [paths](#paths) call it; without, its number", |it, node, _| {
        some_text(&mut it.name, node)
    }),
    // It says which keys there are, so it is read before.
    Key::needed(
        "kind",
        Shape::Kind,
        "what it is: one of those below, a stimulus of the [models](#models), or the path of a `.wgsl` file",
        nothing,
    ),
    Key::needed(
        "target",
        Shape::Populations,
        "name of the population on which it acts; of several each makes a stimulus",
        |it, node, _| text(&mut it.target, node),
    ),
    Key::or("all", "neurons", Shape::Indices, "the neurons of the population on which it acts", |it, node, path| {
        set(&mut it.neurons, indices(node, &format!("{path}.neurons")).map(Some))
    }),
    Key::like(),
    Key::or(
        "none",
        "port",
        Shape::Text,
        "the port that it enters, like spikes; without, its weight is in mV and is added to V",
        |it, node, _| some_text(&mut it.port, node),
    ),
];

/// The keys that a stimulus of this kind may have; none where its model says which.
pub(super) fn keys(kind: &StimulusKind) -> Option<Vec<&'static str>> {
    let declaration = kind.declaration()?;
    let common = keys::names(&COMMON[..COMMON.len() - usize::from(declaration.port.is_none())]);
    Some(common.into_iter().chain(declaration.all_keys().map(|key| key.name)).collect())
}

pub(super) fn stimulus(table: &Table<'_>, path: &str) -> Result<Stimulus> {
    let node = table.need("kind")?;
    let kind = match node.model(node.str("a string")?) {
        Model::Catalogue(name) => StimulusKind::named(&name),
        own => StimulusKind::Model(own),
    };
    let params = match kind.declaration() {
        Some(declaration) => {
            table.only(&keys(&kind).unwrap_or_default())?;
            declared(table, declaration)?
        }
        None => {
            let params = table.all().filter(|node| COMMON.iter().all(|key| key.said.name != node.key));
            params.map(|node| Ok((node.key.to_owned(), value_or_choice(&node)?))).collect::<Result<_>>()?
        }
    };
    let blank = Stimulus { name: None, target: String::new(), neurons: None, kind, port: None, params };
    read_among(table, path, COMMON, blank)
}

fn declared(table: &Table<'_>, declaration: &Declaration) -> Result<BTreeMap<String, Value>> {
    if declaration.neurons.is_some() {
        table.need("neurons")?;
    }
    if let Some((key, problem)) = declaration.choice(|key| table.get(key).is_some()) {
        let node = key.and_then(|key| table.get(key));
        return Err(node.map_or_else(|| table.error(&*problem), |node| node.error(&*problem)));
    }
    let mut params = BTreeMap::new();
    for key in declaration.all_keys() {
        let node = if key.need == Need::Needed { Some(table.need(key.name)?) } else { table.get(key.name) };
        if let Some(node) = node {
            params.insert(key.name.to_owned(), told(key.form, &node)?);
        }
    }
    Ok(params)
}

fn told(form: Form, node: &Node<'_>) -> Result<Value> {
    match form {
        Form::Value | Form::Frequency | Form::Matrix => value(node),
        Form::Time => quantity(node).map(Value::Constant),
        Form::Array | Form::Frequencies | Form::Times => array(node).map(Value::Array),
        Form::Whole => Ok(Value::Constant(Quantity::number(node.whole_u32(0)?.into()))),
        Form::Word(words) => {
            let legal = form.legal();
            let word = node.str(&legal)?;
            if words.contains(&word) { Ok(Value::choice(word)) } else { Err(node.unexpected(&legal)) }
        }
    }
}
