//! What a cell's steps are held against: their products without the cell, and the same steps at once.

use super::clock::Clock;
use super::measure::{Plain, Steps, add_plain, of_rows};
use super::shape::Shape;
use super::variant::lanes;
use super::{Options, choose, chunk_steps, executor};
use crate::Result;
use crate::engine::Executor;
use crate::gpu::Gpu;
use crate::program::{Program, StageId};
use crate::rnn::Cell;
use crate::rnn::phase::phases;
use std::time::{Duration, Instant};

/// A plain product in the variant that cells use for this shape.
pub(crate) fn chosen(gpu: &Gpu, shape: Shape, rows: usize) -> Result<Plain> {
    Plain::new(gpu, shape, rows, choose::variant(gpu, shape, rows)?)
}

/// A cell's steps as they could be done at once on an adapter, if they can.
pub(crate) fn at_once(gpu: &Gpu, cell: &Cell, batch: usize) -> Result<Option<Steps>> {
    let product = |shape, rows| choose::variant(gpu, shape, rows);
    let form = choose::form(gpu, cell, batch);
    form.map(|form| Steps::new(gpu, cell, (batch, false), form, &product)).transpose()
}

/// Of the same shapes as the cell's, in the same variants and submissions.
pub(crate) struct Products {
    executor: Executor,
    /// Those of a chunk's input, and of a step.
    inputs: StageId,
    recurrent: StageId,
    batch: usize,
    /// Steps of a submission.
    chunk: usize,
    /// Floating-point operations of a step.
    pub operations: f64,
}

impl Products {
    /// Of a batch.
    pub fn new(gpu: &Gpu, cell: &Cell, batch: usize) -> Result<Self> {
        let chunk = chunk_steps(gpu, std::slice::from_ref(cell), batch, &Options::default());
        let mut program = Program::new(Clock::NAMES, 0)?;
        let (inputs, recurrent) = (program.stage("the input"), program.stage("a step"));
        let mut operations = 0.0;
        for phase in phases(cell) {
            let both = [(inputs, Shape::of_input(&phase), chunk * batch), (recurrent, Shape::of_h(&phase), batch)];
            for (stage, shape, rows) in both {
                let variant = choose::variant(gpu, shape, rows)?;
                add_plain(&mut program, stage, (shape, rows, variant, lanes(gpu)))?;
                operations += shape.operations(batch);
            }
        }
        Ok(Self { executor: executor(gpu, &program)?, inputs, recurrent, batch, chunk, operations })
    }

    /// [ns] by the host's clock for the products of so many steps.
    pub fn time(&mut self, steps: usize) -> Result<f64> {
        let start = Instant::now();
        let (inputs, recurrent, batch) = (self.inputs, self.recurrent, self.batch);
        let mut last = None;
        for first in (0..steps).step_by(self.chunk) {
            let count = self.chunk.min(steps - first);
            let mut recorder = self.executor.recorder("products");
            let work = self.executor.record(&mut recorder, count as u32, |windows| {
                windows.add(inputs, &of_rows(count * batch));
                (0..count).for_each(|_| windows.add(recurrent, &of_rows(batch)));
            });
            last = Some(self.executor.submit_unseen(recorder, work)?);
        }
        last.map_or(Ok(true), |last| self.executor.wait(&last, Duration::MAX))?;
        Ok(start.elapsed().as_nanos() as f64)
    }
}
