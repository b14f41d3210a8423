//! What a key may be told, as JSON: quantities are strings or numbers, and so are expressions; values may be tables, too.

use crate::network::stimuli::Form;
use crate::network::{Argument, BESIDE, FLAGS, FORMS, KERNELS, LAYOUTS, MASKS, Named, OFFSET, RULES, SPACE, UNIT};
use serde_json::{Map, Value, json};

/// Whether a bare number is legal: it has no unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Bare {
    Legal,
    /// A unit is needed.
    Illegal,
}

/// The tables that values may be.
pub(super) fn definitions() -> Map<String, Value> {
    let array = |form: &&Named| has_unit(form);
    let plain = |form: &&Named| !matches!(form.argument, Argument::Scale | Argument::Velocity);
    let matrix = |form: &&Named| form.argument != Argument::Velocity;
    let delay = |form: &&Named| form.argument != Argument::Scale;
    [("array", forms(array)), ("value", forms(plain)), ("matrix", forms(matrix)), ("delay", forms(delay))]
        .map(|(name, schema)| (name.to_owned(), schema))
        .into_iter()
        .collect()
}

/// What a key of a stimulus is told.
pub(super) fn of_form(form: Form) -> Value {
    match form {
        Form::Value => value(Bare::Legal, "value"),
        Form::Frequency => value(Bare::Illegal, "value"),
        Form::Matrix => value(Bare::Legal, "matrix"),
        Form::Array => array(Bare::Legal),
        Form::Frequencies | Form::Times => array(Bare::Illegal),
        Form::Time => quantity(Bare::Illegal),
        Form::Whole => whole(0, u32::MAX.into()),
        Form::Word(words) => json!({ "type": "string", "enum": words }),
    }
}

/// A table whose keys are names.
pub(super) fn named(of: &Value) -> Value {
    json!({ "type": "object", "additionalProperties": of })
}

/// A quantity, or an expression.
pub(super) fn quantity(bare: Bare) -> Value {
    json!({ "type": types(bare, &["string"]), "minLength": 1 })
}

/// A quantity, or one of the tables of a definition.
pub(super) fn value(bare: Bare, table: &str) -> Value {
    json!({
        "type": types(bare, &["string", "object"]),
        "minLength": 1,
        "if": { "type": "object" },
        "then": { "$ref": format!("#/definitions/{table}") },
    })
}

fn types<'a>(bare: Bare, others: &[&'a str]) -> Vec<&'a str> {
    let number = (bare == Bare::Legal).then_some("number");
    number.into_iter().chain(others.iter().copied()).collect()
}

/// A range, quantities, rows of them, or numbers with a unit.
fn array(bare: Bare) -> Value {
    let (elements, rows) = (types(bare, &["string", "array"]), types(bare, &["string"]));
    json!({
        "type": ["array", "string", "object"],
        "items": { "type": elements, "items": { "type": rows } },
        "pattern": RANGE,
        "if": { "type": "object" },
        "then": { "$ref": "#/definitions/array" },
    })
}

/// What all ranges match.
const RANGE: &str = "\\.\\.";

/// A whole number, or an expression.
pub(super) fn whole(least: u64, most: u64) -> Value {
    let mut schema = json!({ "type": ["integer", "string"], "minLength": 1, "minimum": least });
    // A number of 64 bits is read by many as one of 53.
    if most < u64::MAX {
        schema["maximum"] = most.into();
    }
    schema
}

pub(super) fn indices() -> Value {
    let file = FORMS.iter().find(|form| form.argument == Argument::File).map_or("", |form| form.name);
    json!({
        "type": ["array", "string", "object"],
        "items": whole(0, u32::MAX.into()),
        "pattern": RANGE,
        "if": { "type": "object" },
        "then": {
            "properties": { file: { "type": "string", "minLength": 1 } },
            "required": [file],
            "additionalProperties": false,
        },
    })
}

fn has_unit(form: &Named) -> bool {
    matches!(form.argument, Argument::File | Argument::Numbers)
}

/// A table with one of these keys, which says what it is.
fn forms(which: impl Fn(&&Named) -> bool) -> Value {
    let (unit, meaning) = UNIT;
    let which: Vec<_> = FORMS.iter().filter(which).collect();
    let mut properties: Map<_, _> = which.iter().map(|form| (form.name.to_owned(), told(form))).collect();
    properties.insert(unit.to_owned(), json!({ "type": "string", "minLength": 1, "description": meaning }));
    let velocity = which.iter().any(|form| form.argument == Argument::Velocity);
    if velocity {
        properties.insert(OFFSET.0.to_owned(), described(quantity(Bare::Illegal), OFFSET.1));
    }
    let mut others = alone(&which, |form| match form.argument {
        Argument::Velocity => vec![OFFSET.0],
        _ if has_unit(form) => vec![unit],
        _ => Vec::new(),
    });
    if velocity {
        others.insert(OFFSET.0.to_owned(), json!({ "required": ["velocity"] }));
    }
    let of_unit = which.iter().filter(|form| has_unit(form)).map(|form| json!({ "required": [form.name] }));
    others.insert(unit.to_owned(), json!({ "anyOf": of_unit.collect::<Vec<_>>() }));
    json!({
        "type": "object",
        "properties": properties,
        "additionalProperties": false,
        "minProperties": 1,
        "dependencies": others,
    })
}

