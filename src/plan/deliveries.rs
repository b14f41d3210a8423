//! Which deliveries a window has beside its updates, and for which levels each is dispatched.

use super::Plan;
use crate::rows::Procedural;
use std::collections::BTreeSet;
use std::ops::Range;

/// A kernel that delivers.
pub(crate) struct RowDelivery {
    /// The parts of the entries that it has; none where rows are drawn again.
    pub parts: Option<Range<usize>>,
    /// The levels whose spikes have rows there.
    pub levels: BTreeSet<u32>,
}

impl Plan {
    /// All kernels that deliver what update kernels do not.
    pub(crate) fn row_deliveries(&self) -> Vec<RowDelivery> {
        let table = &self.synapses;
        let levels = |sources: &mut dyn Iterator<Item = usize>| {
            sources.map(|source| self.slabs[self.populations[source].slab].level).collect()
        };
        let together = self.parts_together;
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

    /// Can update kernels deliver the spikes of their own neurons? All rows are then stored, in one binding.
    pub(crate) fn is_direct_possible(&self) -> bool {
        self.synapses.parts.len() <= 1 && self.synapses.procedural.is_empty()
    }
}
