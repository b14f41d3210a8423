//! From bits to spikes: a step's spikes come back as one bit for each neuron of each slab, of which recorders want some.

use crate::Result;
use crate::plan::{Plan, Recorder};
use crate::recording::PopulationSpikes;
use std::ops::Range;

/// The bits that a recorder of spikes wants.
#[derive(Debug)]
pub(super) struct Wanted {
    /// Index of the population.
    population: usize,
    /// The bit of the population's first neuron, in the words of a step.
    first_bit: usize,
    /// The words of a step with bits of recorded neurons, in order, and those bits.
    words: Vec<(usize, u32)>,
}

/// What all recorders of spikes want.
#[expect(clippy::arithmetic_side_effects, reason = "bits of the words of a step, which u32 count")]
pub(super) fn wanted(plan: &Plan) -> Vec<Wanted> {
    let firsts = plan.spike_words().0;
    let of = |recorder: &Recorder| {
        let place = &plan.populations[recorder.population];
        let first_bit = firsts[place.slab] as usize * 32 + place.first_in_slab as usize;
        let words = words_of(first_bit, recorder.chosen(plan));
        Wanted { population: recorder.population, first_bit, words }
    };
    plan.spike_recorders().map(of).collect()
}

/// The words of a step with bits of these neurons of a population, in order, and those bits.
#[expect(clippy::arithmetic_side_effects, reason = "bits of the words of a step, which u32 count")]
pub(super) fn bits_of(plan: &Plan, population: usize, neurons: Range<u32>) -> Vec<(usize, u32)> {
    let place = &plan.populations[population];
    let first = plan.spike_words().0[place.slab] as usize * 32 + place.first_in_slab as usize;
    words_of(first, neurons)
}

/// The words with bits of these neurons, which ascend, of a population whose first has this bit.
#[expect(clippy::arithmetic_side_effects, reason = "bits of the words of a step, which u32 count")]
fn words_of(first_bit: usize, neurons: impl IntoIterator<Item = u32>) -> Vec<(usize, u32)> {
    let mut words: Vec<(usize, u32)> = Vec::new();
    for bit in neurons.into_iter().map(|neuron| first_bit + neuron as usize) {
        match words.last_mut() {
            Some((word, bits)) if *word == bit / 32 => *bits |= 1 << (bit % 32),
            _ => words.push((bit / 32, 1 << (bit % 32))),
        }
    }
    words
}

/// How many of the counted bits are spikes, in steps of so many words for each batch item: for each item.
pub(super) fn count(counted: &[(usize, u32)], (batch, words): (u32, u32), bits: &[u32]) -> Vec<u64> {
    let mut spikes = vec![0u64; batch as usize];
    // A network without neurons has no words.
    let words = words.max(1) as usize;
    for step in bits.chunks_exact(words.saturating_mul(batch as usize)) {
        for (spikes, bits) in spikes.iter_mut().zip(step.chunks_exact(words)) {
            let found = counted.iter().map(|(word, of)| u64::from((bits[*word] & of).count_ones()));
            *spikes = found.fold(*spikes, u64::saturating_add);
        }
    }
    spikes
}

/// Appends the wanted spikes of the steps from `first_step` on, each of so many words; they come out sorted by step, batch item
/// and neuron.
///
/// # Errors
/// [`crate::Error::HostMemory`]: some of the spikes are there then.
#[expect(
    clippy::arithmetic_side_effects,
    clippy::cast_possible_truncation,
    reason = "a bit that is wanted is a neuron's, and where one is left, the word is above 0"
)]
pub(super) fn decode(
    wanted: &[Wanted],
    (batch, words): (u32, u32),
    bits: &[u32],
    first_step: u32,
    out: &mut [PopulationSpikes],
) -> Result<()> {
    let items = (first_step..).flat_map(|step| (0..batch).map(move |item| (step, item)));
    // A network without neurons has no words.
    for (bits, (step, item)) in bits.chunks_exact(words.max(1) as usize).zip(items) {
        for of in wanted {
            let PopulationSpikes { period, spikes, .. } = &mut out[of.population];
            if !period.contains(step) {
                continue;
            }
            for &(word, recorded) in &of.words {
                let mut left = bits[word] & recorded;
                while left != 0 {
                    let bit = word * 32 + left.trailing_zeros() as usize;
                    spikes.push(step, item, (bit - of.first_bit) as u32)?;
                    left &= left - 1;
                }
            }
        }
    }
    Ok(())
}
