//! The JSON schema of network files, by which editors complete, explain and check them while they are written.
//!
//! It is made of what reads the files: the keys of their tables, the declarations of stimuli, and the catalogue of models; no key
//! stands here. It refuses nothing that a network may say, but does not see all that is wrong: units, names of populations and
//! what follows from variables are seen when the file is read.
//!
//! It is of draft 7, the latest that Taplo knows. What Taplo shows is found under `properties`, `items` and `anyOf`; where
//! something is only checked, it stands behind `then`, `else` or `dependencies`, for there Taplo does not look, and offers no
//! keys of keys. It reads no `allOf` beside `properties`, and nothing beside a `$ref`.

mod models;
mod shapes;
mod stimuli;
mod values;

#[cfg(test)]
mod tests;

use crate::Result;
use crate::network::{ENDS_OF_PROJECTIONS, GAP_JUNCTION, Said, Shape, tables};
use models::Models;
use serde_json::{Map, Value, json};

/// The schema, as text.
///
/// # Errors
/// As [`catalogue`](crate::model::catalogue).
pub fn text() -> Result<String> {
    Ok(format!("{:#}\n", schema()?))
}

fn schema() -> Result<Value> {
    let models = Models::new()?;
    let mut definitions = values::definitions();
    let mut root = Value::Null;
    for (name, keys) in tables() {
        let table = table(&keys, &models);
        match name {
            "network" => root = network(table, &keys),
            "population" => drop(definitions.insert(name.into(), population(table, &keys, &models))),
            "port" => drop(definitions.insert(name.into(), models.port(table, &keys))),
            "until" => drop(definitions.insert(name.into(), always(table, &keys))),
            "projection" => drop(definitions.insert(name.into(), projection(table, &keys))),
            "stimulus" => drop(definitions.insert(name.into(), stimuli::stimulus(table, &keys, &models))),
            _ => drop(definitions.insert(name.into(), unless("like", table, &keys))),
        }
    }
    definitions.insert("template".into(), template(&definitions));
    root["definitions"] = definitions.into();
    Ok(root)
}

fn network(table: Value, keys: &[Said]) -> Value {
    let mut schema = unless("include", table, keys);
    schema["$schema"] = json!("http://json-schema.org/draft-07/schema#");
    schema["title"] = json!("A network of neuropil");
    // What is read last complains of a network without populations.
    if let Some(required) = schema["else"]["required"].as_array_mut() {
        required.push(json!("population"));
    }
    schema
}

fn population(table: Value, keys: &[Said], models: &Models) -> Value {
    let mut schema = unless("like", table, keys);
    if let Some(Said { name, .. }) = keys.iter().find(|key| key.shape == Shape::Neuron) {
        schema["dependencies"] = json!({ *name: models.by_neuron(name, keys) });
    }
    schema
}

/// A projection, which needs more keys unless it is one of gap junctions.
fn projection(table: Value, keys: &[Said]) -> Value {
    let mut schema = unless("like", table, keys);
    if let Some(Said { name, .. }) = keys.iter().find(|key| key.shape == Shape::Plastic) {
        schema["else"]["if"] = json!({ "properties": { *name: { "const": GAP_JUNCTION } }, "required": [name] });
        schema["else"]["else"] = json!({ "required": ENDS_OF_PROJECTIONS });
    }
    schema
}

/// A table with these keys and no others.
fn table(keys: &[Said], models: &Models) -> Value {
    let properties = keys.iter().map(|key| {
        let mut schema = shapes::schema(key.shape, models);
        let default = key.default.filter(|default| *default != "none");
        let default_text = default.map_or_else(String::new, |default| format!("; default: {default}"));
        schema["description"] = plain(&format!("{}{default_text}", key.meaning)).into();
        // Most are words for people.
        if let Some(default) = default.and_then(|text| serde_json::from_str::<Value>(text.trim_matches('`')).ok()) {
            schema["default"] = default;
        }
        (key.name.to_owned(), schema)
    });
    let properties: Map<_, _> = properties.collect();
    json!({ "type": "object", "properties": properties, "additionalProperties": false })
}

/// A table with its needed keys, unless it has one that names where they may stand instead.
fn unless(elsewhere: &str, mut table: Value, keys: &[Said]) -> Value {
    table["if"] = json!({ "required": [elsewhere] });
    table["else"] = json!({ "required": needed(keys) });
    table
}

/// A table with its needed keys.
fn always(mut table: Value, keys: &[Said]) -> Value {
    table["required"] = needed(keys).into();
    table
}

fn needed(keys: &[Said]) -> Vec<&'static str> {
    keys.iter().filter(|key| key.default.is_none()).map(|key| key.name).collect()
}

/// What an element may say, and needs not.
fn template(definitions: &Map<String, Value>) -> Value {
    let elements = tables().into_iter().filter(|(_, keys)| keys.iter().any(|key| key.name == "like"));
    let parts = elements.map(|(name, _)| {
        let definition = &definitions[name];
        let refer = |part: &str| {
            let entries = definition[part].as_object().into_iter().flat_map(Map::keys);
            let referring =
                |key: &String| (key.clone(), json!({ "$ref": format!("#/definitions/{name}/{part}/{key}") }));
            Value::from(entries.map(referring).collect::<Map<_, _>>())
        };
        json!({
            "properties": refer("properties"),
            "dependencies": refer("dependencies"),
            "additionalProperties": false,
        })
    });
    // A stimulus of a user's own has keys that nobody knows.
    let own = json!({ "properties": { "kind": { "type": "string", "pattern": OWN } }, "required": ["kind"] });
    json!({ "type": "object", "anyOf": parts.chain([own]).collect::<Vec<_>>() })
}

/// Text of the manual without its links.
fn plain(text: &str) -> String {
    let mut plain = String::new();
    let mut rest = text;
    while let Some((before, from)) = rest.split_once('[') {
        plain.push_str(before);
        match from.split_once("](").and_then(|(words, link)| Some((words, link.split_once(')')?.1))) {
            // Other brackets are closed before a link begins.
            Some((words, after)) if !words.contains(']') => {
                plain.push_str(words);
                rest = after;
            }
            _ => {
                plain.push('[');
                rest = from;
            }
        }
    }
    plain + rest
}

/// A table with one of these tables behind each word that a key of it may be.
fn by_word(key: &str, tables: impl IntoIterator<Item = (String, Value)>) -> Value {
    let each = tables
        .into_iter()
        .map(|(word, then)| json!({ "if": { "properties": { key: { "const": word } } }, "then": then }));
    json!({ "allOf": each.collect::<Vec<_>>() })
}

/// What the path of a model of the user's own ends with.
const OWN: &str = "\\.wgsl$";

/// One of these words, or the path of such a file.
fn or_file(words: &Value) -> Value {
    json!({ "anyOf": [words, { "type": "string", "pattern": OWN }] })
}

/// Words, each with what an editor says of it.
fn words<'a>(words: impl IntoIterator<Item = (&'a str, &'a str)>) -> Value {
    let (words, docs): (Vec<_>, Vec<_>) = words.into_iter().unzip();
    json!({ "type": "string", "enum": words, "x-taplo": { "docs": { "enumValues": docs } } })
}
