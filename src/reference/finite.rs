//! State that is infinite or no number: found at the end of a window, told as a device tells it. What an f32 cannot hold counts
//! as infinite here too.

use super::Reference;
use super::machine::Block;
use crate::Result;
use crate::plan::NotFinite;
use crate::recording::Recording;

impl Reference {
    /// Ends the run, or notes it, if a value was not finite at the end of the window of these last `steps`.
    ///
    /// # Errors
    /// [`Error::NonFinite`](crate::Error::NonFinite).
    pub(super) fn test(&mut self, steps: u32) -> Result<()> {
        let found = self.first(steps);
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

    fn note(&mut self, found: Option<NotFinite>) -> Result<()> {
        match found {
            Some(found) if !self.allow_nonfinite => {
                self.broken = true;
                Err(self.plan.refused(&found))
            }
            found => {
                self.not_finite = self.not_finite.or(found);
                Ok(())
            }
        }
    }

    fn first(&self, steps: u32) -> Option<NotFinite> {
        let place = |block: &Block| &self.plan.populations[block.population];
        let order = |block: &&Block| {
            let level = self.machines[block.population].level;
            (level, place(block).slab, block.batch, place(block).first_in_slab + block.first)
        };
        let first = self.blocks.iter().filter(|block| block.not_finite.is_some()).min_by_key(order)?;
        let (variables, at) = (self.machines[first.population].variables, first.not_finite?);
        Some(NotFinite {
            slab: place(first).slab,
            item: first.batch,
            id: place(first).first_in_slab + first.first + (at / variables) as u32,
            variable: at % variables,
            value: f64::from(first.state[at] as f32),
            first_step: self.step - steps,
            steps,
        })
    }
}
