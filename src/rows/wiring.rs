//! The synapses of one projection in plain numbers, before any is drawn.

use super::Space;
use crate::draw::Law;
use crate::network::{Precision, Rule, Sides, Storage};
use std::sync::Arc;

/// Pairs of source and target, each by its number among the projection's.
pub type Pairs = Arc<[[u32; 2]]>;

/// A projection: who is connected to whom, with which weights and delays.
#[derive(Debug, Clone)]
pub struct Wiring {
    /// Number of the projection, which its random words follow from; below 2²⁴.
    pub index: u32,
    /// The seed of its random words.
    pub seed: u64,
    /// Index of the source population.
    pub pre: usize,
    /// Index of the target population.
    pub post: usize,
    /// Index of the target's port.
    pub port: usize,
    /// Who is connected to whom.
    pub rule: Rule<Pairs>,
    /// The two sides: all numbers of the rule, of values and of random words count from their first neurons.
    pub sides: Sides,
    /// In the port's unit.
    pub weights: Values<f64>,
    /// \[steps\]; where drawn, the nearest whole number, and 1 at least.
    pub delays: Values<u32>,
    /// How precisely weights that differ are kept; as small floats where that hardly shows, if `None`.
    pub precision: Option<Precision>,
    /// Are the synapses held?
    pub storage: Storage,
    /// Its number among the projections of its source population that have a model, where it has one: then spikes bring parts of its
    /// weights, as their amplitudes say.
    pub modelled: Option<u32>,
    /// Where its ends are, if it asks for distances. Where these say what delays are, `delays` does not.
    pub space: Option<Arc<Space>>,
    /// Does each synapse have one in the other direction, of the same weight and delay?
    pub symmetric: bool,
}

impl Wiring {
    /// How many synapses there will be, or are expected to.
    pub(crate) fn expected(&self) -> u64 {
        let listed = |pairs: &Pairs| pairs.len() as u64;
        match &self.space {
            Some(space) => space.expected(&self.rule, self.sides, listed),
            None => self.rule.expected(self.sides, listed),
        }
    }

    /// \[steps, mm/step\] Offset and velocity of delays that depend on distances.
    pub(super) fn conduction(&self) -> Option<(&Space, [f64; 2])> {
        let space = self.space.as_deref()?;
        Some((space, space.conduction?))
    }
}

/// Values of synapses.
#[derive(Debug, Clone, PartialEq)]
pub enum Values<T> {
    /// The same for all.
    Constant(T),
    /// Drawn for each.
    Drawn(Law),
    /// One for each: for a list in its order; for `fixed_indegree` by target; for all others by source; and of one neuron
    /// in the order of the draws. For all-to-all that is a matrix `[n_pre, n_post]`, without the diagonal where there are
    /// no autapses.
    Each(Arc<[T]>),
}

impl<T> Values<T> {
    /// The values that are given one by one.
    pub(super) fn each(&self) -> Option<&[T]> {
        match self {
            Self::Each(values) => Some(values),
            Self::Constant(_) | Self::Drawn(_) => None,
        }
    }
}
