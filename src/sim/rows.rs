//! What adds the weights of a neuron's rows to the delay ring, stored and drawn, in whichever kernel finds the spikes.

use super::amplitudes::{self, Heard, of_rows, place_of};
use super::strips::Strips;
use super::tables::table;
use super::texts::PHILOX;
use crate::plan::{Plan, SlabPlan};
use crate::random::key;
use crate::rows::{Part, Procedural};
use crate::shader::{Composer, Text, constants, text};
use std::fmt::Write;

const DRAW: Text = text!("rows/draw.wgsl");
const ENTRIES: Text = text!("rows/entries.wgsl");

/// The rows that a kernel delivers.
#[derive(Debug, Clone, Copy)]
pub(super) struct Rows<'p> {
    /// Parts of the entries.
    pub parts: &'p [Part],
    /// Those that are drawn.
    pub drawn: &'p [Procedural],
}

impl<'p> Rows<'p> {
    /// All of a plan.
    pub(super) fn all(plan: &'p Plan) -> Self {
        Self { parts: &plan.synapses.parts, drawn: &plan.synapses.procedural }
    }
}

/// The populations of the plan in the order of their neurons' bits: by slab, and within it.
pub(super) fn in_order_of_bits(plan: &Plan) -> impl Iterator<Item = usize> + '_ {
    plan.slabs.iter().flat_map(|slab: &SlabPlan| slab.populations.iter().copied())
}

/// Adds `deliver_row`, for the rows of these source populations; returns, too, how many strips and drawn projections one of them has
/// at most.
pub(super) fn rows(
    composer: Composer,
    plan: &Plan,
    of: Rows<'_>,
    sources: impl Iterator<Item = usize> + Clone,
    tables: &mut Vec<u32>,
    heard: Heard,
) -> (Composer, u32) {
    const SIGNATURE: &str = "population: u32, row: u32, share: vec2<u32>, lane: u32, lanes: u32, slot: u32, item: u32";
    let (mut composer, mut calls, mut strips) = (amplitudes::found(composer, plan, heard), String::new(), 0u32);
    let mut call = |kind: &str, most: u32| {
        let _ = writeln!(calls, "    deliver_{kind}(population, row, share, lane, lanes, slot, item);");
        strips = strips.saturating_add(most);
    };
    // Where items have rows of their own, populations come item by item.
    let of_item = if plan.synapses.own { sources.clone().count() } else { 0 };
    if !of.parts.is_empty() {
        let found = Strips::of(plan, of.parts, sources.clone());
        call("stored", most(&found.firsts));
        composer = composer.glue("items of strips", constants(&[("STRIPS_OF_ITEM", of_item)]));
        composer = stored(composer, found, of.parts.len(), tables);
    }
    if !of.drawn.is_empty() {
        let (text, most) = drawn(plan, of.drawn, sources, tables);
        let text = constants(&[("DRAWN_OF_ITEM", of_item)]) + &text;
        call("drawn", most);
        // Who steps neurons has random words already.
        let texts: &[Text] = if matches!(heard, Heard::Words) { &[PHILOX, DRAW] } else { &[DRAW] };
        composer = composer.texts(texts).glue("drawn", text);
    }
    (composer.glue("rows", format!("fn deliver_row({SIGNATURE}) {{\n{calls}}}\n")), strips)
}

