//! The schema against the keys and the models that there are, and what the manual says of them.

use super::*;
use crate::model::ModelKind;
use crate::network::{FLAGS, FORMS, KERNELS, LAYOUTS, MASKS, RULES, StimulusKind};

#[test]
fn every_key_is_in_it_with_what_the_manual_says() {
    let schema = schema().unwrap();
    for (name, keys) in tables() {
        let table = if name == "network" { &schema } else { &schema["definitions"][name] };
        for key in keys {
            let description = table["properties"][key.name]["description"].as_str();
            let description = description.unwrap_or_else(|| panic!("{name} has no {}", key.name));
            assert!(description.starts_with(&plain(key.meaning)), "{name}.{}: {description}", key.name);
        }
    }
    let stimulus = &schema["definitions"]["stimulus"]["properties"];
    for key in StimulusKind::DECLARED.iter().flat_map(|declaration| declaration.all_keys()) {
        let description = stimulus[key.name]["description"].as_str().unwrap();
        assert!(description.contains(&plain(key.meaning)), "{}: {description}", key.name);
    }
    let models: Vec<_> = Models::new().unwrap().stimuli().map(|model| model.name()).collect();
    assert!(models.len() >= 5);
    for model in catalogue().unwrap() {
        let table = match model.kind {
            ModelKind::Neuron => &schema["definitions"]["population"]["properties"]["params"]["properties"],
            ModelKind::Synapse => &schema["definitions"]["port"]["properties"],
            ModelKind::Output => {
                &schema["definitions"]["port"]["properties"]["output"]["properties"][model.name()]["then"]["anyOf"][0]["properties"]
            }
            ModelKind::Projection => {
                &schema["definitions"]["projection"]["properties"]["model"]["properties"][model.name()]["then"]["anyOf"]
                    [0]["properties"]
            }
            ModelKind::Stimulus if !models.contains(&model.name()) => continue,
            ModelKind::Stimulus => stimulus,
        };
        for field in model.reflection.params.iter().filter(|field| field.is_given()) {
            let description = table[&field.name]["description"].as_str();
            let description = description.unwrap_or_else(|| panic!("{} has no {}", model.name(), field.name));
            assert!(description.contains(&field.said()), "{}.{}: {description}", model.name(), field.name);
        }
    }
}

#[test]
fn the_manual_has_the_forms_of_values_and_the_rules() {
    let manual = std::fs::read_to_string(root().join("docs/network-file.md")).unwrap();
    let rows: Vec<_> = manual.lines().filter(|line| line.starts_with("| `")).collect();
    for form in FORMS.iter().chain(&RULES).chain(&LAYOUTS).chain(&KERNELS).chain(&MASKS) {
        let cells = [format!("{{ {} = ", form.name), format!("`\"{}\"`", form.name)];
        let row = rows
            .iter()
            .find(|row| cells.iter().any(|cell| row.contains(cell)) && row.ends_with(&format!("| {} |", form.meaning)));
        assert!(row.is_some(), "{}: {}", form.name, form.meaning);
    }
    assert!(FLAGS.iter().all(|(flag, _)| manual.contains(&format!("`{flag} = false`"))));
}

#[test]
fn links_are_left_out() {
    assert_eq!(plain("a [template](#templates), of [T] or `[T, n]`"), "a template, of [T] or `[T, n]`");
    assert_eq!(plain("`[T]`, [a](b) [c] (d)"), "`[T]`, a [c] (d)");
    let text = text().unwrap();
    assert!(!text.contains("]("));
    assert!(text.len() < 250_000, "{}", text.len());
}

/// What editors go through, they do not leave again where a table is made of all of several.
#[test]
fn nothing_stands_beside_a_reference_and_no_table_is_made_of_all() {
    fn walk(schema: &Value, path: &str) {
        let Some(entries) = schema.as_object() else { return };
        assert!(entries.get("$ref").is_none() || entries.len() == 1, "{path}");
        assert!(!entries.contains_key("allOf"), "{path}");
        for (key, below) in entries {
            match key.as_str() {
                "properties" | "patternProperties" | "definitions" => {
                    below
                        .as_object()
                        .unwrap()
                        .iter()
                        .for_each(|(name, schema)| walk(schema, &format!("{path}.{name}")));
                }
                "anyOf" => below.as_array().unwrap().iter().for_each(|schema| walk(schema, path)),
                "items" | "additionalProperties" => walk(below, &format!("{path}.*")),
                _ => {}
            }
        }
    }
    walk(&schema().unwrap(), "");
}
