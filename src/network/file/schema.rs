//! The tables of a network file: which keys each has and what they become.

use super::connect::connect;
use super::stimulus::stimulus;
use super::tree::{Node, Table};
use super::values::{is_value, list, neurons, quantity, value, value_or_choice};
use crate::network::{Model, Network, Part, Population, Port, Precision, Projection, Record, Storage, Value};
use crate::{Error, Result};
use std::collections::BTreeMap;

/// The keys of a network that are no lists.
pub(in crate::network) const HEAD: [&str; 4] = ["dt", "duration", "seed", "wiring_seed"];
pub(super) const POPULATION: [&str; 7] = ["name", "size", "model", "reset", "params", "init", "ports"];
pub(super) const PROJECTION: [&str; 9] =
    ["name", "pre", "post", "port", "connect", "weight", "delay", "weights", "storage"];
pub(super) const RECORD: [&str; 4] = ["population", "what", "every", "neurons"];

/// The seed of a network that names none.
const SEED: u64 = 0;

pub(super) fn network(table: &Table<'_>) -> Result<Network> {
    table.only(&[&HEAD[..], &["population", "projection", "stimulus", "record"]].concat())?;
    Ok(Network {
        dt: quantity(&table.need("dt")?)?,
        duration: table.get("duration").map(|node| quantity(&node)).transpose()?,
        seed: table.get("seed").map_or(Ok(SEED), |node| node.whole(0..=u64::MAX))?,
        wiring_seed: table.get("wiring_seed").map(|node| node.whole(0..=u64::MAX)).transpose()?,
        populations: table.tables("population")?.iter().map(population).collect::<Result<_>>()?,
        projections: table.tables("projection")?.iter().map(projection).collect::<Result<_>>()?,
        stimuli: numbered(&table.tables("stimulus")?, "stimulus", stimulus)?,
        records: numbered(&table.tables("record")?, "record", record)?,
    })
}

/// The elements of an array of tables, each of which is told its path.
fn numbered<T>(tables: &[Table<'_>], key: &str, read: impl Fn(&Table<'_>, &str) -> Result<T>) -> Result<Vec<T>> {
    tables.iter().enumerate().map(|(index, table)| read(table, &format!("{key}[{index}]"))).collect()
}

pub(super) fn population(table: &Table<'_>) -> Result<Population> {
    table.only(&POPULATION)?;
    let mut params = named(table.get("params"), value_or_choice)?;
    if let Some(reset) = table.get("reset") {
        let choice = Value::Choice(reset.str("a string")?.to_owned());
        if params.insert("reset".to_owned(), choice).is_some() {
            return Err(reset.error("`reset` is given here and in `params`"));
        }
    }
    let model = table.need("model")?;
    Ok(Population {
        name: table.need("name")?.str("a string")?.to_owned(),
        size: table.need("size")?.whole_u32(1)?,
        model: match model.str("a model's name, or the path of a .wgsl file")? {
            path if path.ends_with(".wgsl") => Model::File(model.file(path)),
            name => Model::Catalogue(name.to_owned()),
        },
        params,
        init: named(table.get("init"), value)?,
        ports: named(table.get("ports"), port)?,
    })
}

/// A table whose keys are names of the user or of a model.
fn named<T>(node: Option<Node<'_>>, read: impl Fn(&Node<'_>) -> Result<T>) -> Result<BTreeMap<String, T>> {
    let Some(node) = node else { return Ok(BTreeMap::new()) };
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
        Some(table) if !is_value(table) => named(Some(part), value_or_choice)?,
        _ => BTreeMap::from([(String::new(), value_or_choice(&part)?)]),
    };
    Ok(Part { model: part.key.to_owned(), params })
}

pub(super) fn projection(table: &Table<'_>) -> Result<Projection> {
    table.only(&PROJECTION)?;
    let name = |key| Ok::<_, Error>(table.need(key)?.str("a string")?.to_owned());
    Ok(Projection {
        name: table.get("name").map(|node| Ok::<_, Error>(node.str("a string")?.to_owned())).transpose()?,
        pre: name("pre")?,
        post: name("post")?,
        port: name("port")?,
        connect: connect(&table.need("connect")?)?,
        weight: value(&table.need("weight")?)?,
        delay: value(&table.need("delay")?)?,
        precision: table.get("weights").map(|node| precision(&node)).transpose()?,
        storage: table.get("storage").map_or(Ok(Storage::default()), |node| storage(&node))?,
    })
}

fn precision(node: &Node<'_>) -> Result<Precision> {
    let legal = "\"compact\" or \"exact\"";
    Ok(match node.str(legal)? {
        "compact" => Precision::Compact,
        "exact" => Precision::Exact,
        _ => return Err(node.unexpected(legal)),
    })
}

fn storage(node: &Node<'_>) -> Result<Storage> {
    let legal = "\"stored\" or \"procedural\"";
    Ok(match node.str(legal)? {
        "stored" => Storage::Stored,
        "procedural" => Storage::Procedural,
        _ => return Err(node.unexpected(legal)),
    })
}

pub(super) fn record(table: &Table<'_>, path: &str) -> Result<Record> {
    table.only(&RECORD)?;
    let what = table.need("what")?;
    let expected = "an array of strings";
    Ok(Record {
        population: table.need("population")?.str("a string")?.to_owned(),
        what: list(&what, expected, |node| Ok(node.str(expected)?.to_owned()))?,
        every: table.get("every").map(|node| quantity(&node)).transpose()?,
        neurons: neurons(table, path)?,
    })
}
