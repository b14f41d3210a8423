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
}

/// Spikes, volley by volley.
#[derive(Debug, Default)]
pub(super) struct Volleys {
    /// Population, step and item of each, and where its neurons are.
    places: Vec<([u32; 3], Range<usize>)>,
    neurons: Vec<u32>,
}

impl Volleys {
    /// Forgets all.
    pub(super) fn clear(&mut self) {
        self.places.clear();
        self.neurons.clear();
    }

    /// Adds those of a block, a bit for each of `width` neurons of a chunk.
    pub(super) fn push(&mut self, place: [u32; 3], first: u32, bits: &[u32], width: u32) {
        let begin = self.neurons.len();
        for (chunk, &bits) in (0..).zip(bits) {
            let mut left = bits;
            while left != 0 {
                self.neurons.push(first + chunk * width + left.trailing_zeros());
                left &= left - 1;
            }
        }
        if begin != self.neurons.len() {
            self.places.push((place, begin..self.neurons.len()));
        }
    }

    /// All of them.
    pub(super) fn all(&self) -> impl Iterator<Item = Volley<'_>> {
        self.places.iter().map(|([population, step, batch], neurons)| Volley {
            population: *population,
            step: *step,
            batch: *batch,
            neurons: &self.neurons[neurons.clone()],
        })
    }

    /// Adds all of another, of populations that are `wanted`.
    pub(super) fn extend(&mut self, other: &Self, wanted: &[bool]) {
        for Volley { population, step, batch, neurons } in other.all() {
            if wanted[population as usize] {
                let begin = self.neurons.len();
                self.neurons.extend_from_slice(neurons);
                self.places.push(([population, step, batch], begin..self.neurons.len()));
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
