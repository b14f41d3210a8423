//! The two sides of a projection, and how many synapses a rule makes of them: what its checks, estimates and draws go by.

use super::{Connect, Population, Rule};

/// The two sides of a projection, with what is said of all rules.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Sides {
    /// Number of source neurons.
    pub(crate) n_pre: u32,
    /// Number of target neurons.
    pub(crate) n_post: u32,
    /// Are they one population? Then `n_pre == n_post`.
    pub(crate) same_population: bool,
    /// May a neuron be connected to itself? Only asked within one population.
    pub(crate) autapses: bool,
    /// May two neurons be connected more than once? Only asked where a rule could do so: the fixed numbers and lists.
    pub(crate) multapses: bool,
}

impl Sides {
    /// Of populations that have names of their own.
    pub(crate) fn of(connect: &Connect, pre: &Population, post: &Population) -> Self {
        let Connect { autapses, multapses, .. } = *connect;
        Self { n_pre: pre.size, n_post: post.size, same_population: pre.name == post.name, autapses, multapses }
    }

    /// Is the pair of neuron i with neuron i left out?
    pub(crate) fn skip_self(self) -> bool {
        self.same_population && !self.autapses
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
