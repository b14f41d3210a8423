//! The delivery kernel: its text, and the words that it finds strips by.

use super::schedule::Schedule;
use super::strips::{Strips, in_order_of_bits};
use crate::Result;
use crate::plan::Plan;
use crate::program::report::{self, REPORT};
use crate::rows::{Part, Procedural};
use crate::shader::{Composer, Kernel};
use std::fmt::Write;

/// A text of a kernel, with its path.
pub(super) type Text = (&'static str, &'static str);
/// What the host says of a window, for every kernel.
pub(super) const WINDOW: Text = ("shaders/kernels/window.wgsl", include_str!("../../shaders/kernels/window.wgsl"));
const WALK: Text = ("shaders/kernels/walk.wgsl", include_str!("../../shaders/kernels/walk.wgsl"));
const DRAW: Text = ("shaders/rows/draw.wgsl", include_str!("../../shaders/rows/draw.wgsl"));
const LANES: Text = ("shaders/kernels/walk_lanes.wgsl", include_str!("../../shaders/kernels/walk_lanes.wgsl"));
const WORKGROUPS: Text =
    ("shaders/kernels/walk_workgroups.wgsl", include_str!("../../shaders/kernels/walk_workgroups.wgsl"));
const ENTRIES: Text = ("shaders/rows/entries.wgsl", include_str!("../../shaders/rows/entries.wgsl"));
/// Random words.
pub(super) const PHILOX: Text = ("shaders/lib/philox.wgsl", include_str!("../../shaders/lib/philox.wgsl"));
pub(super) const FIRST_LANE: Text =
    ("shaders/kernels/first_lane.wgsl", include_str!("../../shaders/kernels/first_lane.wgsl"));

/// Where the kernel has the report of a submission.
const REPORT_AT: usize = 3;
/// Where the bindings of entries begin.
const ENTRIES_AT: usize = 5;

/// A delivery kernel.
pub(super) struct DeliverKernel {
    /// The module, with entry point `deliver`.
    pub kernel: Kernel,
    /// Its table.
    pub tables: Vec<u32>,
    /// Strips, or projections, of one population at most.
    pub most_strips: u32,
}

/// The kernel that delivers what these parts hold.
pub(super) fn deliver_kernel(plan: &Plan, schedule: &Schedule, parts: &[Part]) -> Result<DeliverKernel> {
    let strips = Strips::of(plan, parts, in_order_of_bits(plan));
    let most_strips = most(&strips.firsts);
    kernel(plan, schedule, most_strips, |composer, tables| stored_rows(composer, strips, parts.len(), tables))
}

/// Adds the delivery of rows that are stored in so many bindings, the first of which is number 5.
pub(super) fn stored_rows(composer: Composer, strips: Strips, parts: usize, tables: &mut Vec<u32>) -> Composer {
    let mut text = format!("const SIZES = {}u;\n", strips.sizes);
    text += &table("STRIP_FIRSTS", strips.firsts, tables);
    text += &table("STRIPS", strips.words, tables);
    let numbers = || 0..parts.max(1);
    for number in numbers() {
        let at = ENTRIES_AT.saturating_add(number);
        let _ = writeln!(text, "@group(0) @binding({at}) var<storage, read> entries{number}: array<u32>;");
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
    composer.plain(ENTRIES.0, ENTRIES.1).glue("bindings of entries", text)
}

/// Appends words to tables, and says where they begin.
fn table(name: &str, words: Vec<u32>, tables: &mut Vec<u32>) -> String {
    let first = tables.len();
    tables.extend(words);
    format!("const {name} = {first}u;\n")
}

/// The kernel that draws what is not stored.
pub(super) fn draw_kernel(plan: &Plan, schedule: &Schedule) -> Result<DeliverKernel> {
    let procedural = &plan.synapses.procedural;
    let mut firsts = vec![0];
    let mut drawn: Vec<&Procedural> = Vec::new();
    for source in in_order_of_bits(plan) {
        drawn.extend(procedural.iter().filter(|procedural| procedural.source() == source));
        firsts.push(u32::try_from(drawn.len()).unwrap_or(u32::MAX));
    }
    let most_strips = most(&firsts);
    kernel(plan, schedule, most_strips, |composer, tables| {
        let mut text = table("DRAWN_FIRSTS", firsts, tables);
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
        plain(composer, &[PHILOX, DRAW]).glue("drawn", text)
    })
}

/// What a population has at most, by where it begins and ends.
fn most(firsts: &[u32]) -> u32 {
    firsts.windows(2).map(|two| two[1].saturating_sub(two[0])).max().unwrap_or(0)
}

/// A kernel that walks spikes, and adds rows as `deliver_row` of `rows` does.
fn kernel(
    plan: &Plan,
    schedule: &Schedule,
    most_strips: u32,
    rows: impl FnOnce(Composer, &mut Vec<u32>) -> Composer,
) -> Result<DeliverKernel> {
    let mut tables = Vec::new();
    let (word_populations, population_firsts) = populations(plan);
    let constants = schedule.constants(plan)
        + &report::binding(REPORT_AT)
        + &table("WORD_POPULATIONS", word_populations, &mut tables)
        + &table("POPULATION_FIRSTS", population_firsts, &mut tables);
    let walk = if schedule.subgroups { &[FIRST_LANE, LANES][..] } else { &[WORKGROUPS] };
    let composer = plain(Composer::new().glue("constants", constants), [WINDOW, REPORT, WALK].iter().chain(walk));
    let composed = rows(composer, &mut tables).finish();
    Ok(DeliverKernel { kernel: composed.kernel("deliver")?, tables, most_strips })
}

/// For each word of spikes the population of its first neuron; and the number of each population's first neuron in the
/// order of bits, where each slab begins a word, and of none beyond the last.
#[expect(clippy::arithmetic_side_effects, reason = "bits of a step's spikes, of which a buffer holds many steps")]
fn populations(plan: &Plan) -> (Vec<u32>, Vec<u32>) {
    let (slab_words, words) = plan.spike_words();
    let first = |index: usize| {
        let population = &plan.populations[index];
        32 * slab_words[population.slab] + population.first_in_slab
    };
    let mut firsts: Vec<u32> = in_order_of_bits(plan).map(first).collect();
    let of_word = |word: u32| firsts.partition_point(|&first| first <= 32 * word).saturating_sub(1);
    let populations = (0..words).map(|word| u32::try_from(of_word(word)).unwrap_or(u32::MAX)).collect();
    firsts.push(u32::MAX);
    (populations, firsts)
}

/// Adds texts of neuropil's own.
pub(super) fn plain<'a>(composer: Composer, texts: impl IntoIterator<Item = &'a Text>) -> Composer {
    texts.into_iter().fold(composer, |composer, (path, text)| composer.plain(*path, *text))
}
