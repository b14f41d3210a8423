//! A value of a part of a network, found or exchanged in the part's text, and read as a file's is: with the same units, checks and
//! complaints. Arrays that are not exchanged are not in that text, so they are neither written nor read.

use super::bulk::Bulk;
use super::keys::read;
use super::schema::{self, population, projection, record};
use super::stimulus;
use super::tree::{Found, Source, Table};
use super::values::is_value;
use super::write::{Text, from_shelf, kept_model, name_of_key, shelved_model};
use crate::nearest::hint;
use crate::network::path::{Given, Written};
use crate::network::stimuli::Need;
use crate::network::{
    Array, Layout, Network, Population, Positions, Projection, Record, Rule, Stimulus, StimulusKind, Value,
};
use crate::{Error, Result};
use std::path::Path;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// What stands in a table of a network file, or at its head.
pub(in crate::network) trait Part: Sized {
    /// The key of its tables; none: it is the file's head.
    const TABLE: Option<&'static str>;
    /// What one is called.
    fn called(&self) -> String;
    /// The keys that it may have; none where a model says which.
    fn keys(&self) -> Option<Vec<&'static str>>;
    /// Those that it may have beside those that it has.
    fn others(&self) -> Vec<&'static str> {
        self.keys().unwrap_or_default()
    }
    /// Writes its keys.
    fn write<'a>(&'a self, text: &mut Text<'a>);
    /// Reads it from its table; `path` is what errors call it.
    fn read(table: &Table<'_>, path: &str) -> Result<Self>;
    /// Takes what was not in the text from what it was before: arrays from the shelf, and what else is not of `key`.
    fn restore(&mut self, old: &Self, shelf: &[&Array], key: &str);
}

impl Part for Network {
    const TABLE: Option<&'static str> = None;

    fn called(&self) -> String {
        "the network".to_owned()
    }

    fn keys(&self) -> Option<Vec<&'static str>> {
        Some(schema::head())
    }

    fn write<'a>(&'a self, text: &mut Text<'a>) {
        text.head(self);
    }

    fn read(table: &Table<'_>, _path: &str) -> Result<Self> {
        schema::network(table)
    }

    fn restore(&mut self, _old: &Self, _shelf: &[&Array], _key: &str) {}
}

impl Part for Population {
    const TABLE: Option<&'static str> = Some("population");

    fn called(&self) -> String {
        "a population".to_owned()
    }

    fn keys(&self) -> Option<Vec<&'static str>> {
        // `reset` is short for `params.reset`.
        Some(schema::values(population::KEYS).into_iter().filter(|key| *key != "reset").collect())
    }

    fn write<'a>(&'a self, text: &mut Text<'a>) {
        text.population(self);
    }

    fn read(table: &Table<'_>, path: &str) -> Result<Self> {
        read(table, path, population::KEYS, population::blank())
    }

    fn restore(&mut self, old: &Self, shelf: &[&Array], _key: &str) {
        let parts = self.ports.values_mut().flat_map(|port| port.synapse.iter_mut().chain([&mut port.output]));
        let of_ports = parts.flat_map(|part| part.params.values_mut());
        restored(self.params.values_mut().chain(self.init.values_mut()).chain(of_ports), shelf);
        kept_model(&mut self.model, &old.model);
        for (name, port) in &mut self.ports {
            let Some(old) = old.ports.get(name) else { continue };
            kept_model(&mut port.output.model, &old.output.model);
            if let (Some(synapse), Some(old)) = (&mut port.synapse, &old.synapse) {
                kept_model(&mut synapse.model, &old.model);
            }
        }
        if let Some(Positions { layout: Layout::Given(coordinates), .. }) = &mut self.positions {
            from_shelf(coordinates, shelf);
        }
    }
}

impl Part for Projection {
    const TABLE: Option<&'static str> = Some("projection");

    fn called(&self) -> String {
        "a projection".to_owned()
    }

