//! `neuropil models`: the catalogue, as its WGSL files describe it, and a user's own WGSL file.

use neuropil::Error;
use neuropil::model::markdown::overview;
use neuropil::model::{Definition, ModelKind, catalogue, user};
use neuropil::shader::{Field, FieldDefault};
use std::io::{self, Write};
use std::path::Path;
use std::sync::Arc;

/// Prints all models, or with their equations those of one name or of a `.wgsl` file; or the README's table of all.
pub fn models(name: Option<&str>, markdown: bool, out: &mut impl Write) -> anyhow::Result<()> {
    if markdown {
        return Ok(write!(out, "{}", overview()?)?);
    }
    let models = match name {
        Some(path) if path.ends_with(".wgsl") => vec![own(path.as_ref())?],
        _ => catalogue()?.iter().filter(|model| name.is_none_or(|name| model.name() == name)).cloned().collect(),
    };
    if let (Some(name), true) = (name, models.is_empty()) {
        let names: Vec<_> = catalogue()?.iter().map(|model| model.name()).collect();
        let legal = format!("{}, or a .wgsl file", names.join(", "));
        return Err(Error::request("models", format!("there is no model `{name}`"), legal).into());
    }
    let mut before = None;
    for model in models {
        if before != Some(model.kind) {
            writeln!(out, "{}{}", if before.is_some() { "\n" } else { "" }, heading(model.kind))?;
            before = Some(model.kind);
        }
        describe(&model, name.is_some(), out)?;
    }
    if name.is_none() {
        writeln!(out, "\n`neuropil models NAME` shows a model with its equation, integrator, reset and source.")?;
    }
    Ok(())
}

/// A neuron of the user's own.
fn own(path: &Path) -> Result<Arc<Definition>, Error> {
    let text = std::fs::read_to_string(path);
    user(path, text.map_err(|source| Error::File { action: "read", path: path.to_owned(), source })?)
}

fn heading(kind: ModelKind) -> &'static str {
    match kind {
        ModelKind::Neuron => "Neurons: model = …",
        ModelKind::Synapse => "Synapses of a port: synapse = …",
        ModelKind::Output => "Outputs of a port: output = …",
        ModelKind::Stimulus => "Stimuli",
    }
}

/// The equations stand in the head of the model's file.
fn describe(model: &Definition, with_head: bool, out: &mut impl Write) -> io::Result<()> {
    writeln!(out, "\n  {}: {}", model.name(), summary(model))?;
    let reflection = &model.reflection;
    if with_head && !reflection.head.is_empty() {
        writeln!(out)?;
        indented(&reflection.head, out)?;
        writeln!(out)?;
    }
    let fields: Vec<_> = reflection.params.iter().chain(&reflection.state).filter(|field| is_shown(field)).collect();
    let wide = |text: &dyn Fn(&Field) -> String| fields.iter().map(|field| text(field).len()).max().unwrap_or(0);
    let (name, unit) = (wide(&|field| field.name.clone()), wide(&|field| unit(field)));
    for (title, fields) in [("parameters", &reflection.params), ("state", &reflection.state)] {
        for (index, field) in fields.iter().filter(|field| is_shown(field)).enumerate() {
            let title = if index == 0 { title } else { "" };
            let said = format!("{:<name$}  {:<unit$}  {}", field.name, self::unit(field), said(field));
            writeln!(out, "    {title:<10}  {said}")?;
        }
    }
    if !reflection.example.is_empty() {
        writeln!(out, "    in a network file")?;
        indented(&reflection.example, out)?;
    }
    Ok(())
}

fn indented(text: &str, out: &mut impl Write) -> io::Result<()> {
    text.lines().try_for_each(|line| writeln!(out, "{}", format!("    {line}").trim_end()))
}

/// Words are places in tables that the plan fills in.
fn is_shown(field: &Field) -> bool {
    field.unit != "word"
}

fn summary(model: &Definition) -> String {
    model.reflection.doc.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The unit for people: some fields have that of the port they belong to.
fn unit(field: &Field) -> String {
    match field.unit.as_str() {
        "port" | "target" => "port's unit".to_owned(),
        unit => unit.to_owned(),
    }
}

fn said(field: &Field) -> String {
    let mut said = field.meaning.clone();
    match default(field) {
        Some(default) => said.push_str(&format!("; default {default}")),
        None => said.push_str("; needed"),
    }
    if !field.range.is_empty() || !field.choices.is_empty() || !field.of_neuron.is_empty() {
        said.push_str(&format!("; legal: {}", field.range_text()));
    }
    said
}

/// With its unit.
fn default(field: &Field) -> Option<String> {
    Some(match field.default? {
        FieldDefault::Choice(index) => field.choices.get(index)?.clone(),
        FieldDefault::Number(number) => match field.unit.as_str() {
            "1" | "port" | "target" => number.to_string(),
            unit => format!("{number} {unit}"),
        },
    })
}
