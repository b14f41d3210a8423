//! What one stimulus adds to a block's neurons.

use super::{Given, Shared, StateBlock, States};
use crate::model::formulas::{Fields, Site, StimulusEquations};
use crate::number::{Arch, Lanes, Word, WordLanes, each_chunk};

/// Where a stimulus' numbers come from.
#[derive(Clone, Copy)]
pub(crate) struct Drawing<'a> {
    /// Index in its population of the block's first neuron.
    pub(crate) first: u32,
    /// Item and step.
    pub(crate) site: Site,
    /// The stimulus' stream of random numbers.
    pub(crate) stream: u32,
    /// The seed.
    pub(crate) key: [u32; 2],
    /// The plan's words.
    pub(crate) data: &'a [u32],
}

/// One stimulus of a block.
pub(crate) trait StimulusBlock<N: Lanes>: Send {
    /// Its state.
    fn state(&self) -> &dyn StateBlock;
    /// The same, to be set.
    fn state_mut(&mut self) -> &mut dyn StateBlock;
    /// Adds its numbers of a step, but for neurons that it does not act on: a bit for each that it does; all where there are none.
    fn add(&mut self, arch: Arch, drawing: &Drawing<'_>, active: &[u32], sum: &mut [N]);
}

struct Block<E: StimulusEquations, N: Lanes> {
    params: Shared<E::Params<N>>,
    derived: Shared<E::Derived<N>>,
    state: States<N, E::State<N>>,
    /// Of each chunk the random words of four steps.
    words: Vec<[N::Word; 4]>,
    /// Which four steps.
    drawn: Option<u32>,
}

pub(super) fn make<E: StimulusEquations, N: Lanes>(given: &Given<'_>, dt: f64) -> Box<dyn StimulusBlock<N>> {
    let params = Shared::<E::Params<N>>::given(given);
    let derived = params.map(|p| E::derive(p, N::of(dt)));
    let state = States::new(given.size);
    let words = vec![[N::Word::of(0); 4]; if E::RANDOM { state.chunks.len() } else { 0 }];
    Box::new(Block::<E, N> { params, derived, state, words, drawn: None })
}

impl<E: StimulusEquations, N: Lanes> Block<E, N> {
    #[inline(always)]
    fn draw(&mut self, drawing: &Drawing<'_>) {
        let Drawing { first, site, stream, key, .. } = *drawing;
        let wanted = site.step >> 2;
        if self.drawn == Some(wanted) {
            return;
        }
        let words = &mut self.words;
        each_chunk(
            words.len(),
            #[inline(always)]
            |chunk| {
                let first = first.wrapping_add((chunk * N::WIDTH) as u32);
                let neurons = N::Word::from_lanes(
                    #[inline(always)]
                    |lane| first.wrapping_add(lane as u32),
                );
                words[chunk] = N::Word::philox(neurons, [wanted, stream, 0], key);
            },
        );
        self.drawn = Some(wanted);
    }

    #[inline(always)]
    fn run(&mut self, drawing: &Drawing<'_>, active: &[u32], sum: &mut [N]) {
        let states = &mut self.state.chunks;
        each_chunk(
            states.len().min(sum.len()),
            #[inline(always)]
            |chunk| {
                if active.get(chunk) == Some(&0) {
                    return;
                }
                let (p, derived, s) = (self.params.of(chunk), self.derived.of(chunk), states[chunk]);
                let random =
                    if E::RANDOM { self.words[chunk][(drawing.site.step & 3) as usize] } else { N::Word::of(0) };
                let (state, number) = E::step(p, derived, s, drawing.site, random, drawing.data);
                if let Some(bits) = active.get(chunk) {
                    let mask = N::mask(*bits);
                    states[chunk] = Fields::select(mask, state.without_tiny(), s);
                    sum[chunk] = N::select(mask, sum[chunk] + number, sum[chunk]);
                } else {
                    states[chunk] = state.without_tiny();
                    sum[chunk] = sum[chunk] + number;
                }
            },
        );
    }
}

impl<E: StimulusEquations, N: Lanes> StimulusBlock<N> for Block<E, N> {
    fn state(&self) -> &dyn StateBlock {
        &self.state
    }

    fn state_mut(&mut self) -> &mut dyn StateBlock {
        &mut self.state
    }

    fn add(&mut self, arch: Arch, drawing: &Drawing<'_>, active: &[u32], sum: &mut [N]) {
        arch.dispatch(
            #[inline(always)]
            || {
                if E::RANDOM {
                    self.draw(drawing);
                }
                self.run(drawing, active, sum);
            },
        );
    }
}