/// What each of these keys must be alone with: itself, and what may stand beside it.
fn alone(which: &[&Named], beside: impl Fn(&Named) -> Vec<&'static str>) -> Map<String, Value> {
    let alone = |form: &&Named| {
        let keys: Vec<_> = [form.name].into_iter().chain(beside(form)).collect();
        (form.name.to_owned(), json!({ "propertyNames": { "enum": keys } }))
    };
    which.iter().map(alone).collect()
}

fn told(form: &Named) -> Value {
    let schema = match form.argument {
        Argument::Quantity | Argument::Scale => quantity(Bare::Legal),
        Argument::Quantities(count) => {
            json!({ "type": "array", "items": quantity(Bare::Legal), "minItems": count, "maxItems": count })
        }
        Argument::File => json!({ "type": "string", "minLength": 1 }),
        Argument::Numbers => {
            json!({ "type": "array", "items": { "type": ["number", "array"], "items": { "type": "number" } } })
        }
        Argument::True => json!({ "type": "boolean", "const": true }),
        Argument::Probability => json!({ "type": ["number", "string"], "minLength": 1, "minimum": 0, "maximum": 1 }),
        Argument::Count(most) => whole(0, most),
        Argument::Velocity => quantity(Bare::Illegal),
        Argument::Lengths => lengths(),
        Argument::Sides => {
            json!({ "type": "array", "items": whole(1, u32::MAX.into()), "minItems": 1, "maxItems": 3 })
        }
        Argument::Pairs => json!({
            "type": ["array", "object"],
            "items": { "type": "array", "items": { "type": "number" }, "minItems": 2, "maxItems": 2 },
            "if": { "type": "object" },
            "then": { "$ref": "#/definitions/array" },
        }),
    };
    described(schema, form.meaning)
}

fn described(mut schema: Value, meaning: &str) -> Value {
    schema["description"] = super::plain(meaning).into();
    schema
}

/// Where neurons are: a table with one of the layouts, or rows of lengths.
pub(super) fn positions() -> Value {
    let (unit, meaning) = UNIT;
    let layouts = LAYOUTS.iter().map(|layout| (layout.name.to_owned(), told(layout)));
    let [(extent, of_extent), (periodic, of_periodic)] = SPACE;
    let beside = [
        (extent.to_owned(), described(lengths(), of_extent)),
        (periodic.to_owned(), described(json!({ "type": "boolean", "default": false }), of_periodic)),
        (unit.to_owned(), described(json!({ "type": "string", "minLength": 1 }), meaning)),
    ];
    let one: Vec<_> = LAYOUTS.iter().map(|layout| json!({ "required": [layout.name] })).collect();
    let keys = |layout: &Named| [extent, periodic].into_iter().chain(has_unit(layout).then_some(unit)).collect();
    json!({
        "type": ["object", "array"],
        "properties": layouts.chain(beside).collect::<Map<_, _>>(),
        "additionalProperties": false,
        "dependencies": alone(&LAYOUTS.iter().collect::<Vec<_>>(), keys),
        "if": { "type": "object" },
        "then": { "anyOf": one },
    })
}

pub(super) fn connect() -> Value {
    let beside: Vec<_> = FLAGS.iter().chain(&BESIDE).map(|(key, _)| *key).collect();
    let rules = RULES.iter().map(|rule| (rule.name.to_owned(), told(rule)));
    let allowed = FLAGS.map(|(flag, what)| {
        (flag.to_owned(), json!({ "type": "boolean", "description": format!("{what} default: true"), "default": true }))
    });
    let more = BESIDE.map(|(key, meaning)| {
        let schema = match key {
            "kernel" => kernel(),
            "mask" => mask(),
            _ => json!({ "type": "boolean", "default": false }),
        };
        (key.to_owned(), described(schema, meaning))
    });
    let plain: Vec<_> = RULES.iter().filter(|rule| rule.argument == Argument::True).map(|rule| rule.name).collect();
    let one: Vec<_> = RULES.iter().map(|rule| json!({ "required": [rule.name] })).collect();
    json!({
        "type": ["string", "object"],
        "properties": rules.chain(allowed).chain(more).collect::<Map<_, _>>(),
        "additionalProperties": false,
        "dependencies": alone(&RULES.iter().collect::<Vec<_>>(), |_| beside.clone()),
        "if": { "type": "string" },
        "then": { "enum": plain },
        "else": { "anyOf": one },
    })
}

/// Lengths, one for each dimension.
fn lengths() -> Value {
    json!({ "type": "array", "items": quantity(Bare::Illegal), "minItems": 1, "maxItems": 3 })
}

/// A length, or a table with one of the masks.
fn mask() -> Value {
    let masks = MASKS.iter().map(|mask| (mask.name.to_owned(), told(mask)));
    json!({
        "type": ["string", "object"],
        "minLength": 1,
        "properties": masks.collect::<Map<_, _>>(),
        "additionalProperties": false,
        "minProperties": 1,
        "maxProperties": 1,
    })
}

fn kernel() -> Value {
    let kernels = KERNELS.iter().map(|kernel| (kernel.name.to_owned(), told(kernel)));
    json!({
        "type": "object",
        "properties": kernels.collect::<Map<_, _>>(),
        "additionalProperties": false,
        "minProperties": 1,
        "maxProperties": 1,
    })
}