    fn keys(&self) -> Option<Vec<&'static str>> {
        Some(schema::values(projection::KEYS))
    }

    fn write<'a>(&'a self, text: &mut Text<'a>) {
        text.projection(self);
    }

    fn read(table: &Table<'_>, path: &str) -> Result<Self> {
        projection::projection(table, path)
    }

    fn restore(&mut self, old: &Self, shelf: &[&Array], _key: &str) {
        if let (Some(model), Some(old)) = (&mut self.model, &old.model) {
            kept_model(&mut model.model, &old.model);
        }
        let of_model = self.model.iter_mut().flat_map(|model| model.params.values_mut());
        restored([&mut self.weight, &mut self.delay].into_iter().chain(of_model), shelf);
        if let Rule::List(pairs) = &mut self.connect.rule {
            from_shelf(pairs, shelf);
        }
    }
}

impl Part for Stimulus {
    const TABLE: Option<&'static str> = Some("stimulus");

    fn called(&self) -> String {
        format!("stimulus {}", self.kind.name())
    }

    fn keys(&self) -> Option<Vec<&'static str>> {
        let keys = stimulus::keys(&self.kind)?;
        Some(keys.into_iter().filter(|key| *key != "like").collect())
    }

    fn others(&self) -> Vec<&'static str> {
        let either = |name: &str| {
            let mut keys = self.kind.declaration().into_iter().flat_map(|declaration| declaration.keys);
            keys.any(|key| key.name == name && key.need == Need::Either)
        };
        self.keys().unwrap_or_default().into_iter().filter(|key| !either(key)).collect()
    }

    fn write<'a>(&'a self, text: &mut Text<'a>) {
        text.stimulus(self);
    }

    fn read(table: &Table<'_>, path: &str) -> Result<Self> {
        stimulus::stimulus(table, path)
    }

    fn restore(&mut self, old: &Self, shelf: &[&Array], key: &str) {
        restored(self.params.values_mut(), shelf);
        if key != "neurons" {
            self.neurons.clone_from(&old.neurons);
        }
        if let (StimulusKind::Model(model), StimulusKind::Model(old)) = (&mut self.kind, &old.kind) {
            kept_model(model, old);
        }
    }
}

impl Part for Record {
    const TABLE: Option<&'static str> = Some("record");

    fn called(&self) -> String {
        "a record".to_owned()
    }

    fn keys(&self) -> Option<Vec<&'static str>> {
        Some(schema::values(record::KEYS))
    }

    fn others(&self) -> Vec<&'static str> {
        // It is of one of them.
        let other = if self.projection.is_some() { "population" } else { "projection" };
        self.keys().unwrap_or_default().into_iter().filter(|key| *key != other).collect()
    }

    fn write<'a>(&'a self, text: &mut Text<'a>) {
        text.record(self);
    }

    fn read(table: &Table<'_>, path: &str) -> Result<Self> {
        read(table, path, record::KEYS, record::blank())
    }

    fn restore(&mut self, old: &Self, _shelf: &[&Array], key: &str) {
        if key != "neurons" {
            self.neurons.clone_from(&old.neurons);
        }
    }
}

fn restored<'v>(values: impl IntoIterator<Item = &'v mut Value>, shelf: &[&Array]) {
    for value in values {
        if let Value::Array(array) = value {
            from_shelf(array, shelf);
        }
    }
}

/// A part's text.
pub(super) fn text<'a, P: Part>(part: &'a P, bulk: Bulk<'a>) -> Text<'a> {
    let text = P::TABLE.map_or_else(String::new, |table| format!("[[{table}]]\n"));
    let mut text = Text { text, bulk };
    part.write(&mut text);
    text
}

/// A part's text without its arrays, and these.
fn shelved<P: Part>(part: &P) -> (String, Vec<&Array>) {
    let Text { text, bulk } = text(part, Bulk::Shelf(Vec::new()));
    let Bulk::Shelf(shelf) = bulk else { return (text, Vec::new()) };
    (text, shelf)
}

