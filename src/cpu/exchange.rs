//! Who spiked in a window: said by each thread, heard by all.

use std::ops::Range;
use std::sync::{PoisonError, RwLock, RwLockReadGuard};

/// Spikes of neighbouring neurons of one population in one step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Volley<'a> {
    /// Index of the population.
    pub(super) population: u32,
    /// Number of the step.
    pub(super) step: u32,
    /// Item of the batch.
    pub(super) batch: u32,
    /// Its neurons: indices in their population, ascending.
    pub(super) neurons: &'a [u32],
    /// The amplitudes of their spikes, `[neuron, model of the population's projections]`.
    pub(super) amplitudes: &'a [u32],
}

/// Spikes, volley by volley.
#[derive(Debug, Default)]
pub(super) struct Volleys {
    /// Population, step and item of each, and where its neurons are, and their amplitudes.
    places: Vec<([u32; 3], [Range<usize>; 2])>,
    neurons: Vec<u32>,
    amplitudes: Vec<u32>,
}

impl Volleys {
    /// Forgets all.
    pub(super) fn clear(&mut self) {
        self.places.clear();
        self.neurons.clear();
        self.amplitudes.clear();
    }

    /// Adds those of a block, a bit for each of `width` neurons of a chunk; `amplitude` is that of a model and neuron of the block, of
    /// so many models.
    pub(super) fn push(
        &mut self,
        place: [u32; 3],
        (first, width): (u32, u32),
        bits: &[u32],
        (models, amplitude): (usize, impl Fn(usize, usize) -> u32),
    ) {
        let begin = self.ends();
        for (chunk, &bits) in (0..).zip(bits) {
            let mut left = bits;
            while left != 0 {
                let neuron = chunk * width + left.trailing_zeros();
                self.neurons.push(first + neuron);
                self.amplitudes.extend((0..models).map(|model| amplitude(model, neuron as usize)));
                left &= left - 1;
            }
        }
        if begin[0] != self.neurons.len() {
            self.places.push((place, self.since(begin)));
        }
    }

    /// Where the next begin.
    fn ends(&self) -> [usize; 2] {
        [self.neurons.len(), self.amplitudes.len()]
    }

    fn since(&self, [neurons, amplitudes]: [usize; 2]) -> [Range<usize>; 2] {
        let ends = self.ends();
        [neurons..ends[0], amplitudes..ends[1]]
    }

    /// All of them.
    pub(super) fn all(&self) -> impl Iterator<Item = Volley<'_>> {
        self.places.iter().map(|([population, step, batch], [neurons, amplitudes])| Volley {
            population: *population,
            step: *step,
            batch: *batch,
            neurons: &self.neurons[neurons.clone()],
            amplitudes: &self.amplitudes[amplitudes.clone()],
        })
    }

    /// Adds all of another, of populations that are `wanted`.
    pub(super) fn extend(&mut self, other: &Self, wanted: &[bool]) {
        for Volley { population, step, batch, neurons, amplitudes: _ } in other.all() {
            if wanted[population as usize] {
                let begin = self.ends();
                self.neurons.extend_from_slice(neurons);
                self.places.push(([population, step, batch], self.since(begin)));
            }
        }
    }
}

/// What each thread says, in two copies: one is written while others may still read the one before.
#[derive(Debug)]
pub(super) struct Exchange(Vec<[RwLock<Volleys>; 2]>);

impl Exchange {
    /// For so many threads.
    pub(super) fn new(threads: usize) -> Self {
        Self((0..threads).map(|_| Default::default()).collect())
    }

    /// Lets a thread say its spikes. Nobody else is at this copy: there is a barrier between.
    pub(super) fn say(&self, thread: usize, turn: usize, say: impl FnOnce(&mut Volleys)) {
        let mut spikes = self.0[thread][turn & 1].write().unwrap_or_else(PoisonError::into_inner);
        spikes.clear();
        say(&mut spikes);
    }

    /// What all have said, thread by thread.
    pub(super) fn hear(&self, turn: usize) -> impl Iterator<Item = RwLockReadGuard<'_, Volleys>> {
        self.0.iter().map(move |copies| copies[turn & 1].read().unwrap_or_else(PoisonError::into_inner))
    }
}
