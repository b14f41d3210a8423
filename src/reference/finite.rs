//! State that is infinite or no number: found at the end of a window, told as a device tells it. What an f32 cannot hold counts
//! as infinite here too.

use super::Reference;
use crate::Result;
use crate::plan::NotFinite;
use crate::recording::Recording;

impl Reference {
    /// Ends the run, or notes it, if a value was not finite at the end of the window of these last `steps`.
    ///
    /// # Errors
    /// [`Error::NonFinite`](crate::Error::NonFinite).
    pub(super) fn test(&mut self, steps: u32) -> Result<()> {
        let found = self.firsts(steps);
        self.note(found)
    }

    /// The same for the samples of that window, and how many values of each trace are tested then.
    ///
    /// # Errors
    /// [`Error::NonFinite`](crate::Error::NonFinite).
    pub(super) fn test_samples(&mut self, recording: &Recording, tested: &mut [usize]) -> Result<()> {
        let plan = self.plan.clone();
        for ((sampler, trace), tested) in plan.samplers().zip(&recording.traces).zip(tested) {
            self.note(plan.sampled(sampler, trace, *tested))?;
            *tested = trace.values.len();
        }
        Ok(())
    }

    fn note(&mut self, found: Vec<NotFinite>) -> Result<()> {
        let noted = self.watch.note(&self.plan, found);
        self.broken |= noted.is_err();
        noted
    }

    /// For each item the first, and the first of all before the others.
    fn firsts(&self, steps: u32) -> Vec<NotFinite> {
        let mut firsts = Vec::new();
        for block in &self.blocks {
            let Some(at) = block.not_finite else { continue };
            let place = &self.plan.populations[block.population];
            let variables = self.machines[block.population].variables;
            let found = NotFinite {
                slab: place.slab,
                item: block.batch,
                id: place.first_in_slab + block.first + (at / variables) as u32,
                variable: at % variables,
                value: f64::from(block.state[at] as f32),
                first_step: self.step - steps,
                steps,
            };
            self.plan.keep_first(&mut firsts, found);
        }
        firsts.sort_by_key(|found| self.plan.order(found));
        firsts
    }
}
