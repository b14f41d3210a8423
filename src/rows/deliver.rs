//! Spikes delivered on the CPU.

use super::Table;

/// A tile of the delay ring.
pub(crate) struct Landing<'a> {
    /// `[slot, batch, inlet]`
    pub(crate) ring: &'a mut [i32],
    pub(crate) slots: u32,
    pub(crate) batch: u32,
    pub(crate) item: u32,
    pub(crate) size: u32,
    /// The slot of the spikes' step.
    pub(crate) now: u32,
}

#[derive(Default)]
pub(crate) struct Scratch;

impl Table {
    pub(crate) fn deliver(&self, strip: usize, neurons: &[u32], landing: &mut Landing<'_>) {
        let strip = &self.strips[strip];
        let words = &self.entries[strip.words.clone()];
        for &neuron in neurons {
            let starts = &self.starts[strip.starts + neuron as usize..][..2];
            for at in starts[0] as usize..starts[1] as usize {
                let (inlet, delay, weight) = strip.format.decode(strip.format.entry(words, at));
                let later = landing.now + delay;
                let slot = if later < landing.slots { later } else { later - landing.slots };
                let at = (slot * landing.batch + landing.item) as usize * landing.size as usize + inlet as usize;
                landing.ring[at] = landing.ring[at].wrapping_add(weight);
            }
        }
    }

    pub(crate) fn deliver_drawn(
        &self,
        block: usize,
        source: usize,
        neurons: &[u32],
        landing: &mut Landing<'_>,
        _scratch: &mut Scratch,
    ) {
        let place = &self.blocks[block];
        for procedural in self.procedural.iter().filter(|procedural| procedural.source() == source) {
            for &neuron in neurons {
                procedural.each(neuron, |inlet, delay, weight| {
                    if inlet < place.inlet || inlet >= place.inlet + place.size {
                        return;
                    }
                    let later = landing.now + delay;
                    let slot = if later < landing.slots { later } else { later - landing.slots };
                    let at = (slot * landing.batch + landing.item) as usize * landing.size as usize
                        + (inlet - place.inlet) as usize;
                    landing.ring[at] = landing.ring[at].wrapping_add(weight);
                });
            }
        }
    }
}
