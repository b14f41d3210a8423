//! What a key may be told, as JSON: quantities are strings or numbers, and so are expressions; values may be tables, too.

use crate::network::stimuli::Form;
use crate::network::{Argument, FLAGS, FORMS, Named, RULES, UNIT};
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
    let value = |form: &&Named| form.argument != Argument::Scale;
    [("array", forms(array)), ("value", forms(value)), ("matrix", forms(|_| true))]
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
    let mut others = alone(&which, |form| if has_unit(form) { vec![unit] } else { Vec::new() });
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
    let mut schema = match form.argument {
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
        Argument::Pairs => json!({
            "type": ["array", "object"],
            "items": { "type": "array", "items": { "type": "number" }, "minItems": 2, "maxItems": 2 },
            "if": { "type": "object" },
            "then": { "$ref": "#/definitions/array" },
        }),
    };
    schema["description"] = form.meaning.into();
    schema
}

pub(super) fn connect() -> Value {
    let flags = FLAGS.map(|(flag, _)| flag);
    let rules = RULES.iter().map(|rule| (rule.name.to_owned(), told(rule)));
    let allowed = FLAGS.map(|(flag, what)| {
        (flag.to_owned(), json!({ "type": "boolean", "description": format!("{what} default: true"), "default": true }))
    });
    let plain: Vec<_> = RULES.iter().filter(|rule| rule.argument == Argument::True).map(|rule| rule.name).collect();
    let one: Vec<_> = RULES.iter().map(|rule| json!({ "required": [rule.name] })).collect();
    json!({
        "type": ["string", "object"],
        "properties": rules.chain(allowed).collect::<Map<_, _>>(),
        "additionalProperties": false,
        "dependencies": alone(&RULES.iter().collect::<Vec<_>>(), |_| flags.to_vec()),
        "if": { "type": "string" },
        "then": { "enum": plain },
        "else": { "anyOf": one },
    })
}
