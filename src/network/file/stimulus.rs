//! Stimuli of a network file: which keys each has is its kind's declaration, or its model's affair.

use super::indices::indices;
use super::tree::{Node, Table};
use super::values::{array, quantity, value, value_or_choice};
use crate::network::stimuli::{Declaration, Form, Need};
use crate::network::{Stimulus, StimulusKind, Value};
use crate::units::Quantity;
use crate::{Error, Result};
use std::collections::BTreeMap;

/// The keys that all stimuli have, but for `port`, which currents lack. (`like` was followed before.)
const COMMON: [&str; 6] = ["name", "kind", "target", "neurons", "like", "port"];

/// The keys that a stimulus of this kind may have; none where its model says which.
pub(super) fn keys(kind: &StimulusKind) -> Option<Vec<&'static str>> {
    let declaration = kind.declaration()?;
    let common = &COMMON[..COMMON.len() - usize::from(declaration.port.is_none())];
    Some(common.iter().copied().chain(declaration.all_keys().map(|key| key.name)).collect())
}

pub(super) fn stimulus(table: &Table<'_>, path: &str) -> Result<Stimulus> {
    let kind = StimulusKind::named(table.need("kind")?.str("a string")?);
    let params = match kind.declaration() {
        Some(declaration) => {
            table.only(&keys(&kind).unwrap_or_default())?;
            declared(table, declaration)?
        }
        None => {
            table.rest(&COMMON).map(|node| Ok((node.key.to_owned(), value_or_choice(&node)?))).collect::<Result<_>>()?
        }
    };
    Ok(Stimulus {
        name: table.get("name").map(|node| Ok::<_, Error>(node.str("a string")?.to_owned())).transpose()?,
        target: table.need("target")?.str("a string")?.to_owned(),
        neurons: table.get("neurons").map(|node| indices(&node, &format!("{path}.neurons"))).transpose()?,
        kind,
        port: table.get("port").map(|node| Ok(node.str("a string")?.to_owned())).transpose()?,
        params,
    })
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
