//! Projections by where they end: those onto one port share its scale and its blocks, and of these those from one population
//! share their rows. One that has a model has rows of its own, for its spikes have amplitudes of their own.

use super::Wiring;
use super::drawing::Drawing;
use std::collections::BTreeMap;

/// All projections onto a port.
pub(super) struct Onto {
    /// Index of the target population.
    pub(super) post: usize,
    /// Index of its port.
    pub(super) port: usize,
    /// By their source.
    pub(super) bundles: Vec<Bundle>,
}

/// All projections from one population onto one port; or one of them that has a model.
pub(super) struct Bundle {
    /// Index of the source population.
    pub(super) source: usize,
    /// The number of the model, if it has one.
    pub(super) modelled: Option<u32>,
    /// Indices of the projections.
    pub(super) members: Vec<usize>,
    /// For each of the port's blocks, if anything is held, how long the rows are there; taken when they are laid out.
    pub(super) lengths: Vec<Vec<u32>>,
    /// The strips: block, counted from the port's first, and index; in ascending order.
    pub(super) strips: Vec<(usize, usize)>,
}

impl Onto {
    /// All projections, by port and source.
    pub(super) fn all(drawings: &[Drawing]) -> Vec<Self> {
        let mut ports: BTreeMap<_, BTreeMap<_, Vec<usize>>> = BTreeMap::new();
        for (index, drawing) in drawings.iter().enumerate() {
            let Wiring { pre, post, port, modelled, .. } = *drawing.wiring;
            ports.entry((post, port)).or_default().entry((pre, modelled)).or_default().push(index);
        }
        let bundle = |((source, modelled), members)| {
            let (lengths, strips) = (Vec::new(), Vec::new());
            Bundle { source, modelled, members, lengths, strips }
        };
        let onto = |((post, port), bundles): (_, BTreeMap<_, _>)| {
            let bundles = bundles.into_iter().map(bundle).collect();
            Self { post, port, bundles }
        };
        ports.into_iter().map(onto).collect()
    }
}
