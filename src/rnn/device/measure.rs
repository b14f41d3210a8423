//! How long plain products take: what variants are compared by, and what the steps of a cell are held against.

use super::kernel::{Kernel, ProductCall, Use};
use super::phase::phases;
use super::shape::{QUAD, Shape};
use super::variant::Variant;
use super::{Options, choose, chunk_steps};
use crate::Result;
use crate::gpu::{Binding, Buffer, Gpu, Pass, Report, Usage};
use crate::rnn::Cell;
use std::time::Instant;

/// A product of `rows` rows without any cell: sums are stored, with a bias.
pub(crate) struct Plain {
    gpu: Gpu,
    kernel: Kernel,
    rows: usize,
    stride: usize,
}

impl Plain {
    /// With numbers that are all 0: what they are does not matter for how long it takes.
    pub fn new(gpu: &Gpu, shape: Shape, rows: usize, variant: Variant) -> Result<Self> {
        let stride = shape.k.next_multiple_of(QUAD);
        let x: Buffer<f32> = gpu.buffer("the operand", rows * stride, Usage::Storage)?;
        let matrix: Buffer<f32> = gpu.buffer("the matrix", shape.packed(), Usage::Storage)?;
        let bias: Buffer<f32> = gpu.buffer("the bias", shape.row() * QUAD, Usage::Storage)?;
        let sums: Buffer<f32> = gpu.buffer("the sums", rows * shape.row() * QUAD, Usage::Storage)?;
        // Nobody reads it, but kernels count their workgroups there.
        let report = Report::new(gpu, 0)?;
        let buffers: [&dyn Binding; 5] = [&x, &matrix, &bias, &sums, report.words()];
        let kernel = Kernel::new(gpu, shape, variant, Use::Inputs, false, &buffers)?;
        Ok(Self { gpu: gpu.clone(), kernel, rows, stride })
    }

    /// In the variant that cells use for this shape.
    pub fn chosen(gpu: &Gpu, shape: Shape, rows: usize) -> Result<Self> {
        Self::new(gpu, shape, rows, choose::variant(gpu, shape, rows)?)
    }

    /// [ns] for `times` of it, one after the other.
    pub fn time(&self, times: usize) -> Result<f64> {
        let timing = self.gpu.time("product", |pass| (0..times).for_each(|_| self.dispatch(pass, self.rows)))?;
        Ok(timing.ns)
    }

    fn dispatch(&self, pass: &mut Pass<'_>, rows: usize) {
        let call = ProductCall { rows: rows as u32, stride: self.stride as u32, ..ProductCall::default() };
        self.kernel.dispatch(pass, call);
    }
}

/// The products of a cell's steps without the cell: of the same shapes, in the same variants and submissions.
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
        let inputs: Vec<_> = phases.iter().map(|phase| (phase.of_input(), chunk * batch)).collect();
        let recurrent: Vec<_> = phases.iter().map(|phase| (phase.of_h(), batch)).collect();
        let operations = inputs.iter().chain(&recurrent).map(|(shape, _)| shape.operations(batch)).sum();
        let plain = |all: Vec<(Shape, usize)>| -> Result<Vec<Plain>> {
            all.into_iter().map(|(shape, rows)| Plain::chosen(gpu, shape, rows)).collect()
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
