//! How long a window is: as long as nobody can be reached within it, by a spike or by what a step gives, and as all it records fits the adapter.

use super::Plan;
use crate::gpu::Limits;
use crate::memory::bytes_of;

/// The window has at most this many steps: a neuron's spikes in it are one word.
const MAX_WINDOW: u32 = 32;

impl Plan {
    /// Chooses the window, the ring's slots and the windows of a submission for what is recorded.
    ///
    /// Where not even a window of one step fits, the window has one: [`Plan::check`] then says what is too large.
    pub(super) fn choose_window(&mut self, limits: &Limits) {
        let largest = limits.max_binding.min(limits.max_buffer);
        let gathered = self.gathered_delays();
        let value_slots = |window: u32| gathered.map_or(0, |[_, longest]| longest.saturating_add(window));
        let fits = |window: &u32| {
            let ring = self.ring_numbers(self.synapses.max_delay.saturating_add(*window));
            let ring = bytes_of::<i32>(ring.saturating_add(self.given_numbers(value_slots(*window))));
            let [spikes, samples] = self.recorded_bytes(*window);
            let spikes = spikes.saturating_add(self.amplitude_bytes(*window));
            ring.max(spikes).max(samples) <= largest
        };
        let shortest = gathered.map_or(u32::MAX, |[shortest, _]| shortest).min(self.synapses.min_delay);
        self.window = (1..=shortest.min(MAX_WINDOW)).rev().find(fits).unwrap_or(1);
        // The slots served in a window and those that its spikes reach are never the same.
        self.slots = self.synapses.max_delay.saturating_add(self.window);
        self.value_slots = value_slots(self.window);
        self.submission = self.choose_submission(largest);
    }
}
