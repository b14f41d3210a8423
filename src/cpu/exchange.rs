//! Who spiked in a window: said by each thread, heard by all.

use std::ops::Range;
use std::sync::{PoisonError, RwLock, RwLockReadGuard};

/// Spikes of neighbouring neurons of one population in one step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Volley {
    /// Index of the population.
    pub(super) population: u32,
    /// Number of the step.
    pub(super) step: u32,
    /// Item of the batch.
    pub(super) batch: u32,
    /// Its neurons among those of all.
    pub(super) neurons: Range<u32>,
}

/// Spikes, volley by volley.
#[derive(Debug, Default)]
pub(super) struct Spikes {
    pub(super) volleys: Vec<Volley>,
    neurons: Vec<u32>,
}

impl Spikes {
    /// Forgets all.
    pub(super) fn clear(&mut self) {
        self.volleys.clear();
        self.neurons.clear();
    }

    /// Adds those of a block, a bit for each of `width` neurons of a chunk.
    pub(super) fn push(&mut self, [population, step, batch]: [u32; 3], first: u32, bits: &[u32], width: u32) {
        let begin = self.neurons.len() as u32;
        for (chunk, &bits) in (0..).zip(bits) {
            let mut left = bits;
            while left != 0 {
                self.neurons.push(first + chunk * width + left.trailing_zeros());
                left &= left - 1;
            }
        }
        let end = self.neurons.len() as u32;
        if begin != end {
            self.volleys.push(Volley { population, step, batch, neurons: begin..end });
        }
    }

    /// The neurons of a volley: indices in their population, ascending.
    pub(super) fn neurons(&self, volley: &Volley) -> &[u32] {
        &self.neurons[volley.neurons.start as usize..volley.neurons.end as usize]
    }

    /// Adds all of another, of populations that are `wanted`.
    pub(super) fn extend(&mut self, other: &Self, wanted: &[bool]) {
        for volley in &other.volleys {
            if wanted[volley.population as usize] {
                let begin = self.neurons.len() as u32;
                self.neurons.extend_from_slice(other.neurons(volley));
                self.volleys.push(Volley { neurons: begin..self.neurons.len() as u32, ..volley.clone() });
            }
        }
    }
}

/// What each thread says, in two copies: one is written while others may still read the one before.
#[derive(Debug)]
pub(super) struct Exchange(Vec<[RwLock<Spikes>; 2]>);

impl Exchange {
    /// For so many threads.
    pub(super) fn new(threads: usize) -> Self {
        Self((0..threads).map(|_| Default::default()).collect())
    }

    /// Lets a thread say its spikes. Nobody else is at this copy: there is a barrier between.
    pub(super) fn say(&self, thread: usize, turn: usize, say: impl FnOnce(&mut Spikes)) {
        let mut spikes = self.0[thread][turn & 1].write().unwrap_or_else(PoisonError::into_inner);
        spikes.clear();
        say(&mut spikes);
    }

    /// What all have said, thread by thread.
    pub(super) fn hear(&self, turn: usize) -> impl Iterator<Item = RwLockReadGuard<'_, Spikes>> {
        self.0.iter().map(move |copies| copies[turn & 1].read().unwrap_or_else(PoisonError::into_inner))
    }
}
