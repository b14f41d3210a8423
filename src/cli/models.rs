//! `neuropil models`: the catalogue, as its WGSL files describe it, and a user's own WGSL file.

use neuropil::Error;
use neuropil::model::markdown::overview;
use neuropil::model::{Definition, ModelKind, catalogue, likely_kind, named, user};
use neuropil::shader::Field;
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
        Some(name) => named(name)?,
        None => catalogue()?.to_vec(),
    };
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

/// A model of the user's own, of the kind that its functions show.
fn own(path: &Path) -> Result<Arc<Definition>, Error> {
    let text = std::fs::read_to_string(path);
    let text = text.map_err(|source| Error::File { action: "read", path: path.to_owned(), source })?;
    user(likely_kind(path, &text), path, text)
}

fn heading(kind: ModelKind) -> &'static str {
    match kind {
        ModelKind::Neuron => "Neurons: model = …",
        ModelKind::Synapse => "Synapses of a port: synapse = …",
        ModelKind::Output => "Outputs of a port: output = …",
        ModelKind::Stimulus => "Stimuli",
        ModelKind::Projection => "Projections: model = …",
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
    let fields: Vec<_> = reflection.params.iter().chain(&reflection.state).filter(|field| field.is_given()).collect();
    let wide = |text: &dyn Fn(&Field) -> String| fields.iter().map(|field| text(field).len()).max().unwrap_or(0);
    let (name, unit) = (wide(&|field| field.name.clone()), wide(&|field| field.unit_text().to_owned()));
    for (title, fields) in [("parameters", &reflection.params), ("state", &reflection.state)] {
        for (index, field) in fields.iter().filter(|field| field.is_given()).enumerate() {
            let title = if index == 0 { title } else { "" };
            let said = format!("{:<name$}  {:<unit$}  {}", field.name, field.unit_text(), field.said());
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

fn summary(model: &Definition) -> String {
    model.reflection.doc.split_whitespace().collect::<Vec<_>>().join(" ")
}
