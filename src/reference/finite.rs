//! State that is infinite or no number: found at the end of a window, told as a device tells it.

use super::Reference;
use super::machine::Block;
use crate::Result;
use crate::plan::NotFinite;

impl Reference {
    /// Ends the run, or notes it, if a value was not finite at the end of the window of these last `steps`.
    ///
    /// # Errors
    /// [`Error::NonFinite`](crate::Error::NonFinite).
    pub(super) fn test(&mut self, steps: u32) -> Result<()> {
        let Some(found) = self.first(steps) else { return Ok(()) };
        if !self.allow_nonfinite {
            self.broken = true;
            return Err(self.plan.refused(&found));
        }
        self.not_finite.get_or_insert(found);
        Ok(())
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
            value: first.state[at],
            first_step: self.step - steps,
            steps,
        })
    }
}