/// The table of a part's tree.
fn of_part<'t, 'i, P: Part>(tree: &'t mut DeTable<'i>) -> Option<&'t mut DeTable<'i>> {
    let Some(key) = P::TABLE else { return Some(tree) };
    let DeValue::Array(tables) = tree.get_mut(key)?.get_mut() else { return None };
    let DeValue::Table(table) = tables.first_mut()?.get_mut() else { return None };
    Some(table)
}

/// The part with another value at `keys`, `params.tau`, the files that the value names, and the paths of its variables. `path` is what
/// errors call the part.
pub(in crate::network) fn with<P: Part>(
    part: &P,
    (path, keys): (&str, &str),
    Given { value, base, variables }: Given<'_>,
) -> Result<(P, Found)> {
    let field = if path.is_empty() { keys.to_owned() } else { format!("{path}.{keys}") };
    let (first, _) = keys.split_once('.').unwrap_or((keys, ""));
    known(part, first, &field)?;
    let (text, shelf) = shelved(part);
    // The part's own words mean what they are, whatever variables there are.
    let source = Source::with_value(base, &text, value.text(), variables);
    let of_field = |error| of_field(error, keys, &field);
    let value = source.value(value.read(&field)?);
    let mut tree = source.tree().map_err(of_field)?;
    if let Some(table) = of_part::<P>(&mut tree) {
        exchange(table, keys, value).map_err(|(problem, legal)| Error::field(&*field, problem, legal))?;
    }
    let root = Table::root(&source, &tree);
    let tables = P::TABLE.and_then(|key| root.get(key)).map(|node| node.tables()).transpose().map_err(of_field)?;
    let table = tables.as_ref().and_then(|tables| tables.first()).unwrap_or(&root);
    let mut read = P::read(table, path).map_err(of_field)?;
    read.restore(part, &shelf, first);
    let mut found = source.found();
    found.files.retain(|file| !file.to_string_lossy().contains('\0'));
    Ok((read, found))
}

/// The value at `keys`; none if there is none.
pub(in crate::network) fn find<P: Part>(part: &P, keys: &str, field: &str) -> Result<Option<Written>> {
    let (first, _) = keys.split_once('.').unwrap_or((keys, ""));
    known(part, first, field)?;
    let text = text(part, Bulk::Text).text;
    let mut tree = Source::new(Path::new(""), &text).tree().map_err(|error| of_field(error, keys, field))?;
    let Some(mut table) = of_part::<P>(&mut tree) else { return Ok(None) };
    let mut rest = keys;
    loop {
        if let Some(value) = table.get(rest) {
            return Ok(text.get(value.span()).map(|text| Written::of(text, value.get_ref())));
        }
        let Some((key, after)) = split(table, rest) else { return Ok(None) };
        let Some(DeValue::Table(inner)) = table.get_mut(key).map(Spanned::get_mut) else { return Ok(None) };
        (table, rest) = (inner, after);
    }
}

/// All keys of a part: of its values, and those that it may have besides.
pub(in crate::network) fn all<P: Part>(part: &P) -> Vec<String> {
    let (text, _) = shelved(part);
    let Ok(mut tree) = Source::new(Path::new(""), &text).tree() else { return Vec::new() };
    let Some(table) = of_part::<P>(&mut tree) else { return Vec::new() };
    let mut keys = Vec::new();
    leaves(table, "", &mut keys);
    keys.extend(part.others().into_iter().filter(|key| table.get(*key).is_none()).map(str::to_owned));
    keys
}

fn leaves(table: &DeTable<'_>, path: &str, keys: &mut Vec<String>) {
    for (key, value) in table {
        let path = format!("{path}{}", name_of_key(key.get_ref()));
        match value.get_ref() {
            DeValue::Table(inner) if !is_value(inner) => leaves(inner, &format!("{path}."), keys),
            _ => keys.push(path),
        }
    }
}

