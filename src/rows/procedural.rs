//! Rows that are not held: drawn again whenever their source spikes.

use super::Synapse;
use super::counter::Counter;
use super::drawing::{Drawing, Scratch};
use super::partners::Row;
use crate::network::{Rule, Storage};

/// A projection whose rows are not held.
pub(crate) struct Procedural {
    pub(crate) drawing: Drawing,
    pub(crate) counter: Counter,
    /// Ring cell of the port of the target's first neuron.
    pub(crate) first_cell: u32,
    /// Synapses.
    pub(crate) synapses: u64,
}

impl std::fmt::Debug for Procedural {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Procedural").field("wiring", &self.drawing.wiring).field("synapses", &self.synapses).finish()
    }
}

impl Procedural {
    /// Index of the source population.
    pub(crate) fn source(&self) -> usize {
        self.drawing.wiring.pre
    }

    /// Calls `found` with each synapse of a neuron.
    pub(super) fn each(&self, neuron: u32, found: &mut impl FnMut(Synapse)) {
        let (mut row, mut scratch) = (Row::default(), Scratch::default());
        let drawing = &self.drawing;
        drawing.partners.draw(&drawing.wiring, neuron, &mut row);
        drawing.counts(&self.counter, neuron, &row, &mut scratch);
        drawing.delays(neuron, &row, &mut scratch);
        for (at, &target) in row.partners.iter().enumerate() {
            found(Synapse {
                cell: self.first_cell + target,
                delay: scratch.delays.get(at).copied().unwrap_or(drawing.delay()),
                weight: scratch.counts.get(at).copied().unwrap_or(self.counter.constant()),
            });
        }
    }
}

/// Why a wiring cannot be drawn again and again, and what can.
pub(super) fn refused(wiring: &super::Wiring) -> Option<String> {
    if wiring.storage == Storage::Stored {
        return None;
    }
    let legal = "legal: stored; or pairwise_bernoulli, fixed_outdegree or fixed_total_number with multapses, and \
                 weights and delays that are constants or distributions";
    let problem = match &wiring.rule {
        Rule::AllToAll => "all_to_all has nothing to draw",
        Rule::OneToOne => "one_to_one has nothing to draw",
        Rule::List(_) => "a list has nothing to draw",
        Rule::FixedIndegree(_) => "fixed_indegree draws by target, and spikes come by source",
        Rule::FixedOutdegree(_) | Rule::FixedTotalNumber(_) if !wiring.sides.multapses => {
            "different partners are drawn one after the other, and a device draws them side by side"
        }
        _ if wiring.weights.each().is_some() || wiring.delays.each().is_some() => "values of single synapses are held",
        Rule::PairwiseBernoulli(_) | Rule::FixedOutdegree(_) | Rule::FixedTotalNumber(_) => return None,
    };
    Some(format!("{problem}; {legal}"))
}
