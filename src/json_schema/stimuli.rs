//! The keys of stimuli, which differ by kind: those that a kind declares, or the parameters of a model.

use super::models::{Models, fields, together};
use super::values::{Bare, of_form, value};
use super::{by_word, plain, unless};
use crate::network::stimuli::{Declaration, Key, Need};
use crate::network::{Said, Shape, StimulusKind};
use serde_json::{Map, Value, json};

/// A kind of stimulus.
struct Kind {
    name: &'static str,
    /// Its keys, besides those that all have.
    keys: Map<String, Value>,
    /// Those that must be given.
    needed: Vec<String>,
    /// Those of which one must be given, and no more.
    either: Vec<&'static str>,
    /// Whether it may name a port.
    port: bool,
}

impl Kind {
    fn declared(declaration: &'static Declaration) -> Self {
        let named = |need: Need| declaration.keys.iter().filter(move |key| key.need == need).map(|key| key.name);
        let neurons = declaration.neurons.map(|_| "neurons");
        Self {
            name: declaration.name,
            keys: declaration.all_keys().map(of_key).collect(),
            needed: named(Need::Needed).chain(neurons).map(str::to_owned).collect(),
            either: named(Need::Either).collect(),
            port: declaration.port.is_some(),
        }
    }

    /// The kinds whose keys are parameters.
    fn general(models: &Models) -> impl Iterator<Item = Self> {
        models.stimuli().map(|model| {
            let params = &model.reflection.params;
            // Its own keys of these names come first.
            let mut keys: Map<_, _> = Declaration::WINDOW.iter().map(of_key).collect();
            keys.extend(fields(params));
            let needed = params.iter().filter(|field| field.is_given() && field.default.is_none());
            Self {
                name: model.name(),
                keys,
                needed: needed.map(|field| field.name.clone()).collect(),
                either: Vec::new(),
                port: params.iter().any(|field| field.unit == "target"),
            }
        })
    }

    /// Its keys and those that all have, and no others; not two that say the same.
    fn shape(&self, common: &[Said]) -> Value {
        let mut properties = self.keys.clone();
        let common = common.iter().filter(|key| self.port || key.name != "port");
        properties.extend(common.map(|key| (key.name.to_owned(), Value::Bool(true))));
        let mut schema = json!({ "properties": properties, "additionalProperties": false });
        if !self.either.is_empty() {
            schema["not"] = json!({ "required": self.either });
        }
        schema
    }

    fn required(&self) -> Value {
        let mut schema = json!({ "required": self.needed });
        if !self.either.is_empty() {
            schema["anyOf"] = self.either.iter().map(|key| json!({ "required": [key] })).collect();
        }
        schema
    }
}

fn of_key(key: &Key) -> (String, Value) {
    let mut schema = of_form(key.form);
    let mut description = plain(key.meaning);
    if let Need::Default(default) = key.need {
        description.push_str(&format!("; default: {default}"));
        schema["default"] = default.into();
    }
    schema["description"] = description.into();
    (key.name.to_owned(), schema)
}

/// A stimulus of any kind.
pub(super) fn stimulus(table: Value, keys: &[Said], models: &Models) -> Value {
    let kinds: Vec<_> =
        StimulusKind::DECLARED.iter().map(|it| Kind::declared(it)).chain(Kind::general(models)).collect();
    let key = keys.iter().find(|key| key.shape == Shape::Kind).map_or("", |key| key.name);
    let mut schema = unless("like", table, keys);
    if let Some(properties) = schema["properties"].as_object_mut() {
        for (name, schema) in any(&kinds) {
            properties.entry(name).or_insert(schema);
        }
    }
    // Those of a user's model.
    schema["additionalProperties"] = value(Bare::Legal, "value");
    schema["dependencies"] =
        json!({ key: by_word(key, kinds.iter().map(|kind| (kind.name.to_owned(), kind.shape(keys)))) });
    let required = by_word(key, kinds.iter().map(|kind| (kind.name.to_owned(), kind.required())));
    schema["else"]["allOf"] = required["allOf"].clone();
    schema
}

/// The keys of all kinds: what is said of each, and what it may be told where that is one thing.
fn any(kinds: &[Kind]) -> Map<String, Value> {
    let each = || kinds.iter().flat_map(|kind| kind.keys.iter().map(|(key, schema)| (key.as_str(), schema, kind.name)));
    let said = together(
        each().map(|(key, schema, kind)| (key, schema["description"].as_str().unwrap_or_default().to_owned(), kind)),
    );
    let mut all = Map::new();
    for (key, description) in said {
        let with_all = |schema: &Value| {
            let mut schema = schema.clone();
            schema["description"] = description.clone();
            schema
        };
        let mut shapes: Vec<_> =
            each().filter(|(other, ..)| *other == key).map(|(_, schema, _)| with_all(schema)).collect();
        shapes.dedup();
        let shape = if shapes.len() == 1 { shapes.pop() } else { None };
        all.insert(key, shape.unwrap_or_else(|| json!({ "description": description })));
    }
    all
}
