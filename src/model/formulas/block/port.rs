//! A block's synapses and outputs of one port.

use super::{Given, Shared, StateBlock, States};
use crate::model::formulas::{Action, Fields, OutputEquations, SynapseEquations};
use crate::number::{Arch, Lanes, each_chunk};

/// Synapses of one model.
pub(crate) trait SynapseBlock<N: Lanes>: Send {
    /// Its state.
    fn state(&self) -> &dyn StateBlock;
    /// The same, to be set.
    fn state_mut(&mut self) -> &mut dyn StateBlock;
    /// One step: takes what arrives, and leaves what the output receives.
    fn update(&mut self, arch: Arch, g: &mut [N]);
}

struct Synapses<E: SynapseEquations, N: Lanes> {
    derived: Shared<E::Derived<N>>,
    state: States<N, E::State<N>>,
}

pub(super) fn make_synapse<E: SynapseEquations, N: Lanes>(given: &Given<'_>, dt: f64) -> Box<dyn SynapseBlock<N>> {
    let params = Shared::<E::Params<N>>::given(given);
    let derived = params.map(|p| E::derive(p, N::of(dt)));
    Box::new(Synapses::<E, N> { derived, state: States::new(given.size) })
}

impl<E: SynapseEquations, N: Lanes> SynapseBlock<N> for Synapses<E, N> {
    fn state(&self) -> &dyn StateBlock {
        &self.state
    }

    fn state_mut(&mut self) -> &mut dyn StateBlock {
        &mut self.state
    }

    fn update(&mut self, arch: Arch, g: &mut [N]) {
        arch.dispatch(
            #[inline(always)]
            || {
                let states = &mut self.state.chunks;
                each_chunk(
                    states.len().min(g.len()),
                    #[inline(always)]
                    |chunk| {
                        let s = E::update(self.derived.of(chunk), states[chunk], g[chunk]);
                        g[chunk] = E::output(&s);
                        // What acts in this step is not cut, as in the device's order of things.
                        states[chunk] = s.without_tiny();
                    },
                );
            },
        );
    }
}

/// Outputs of one model.
pub(crate) trait OutputBlock<N: Lanes>: Send {
    /// Does its current depend on V?
    fn is_conductance(&self) -> bool;
    /// Adds what the outputs make of g: a current and, where conductances act, its slope; or a jump.
    fn act(&self, arch: Arch, from: (&[N], &[N]), into: (&mut [N], &mut [N]), jump: &mut [N]);
}

struct Outputs<E: OutputEquations, N: Lanes> {
    params: Shared<E::Params<N>>,
}

pub(super) fn make_output<E: OutputEquations, N: Lanes>(given: &Given<'_>, _dt: f64) -> Box<dyn OutputBlock<N>> {
    Box::new(Outputs::<E, N> { params: Shared::given(given) })
}

impl<E: OutputEquations, N: Lanes> OutputBlock<N> for Outputs<E, N> {
    fn is_conductance(&self) -> bool {
        E::CONDUCTANCE
    }

    fn act(&self, arch: Arch, (g, v): (&[N], &[N]), (current, slope): (&mut [N], &mut [N]), jump: &mut [N]) {
        arch.dispatch(
            #[inline(always)]
            || {
                each_chunk(
                    g.len(),
                    #[inline(always)]
                    |chunk| match E::act(self.params.of(chunk), g[chunk], v[chunk]) {
                        Action::Current(made) => {
                            current[chunk] = current[chunk] + made.value;
                            if let Some(slope) = slope.get_mut(chunk) {
                                *slope = *slope + made.slope;
                            }
                        }
                        Action::Jump(made) => jump[chunk] = jump[chunk] + made,
                    },
                );
            },
        );
    }
}
