//! What a key of a table may be told, by its shape.

use super::models::Models;
use super::values::{Bare, connect, indices, named, positions, quantity, value, whole};
use super::{or_file, words};
use crate::network::Shape;
use serde_json::{Value, json};

/// What a key of a table is told.
pub(super) fn schema(shape: Shape, models: &Models) -> Value {
    match shape {
        Shape::Only(number) => json!({ "type": "integer", "const": number }),
        Shape::Whole(least, most) => whole(least, most),
        Shape::Time(_) => quantity(Bare::Illegal),
        Shape::Weight => value(Bare::Legal, "matrix"),
        Shape::Delay => value(Bare::Illegal, "delay"),
        Shape::Text | Shape::Word => json!({ "type": "string", "minLength": 1 }),
        Shape::Texts | Shape::Paths => json!({ "type": "array", "items": { "type": "string", "minLength": 1 } }),
        Shape::Name => json!({ "type": "string", "pattern": "^[A-Za-z0-9_-]+$" }),
        Shape::NameNoNumber => json!({ "type": "string", "pattern": "^[A-Za-z0-9_-]*[A-Za-z_-][A-Za-z0-9_-]*$" }),
        Shape::Populations => json!({
            "type": ["string", "array"],
            "minLength": 1,
            "items": { "type": "string", "minLength": 1 },
            "minItems": 1,
        }),
        Shape::Words(words) => json!({ "type": "string", "enum": words }),
        Shape::Indices => indices(),
        Shape::Neuron => or_file(&words(models.neurons())),
        Shape::Synapse => or_file(&words(models.synapses())),
        Shape::Output => models.output(),
        Shape::Plastic => models.plastic(),
        Shape::Kind => or_file(&words(models.kinds())),
        Shape::Params => models.all_params(),
        Shape::Init => models.all_init(),
        Shape::Ports => named(&json!({ "$ref": "#/definitions/port" })),
        Shape::Connect => connect(),
        Shape::Until => json!({
            "type": ["string", "object"],
            "minLength": 1,
            "if": { "type": "object" },
            "then": { "$ref": "#/definitions/until" },
        }),
        Shape::Positions => positions(),
        Shape::Variables => {
            let mut variables = named(&quantity(Bare::Legal));
            variables["propertyNames"] = json!({ "pattern": "^[A-Za-z_][A-Za-z0-9_]*$" });
            variables
        }
        Shape::Templates => named(&json!({ "$ref": "#/definitions/template" })),
        Shape::Elements(name) => json!({ "type": "array", "items": { "$ref": format!("#/definitions/{name}") } }),
    }
}
