//! As much of a validator of JSON schemas, draft 7, as the schema of network files needs; whoever uses more is told so.

use serde_json::{Map, Value};

/// What is wrong with a value, each as `path: keyword`; and the keywords of the schema that it does not know, which is a mistake.
pub(super) fn errors(root: &Value, value: &Value) -> Vec<String> {
    let mut errors = Vec::new();
    Validator { root }.check(root, value, "", &mut errors);
    errors
}

struct Validator<'a> {
    root: &'a Value,
}

impl Validator<'_> {
    fn legal(&self, schema: &Value, value: &Value) -> bool {
        let mut errors = Vec::new();
        self.check(schema, value, "", &mut errors);
        errors.is_empty()
    }

    fn check(&self, schema: &Value, value: &Value, path: &str, errors: &mut Vec<String>) {
        let schema = match schema {
            Value::Bool(true) => return,
            Value::Bool(false) => return errors.push(format!("{path}: false")),
            Value::Object(schema) => schema,
            other => panic!("{other} is no schema"),
        };
        if let Some(reference) = schema.get("$ref") {
            assert_eq!(schema.len(), 1, "what stands beside a reference is not seen: {schema:?}");
            let pointer = reference.as_str().unwrap().strip_prefix('#').unwrap();
            let referred = self.root.pointer(pointer).unwrap_or_else(|| panic!("there is no {pointer}"));
            return self.check(referred, value, path, errors);
        }
        for (keyword, told) in schema {
            let before = errors.len();
            if !self.keyword(schema, (keyword, told), value, (path, errors)) && errors.len() == before {
                errors.push(format!("{path}: {keyword}"));
            }
        }
    }

    /// Whether it holds; errors deeper in the value are added.
    fn keyword(
        &self,
        schema: &Map<String, Value>,
        (keyword, told): (&str, &Value),
        value: &Value,
        (path, errors): (&str, &mut Vec<String>),
    ) -> bool {
        let all = |told: &Value| told.as_array().unwrap().clone();
        match keyword {
            "title" | "description" | "default" | "definitions" | "x-taplo" | "$schema" | "then" | "else" => true,
            "type" => match told {
                Value::Array(types) => types.iter().any(|name| is_of(name, value)),
                name => is_of(name, value),
            },
            "const" => value == told,
            "enum" => all(told).contains(value),
            "minimum" => value.as_f64().is_none_or(|number| number >= told.as_f64().unwrap()),
            "maximum" => value.as_f64().is_none_or(|number| number <= told.as_f64().unwrap()),
            "minLength" => value.as_str().is_none_or(|text| text.chars().count() >= count(told)),
            "pattern" => value.as_str().is_none_or(|text| matches(told.as_str().unwrap(), text)),
            "minItems" => value.as_array().is_none_or(|array| array.len() >= count(told)),
            "maxItems" => value.as_array().is_none_or(|array| array.len() <= count(told)),
            "minProperties" => value.as_object().is_none_or(|table| table.len() >= count(told)),
            "maxProperties" => value.as_object().is_none_or(|table| table.len() <= count(told)),
            "required" => value
                .as_object()
                .is_none_or(|table| all(told).iter().all(|key| table.contains_key(key.as_str().unwrap()))),
            "items" => {
                for (index, element) in value.as_array().into_iter().flatten().enumerate() {
                    self.check(told, element, &format!("{path}[{index}]"), errors);
                }
                true
            }
            "propertyNames" => value
                .as_object()
                .is_none_or(|table| table.keys().all(|key| self.legal(told, &Value::from(key.as_str())))),
            "properties" | "patternProperties" | "additionalProperties" => {
                for (key, element) in value.as_object().into_iter().flatten() {
                    for schema in matching(schema, keyword, key) {
                        self.check(schema, element, &format!("{path}.{key}"), errors);
                    }
                }
                true
            }
            "dependencies" => {
                let told = told.as_object().unwrap().iter();
                for (_, schema) in told.filter(|(key, _)| value.get(key.as_str()).is_some()) {
                    self.check(schema, value, path, errors);
                }
                true
            }
            "if" => {
                let branch = if self.legal(told, value) { "then" } else { "else" };
                if let Some(branch) = schema.get(branch) {
                    self.check(branch, value, path, errors);
                }
                true
            }
            "allOf" => {
                all(told).iter().for_each(|schema| self.check(schema, value, path, errors));
                true
            }
            "anyOf" => all(told).iter().any(|schema| self.legal(schema, value)),
            "not" => !self.legal(told, value),
            other => panic!("the validator does not know `{other}`"),
        }
    }
}

/// The schemas of one of the three keywords for keys that a key matches.
fn matching<'a>(schema: &'a Map<String, Value>, keyword: &str, key: &str) -> Vec<&'a Value> {
    let own = || schema.get("properties").and_then(|properties| properties.get(key));
    let patterns = || {
        let patterns = schema.get("patternProperties").and_then(Value::as_object).into_iter().flatten();
        patterns.filter(|(pattern, _)| matches(pattern, key)).map(|(_, schema)| schema)
    };
    match keyword {
        "properties" => own().into_iter().collect(),
        "patternProperties" => patterns().collect(),
        _ if own().is_none() && patterns().next().is_none() => schema.get(keyword).into_iter().collect(),
        _ => Vec::new(),
    }
}

fn is_of(name: &Value, value: &Value) -> bool {
    match name.as_str().unwrap() {
        "object" => value.is_object(),
        "array" => value.is_array(),
        "string" => value.is_string(),
        "boolean" => value.is_boolean(),
        "number" => value.is_number(),
        "integer" => value.is_u64() || value.is_i64() || value.as_f64().is_some_and(|number| number.fract() == 0.0),
        other => panic!("the validator does not know the type `{other}`"),
    }
}

fn count(told: &Value) -> usize {
    usize::try_from(told.as_u64().unwrap()).unwrap()
}

/// The patterns that the schema has; a library for them would be one more dependency.
fn matches(pattern: &str, text: &str) -> bool {
    let name = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
    match pattern {
        "\\." => text.contains('.'),
        "\\.\\." => text.contains(".."),
        "\\.wgsl$" => text.ends_with(".wgsl"),
        "^[A-Za-z0-9_-]+$" => !text.is_empty() && text.chars().all(name),
        "^[A-Za-z0-9_-]*[A-Za-z_-][A-Za-z0-9_-]*$" => {
            text.chars().all(name) && text.chars().any(|c| !c.is_ascii_digit())
        }
        "^[A-Za-z_][A-Za-z0-9_]*$" => {
            text.chars().all(|c| name(c) && c != '-')
                && !text.starts_with(|c: char| c.is_ascii_digit())
                && !text.is_empty()
        }
        other => panic!("the validator does not know the pattern {other}"),
    }
}
