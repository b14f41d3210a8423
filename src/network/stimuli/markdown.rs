//! The keys of stimuli as Markdown: the manual's table.

use super::{Form, Need};
use crate::network::StimulusKind;
use std::fmt::Write;

/// One row for each key of each kind that has keys of its own.
pub fn markdown() -> String {
    let mut table = "| `kind` | key | type | default | meaning |\n|---|---|---|---|---|\n".to_owned();
    for declaration in StimulusKind::DECLARED {
        let own =
            declaration.keys.iter().map(|key| (key.name, key.form.name(), default(key.need, key.form), key.meaning));
        let neurons = declaration.neurons.map(|meaning| ("neurons", "array", "needed".to_owned(), meaning));
        let port = declaration.port.map(|meaning| ("port", "string", "none".to_owned(), meaning));
        let mut kind = format!("`\"{}\"`", declaration.name);
        for (name, form, default, meaning) in neurons.into_iter().chain(own).chain(port) {
            let _ = writeln!(table, "| {kind} | `{name}` | {form} | {default} | {meaning} |");
            kind.clear();
        }
    }
    // An empty cell is narrower in the manual's other tables.
    table.replace("|  |", "| |")
}

fn default(need: Need, form: Form) -> String {
    match need {
        Need::Needed => "needed".to_owned(),
        Need::Either => "one of the two".to_owned(),
        Need::Default(word) if matches!(form, Form::Word(_)) => format!("`\"{word}\"`"),
        Need::Default(value) => value.to_owned(),
    }
}
