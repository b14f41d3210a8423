//! The kernels of a program, compiled and bound, and windows that dispatch them.

use super::Executor;
use crate::Result;
use crate::gpu::{BindGroup, Binding, Buffer, Gpu, Pass, Pipeline};
use crate::program::{Dispatch, Grid, KernelPlan, Program, StageId, Word, workgroups};
use std::time::{Duration, Instant};

/// The kernels of a program, and what each of its stages dispatches.
pub(crate) struct Code {
    pub(super) kernels: Vec<Compiled>,
    pub(super) stages: Vec<Vec<Dispatch>>,
    /// Their grids, known before any is dispatched: so a dispatch that is missing is missed.
    grids: Vec<Vec<Grid>>,
    /// What compiling took; drivers may leave a part of it to the first dispatch.
    pub(crate) took: Duration,
}

pub(super) struct Compiled {
    pub(super) pipeline: Pipeline,
    group: BindGroup,
}

impl Code {
    pub(super) fn new(gpu: &Gpu, program: &Program<'_>, buffers: &[Buffer<u32>]) -> Result<Self> {
        let start = Instant::now();
        let compile = |plan: &KernelPlan| {
            let pipeline = gpu.pipeline(&plan.label, &plan.kernel)?;
            let bound: Vec<_> = plan.buffers.iter().map(|id| &buffers[id.0] as &dyn Binding).collect();
            let group = gpu.bind(&pipeline, &bound)?;
            Ok(Compiled { pipeline, group })
        };
        let kernels = program.kernels.iter().map(compile).collect::<Result<_>>()?;
        let stages: Vec<_> = program.stages.iter().map(|stage| stage.dispatches.clone()).collect();
        let grids = stages.iter().map(|stage| stage.iter().map(|dispatch| dispatch.grid).collect()).collect();
        Ok(Self { kernels, stages, grids, took: start.elapsed() })
    }

    /// Dispatches one of a window, with these words of the program's clock; `words` has room for what it is told.
    pub(super) fn dispatch(&self, pass: &mut Pass<'_>, dispatch: &Dispatch, clock: &[u32], words: &mut Vec<u32>) {
        let Dispatch { kernel, grid, told } = dispatch;
        words.clear();
        words.extend(told.iter().map(|word| match word {
            Word::Fixed(word) => *word,
            Word::Clock(at) => clock[*at],
        }));
        let Compiled { pipeline, group } = &self.kernels[kernel.0];
        pass.dispatch(pipeline, group, bytemuck::cast_slice(words), grid.workgroups(clock));
    }

    /// Workgroups of a window.
    pub(super) fn workgroups(&self, stage: StageId, clock: &[u32]) -> u32 {
        workgroups(&self.grids[stage.0], clock)
    }

    /// Dispatches what ends a submission, with what it is told.
    pub(super) fn finish(&self, pass: &mut Pass<'_>, told: [u32; 3]) {
        let Compiled { pipeline, group } = &self.kernels[Program::FINISH.0];
        pass.dispatch(pipeline, group, bytemuck::bytes_of(&told), [1; 3]);
    }
}

/// Windows that are recorded.
pub(crate) struct Windows<'r, 'p> {
    pass: &'r mut Pass<'p>,
    code: &'r Code,
    /// How many, and their workgroups.
    pub(super) count: u32,
    pub(super) workgroups: u32,
    told: Vec<u32>,
}

impl<'r, 'p> Windows<'r, 'p> {
    pub(super) fn new(pass: &'r mut Pass<'p>, executor: &'r Executor) -> Self {
        Self { pass, code: &executor.code, count: 0, workgroups: 0, told: Vec::new() }
    }

    /// Adds one: what a stage dispatches, with these words of the program's clock.
    pub(crate) fn add(&mut self, stage: StageId, clock: &[u32]) {
        self.add_all(stage, clock, 1);
    }

    /// Adds so many that the same dispatches go through.
    pub(crate) fn add_all(&mut self, stage: StageId, clock: &[u32], windows: u32) {
        let dispatches = &self.code.stages[stage.0];
        dispatches.iter().for_each(|dispatch| self.code.dispatch(self.pass, dispatch, clock, &mut self.told));
        self.count = self.count.wrapping_add(windows);
        self.workgroups = self.workgroups.wrapping_add(self.code.workgroups(stage, clock));
    }
}
