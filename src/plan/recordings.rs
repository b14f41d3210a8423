//! What recordings take: words of a submission on the device, columns on the host.
//!
//! Spikes are a bit for each neuron, batch item and step on the device, so that none is ever dropped; how many there will be
//! on the host nobody knows beforehand. Samples are known.

use super::{Plan, Recorded, Recorder, Sampling, SlabPlan};
use crate::Result;
use crate::memory::{bytes_of, needs};
use crate::model::Definition;
use crate::recording::FEWER_SAMPLES;

/// [bytes] what the recordings of one submission may take on the device, if they are more than one window's; twice that to
/// read them back.
const SUBMISSION_BYTES: u64 = 32 << 20;
/// Windows of a submission at most, whatever they record.
const MAX_WINDOWS: u64 = 4096;

/// A recorder of a variable.
pub(crate) type Sampled<'a> = (&'a Recorder, Sampling);

impl Recorder {
    /// Neurons that it records.
    #[expect(clippy::cast_possible_truncation, reason = "each neuron of a population at most once")]
    pub(crate) fn width(&self, plan: &Plan) -> u32 {
        let size = plan.populations[self.population].size;
        self.neurons.as_ref().map_or(size, |neurons| neurons.len() as u32)
    }

    /// The neurons that it records.
    pub(crate) fn chosen(&self, plan: &Plan) -> Vec<u32> {
        self.neurons.clone().unwrap_or_else(|| (0..plan.populations[self.population].size).collect())
    }
}

impl Plan {
    /// The recorders of spikes.
    pub(crate) fn spike_recorders(&self) -> impl Iterator<Item = &Recorder> {
        self.recorders.iter().filter(|recorder| recorder.what == Recorded::Spikes)
    }

    /// The recorders of variables, in the order of a recording's traces.
    pub(crate) fn samplers(&self) -> impl Iterator<Item = Sampled<'_>> {
        self.recorders.iter().filter_map(|recorder| match recorder.what {
            Recorded::Samples(sampling) => Some((recorder, sampling)),
            Recorded::Spikes => None,
        })
    }

    /// First word of each slab's spikes in a step, and the words of a step of one batch item: each slab begins a word.
    #[expect(clippy::arithmetic_side_effects, reason = "a 32nd of all neurons, and one more for each slab")]
    pub(crate) fn spike_words(&self) -> (Vec<u32>, u32) {
        let mut next = 0;
        let firsts = self.slabs.iter().map(|slab| {
            let first = next;
            next += slab.size.div_ceil(32);
            first
        });
        let firsts = firsts.collect();
        (firsts, next)
    }

    /// First amplitude of each slab's models of projections in a step, and the amplitudes of a step of one batch item: one for each model
    /// and neuron.
    #[expect(clippy::arithmetic_side_effects, reason = "`Plan::check` counts them without a limit before")]
    pub(crate) fn amplitudes(&self) -> (Vec<Vec<u32>>, u32) {
        let mut next = 0;
        let slot = |size: u32, next: &mut u32| {
            let first = *next;
            *next += size;
            first
        };
        // What gives values has none.
        let own = |slab: &SlabPlan, model: &Definition| if model.is_graded() { 0 } else { slab.size };
        let of_slab = |slab: &SlabPlan| slab.sources.iter().map(|model| slot(own(slab, model), &mut next)).collect();
        let firsts = self.slabs.iter().map(of_slab).collect();
        (firsts, next)
    }

    /// [bytes] of the amplitudes of a window of so many steps.
    pub(super) fn amplitude_bytes(&self, steps: u32) -> u64 {
        let models = |slab: &SlabPlan| slab.sources.iter().filter(|model| !model.is_graded()).count() as u64;
        let of_slab = |slab: &SlabPlan| u64::from(slab.size).saturating_mul(models(slab));
        let of_item = self.slabs.iter().map(of_slab).fold(0, u64::saturating_add);
        bytes_of::<u32>(of_item.saturating_mul(self.batch.into()).saturating_mul(steps.into()))
    }

    /// Words that the samples of so many steps take at most, whatever step is the first.
    pub(crate) fn sample_words(&self, steps: u32) -> u64 {
        let words = |(recorder, sampling): Sampled<'_>| {
            let samples = u64::from(recorder.period.most_samples(sampling.every, steps));
            samples.saturating_mul(u64::from(self.batch)).saturating_mul(u64::from(recorder.width(self)))
        };
        self.samplers().map(words).fold(0, u64::saturating_add)
    }

    /// [bytes] on the device of the spikes and of the samples of so many steps.
    pub(super) fn recorded_bytes(&self, steps: u32) -> [u64; 2] {
        let spikes = u64::from(self.spike_words().1).saturating_mul(u64::from(self.batch));
        [spikes.saturating_mul(u64::from(steps)), self.sample_words(steps)].map(bytes_of::<u32>)
    }

    /// Windows that one submission may have, where a binding holds no more than `largest` bytes: one at least.
    #[expect(clippy::arithmetic_side_effects, reason = "a window takes a byte at least")]
    pub(super) fn choose_submission(&self, largest: u64) -> u32 {
        let window = self.recorded_bytes(self.window).into_iter().fold(1, u64::saturating_add);
        // So many windows of samples take no more than so many times what one takes.
        let room = largest.saturating_sub(self.amplitude_bytes(self.window));
        (SUBMISSION_BYTES.min(room) / window).clamp(1, MAX_WINDOWS) as u32
    }

    /// Steps of a submission at most.
    pub(crate) fn submission_steps(&self) -> u32 {
        self.submission.saturating_mul(self.window)
    }

    /// \[bytes\] What the recorded variables of a run of so many steps take on the host; in files they take no more.
    pub fn trace_bytes(&self, steps: u32) -> u64 {
        let columns = self.samplers().map(|(recorder, sampling)| {
            u64::from(recorder.period.most_samples(sampling.every, steps))
                .saturating_add(u64::from(recorder.width(self)))
        });
        bytes_of::<u32>(columns.fold(self.sample_words(steps), u64::saturating_add))
    }

    /// Has the host room for the recorded variables of a run of so many steps? (Each run asks for itself; who asks
    /// beforehand knows sooner.)
    ///
    /// # Errors
    /// [`crate::Error::HostMemory`].
    pub fn check_traces(&self, steps: u32) -> Result<()> {
        needs(self.trace_bytes(steps), &format!("recording variables in {steps} steps"), FEWER_SAMPLES)
    }
}
