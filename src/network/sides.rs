//! The two sides of a projection, and how many synapses a rule makes of them: what its checks, estimates and draws go by.

use super::{Connect, End, Population, Projection, Rule};
use std::ops::Range;

/// The two sides of a projection, with what is said of all rules.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Sides {
    /// Number of source neurons.
    pub(crate) n_pre: u32,
    /// Number of target neurons.
    pub(crate) n_post: u32,
    /// Indices of the first of them in their populations. A rule knows nothing of these: it counts from 0.
    pub(crate) first_pre: u32,
    pub(crate) first_post: u32,
    /// Are they the same neurons? Then `n_pre == n_post`.
    pub(crate) same_neurons: bool,
    /// May a neuron be connected to itself? Only asked where they are the same.
    pub(crate) autapses: bool,
    /// May two neurons be connected more than once? Only asked where a rule could do so: the fixed numbers and lists.
    pub(crate) multapses: bool,
}

impl Sides {
    /// Of populations that have names of their own.
    pub(crate) fn of(projection: &Projection, pre: &Population, post: &Population) -> Self {
        let Connect { autapses, multapses, .. } = projection.connect;
        let [sources, targets] = [(&projection.pre, pre), (&projection.post, post)].map(|(end, of)| end.among(of));
        Self {
            n_pre: sources.end.saturating_sub(sources.start),
            n_post: targets.end.saturating_sub(targets.start),
            first_pre: sources.start,
            first_post: targets.start,
            same_neurons: pre.name == post.name && sources == targets,
            // A neuron has no gap junction with itself: no current would flow.
            autapses: autapses && !projection.is_gap_junction(),
            multapses,
        }
    }

    /// The source neurons.
    pub(crate) fn sources(self) -> Range<u32> {
        self.first_pre..self.first_pre.saturating_add(self.n_pre)
    }

    /// The target neurons.
    pub(crate) fn targets(self) -> Range<u32> {
        self.first_post..self.first_post.saturating_add(self.n_post)
    }

    /// Is the pair of neuron i with neuron i left out?
    pub(crate) fn skip_self(self) -> bool {
        self.same_neurons && !self.autapses
    }

    /// How many of `n` neurons one neuron may be connected to.
    pub(crate) fn partners(self, n: u32) -> u32 {
        n.saturating_sub(u32::from(self.skip_self()))
    }

    /// All pairs that there may be.
    pub(crate) fn pairs(self) -> u64 {
        u64::from(self.n_pre) * u64::from(self.partners(self.n_post))
    }
}

impl End {
    /// Its neurons, by their numbers in the population.
    pub(crate) fn among(&self, population: &Population) -> Range<u32> {
        self.neurons.clone().unwrap_or(0..population.size)
    }
}

impl<L> Rule<L> {
    /// How many synapses it makes, if it can be obeyed; `None` where chance decides. `listed` counts the pairs of a list.
    pub(crate) fn synapses(&self, sides: Sides, listed: impl FnOnce(&L) -> u64) -> Option<u64> {
        (!matches!(self, Self::PairwiseBernoulli(_))).then(|| self.expected(sides, listed))
    }

    /// The same; in the mean where chance decides.
    pub(crate) fn expected(&self, sides: Sides, listed: impl FnOnce(&L) -> u64) -> u64 {
        let Sides { n_pre, n_post, .. } = sides;
        match self {
            Self::AllToAll => sides.pairs(),
            Self::OneToOne => n_pre.into(),
            Self::PairwiseBernoulli(p) => (p * sides.pairs() as f64) as u64,
            Self::FixedIndegree(k) => u64::from(*k) * u64::from(n_post),
            Self::FixedOutdegree(k) => u64::from(*k) * u64::from(n_pre),
            Self::FixedTotalNumber(number) => *number,
            Self::List(pairs) => listed(pairs),
        }
    }
}
