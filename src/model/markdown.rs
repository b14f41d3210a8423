//! The catalogue as Markdown: the README's table of models, the manual's equations and tables of parameters, and
//! `neuropil models --markdown`.
//!
//! Everything comes from the models' WGSL files; nothing here knows a model.

use super::{Definition, ModelKind, catalogue};
use crate::Result;
use crate::shader::{Field, FieldDefault, Reflection};
use std::fmt::Write;

/// One row for each model: its kind, its name, what it is, its parameters with their defaults.
///
/// # Errors
/// As [`catalogue`].
pub fn overview() -> Result<String> {
    let mut table = "| kind | name | what it is | parameters and defaults |\n|---|---|---|---|\n".to_owned();
    for model in catalogue()? {
        let params = given(&model.reflection.params);
        let others = keys(&model.reflection.example).filter(|key| params.clone().all(|field| field.name != *key));
        let others = others.map(|key| format!("`{key}`"));
        let params: Vec<_> = params.clone().map(with_default).chain(others).collect();
        let _ = writeln!(
            table,
            "| {} | `{}` | {} | {} |",
            model.kind,
            model.name(),
            cell(model.reflection.doc.trim_end_matches('.')),
            params.join(", "),
        );
    }
    Ok(table)
}

/// For each model its equations, a table of what a network may set (unit, meaning, default and legal values), and how a
/// network file writes it where that differs from the parameters.
///
/// # Errors
/// As [`catalogue`].
pub fn manual() -> Result<String> {
    let mut text = String::new();
    for kind in ModelKind::ALL {
        for model in catalogue()?.iter().filter(|model| model.kind == kind) {
            describe(&mut text, model);
        }
    }
    Ok(text)
}

fn describe(text: &mut String, model: &Definition) {
    let Reflection { doc, head, example, .. } = &model.reflection;
    let _ = write!(text, "#### {} `{}`\n\n{doc}\n\n```text\n{head}\n```\n\n", model.kind, model.name());
    let mut rows = String::new();
    for (role, fields) in [("parameter", &model.reflection.params), ("state", &model.reflection.state)] {
        for field in given(fields) {
            let _ = writeln!(
                rows,
                "| {role} | `{}` | {} | {} | {} | {} |",
                field.name,
                unit(field),
                cell(&field.meaning),
                if field.default.is_some() { default(field) } else { "needed".to_owned() },
                cell(&field.range_text()),
            );
        }
    }
    if !rows.is_empty() {
        let _ = writeln!(text, "| | name | unit | meaning | default | legal |\n|---|---|---|---|---|---|\n{rows}");
    }
    if !example.is_empty() {
        let _ = write!(text, "```toml\n{example}\n```\n\n");
    }
}

/// The keys of a model in its example, but those that all of its kind have.
fn keys(example: &str) -> impl Iterator<Item = &str> {
    let keys = example.lines().filter_map(|line| line.split_once(" = ")).map(|(key, _)| key);
    keys.filter(|key| !key.starts_with('#') && !matches!(*key, "kind" | "target" | "neurons" | "port"))
}

/// The fields that a user may give; the others are places in tables, which the plan fills in.
fn given(fields: &[Field]) -> impl Iterator<Item = &Field> + Clone {
    fields.iter().filter(|field| field.unit != "word")
}

fn with_default(field: &Field) -> String {
    match (default(field).as_str(), unit(field)) {
        ("", _) => format!("`{}`", field.name),
        // A default of zero is zero in any unit.
        (number, "" | "that of the port") => format!("`{}` {number}", field.name),
        (word, _) if !field.choices.is_empty() => format!("`{}` {word}", field.name),
        (number, unit) => format!("`{}` {number} {unit}", field.name),
    }
}

fn default(field: &Field) -> String {
    match field.default {
        Some(FieldDefault::Number(number)) => number.to_string(),
        Some(FieldDefault::Choice(index)) => field.choices.get(index).cloned().unwrap_or_default(),
        None => String::new(),
    }
}

fn unit(field: &Field) -> &str {
    match field.unit.as_str() {
        "1" => "",
        "port" | "target" => "that of the port",
        unit => unit,
    }
}

/// Text that cannot end its cell.
fn cell(text: &str) -> String {
    text.replace('|', "\\|")
}
