//! What the catalogue's models add to the schema: their names, parameters and variables.
//!
//! An editor that does not look behind conditions sees the parameters of all models together, each with the models that have it;
//! where it does, those of the model that is named.

use super::values::{Bare, value};
use super::{OWN, by_word, or_file, words};
use crate::Result;
use crate::model::{Definition, ModelKind, catalogue};
use crate::network::{GAP_JUNCTION, ONTO, STATIC, Said, Shape, StimulusKind};
use crate::shader::{Field, FieldDefault};
use serde_json::{Map, Value, json};

/// The catalogue.
pub(super) struct Models {
    all: Vec<&'static Definition>,
}

impl Models {
    pub(super) fn new() -> Result<Self> {
        Ok(Self { all: catalogue()?.iter().map(AsRef::as_ref).collect() })
    }

    fn of(&self, kind: ModelKind) -> impl Iterator<Item = &'static Definition> + Clone {
        self.all.iter().copied().filter(move |model| model.kind == kind)
    }

    fn named(&self, kind: ModelKind) -> impl Iterator<Item = (&'static str, &'static str)> {
        self.of(kind).map(|model| (model.name(), model.reflection.doc.as_str()))
    }

    pub(super) fn neurons(&self) -> impl Iterator<Item = (&'static str, &'static str)> {
        self.named(ModelKind::Neuron)
    }

    pub(super) fn synapses(&self) -> impl Iterator<Item = (&'static str, &'static str)> {
        self.named(ModelKind::Synapse)
    }

    /// The kinds of stimuli: those that have keys of their own, and those that their parameters make.
    pub(super) fn kinds(&self) -> impl Iterator<Item = (&'static str, &'static str)> {
        let doc = |name| self.named(ModelKind::Stimulus).find(|(other, _)| *other == name).map_or("", |(_, doc)| doc);
        let declared = StimulusKind::DECLARED.iter().map(move |declaration| (declaration.name, doc(declaration.name)));
        declared.chain(self.stimuli().map(|model| (model.name(), model.reflection.doc.as_str())))
    }

    /// The stimuli that their parameters make, which are their keys.
    pub(super) fn stimuli(&self) -> impl Iterator<Item = &'static Definition> {
        let general = self.of(ModelKind::Stimulus).filter(|model| model.is_general());
        general.filter(|model| StimulusKind::DECLARED.iter().all(|declaration| declaration.name != model.name()))
    }

    /// The parameters of all neurons; those of a user's may have the same names.
    pub(super) fn all_params(&self) -> Value {
        any_of_neurons(&union(self.of(ModelKind::Neuron).map(|model| (model, model.reflection.params.as_slice()))))
    }

    /// The variables of all neurons, and beside them those of ports.
    pub(super) fn all_init(&self) -> Value {
        any_of_neurons(&union(self.of(ModelKind::Neuron).map(|model| (model, model.reflection.state.as_slice()))))
    }

    /// What each neuron makes of the keys of its population.
    pub(super) fn by_neuron(&self, key: &str, keys: &[Said]) -> Value {
        by_word(
            key,
            self.of(ModelKind::Neuron).map(|model| {
                let (params, state) = (more(&model.reflection.params), more(&model.reflection.state));
                let of_key = |key: &Said| {
                    let schema = match key.shape {
                        Shape::Params => json!({ "properties": params, "additionalProperties": false }),
                        Shape::Init => json!({
                            "properties": state,
                            "patternProperties": { "\\.": true },
                            "additionalProperties": false,
                        }),
                        // Short for a parameter of this name.
                        Shape::Word => params.get(key.name).cloned().unwrap_or(Value::Bool(false)),
                        _ => return None,
                    };
                    Some((key.name.to_owned(), schema))
                };
                let then: Map<_, _> = keys.iter().filter_map(of_key).collect();
                (model.name().to_owned(), json!({ "properties": then }))
            }),
        )
    }

    /// A port: its own keys, and the parameters of its synapse.
    pub(super) fn port(&self, mut table: Value, keys: &[Said]) -> Value {
        let names: Vec<_> = keys.iter().map(|key| key.name).collect();
        let synapses = self.of(ModelKind::Synapse);
        let all = union(synapses.clone().map(|model| (model, model.reflection.params.as_slice())));
        if let Some(properties) = table["properties"].as_object_mut() {
            properties.extend(all.into_iter().map(|(name, description)| (name, described(&description))));
        }
        // Those of a user's synapse.
        table["additionalProperties"] = value(Bare::Legal, "value");
        table["required"] = keys.iter().filter(|key| key.default.is_none()).map(|key| key.name).collect();
        let key = keys.iter().find(|key| key.shape == Shape::Synapse).map_or("", |key| key.name);
        let own = synapses.map(|model| {
            let mut properties = more(&model.reflection.params);
            properties.extend(names.iter().map(|name| ((*name).to_owned(), Value::Bool(true))));
            (model.name().to_owned(), json!({ "properties": properties, "additionalProperties": false }))
        });
        table["if"] = json!({ "required": [key] });
        table["then"] = by_word(key, own);
        table["else"] = json!({ "propertyNames": { "enum": names } });
        table
    }

    /// An output: its name, or a table with it, in which it has its parameters.
    pub(super) fn output(&self) -> Value {
        let of_output = |model: &'static Definition| {
            let params = &model.reflection.params;
            let mut properties = fields(params);
            if model.has("jump") {
                properties.insert(ONTO.to_owned(), json!({ "type": "string", "minLength": 1 }));
            }
            let table = json!({ "properties": properties, "additionalProperties": false });
            let first = params.first().map_or(Bare::Illegal, bare);
            let mut schema = value(first, "value");
            schema["then"] = json!({ "anyOf": [table, schema["then"]] });
            schema["description"] = model.reflection.doc.as_str().into();
            (model.name().to_owned(), schema)
        };
        let names = words(self.named(ModelKind::Output));
        word_or_table(self.of(ModelKind::Output).map(of_output).collect(), &names)
    }

    /// What a projection makes of its sources' spikes: a model's name, or a table with it, in which it has its parameters.
    pub(super) fn plastic(&self) -> Value {
        let of_model = |model: &'static Definition| {
            let params = &model.reflection.params;
            let mut schema = value(params.first().map_or(Bare::Illegal, bare), "value");
            let table = json!({ "properties": fields(params), "additionalProperties": false });
            schema["then"] = json!({ "anyOf": [table, schema["then"]] });
            schema["description"] = model.reflection.doc.as_str().into();
            (model.name().to_owned(), schema)
        };
        let whole = (STATIC, "each spike brings whole weights");
        let coupled = (GAP_JUNCTION, "current flows along the difference of V");
        let names = words([whole, coupled].into_iter().chain(self.named(ModelKind::Projection)));
        word_or_table(self.of(ModelKind::Projection).map(of_model).collect(), &names)
    }
}

