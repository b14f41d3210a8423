//! Where a thread computes.

use super::gather::Totals;
use crate::number::Lanes;
use crate::plan::Plan;

/// Neurons of a block at most, for which a desk has room.
pub(super) const BLOCK: u32 = 1024;

/// Where a thread adds up what acts on the neurons of a block in a step: one for all its blocks, so that it stays near to the core.
pub(super) struct Desk<N: Lanes> {
    pub(super) current: Vec<N>,
    pub(super) slope: Vec<N>,
    pub(super) jump: Vec<N>,
    pub(super) v: Vec<N>,
    /// What arrives at each port.
    pub(super) g: Vec<Vec<N>>,
    /// What is added to each variable that ports add to.
    pub(super) onto: Vec<Vec<N>>,
    /// The amplitudes of its spikes for each model of projections, by number, as [`ProjectionBlock::update`] leaves them.
    pub(super) amplitudes: Vec<Vec<N>>,
    /// V as the step before left it.
    pub(super) stored: Vec<N>,
    /// What is gathered, or given.
    pub(super) numbers: Vec<N>,
    /// Sums that blocks share.
    pub(super) totals: Totals<N>,
}

impl<N: Lanes> Desk<N> {
    /// For blocks of a plan.
    pub(super) fn new(plan: &Plan) -> Self {
        let zeros = || vec![N::of(0.0); (BLOCK as usize).div_ceil(N::WIDTH)];
        let ports = plan.slabs.iter().map(|slab| slab.ports.len()).max().unwrap_or(0);
        let models = plan.slabs.iter().map(|slab| slab.sources.len()).max().unwrap_or(0);
        let several = |number| (0..number).map(|_| zeros()).collect();
        let (g, onto, amplitudes) = (several(ports), several(ports), several(models));
        Self {
            current: zeros(),
            slope: zeros(),
            jump: zeros(),
            v: zeros(),
            g,
            onto,
            amplitudes,
            stored: zeros(),
            numbers: zeros(),
            totals: Totals::new(plan),
        }
    }
}
