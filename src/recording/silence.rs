//! Nobody spiked: what to look at then.

use super::{PopulationSpikes, Recording};

impl Recording {
    /// What to say where nobody spiked, of those who are recorded and could: `spiking` has, for each population, whether its neurons
    /// ever do ([`Plan::spiking`](crate::plan::Plan::spiking)). None where somebody did, or had no time to.
    pub fn silence(&self, spiking: &[bool]) -> Option<String> {
        let mut pairs = spiking.iter().zip(&self.populations);
        let could = pairs.any(|(spikes, population)| *spikes && !population.neurons.is_empty());
        let silent = self.steps > 0 && self.populations.iter().all(|population| population.spikes.is_empty());
        let who = if self.populations.iter().all(PopulationSpikes::is_whole) { "neuron" } else { "recorded neuron" };
        // Without the last digits' noise.
        let ms = (self.duration_ms() * 1e6).round() / 1e6;
        (could && silent).then(|| {
            format!(
                "no {who} spiked in {ms} ms: look at the drive (stimuli, weights and their units) and at the thresholds; a \
                 record of `v` shows how near it came"
            )
        })
    }
}
