//! How long a plain product takes: what variants are compared by.

use super::kernel::{Kernel, ProductCall, Use};
use super::shape::{QUAD, Shape};
use super::variant::Variant;
use crate::Result;
use crate::gpu::{Binding, Buffer, Gpu, Pass, Report, Usage};

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

    /// [ns] for `times` of it, one after the other.
    pub fn time(&self, times: usize) -> Result<f64> {
        let timing = self.gpu.time("product", |pass| (0..times).for_each(|_| self.dispatch(pass, self.rows)))?;
        Ok(timing.ns)
    }

    pub(super) fn dispatch(&self, pass: &mut Pass<'_>, rows: usize) {
        let call = ProductCall { rows: rows as u32, stride: self.stride as u32, ..ProductCall::default() };
        self.kernel.dispatch(pass, call);
    }
}