/// One of these names, or a table with one of these keys.
fn word_or_table(tables: Map<String, Value>, names: &Value) -> Value {
    json!({
        "type": ["string", "object"],
        "properties": tables,
        "patternProperties": { OWN: true },
        "additionalProperties": false,
        "minProperties": 1,
        "maxProperties": 1,
        "if": { "type": "string" },
        "then": or_file(names),
    })
}

/// The fields that a user may give, by name, each as it is of one model.
pub(super) fn fields(fields: &[Field]) -> Map<String, Value> {
    fields.iter().filter(|field| field.is_given()).map(|field| (field.name.clone(), of_field(field))).collect()
}

/// The same, without what holds of any value, which is checked without knowing the model.
fn more(of: &[Field]) -> Map<String, Value> {
    let mut more = fields(of);
    for schema in more.values_mut().filter_map(Value::as_object_mut) {
        schema.retain(|keyword, _| !["if", "then", "minLength"].contains(&keyword.as_str()));
    }
    more
}

fn of_field(field: &Field) -> Value {
    let mut schema = if field.choices.is_empty() {
        value(bare(field), "value")
    } else {
        json!({ "type": "string", "enum": field.choices })
    };
    schema["description"] = said(field).into();
    match (field.default, field.default_text()) {
        (Some(FieldDefault::Number(number)), _) if bare(field) == Bare::Legal => schema["default"] = number.into(),
        (Some(_), Some(text)) => schema["default"] = text.into(),
        _ => {}
    }
    schema
}

fn bare(field: &Field) -> Bare {
    let plain = ["1", "steps", "port", "target"].contains(&field.unit.as_str());
    if plain { Bare::Legal } else { Bare::Illegal }
}

/// A field's meaning, with its unit where no default tells it.
fn said(field: &Field) -> String {
    let unit = match field.unit_text() {
        "1" => String::new(),
        unit => format!(" [{unit}]"),
    };
    format!("{}{unit}", field.said())
}

fn any_of_neurons(union: &Map<String, Value>) -> Value {
    let properties: Map<_, _> = union.iter().map(|(name, said)| (name.clone(), described(said))).collect();
    json!({ "type": "object", "properties": properties, "additionalProperties": value(Bare::Legal, "value") })
}

/// Any value, and what is said of it.
fn described(said: &Value) -> Value {
    let mut schema = value(Bare::Legal, "value");
    schema["description"] = said.clone();
    schema
}

/// What models say of their fields together, by name.
fn union<'a>(models: impl Iterator<Item = (&'a Definition, &'a [Field])>) -> Map<String, Value> {
    let each = models.flat_map(|(model, fields)| {
        let given = fields.iter().filter(|field| field.is_given());
        given.map(move |field| (field.name.as_str(), said(field), model.name()))
    });
    together(each)
}

/// Texts with all who say them.
type Texts<'a> = Vec<(String, Vec<&'a str>)>;

/// What is said of keys by several, by name: each text once, with all who say it.
pub(super) fn together<'a>(each: impl Iterator<Item = (&'a str, String, &'a str)>) -> Map<String, Value> {
    let mut all: Vec<(&str, Texts<'_>)> = Vec::new();
    for (key, text, who) in each {
        let index = all.iter().position(|(other, _)| *other == key).unwrap_or_else(|| {
            all.push((key, Vec::new()));
            all.len() - 1
        });
        let texts = &mut all[index].1;
        match texts.iter_mut().find(|(other, _)| *other == text) {
            Some((_, others)) => others.push(who),
            None => texts.push((text, vec![who])),
        }
    }
    let paragraphs = |texts: Texts<'_>| {
        let lines = texts.into_iter().map(|(text, who)| format!("`{}`: {text}", who.join("`, `")));
        Value::from(lines.collect::<Vec<_>>().join("\n\n"))
    };
    all.into_iter().map(|(key, texts)| (key.to_owned(), paragraphs(texts))).collect()
}
