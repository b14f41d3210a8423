//! A block of neurons of one model.

use super::{Given, Shared, StateBlock, States, lanes_there};
use crate::model::formulas::{Fields, NeuronEquations};
use crate::model::twin::Input;
use crate::number::{Arch, Lanes, each_chunk};

/// What acts on a block's neurons in a step, by chunk.
#[derive(Clone, Copy)]
pub(crate) struct Inputs<'a, N> {
    /// \[mA\] the sum of all currents.
    pub(crate) current: &'a [N],
    /// [mA/mV] its slope; empty where no conductance acts.
    pub(crate) slope: &'a [N],
    /// Jumps of V.
    pub(crate) jump: &'a [N],
    /// Variables, by their index, and what is added to each after the update.
    pub(crate) onto: (&'a [usize], &'a [Vec<N>]),
}

/// Neurons of one model that are stepped together.
pub(crate) trait NeuronBlock<N: Lanes>: Send {
    /// Its state.
    fn state(&self) -> &dyn StateBlock;
    /// The same, to be set.
    fn state_mut(&mut self) -> &mut dyn StateBlock;
    /// Writes a variable of all neurons, by chunk; a whole number is left out.
    fn write(&self, variable: usize, values: &mut [N]);
    /// Notes who spikes in the state that was set.
    fn note_spikes(&mut self);
    /// Begins a step: resets those that spiked in the one before, and writes V for those who want it.
    fn begin(&mut self, arch: Arch, v: &mut [N]);
    /// The rest of a step. Leaves who spiked, a bit for each neuron of a chunk.
    fn update(&mut self, arch: Arch, input: &Inputs<'_, N>);
    /// Who spiked in the last step, a bit for each neuron of a chunk.
    fn spikes(&self) -> &[u32];
}

struct Block<E: NeuronEquations, N: Lanes> {
    params: Shared<E::Params<N>>,
    derived: Shared<E::Derived<N>>,
    /// Without conductances.
    response: Shared<E::Response<N>>,
    state: States<N, E::State<N>>,
    spikes: Vec<u32>,
    /// Index of V.
    v: Option<usize>,
}

pub(super) fn make<E: NeuronEquations, N: Lanes>(given: &Given<'_>, dt: f64) -> Box<dyn NeuronBlock<N>> {
    let params = Shared::<E::Params<N>>::given(given);
    let derived = params.map(|p| E::derive(p, N::of(dt)));
    let each = |(p, derived): (&E::Params<N>, &E::Derived<N>)| E::response(p, derived, N::of(0.0));
    let response =
        Shared { values: params.values.iter().zip(&derived.values).map(each).collect(), stride: params.stride };
    let state = States::new(given.size);
    let spikes = vec![0; state.chunks.len()];
    let v = E::State::<N>::FIELDS.iter().position(|(name, _)| *name == "v");
    Box::new(Block::<E, N> { params, derived, response, state, spikes, v })
}

impl<E: NeuronEquations, N: Lanes> Block<E, N> {
    #[inline(always)]
    fn run<const SLOPE: bool>(&mut self, input: &Inputs<'_, N>) {
        let chunks = self.state.chunks.len();
        let (current, jump) = (&input.current[..chunks], &input.jump[..chunks]);
        let slopes = &input.slope[..if SLOPE { chunks } else { 0 }];
        let spikes = &mut self.spikes[..chunks];
        each_chunk(
            chunks,
            #[inline(always)]
            |chunk| {
                let (p, derived) = (self.params.of(chunk), self.derived.of(chunk));
                let slope = if SLOPE { slopes[chunk] } else { N::of(0.0) };
                let response = if SLOPE { E::response(p, derived, slope) } else { *self.response.of(chunk) };
                let before = self.state.chunks[chunk];
                let input_here = Input { current: current[chunk], slope, jump: jump[chunk] };
                let mut s = E::update(p, derived, &response, before, input_here);
                if !input.onto.0.is_empty() {
                    let held = E::held(p, &before);
                    for (variable, sums) in input.onto.0.iter().zip(input.onto.1) {
                        let sum = held.map_or(sums[chunk], |held| N::select(held, N::of(0.0), sums[chunk]));
                        if let Some(numbers) = s.number_mut(*variable) {
                            *numbers = *numbers + sum;
                        }
                    }
                }
                let s = s.without_tiny();
                self.state.chunks[chunk] = s;
                spikes[chunk] = N::bits(E::threshold(p, &s));
            },
        );
        if let Some(last) = spikes.last_mut() {
            *last &= lanes_there::<N>(self.state.size, chunks - 1);
        }
    }
}

impl<E: NeuronEquations, N: Lanes> NeuronBlock<N> for Block<E, N> {
    fn state(&self) -> &dyn StateBlock {
        &self.state
    }

    fn state_mut(&mut self) -> &mut dyn StateBlock {
        &mut self.state
    }

    fn write(&self, variable: usize, values: &mut [N]) {
        for (value, mut s) in values.iter_mut().zip(self.state.chunks.iter().copied()) {
            if let Some(number) = s.number_mut(variable) {
                *value = *number;
            }
        }
    }

    fn note_spikes(&mut self) {
        for (chunk, (spikes, s)) in self.spikes.iter_mut().zip(&self.state.chunks).enumerate() {
            let there = lanes_there::<N>(self.state.size, chunk);
            *spikes = N::bits(E::threshold(self.params.of(chunk), s)) & there;
        }
    }

    fn begin(&mut self, arch: Arch, v: &mut [N]) {
        arch.dispatch(
            #[inline(always)]
            || {
                for (chunk, (spikes, s)) in self.spikes.iter().zip(&mut self.state.chunks).enumerate() {
                    if *spikes != 0 {
                        *s = Fields::select(N::mask(*spikes), E::reset(self.params.of(chunk), *s), *s);
                    }
                }
                let Some(field) = self.v else { return };
                for (v, s) in v.iter_mut().zip(&mut self.state.chunks) {
                    if let Some(value) = s.number_mut(field) {
                        *v = *value;
                    }
                }
            },
        );
    }

    fn update(&mut self, arch: Arch, input: &Inputs<'_, N>) {
        arch.dispatch(
            #[inline(always)]
            || if input.slope.is_empty() { self.run::<false>(input) } else { self.run::<true>(input) },
        );
    }

    fn spikes(&self) -> &[u32] {
        &self.spikes
    }
}
