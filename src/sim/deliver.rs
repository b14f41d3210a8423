//! The delivery kernel: its text, and the words that it finds strips by.

use super::schedule::Schedule;
use super::strips::{Strips, in_order_of_bits};
use crate::Result;
use crate::gpu::{REPORT, Report};
use crate::plan::Plan;
use crate::rows::{Part, Procedural};
use crate::shader::{Composed, Composer};
use std::fmt::Write;

/// A text of a kernel, with its path.
pub(super) type Text = (&'static str, &'static str);
/// What the host says of a window, for every kernel.
pub(super) const WINDOW: Text = ("shaders/kernels/window.wgsl", include_str!("../../shaders/kernels/window.wgsl"));
const WALK: Text = ("shaders/kernels/walk.wgsl", include_str!("../../shaders/kernels/walk.wgsl"));
const STORED: Text = ("shaders/kernels/stored.wgsl", include_str!("../../shaders/kernels/stored.wgsl"));
const DRAW: Text = ("shaders/rows/draw.wgsl", include_str!("../../shaders/rows/draw.wgsl"));
const LANES: Text = ("shaders/kernels/walk_lanes.wgsl", include_str!("../../shaders/kernels/walk_lanes.wgsl"));
const WORKGROUPS: Text =
    ("shaders/kernels/walk_workgroups.wgsl", include_str!("../../shaders/kernels/walk_workgroups.wgsl"));
/// What the delivery kernel shares with update kernels that deliver directly.
pub(super) const ENTRIES: Text = ("shaders/rows/entries.wgsl", include_str!("../../shaders/rows/entries.wgsl"));
/// Random words.
pub(super) const PHILOX: Text = ("shaders/lib/philox.wgsl", include_str!("../../shaders/lib/philox.wgsl"));
pub(super) const FIRST_LANE: Text =
    ("shaders/kernels/first_lane.wgsl", include_str!("../../shaders/kernels/first_lane.wgsl"));

/// Where the kernel has the report of a submission.
const REPORT_AT: usize = 3;

/// A delivery kernel.
pub(super) struct DeliverKernel {
    /// The module, with entry point `deliver`.
    pub composed: Composed,
    /// Its table.
    pub tables: Vec<u32>,
    /// Strips, or projections, of one population at most.
    pub most_strips: u32,
}

/// The kernel that delivers what a part holds.
pub(super) fn deliver_kernel(plan: &Plan, schedule: &Schedule, part: &Part) -> Result<DeliverKernel> {
    let Strips { firsts, words } = Strips::of(plan, part, in_order_of_bits(plan));
    let most_strips = most(&firsts);
    let tables = [("STRIP_FIRSTS", firsts), ("STRIPS", words)];
    kernel((plan, schedule), populations(plan), &[STORED, ENTRIES], tables, most_strips)
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
    // What the tables of each begin behind: those of walking, and what says of each what it is.
    let walking = populations(plan);
    let sizes = [walking.0.len(), walking.1.len(), firsts.len(), drawn.len().saturating_mul(Procedural::HEAD)];
    let mut at = sizes.into_iter().fold(0, usize::saturating_add);
    let (mut heads, mut tables) = (Vec::new(), Vec::new());
    for drawn in drawn {
        let (head, own) = drawn.words(at);
        at = at.saturating_add(own.len());
        heads.extend(head);
        tables.extend(own);
    }
    heads.extend(tables);
    let most_strips = most(&firsts);
    kernel((plan, schedule), walking, &[PHILOX, DRAW], [("DRAWN_FIRSTS", firsts), ("DRAWN", heads)], most_strips)
}

/// What a population has at most, by where it begins and ends.
fn most(firsts: &[u32]) -> u32 {
    firsts.windows(2).map(|two| two[1].saturating_sub(two[0])).max().unwrap_or(0)
}

fn kernel(
    (plan, schedule): (&Plan, &Schedule),
    (word_populations, population_firsts): (Vec<u32>, Vec<u32>),
    rows: &[Text],
    of_rows: [(&str, Vec<u32>); 2],
    most_strips: u32,
) -> Result<DeliverKernel> {
    let (mut tables, mut constants) = (Vec::new(), schedule.constants(plan) + &Report::binding(REPORT_AT));
    let walking = [("WORD_POPULATIONS", word_populations), ("POPULATION_FIRSTS", population_firsts)];
    for (name, words) in walking.into_iter().chain(of_rows) {
        let _ = writeln!(constants, "const {name} = {}u;", tables.len());
        tables.extend(words);
    }
    let walk = if schedule.subgroups { &[FIRST_LANE, LANES][..] } else { &[WORKGROUPS] };
    let texts = [WINDOW, REPORT, WALK];
    let texts = texts.iter().chain(rows).chain(walk);
    let composed = plain(Composer::new().glue("constants", constants), texts).finish();
    composed.validate(naga::valid::Capabilities::all())?;
    Ok(DeliverKernel { composed, tables, most_strips })
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
