//! What several tests of rows need: wirings in short, their tables, statistics; and tests of all parts together.

mod arrays;
pub(crate) mod by_hand;
pub(super) mod cuts;
mod deliver;
mod independence;
mod mixed;
mod own;
mod parts;
mod procedural;
mod rules;
mod scales;
pub(super) mod statistics;
mod summaries;
mod uniform;

use super::partners::{Partners, Row};
use super::*;
use crate::network::{Precision, Rule, Sides, Storage};
use std::sync::Arc;

pub(super) fn sides(n_pre: u32, n_post: u32) -> Sides {
    Sides { n_pre, n_post, first_pre: 0, first_post: 0, same_neurons: false, autapses: true, multapses: true }
}

/// Within one population, without autapses.
pub(super) fn within(n: u32) -> Sides {
    Sides { same_neurons: true, autapses: false, ..sides(n, n) }
}

/// Without multapses.
pub(super) fn once(sides: Sides) -> Sides {
    Sides { multapses: false, ..sides }
}

pub(super) fn list(pairs: &[[u32; 2]]) -> Rule<Pairs> {
    Rule::List(pairs.into())
}

/// The only projection of its network, with weights of 1 and delays of a step.
pub(super) fn wiring(rule: Rule<Pairs>, sides: Sides) -> Wiring {
    Wiring {
        index: 3,
        seed: 42,
        pre: 0,
        post: usize::from(!sides.same_neurons),
        port: 0,
        rule,
        sides,
        weights: Values::Constant(1.0),
        delays: Values::Constant(1),
        precision: Some(Precision::Exact),
        storage: Storage::Stored,
        space: None,
        symmetric: false,
        modelled: None,
    }
}

/// Every pair of a wiring, by row (or column), in the order of the draws.
pub(super) fn pairs(wiring: &Wiring) -> Vec<[u32; 2]> {
    let partners = Partners::of(wiring);
    let columns = partners.by_columns();
    let rows = if columns { wiring.sides.n_post } else { wiring.sides.n_pre };
    let mut row = Row::default();
    let mut pairs = Vec::new();
    for number in 0..rows {
        partners.draw(wiring, number, &mut row);
        let pair = |&partner: &u32| if columns { [partner, number] } else { [number, partner] };
        pairs.extend(row.partners.iter().map(pair));
    }
    pairs
}

/// How wirings are cut.
#[derive(Debug, Clone, Copy)]
pub(super) struct Cut {
    pub block_bits: Option<u32>,
    pub threads: Option<usize>,
    pub binding: u64,
}

/// All in one block of each population, and in one binding.
pub(super) const WHOLE: Cut = Cut { block_bits: Some(31), threads: None, binding: u64::MAX };

/// The rows of all wirings of a network, in which populations are as large as they say.
pub(super) fn try_built(wirings: &[Wiring], cut: Cut) -> Result<Built, Failure> {
    with_progress(wirings, cut, &Progress::default())
}

pub(super) fn with_progress(wirings: &[Wiring], cut: Cut, progress: &Progress) -> Result<Built, Failure> {
    with_request(wirings, cut, progress, build)
}

pub(super) fn with_request<T>(
    wirings: &[Wiring],
    cut: Cut,
    progress: &Progress,
    work: impl FnOnce(Request<'_>) -> T,
) -> T {
    let ends = |wiring: &Wiring| {
        let [sources, targets] = [wiring.sides.sources().end, wiring.sides.targets().end];
        [(wiring.pre, sources, 0), (wiring.post, targets, wiring.port + 1)]
    };
    let mut populations = Vec::new();
    for (population, size, ports) in wirings.iter().flat_map(ends) {
        populations.resize(populations.len().max(population + 1), (0, 0));
        let before = populations[population];
        populations[population] = (size.max(before.0), ports.max(before.1));
    }
    let mut inlets = 0;
    let mut inlets_of = |&(size, ports): &(u32, usize)| {
        let mut port = |_| {
            inlets += size;
            inlets - size
        };
        (0..ports).map(&mut port).collect::<Vec<u32>>()
    };
    let first_inlets: Vec<_> = populations.iter().map(&mut inlets_of).collect();
    work(Request {
        wirings: wirings.iter().cloned().map(Arc::new).collect(),
        sizes: &populations.iter().map(|(size, _)| *size).collect::<Vec<_>>(),
        first_inlets: &first_inlets,
        block_bits: cut.block_bits,
        threads: cut.threads,
        binding: cut.binding,
        progress,
    })
}

pub(super) fn built(wirings: &[Wiring], cut: Cut) -> Built {
    try_built(wirings, cut).unwrap()
}

/// The synapses of each neuron of a population, in the table's order.
pub(super) fn rows(built: &Built, source: usize, neurons: u32) -> Vec<Vec<Synapse>> {
    (0..neurons).map(|neuron| built.table.row(source, neuron)).collect()
}

/// The same in ascending order.
pub(super) fn sorted(built: &Built, source: usize, neurons: u32) -> Vec<Vec<Synapse>> {
    let mut rows = rows(built, source, neurons);
    rows.iter_mut().for_each(|row| row.sort_unstable());
    rows
}

/// What is done by one thread, and by four.
pub(super) fn with_threads<T: Send>(work: impl Fn() -> T + Sync + Send) -> [T; 2] {
    [1, 4].map(|threads| rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap().install(&work))
}
