//! The delivery kernel: its text, and the words that it finds rows by.

use super::amplitudes::Heard;
use super::bindings;
use super::rows::{Rows, in_order_of_bits, rows};
use super::tables::table;
use super::texts::{FIRST_LANE, WINDOW, WORDS_OF_LANES};
use super::tuning::Tuning;
use crate::Result;
use crate::plan::Plan;
use crate::program::report::REPORT;
use crate::shader::{Composer, Kernel, Text, text};

/// Whose a spike is; beside it stands [`spike_tables`].
pub(super) const SPIKE: Text = text!("kernels/spike.wgsl");
const WALK: Text = text!("kernels/walk.wgsl");
const LANES: Text = text!("kernels/walk_lanes.wgsl");
const WORKGROUPS: Text = text!("kernels/walk_workgroups.wgsl");

/// A delivery kernel.
pub(super) struct DeliverKernel {
    /// The module, with entry point `deliver`.
    pub kernel: Kernel,
    /// Its table.
    pub tables: Vec<u32>,
    /// Strips, or projections, of one population at most.
    pub most_strips: u32,
}

/// The kernel that walks spikes, and delivers these rows of theirs.
pub(super) fn deliver_kernel(plan: &Plan, tuning: &Tuning, of: Rows<'_>) -> Result<DeliverKernel> {
    let mut tables = Vec::new();
    let constants =
        tuning.constants(plan) + bindings::OF_DELIVERY + bindings::WINDOW + &spike_tables(plan, &mut tables);
    let walk = if tuning.subgroups { &[FIRST_LANE, WORDS_OF_LANES, LANES][..] } else { &[WORKGROUPS] };
    let composer = Composer::new().glue("constants", constants).texts([WINDOW, REPORT, SPIKE, WALK].iter().chain(walk));
    let sources = in_order_of_bits(plan).collect::<Vec<_>>().into_iter();
    let (composer, most_strips) = rows(composer, plan, of, sources, &mut tables, Heard::Words);
    Ok(DeliverKernel { kernel: composer.finish().kernel("deliver")?, tables, most_strips })
}

/// The tables that find the population of a spike.
pub(super) fn spike_tables(plan: &Plan, tables: &mut Vec<u32>) -> String {
    let (word_populations, population_firsts) = populations(plan);
    table("WORD_POPULATIONS", word_populations, tables) + &table("POPULATION_FIRSTS", population_firsts, tables)
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
