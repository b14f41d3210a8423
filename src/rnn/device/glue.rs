//! The part of a product's kernel that depends on its shape, its variant and its cell, as WGSL.
//!
//! Sums are named one by one and the multiplications written out: a lane's number can be broadcast only by a constant
//! index, and an array of sums would leave the registers where a compiler does not unroll a loop.

use super::shape::PANEL;
use super::variant::Variant;
use crate::rnn::definition::Twin;
use crate::rnn::{Activation, Definition};
use crate::shader;
use std::fmt::Write;

/// The constants of a kernel.
pub(super) fn constants(gates: usize, variant: Variant, lanes: usize) -> String {
    let mut constants = vec![
        ("PANEL", PANEL),
        ("GATES", gates),
        ("ROWS", variant.rows()),
        ("QUADS_EACH", variant.quads()),
        ("DEPTH", variant.depth(lanes, gates)),
    ];
    match variant {
        Variant::Lanes { .. } => constants.push(("LANES", lanes)),
        Variant::Tile { columns, lines, split, .. } => {
            constants.extend([("COLUMNS", columns), ("LINES", lines), ("SPLIT", split)]);
            constants.push(("AHEAD", variant.ahead(lanes, gates)));
        }
    }
    shader::constants(&constants)
}

/// The sums of an invocation: its structure, its multiplication, and what is done with it at the end.
pub(super) fn sums(gates: usize, variant: Variant, lanes: usize) -> String {
    let (rows, quads) = (variant.rows(), variant.quads());
    let mut text = structure(gates, rows, quads);
    match variant {
        Variant::Lanes { .. } => share(&mut text, rows, lanes),
        Variant::Tile { split, .. } => gather(&mut text, split, names(gates, rows, quads)),
    }
    multiply(&mut text, gates, variant, lanes);
    finish(&mut text, gates, (rows, quads), columns(variant, lanes));
    text
}

/// The names of so many sums.
fn names(gates: usize, rows: usize, quads: usize) -> impl Iterator<Item = String> {
    (0..rows).flat_map(move |row| (0..quads * gates).map(move |at| format!("s{row}_{at}")))
}

/// What holds the sums, and how two of it are added.
pub(super) fn structure(gates: usize, rows: usize, quads: usize) -> String {
    let mut text = String::from("struct Sums {\n");
    names(gates, rows, quads).for_each(|name| line(&mut text, 1, &format!("{name}: vec4<f32>,")));
    let both: Vec<String> = names(gates, rows, quads).map(|name| format!("p.{name} + q.{name}")).collect();
    text += &format!("}}\n\nfn plus(p: Sums, q: Sums) -> Sums {{\n    return Sums({});\n}}\n", both.join(", "));
    text
}

/// Hands each quad's sums over to what the product is for, in a loop: written out, that arithmetic would take drivers
/// seconds to compile. An invocation's next quad is `wide` further on.
pub(super) fn finish(text: &mut String, gates: usize, (rows, quads): (usize, usize), wide: usize) {
    let products: Vec<String> = (0..rows * quads)
        .map(|at| {
            let (row, quad) = (at / quads, at % quads);
            let sums: Vec<String> = (0..gates).map(|gate| format!("sums.s{row}_{}", quad * gates + gate)).collect();
            format!("Product({})", sums.join(", "))
        })
        .collect();
    *text += "\nfn finish(sums: Sums, row: u32, quad: u32) {\n";
    line(text, 1, &format!("var each = array<Product, {}>({});", rows * quads, products.join(", ")));
    line(text, 1, "let rows = min(ROWS, max(call.rows, row) - row);");
    line(text, 1, "for (var i = 0u; i < rows * QUADS_EACH; i++) {");
    line(text, 2, &format!("finish_quad(row + i / QUADS_EACH, quad + i % QUADS_EACH * {wide}u, each[i]);"));
    *text += "    }\n}\n";
}

/// Quads from one of an invocation's to its next.
fn columns(variant: Variant, lanes: usize) -> usize {
    match variant {
        Variant::Lanes { .. } => lanes,
        Variant::Tile { columns, .. } => columns,
    }
}

/// What the lanes of a subgroup load together: rows beside each other, then the next k.
fn share(text: &mut String, rows: usize, lanes: usize) {
    let loads = rows.div_ceil(lanes);
    let within = rows.min(lanes);
    let members: String = (0..loads).map(|load| format!("    x{load}: f32,\n")).collect();
    let ahead = format!("k + lane / {within}u % DEPTH");
    let numbers: Vec<String> = (0..loads)
        .map(|load| {
            let row = format!("min(row + {}u + lane % {within}u, call.rows - 1u)", load * lanes);
            format!("operand({row}, {ahead})")
        })
        .collect();
    *text += &format!("\nstruct Shared {{\n{members}}}\n\nfn share(row: u32, k: u32, lane: u32) -> Shared {{\n");
    line(text, 1, &format!("return Shared({});", numbers.join(", ")));
    *text += "}\n";
}

