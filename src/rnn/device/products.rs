//! The products of a cell's steps without the cell: what its steps are held against.

use super::measure::Plain;
use super::shape::Shape;
use super::{Options, choose, chunk_steps};
use crate::Result;
use crate::gpu::Gpu;
use crate::rnn::Cell;
use crate::rnn::phase::phases;
use std::time::Instant;

/// A plain product in the variant that cells use for this shape.
pub(crate) fn chosen(gpu: &Gpu, shape: Shape, rows: usize) -> Result<Plain> {
    Plain::new(gpu, shape, rows, choose::variant(gpu, shape, rows)?)
}

/// Of the same shapes as the cell's, in the same variants and submissions.
pub(crate) struct Products {
    gpu: Gpu,
    inputs: Vec<Plain>,
    recurrent: Vec<Plain>,
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
        let phases = phases(cell);
        let inputs: Vec<_> = phases.iter().map(|phase| (Shape::of_input(phase), chunk * batch)).collect();
        let recurrent: Vec<_> = phases.iter().map(|phase| (Shape::of_h(phase), batch)).collect();
        let operations = inputs.iter().chain(&recurrent).map(|(shape, _)| shape.operations(batch)).sum();
        let plain = |all: Vec<(Shape, usize)>| -> Result<Vec<Plain>> {
            all.into_iter().map(|(shape, rows)| chosen(gpu, shape, rows)).collect()
        };
        let (inputs, recurrent) = (plain(inputs)?, plain(recurrent)?);
        Ok(Self { gpu: gpu.clone(), inputs, recurrent, batch, chunk, operations })
    }

    /// [ns] by the host's clock for the products of so many steps.
    pub fn time(&self, steps: usize) -> Result<f64> {
        let start = Instant::now();
        let mut last = None;
        for first in (0..steps).step_by(self.chunk) {
            let count = self.chunk.min(steps - first);
            let mut recorder = self.gpu.recorder("products");
            {
                let mut pass = recorder.pass("products");
                self.inputs.iter().for_each(|plain| plain.dispatch(&mut pass, count * self.batch));
                for _ in 0..count {
                    self.recurrent.iter().for_each(|plain| plain.dispatch(&mut pass, self.batch));
                }
            }
            last = Some(recorder.submit()?);
        }
        last.map_or(Ok(()), |ticket| self.gpu.wait(&ticket))?;
        Ok(start.elapsed().as_nanos() as f64)
    }
}
