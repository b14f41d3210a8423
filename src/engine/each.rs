//! What each dispatch of some windows takes, by itself.

use super::{Executor, Work};
use crate::Result;
use crate::gpu::Clock;
use crate::program::StageId;

impl Executor {
    /// Times each dispatch of windows of these clocks, which do so many steps together, without bringing anything back: \[ns\],
    /// window after window.
    ///
    /// # Errors
    /// As those of a submission; [`Error::Request`](crate::Error::Request) for more dispatches than a clock can time.
    pub(crate) fn time_each(
        &mut self,
        clock: Clock,
        steps: u32,
        stage: StageId,
        windows: &[Vec<u32>],
    ) -> Result<Vec<f64>> {
        let code = &self.code;
        let told = windows.iter().flat_map(|told| code.stages[stage.0].iter().map(move |dispatch| (dispatch, told)));
        let told: Vec<_> = told.collect();
        let mut words = Vec::new();
        let times = self.gpu.time_each("steps", clock, told.len(), |pass, number| {
            let (dispatch, clock) = told[number];
            code.dispatch(pass, dispatch, clock, &mut words);
        })?;
        let mut work = Work { steps, ..Work::default() };
        for told in windows {
            work.windows = work.windows.wrapping_add(1);
            work.workgroups = work.workgroups.wrapping_add(code.workgroups(stage, told));
        }
        // What ends a submission is not timed.
        let mut recorder = self.gpu.recorder("the end of steps");
        code.finish(&mut recorder.pass("the end of steps"), self.counter.told(work));
        let ticket = recorder.submit()?;
        self.gpu.wait(&ticket)?;
        self.counter.submitted(work);
        Ok(times)
    }

    /// What a stage dispatches, by name.
    pub(crate) fn labels(&self, stage: StageId) -> Vec<&str> {
        self.code.stages[stage.0].iter().map(|dispatch| self.code.kernels[dispatch.kernel.0].pipeline.label()).collect()
    }
}