/// Adds up the parts that the invocations of a workgroup have, in their order.
fn gather(text: &mut String, split: usize, names: impl Iterator<Item = String>) {
    *text += "\nfn gather(before: Sums, sums: Sums, cell: u32, split: u32) -> Sums {\n";
    if split == 1 {
        *text += "    return plus(before, sums);\n}\n";
        return;
    }
    let each: Vec<String> = names.map(|name| format!("gather_one(before.{name}, sums.{name}, cell, split)")).collect();
    line(text, 1, &format!("return Sums({});", each.join(", ")));
    *text += "}

fn gather_one(before: vec4<f32>, sum: vec4<f32>, cell: u32, split: u32) -> vec4<f32> {
    workgroupBarrier();
    parts[split * (LINES * COLUMNS) + cell] = sum;
    workgroupBarrier();
    var total = before;
    if (split == 0u) {
        for (var part = 0u; part < call.split; part++) {
            total += parts[part * (LINES * COLUMNS) + cell];
        }
    }
    return total;
}
";
}

/// `depth` rows of the matrix times as many numbers of the operand's rows.
fn multiply(text: &mut String, gates: usize, variant: Variant, lanes: usize) {
    let (rows, quads) = (variant.rows(), variant.quads());
    let depth = variant.ahead(lanes, gates);
    let operand = match variant {
        Variant::Lanes { .. } => "x: Shared",
        // Where the numbers are in workgroup memory.
        Variant::Tile { .. } => "x: u32",
    };
    *text += &format!("\nfn multiply(before: Sums, {operand}, quad: u32, k: u32) -> Sums {{\n");
    line(text, 1, "var s = before;");
    line(text, 1, "let last = call.quads - 1u;");
    for quad in 0..quads {
        let place = format!("min(quad + {}u, last)", quad * columns(variant, lanes));
        line(text, 1, &format!("let at{quad} = weights_of({place}, k);"));
    }
    for ahead in 0..depth {
        for quad in 0..quads {
            for gate in 0..gates {
                let at = ahead * PANEL * gates + gate;
                line(text, 1, &format!("let w{ahead}_{} = weight(at{quad} + {at}u);", quad * gates + gate));
            }
        }
        for row in 0..rows {
            let number = match variant {
                Variant::Lanes { .. } => {
                    let lane = ahead * rows.min(lanes) + row % lanes;
                    format!("subgroupBroadcast(x.x{}, {lane}u)", row / lanes)
                }
                Variant::Tile { lines, .. } => format!("tile[x + {}u]", ahead * lines * rows + row),
            };
            line(text, 1, &format!("let x{ahead}_{row} = vec4<f32>({number});"));
            for at in 0..quads * gates {
                line(text, 1, &format!("s.s{row}_{at} = fma(x{ahead}_{row}, w{ahead}_{at}, s.s{row}_{at});"));
            }
        }
    }
    *text += "    return s;\n}\n";
}

/// A quad's gates: what a product gives, and what the input adds to it.
pub(super) fn product(gates: usize) -> String {
    let members: String = (0..gates).map(|gate| format!("    g{gate}: vec4<f32>,\n")).collect();
    format!("struct Product {{\n{members}}}\n")
}

/// How the input's part is kept.
pub(super) fn store(gates: usize) -> String {
    let mut text = String::from("\nfn store(at: u32, bias_at: u32, sums: Product) {\n");
    for gate in 0..gates {
        line(&mut text, 1, &format!("inputs[at + {gate}u] = sums.g{gate} + bias[bias_at + {gate}u];"));
    }
    text + "}\n"
}

/// The tag of what a cell's fragment declares.
pub(super) const TAG: &str = "cell";

/// What joins a kernel to its cell: the gates of one of a quad's units, and the cell's functions under names that the
/// kernel knows.
pub(super) fn cell(definition: &Definition, phase: usize, gates: usize) -> String {
    let name = definition.name;
    let kind = if phase == 0 { "Gates" } else { "Candidate" };
    let loads: Vec<String> = (0..gates).map(|gate| format!("inputs[at + {gate}u]")).collect();
    let members: Vec<String> = (0..gates).map(|gate| format!("p.g{gate}[i]")).collect();
    let (function, result) = match (definition.equations.twin, phase) {
        (Twin::Two(..), 0) => ("gate", "Gated"),
        _ => ("step", "Unit"),
    };
    // What the next step begins with.
    let carried = if result == "Unit" { "Unit(without_tiny(next.h), without_tiny(next.c), next.bias)" } else { "next" };
    let (parameter, argument) = if phase == 0 { ("", "") } else { (", kept: f32", ", kept") };
    format!(
        "
fn input(at: u32) -> Product {{
    return Product({});
}}

fn gates(p: Product, i: u32) -> {kind}_{TAG} {{
    return {kind}_{TAG}({});
}}

fn cell_{function}(x: {kind}_{TAG}, h: {kind}_{TAG}{parameter}, unit: Unit) -> {result} {{
    let next = {name}_{function}_{TAG}(x, h{argument}, unit);
    return {carried};
}}
",
        loads.join(", "),
        members.join(", "),
    )
}

/// The cell's φ.
pub(super) fn activation(activation: Activation) -> String {
    format!("\nfn activation(x: f32) -> f32 {{\n    return {}(x);\n}}\n", activation.function())
}

pub(super) fn line(text: &mut String, depth: usize, line: &str) {
    let _ = writeln!(text, "{:width$}{line}", "", width = 4 * depth);
}
