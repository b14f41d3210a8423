//! Which deliveries a window has beside its updates, and for which levels each is dispatched.

use crate::gpu::Limits;
use crate::plan::Plan;
use crate::rows::Procedural;
use std::collections::BTreeSet;
use std::ops::Range;

/// Buffers of a delivery kernel beside the bindings of entries.
const OTHERS: u32 = 5;
/// Bindings of entries in one kernel at most, each of which makes it longer.
const MOST_TOGETHER: u32 = 16;

/// A kernel that delivers.
pub(super) struct RowDelivery {
    /// The parts of the entries that it has; none where rows are drawn again.
    pub parts: Option<Range<usize>>,
    /// The levels whose spikes have rows there.
    pub levels: BTreeSet<u32>,
}

/// All kernels that deliver what update kernels do not.
pub(super) fn row_deliveries(plan: &Plan, limits: &Limits) -> Vec<RowDelivery> {
    let table = &plan.synapses;
    let levels = |sources: &mut dyn Iterator<Item = usize>| {
        sources.map(|source| plan.slabs[plan.populations[source].slab].level).collect()
    };
    let together = limits.max_storage_buffers.saturating_sub(OTHERS).clamp(1, MOST_TOGETHER) as usize;
    let stored = (0..table.parts.len()).step_by(together).map(|first| {
        let parts = first..first.saturating_add(together).min(table.parts.len());
        let strips = table.parts[parts.clone()].iter().flat_map(|part| &part.strips);
        let levels = levels(&mut strips.map(|(strip, _)| table.strips[*strip].source));
        RowDelivery { parts: Some(parts), levels }
    });
    let drawn = (!table.procedural.is_empty()).then(|| {
        let levels = levels(&mut table.procedural.iter().map(Procedural::source));
        RowDelivery { parts: None, levels }
    });
    stored.chain(drawn).collect()
}

/// The first word of each level's spikes in a step, and how many there are.
#[expect(clippy::arithmetic_side_effects, reason = "words of a step's spikes")]
pub(super) fn level_words(plan: &Plan) -> Vec<[u32; 2]> {
    let (firsts, all) = plan.spike_words();
    let begins = |level: u32| {
        let slab = plan.slabs.iter().position(|slab| slab.level >= level);
        slab.map_or(all, |slab| firsts[slab])
    };
    (0..plan.levels()).map(|level| [begins(level), begins(level + 1) - begins(level)]).collect()
}