/// Adds the delivery of rows that are stored in so many bindings.
fn stored(composer: Composer, strips: Strips, parts: usize, tables: &mut Vec<u32>) -> Composer {
    let mut text = format!("const SIZES = {}u;\n", strips.sizes);
    text += &table("STRIP_FIRSTS", strips.firsts, tables);
    text += &table("STRIPS", strips.words, tables);
    text += &of_rows("strip", strips.amplitudes, tables);
    let numbers = || 0..parts;
    text += &weight_of_item("strip", "STRIP_WEIGHTS + ", !strips.weights.is_empty());
    text += &table("STRIP_WEIGHTS", strips.weights, tables);
    for number in numbers() {
        let _ = writeln!(text, "var<storage, read> entries{number}: array<u32>;");
    }
    for (head, read) in [
        ("entry_at(part: u32, place: u32) -> u32", "@[place]"),
        ("entries_at(part: u32, at: vec4<u32>) -> vec4<u32>", "vec4<u32>(@[at.x], @[at.y], @[at.z], @[at.w])"),
    ] {
        let read = |number: usize| read.replace('@', &format!("entries{number}"));
        let others = numbers().skip(1);
        let others: String =
            others.map(|number| format!("        case {number}u: {{ return {}; }}\n", read(number))).collect();
        let default = format!("return {};", read(0));
        let body = if others.is_empty() {
            default
        } else {
            format!("switch (part) {{\n{others}        default: {{ {default} }}\n    }}")
        };
        let _ = writeln!(text, "fn {head} {{\n    {body}\n}}");
    }
    composer.texts([&ENTRIES]).glue("bindings of entries", text)
}

/// The function that says which weight an item has of what all synapses of a row share: that one, or the one at its place in the tables.
fn weight_of_item(of: &str, first: &str, own: bool) -> String {
    let weight =
        if own { format!("bitcast<i32>(tables[{first}bitcast<u32>(weight) + item])") } else { "weight".to_owned() };
    format!("fn {of}_weight(weight: i32, item: u32) -> i32 {{\n    return {weight};\n}}\n")
}

/// The function that says which seed random words have: a constant, where all have one.
fn wiring_seed(procedural: &[Procedural]) -> String {
    let seed = procedural.first().map_or(0, Procedural::seed);
    let [low, high] = key(seed);
    let one = procedural.iter().all(|drawn| drawn.seed() == seed);
    let seed = if one { format!("vec2<u32>({low}u, {high}u)") } else { "seed".to_owned() };
    format!("fn wiring_seed(seed: vec2<u32>) -> vec2<u32> {{\n    return {seed};\n}}\n")
}

/// What draws rows again, and how many projections of one population there are at most.
fn drawn(
    plan: &Plan,
    procedural: &[Procedural],
    sources: impl Iterator<Item = usize> + Clone,
    tables: &mut Vec<u32>,
) -> (String, u32) {
    let mut firsts = vec![0];
    let mut drawn: Vec<&Procedural> = Vec::new();
    for item in plan.synapses.owners(plan.batch) {
        for source in sources.clone() {
            drawn.extend(procedural.iter().filter(|procedural| procedural.is_of(item, source)));
            firsts.push(u32::try_from(drawn.len()).unwrap_or(u32::MAX));
        }
    }
    let places = drawn.iter().map(|drawn| place_of(plan, drawn.source(), drawn.modelled())).collect();
    let most = most(&firsts);
    let own = procedural.iter().any(|drawn| !drawn.items.is_empty());
    let mut text = weight_of_item("drawn", "", own) + &wiring_seed(procedural);
    text += &of_rows("drawn", places, tables);
    text += &table("DRAWN_FIRSTS", firsts, tables);
    // The tables of each begin behind what says of each what it is.
    let heads = drawn.len().saturating_mul(Procedural::HEAD);
    let (mut words, mut own) = (Vec::with_capacity(heads), Vec::new());
    for drawn in drawn {
        let at = [tables.len(), heads, own.len()].into_iter().fold(0, usize::saturating_add);
        let (head, named) = drawn.words(at);
        words.extend(head);
        own.extend(named);
    }
    words.extend(own);
    text += &table("DRAWN", words, tables);
    (text, most)
}

/// What a population has at most, by where it begins and ends.
fn most(firsts: &[u32]) -> u32 {
    firsts.windows(2).map(|two| two[1].saturating_sub(two[0])).max().unwrap_or(0)
}