/// May the part have this key?
fn known<P: Part>(part: &P, key: &str, field: &str) -> Result<()> {
    match part.keys() {
        Some(keys) if !keys.contains(&key) => {
            let problem = format!("{} has no `{key}`{}", part.called(), hint(key, keys.iter().copied()));
            Err(Error::field(field, problem, keys.join(", ")))
        }
        _ => Ok(()),
    }
}

/// A path's first key and the others. The name of a file is a key with a dot.
fn split<'k>(table: &DeTable<'_>, keys: &'k str) -> Option<(&'k str, &'k str)> {
    let mut cuts = keys.match_indices('.').map(|(at, _)| (&keys[..at], &keys[at + 1..]));
    cuts.find(|(key, _)| known_key(table, key).is_some()).or_else(|| keys.split_once('.'))
}

/// The key of that name as it stands in the table, where it may be that of a model on the shelf.
fn known_key(table: &DeTable<'_>, name: &str) -> Option<String> {
    [name.to_owned(), shelved_model(name)].into_iter().find(|key| table.contains_key(key.as_str()))
}

/// Do keys begin with a model's name, as it may stand on the shelf?
fn begins_with(keys: &str, word: &str) -> bool {
    keys.match_indices('.').map(|(at, _)| &keys[..at]).any(|name| name == word || shelved_model(name) == word)
}

/// `{ word = {} }`
fn opened<'i>(word: String) -> Spanned<DeValue<'i>> {
    let mut table = DeTable::new();
    table.insert(Spanned::new(0..0, word.into()), Spanned::new(0..0, DeValue::Table(DeTable::new())));
    Spanned::new(0..0, DeValue::Table(table))
}

/// Puts a value in the place of another, or beside those that are there; else, what is wrong and what is legal.
fn exchange<'i>(mut table: &mut DeTable<'i>, keys: &str, value: Spanned<DeValue<'i>>) -> Result<(), (String, String)> {
    let (mut rest, mut within) = (keys, "");
    while known_key(table, rest).is_none() {
        let Some((key, after)) = split(table, rest) else { break };
        // There variables of ports have keys with a dot.
        if matches!(within, "params" | "init") && !table.contains_key(key) {
            break;
        }
        let names: Vec<_> = table.keys().map(|key| key.get_ref().to_string()).collect();
        let Some(found) = known_key(table, key).and_then(|key| table.get_mut(key.as_str())) else {
            let near = hint(key, names.iter().map(String::as_str));
            let legal = if names.is_empty() { "none, there are no such keys".to_owned() } else { names.join(", ") };
            let within = if within.is_empty() { "it".to_owned() } else { format!("`{within}`") };
            return Err((format!("{within} has no `{key}`{near}"), legal));
        };
        // What is named alone has its parameters in a table behind its name.
        if let Some(word) = found.get_ref().as_str().filter(|word| begins_with(after, word)) {
            *found = opened(word.to_owned());
        }
        let DeValue::Table(inner) = found.get_mut() else {
            return Err((format!("`{key}` is one value, which has no `{after}`"), String::new()));
        };
        (table, rest, within) = (inner, after, key);
    }
    let rest = known_key(table, rest).unwrap_or_else(|| rest.to_owned());
    table.insert(Spanned::new(0..0, rest.into()), value);
    Ok(())
}

/// A complaint of a reader, about a value that stands in no file.
pub(super) fn of_field(error: Error, keys: &str, field: &str) -> Error {
    match error {
        Error::Syntax { problem, .. } => {
            // Whoever knows the field knows its key.
            let key = keys.rsplit('.').next().unwrap_or(keys);
            let prefix = format!("`{key}`: ");
            let problem = problem.strip_prefix(&prefix).unwrap_or(&problem);
            Error::field(field, problem, "")
        }
        Error::NamedFile { field, source, .. } => Error::NamedFile { field, source, location: None },
        other => other,
    }
}
