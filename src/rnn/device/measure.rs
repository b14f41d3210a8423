//! How long a plain product takes, and some steps of a cell: what variants are compared by.

use super::kernel::{Kernel, ProductCall, Use};
use super::layer::{Layer, Pick, Room, Shared};
use super::resident::Form;
use super::shape::{QUAD, Shape};
use super::variant::Variant;
use super::{Options, choose, chunk_steps};
use crate::Result;
use crate::gpu::{Binding, Buffer, Gpu, Pass, Report, Usage};
use crate::rnn::Cell;

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

/// Steps of a cell, to be done at once and one by one.
pub(crate) struct Steps {
    gpu: Gpu,
    layer: Layer,
    count: usize,
}

impl Steps {
    /// As the cell's steps could be done at once on an adapter, if they can.
    pub fn possible(gpu: &Gpu, cell: &Cell, batch: usize) -> Result<Option<Self>> {
        let form = choose::form(gpu, cell, batch);
        form.map(|form| Self::new(gpu, cell, batch, false, form)).transpose()
    }

    /// With the cell's weights, and numbers beside those of any run.
    pub fn new(gpu: &Gpu, cell: &Cell, batch: usize, half: bool, form: Form) -> Result<Self> {
        let product = |shape, rows| choose::variant(gpu, shape, rows);
        let pick = Pick { product: &product, steps: &|_, _, _| Ok(Some(form)) };
        let count = chunk_steps(gpu, std::slice::from_ref(cell), batch, &Options::default());
        let room = Room { batch, steps: count };
        let x = gpu.buffer("the input", room.steps * batch * cell.n_in().next_multiple_of(QUAD), Usage::Storage)?;
        // Nobody reads it, but kernels count their workgroups there.
        let report = Report::new(gpu, 0)?;
        let options = Options { f16: half, ..Options::default() };
        let mut layer = Layer::new(gpu, cell, room, Shared { x: &x, report: report.words() }, &options, pick)?;
        layer.expect(usize::MAX);
        Ok(Self { gpu: gpu.clone(), layer, count })
    }

    /// How many are compared: those of a chunk.
    pub fn count(&self) -> usize {
        self.count
    }

    /// Whether they are done sooner at once.
    pub fn faster(&self) -> Result<bool> {
        let [mut each, mut at_once] = [f64::INFINITY; 2];
        // The first compiles, and may find the device asleep.
        for _ in 0..4 {
            [each, at_once] = [each.min(self.time(false)?), at_once.min(self.time(true)?)];
        }
        Ok(at_once < each)
    }

    /// [ns] for the steps.
    pub fn time(&self, at_once: bool) -> Result<f64> {
        let slots = 1..self.count + 1;
        let timing = self.gpu.time("steps", |pass| {
            if at_once { self.layer.record_steps(pass, 0, slots) } else { self.layer.record_each(pass, 0, slots) }
        })?;
        Ok(timing.ns)
    }
}
