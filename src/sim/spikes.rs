//! From bits to spikes: a step's spikes come back as one bit for each neuron of each slab.

use crate::Result;
use crate::plan::{Plan, PopulationPlan};
use crate::recording::PopulationSpikes;

/// Appends the spikes of the steps from `first_step` on; they come out sorted by step, batch item and neuron.
///
/// `firsts` are the slabs' first words in the `words` of a step.
///
/// # Errors
/// [`crate::Error::HostMemory`]: some of the spikes are there then.
pub(super) fn decode(
    plan: &Plan,
    bits: &[u32],
    firsts: &[u32],
    words: u32,
    first_step: u32,
    out: &mut [PopulationSpikes],
) -> Result<()> {
    if words == 0 {
        return Ok(());
    }
    let items = (first_step..).flat_map(|step| (0..plan.batch).map(move |batch| (step, batch)));
    for (bits, (step, batch)) in bits.chunks_exact(words as usize).zip(items) {
        for (population, PopulationSpikes { spikes, .. }) in plan.populations.iter().zip(out.iter_mut()) {
            let slab = &bits[firsts[population.slab] as usize..];
            each_spike(population, slab, |neuron| spikes.push(step, batch, neuron))?;
        }
    }
    Ok(())
}

/// Calls `found` with each neuron of a population whose bit is set, in order.
#[expect(clippy::arithmetic_side_effects, reason = "a slab has u32 neurons, and shifts are below 32")]
fn each_spike(population: &PopulationPlan, slab: &[u32], mut found: impl FnMut(u32) -> Result<()>) -> Result<()> {
    let first = population.first_in_slab;
    let end = first + population.size;
    for word in first / 32..end.div_ceil(32) {
        let mut left = slab[word as usize];
        // The first and the last word may be shared with neighbours in the slab.
        if word == first / 32 {
            left &= u32::MAX << (first % 32);
        }
        if word == end / 32 {
            left &= (1 << (end % 32)) - 1;
        }
        while left != 0 {
            found(word * 32 + left.trailing_zeros() - first)?;
            left &= left - 1;
        }
    }
    Ok(())
}
