//! The cells and the activation functions as Markdown: the tables of `docs/recurrent-cells.md`.

use super::file::times;
use super::{Activation, CellKind, Definition};
use crate::network::Scheme;
use std::fmt::Write;

/// One row for each kind of cell: what it is, its tensors, what it carries, and its defaults.
pub fn cells() -> String {
    let mut table = "| cell | what it is | tensors, and what stands in their columns | carries | φ | drawn as |\n\
                     |---|---|---|---|---|---|\n"
        .to_owned();
    for definition in CellKind::ALL.map(CellKind::definition) {
        let Definition { name, what, has_c, activation, scheme, .. } = definition;
        let carries = if *has_c { "h, c" } else { "h" };
        let tensors = tensors(definition);
        let scheme = Scheme::ALL.iter().find(|(_, known)| known == scheme).map_or("", |(name, _)| name);
        let _ = writeln!(table, "| `{name}` | {what} | {tensors} | {carries} | `{activation}` | `{scheme}` |");
    }
    table
}

/// One row for each activation function: its name and what it computes.
pub fn activations() -> String {
    let mut table = "| name | φ(x) |\n|---|---|\n".to_owned();
    for activation in Activation::ALL {
        // A bar would end the cell.
        let _ = writeln!(table, "| `{activation}` | {} |", activation.what().replace('|', "\\|"));
    }
    table
}

fn tensors(definition: &Definition) -> String {
    let linears = definition.linears.iter().map(|linear| {
        let columns = times(linear.gates.len());
        let bias = if linear.bias { format!(", `{}.bias` [{columns}]", linear.name) } else { String::new() };
        format!("`{}.weight` [n_in + n_out, {columns}]{bias}: {}", linear.name, linear.gates.join(", "))
    });
    let vector = definition.vector.map(|name| format!("`{name}` [n_out]"));
    linears.chain(vector).collect::<Vec<_>>().join("; ")
}
