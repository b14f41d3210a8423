//! `neuropil models`: the catalogue, as its WGSL files describe it.

use neuropil::Error;
use neuropil::model::markdown::overview;
use neuropil::model::{Definition, Kind, catalogue};
use neuropil::shader::{Field, FieldDefault};
use std::io::{self, Write};

/// Prints all models, or those of one name; or the README's table of all.
pub fn models(name: Option<&str>, markdown: bool, out: &mut impl Write) -> anyhow::Result<()> {
    if markdown {
        return Ok(write!(out, "{}", overview()?)?);
    }
    let all = catalogue()?.iter().map(AsRef::as_ref);
    let models: Vec<&Definition> = all.filter(|model| name.is_none_or(|name| model.name() == name)).collect();
    if let (Some(name), true) = (name, models.is_empty()) {
        let names: Vec<_> = catalogue()?.iter().map(|model| model.name()).collect();
        return Err(Error::request("models", format!("there is no model `{name}`"), names.join(", ")).into());
    }
    let mut before = None;
    for model in models {
        if before != Some(model.kind) {
            writeln!(out, "{}{}", if before.is_some() { "\n" } else { "" }, heading(model.kind))?;
            before = Some(model.kind);
        }
        describe(model, out)?;
    }
    Ok(())
}

fn heading(kind: Kind) -> &'static str {
    match kind {
        Kind::Neuron => "Neurons: model = …",
        Kind::Synapse => "Synapses of a port: synapse = …",
        Kind::Output => "Outputs of a port: output = …",
        Kind::Stimulus => "Stimuli",
    }
}

fn describe(model: &Definition, out: &mut impl Write) -> io::Result<()> {
    writeln!(out, "\n  {}: {}", model.name(), summary(model))?;
    let reflection = &model.reflection;
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
    Ok(())
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
    if let Some(default) = default(field) {
        said.push_str(&format!("; default {default}"));
    }
    if !field.range.is_empty() || !field.choices.is_empty() {
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
