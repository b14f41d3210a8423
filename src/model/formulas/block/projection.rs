//! What a projection's model keeps of the neurons of a block, its sources.

use super::{Given, Shared, StateBlock, States};
use crate::model::formulas::{Fields, ProjectionEquations};
use crate::number::{Arch, Lanes, each_chunk};

/// A projection's model, of a block's neurons.
pub(crate) trait ProjectionBlock<N: Lanes>: Send {
    /// Its state.
    fn state(&self) -> &dyn StateBlock;
    /// The same, to be set.
    fn state_mut(&mut self) -> &mut dyn StateBlock;
    /// One step in which these spiked, a bit for each neuron of a chunk. Leaves the amplitudes of chunks in which one did, in parts of
    /// 2⁻¹⁶ and half a part more, so that what is cut off is rounded.
    fn update(&mut self, arch: Arch, spikes: &[u32], amplitudes: &mut [N]);
    /// The values that a graded model gives in the step that ends in this state, by chunk.
    fn give(&self, arch: Arch, values: &mut [N]);
}

struct Block<E: ProjectionEquations, N: Lanes> {
    params: Shared<E::Params<N>>,
    derived: Shared<E::Derived<N>>,
    state: States<N, E::State<N>>,
}

pub(super) fn make<E: ProjectionEquations, N: Lanes>(given: &Given<'_>, dt: f64) -> Box<dyn ProjectionBlock<N>> {
    let params = Shared::<E::Params<N>>::given(given);
    let derived = params.map(|p| E::derive(p, N::of(dt)));
    Box::new(Block::<E, N> { params, derived, state: States::new(given.size) })
}

impl<E: ProjectionEquations, N: Lanes> ProjectionBlock<N> for Block<E, N> {
    fn state(&self) -> &dyn StateBlock {
        &self.state
    }

    fn state_mut(&mut self) -> &mut dyn StateBlock {
        &mut self.state
    }

    fn update(&mut self, arch: Arch, spikes: &[u32], amplitudes: &mut [N]) {
        arch.dispatch(
            #[inline(always)]
            || {
                let states = &mut self.state.chunks;
                let (params, derived) = (&self.params, &self.derived);
                each_chunk(
                    states.len().min(amplitudes.len()),
                    #[inline(always)]
                    |chunk| {
                        let (p, derived, s) = (params.of(chunk), derived.of(chunk), states[chunk]);
                        if spikes[chunk] != 0 {
                            let amplitude = E::amplitude(p, derived, &s);
                            let (zero, one) = (N::of(0.0), N::of(1.0));
                            let part = N::select(amplitude.above(zero), amplitude.least(one), zero);
                            amplitudes[chunk] = part * N::of(65536.0) + N::of(0.5);
                        }
                        states[chunk] = E::update(p, derived, s, N::mask(spikes[chunk])).without_tiny();
                    },
                );
            },
        );
    }

    fn give(&self, arch: Arch, values: &mut [N]) {
        arch.dispatch(
            #[inline(always)]
            || self.state.chunks.iter().zip(&mut *values).for_each(|(s, value)| *value = E::value(s).without_tiny()),
        );
    }
}
