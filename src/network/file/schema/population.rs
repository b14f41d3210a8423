//! The keys of a population, and of its ports.

use super::super::keys::{Key, set, text};
use super::super::tree::Node;
use super::super::values::{is_value, value, value_or_choice};
use crate::Result;
use crate::network::{Model, Part, Population, Port, Value};
use std::collections::BTreeMap;

pub(in super::super) const KEYS: &[Key<Population>] = &[
    Key::needed("name", "string of `A-Z a-z 0-9 _ -`", "its name, unique in the file", |it, node, _| {
        text(&mut it.name, node)
    }),
    Key::needed("size", "whole number, 1 to 4294967295", "number of neurons", |it, node, _| {
        set(&mut it.size, node.whole_u32(1))
    }),
    Key::needed(
        "model",
        "string",
        "a [neuron](#models) of the catalogue, or the path of a `.wgsl` file",
        |it, node, _| {
            it.model = match node.str("a model's name, or the path of a .wgsl file")? {
                path if path.ends_with(".wgsl") => Model::File(node.file(path)),
                name => Model::Catalogue(name.to_owned()),
            };
            Ok(())
        },
    ),
    Key::or(
        "the model's defaults",
        "params",
        "table of values",
        "parameters by name; a choice is a word, `reset = \"hard\"`",
        |it, node, _| set(&mut it.params, named(node, value_or_choice)),
    ),
    Key::or("the model's default", "reset", "word", "short for `params.reset`", |it, node, _| {
        let choice = Value::Choice(node.str("a string")?.to_owned());
        match it.params.insert("reset".to_owned(), choice) {
            None => Ok(()),
            Some(_) => Err(node.error("`reset` is given here and in `params`")),
        }
    }),
    Key::or(
        "the model's defaults",
        "init",
        "table of values",
        "initial values of the neuron's variables, `v`, and of its ports' synapses, `\"ampa.g\"`",
        |it, node, _| set(&mut it.init, named(node, value)),
    ),
    Key::or("none", "ports", "table of tables", "[ports](#ports) by name", |it, node, _| {
        set(&mut it.ports, named(node, port))
    }),
    Key::like(),
];

/// One of which nothing is said yet.
pub(in super::super) fn blank() -> Population {
    let (name, model) = (String::new(), Model::Catalogue(String::new()));
    Population { name, size: 0, model, params: BTreeMap::new(), init: BTreeMap::new(), ports: BTreeMap::new() }
}

/// A table whose keys are names of the user or of a model.
fn named<T>(node: &Node<'_>, read: impl Fn(&Node<'_>) -> Result<T>) -> Result<BTreeMap<String, T>> {
    let table = node.table("a table")?;
    table.rest(&[]).map(|node| Ok((node.key.to_owned(), read(&node)?))).collect()
}

fn port(node: &Node<'_>) -> Result<Port> {
    let table = node.table("a table such as { synapse = \"expon\", tau = \"5 ms\", output = \"cuba\" }")?;
    let output = output(&table.need("output")?)?;
    let params = table.rest(&["synapse", "output"]);
    let synapse = match table.get("synapse") {
        Some(model) => {
            let params = params.map(|node| Ok((node.key.to_owned(), value_or_choice(&node)?)));
            Some(Part { model: model.str("a string")?.to_owned(), params: params.collect::<Result<_>>()? })
        }
        None => match params.min_by_key(|node| node.value.span().start) {
            None => None,
            Some(node) => {
                let problem =
                    format!("`{}` is a parameter of a synapse, but {} has no key `synapse`", node.key, table.name());
                return Err(node.error(problem));
            }
        },
    };
    Ok(Port { synapse, output })
}

fn output(node: &Node<'_>) -> Result<Part> {
    let expected = "a name, { coba = \"0 mV\" } or { coba = { e = \"0 mV\" } }";
    if let Some(model) = node.value.get_ref().as_str() {
        return Ok(Part { model: model.to_owned(), params: BTreeMap::new() });
    }
    let mut elements = node.table(expected)?.rest(&[]);
    let (Some(part), None) = (elements.next(), elements.next()) else { return Err(node.unexpected(expected)) };
    let params = match part.value.get_ref().as_table() {
        // A distribution or an array is a table too; a parameter is never called like one.
        Some(table) if !is_value(table) => named(&part, value_or_choice)?,
        _ => BTreeMap::from([(String::new(), value_or_choice(&part)?)]),
    };
    Ok(Part { model: part.key.to_owned(), params })
}
