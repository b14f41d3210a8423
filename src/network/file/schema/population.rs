//! The keys of a population, and of its ports.

use super::super::keys::{Key, read_among, set, text};
use super::super::shape::Shape;
use super::super::space::positions;
use super::super::tree::Node;
use super::super::values::{is_value, value, value_or_choice};
use crate::Result;
use crate::network::{Model, Part, Population, Port, Value};
use std::collections::BTreeMap;

pub(in super::super) const KEYS: &[Key<Population>] = &[
    Key::needed("name", Shape::Name, "its name, unique in the file", |it, node, _| text(&mut it.name, node)),
    Key::needed("size", Shape::Whole(1, u32::MAX as u64), "number of neurons", |it, node, _| {
        set(&mut it.size, node.whole_u32(1))
    }),
    Key::needed(
        "model",
        Shape::Neuron,
        "a [neuron](#models) of the catalogue, or the path of a `.wgsl` file",
        |it, node, _| {
            it.model = node.model(node.str("a model's name, or the path of a .wgsl file")?);
            Ok(())
        },
    ),
    Key::or(
        "the model's defaults",
        "params",
        Shape::Params,
        "parameters by name; a choice is a word, `reset = \"hard\"`",
        |it, node, _| set(&mut it.params, named(node, value_or_choice)),
    ),
    Key::or("the model's default", "reset", Shape::Word, "short for `params.reset`", |it, node, _| {
        let choice = Value::Choice(node.str("a string")?.to_owned());
        match it.params.insert("reset".to_owned(), choice) {
            None => Ok(()),
            Some(_) => Err(node.error("`reset` is given here and in `params`")),
        }
    }),
    Key::or(
        "the model's defaults",
        "init",
        Shape::Init,
        "initial values of the neuron's variables, `v`, and of its ports' synapses, `\"ampa.g\"`",
        |it, node, _| set(&mut it.init, named(node, value)),
    ),
    Key::or("none", "ports", Shape::Ports, "[ports](#ports) by name", |it, node, _| {
        set(&mut it.ports, named(node, port))
    }),
    Key::or("none", "positions", Shape::Positions, "where its neurons are, in [space](#space)", |it, node, _| {
        set(&mut it.positions, positions(node).map(Some))
    }),
    Key::like(),
];

/// Those of a port; all others are parameters of its synapse.
pub(in super::super) const PORT: &[Key<Port>] = &[
    Key::or(
        "none: arrivals act for one step",
        "synapse",
        Shape::Synapse,
        "a [synapse](#models) of the catalogue, or the path of a `.wgsl` file",
        |it, node, _| {
            let model = node.model(node.str("a string")?);
            it.synapse = Some(Part { model, params: BTreeMap::new() });
            Ok(())
        },
    ),
    Key::needed(
        "output",
        Shape::Output,
        "an [output](#models) of the catalogue: `\"cuba\"`, `{ coba = \"0 mV\" }` for its first parameter, or \
         `{ coba = { e = \"0 mV\" } }`; `{ delta = { onto = \"g\" } }`, or short `{ delta = \"g\" }`, for the variable that it \
         adds to; the path of a `.wgsl` file in the place of a name",
        |it, node, _| set(&mut it.output, output(node)),
    ),
];

/// One of which nothing is said yet.
pub(in super::super) fn blank() -> Population {
    let (name, model) = (String::new(), Model::Catalogue(String::new()));
    let [params, init] = [(); 2].map(|()| BTreeMap::new());
    Population { name, size: 0, model, params, init, ports: BTreeMap::new(), positions: None }
}

/// A table whose keys are names of the user or of a model.
fn named<T>(node: &Node<'_>, read: impl Fn(&Node<'_>) -> Result<T>) -> Result<BTreeMap<String, T>> {
    let table = node.table("a table")?;
    table.all().map(|node| Ok((node.key.to_owned(), read(&node)?))).collect()
}

fn port(node: &Node<'_>) -> Result<Port> {
    let table = node.table("a table such as { synapse = \"expon\", tau = \"5 ms\", output = \"cuba\" }")?;
    let output = Part::new("");
    let mut port = read_among(&table, "", PORT, Port { synapse: None, output })?;
    let params = table.all().filter(|node| PORT.iter().all(|key| key.said.name != node.key));
    if let Some(synapse) = &mut port.synapse {
        synapse.params =
            params.map(|node| Ok((node.key.to_owned(), value_or_choice(&node)?))).collect::<Result<_>>()?;
    } else if let Some(node) = params.min_by_key(|node| node.value.span().start) {
        let problem = format!("`{}` is a parameter of a synapse, but {} has no key `synapse`", node.key, table.name());
        return Err(node.error(problem));
    }
    Ok(port)
}

fn output(node: &Node<'_>) -> Result<Part> {
    part(node, "a name, { coba = \"0 mV\" } or { coba = { e = \"0 mV\" } }")
}

/// A model with its parameters: its name, or a table of which it is the only key.
pub(super) fn part(node: &Node<'_>, expected: &str) -> Result<Part> {
    if let Some(model) = node.value.get_ref().as_str() {
        return Ok(Part::new(node.model(model)));
    }
    let mut elements = node.table(expected)?.all();
    let (Some(part), None) = (elements.next(), elements.next()) else { return Err(node.unexpected(expected)) };
    let params = match part.value.get_ref().as_table() {
        // A distribution or an array is a table too; a parameter is never called like one.
        Some(table) if !is_value(table) => named(&part, value_or_choice)?,
        _ => BTreeMap::from([(String::new(), value_or_choice(&part)?)]),
    };
    Ok(Part { model: part.model(part.key), params })
}
