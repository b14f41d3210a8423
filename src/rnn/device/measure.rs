//! How long a plain product takes, and some steps of a cell: what variants are compared by.

use super::clock::Clock;
use super::kernel::{Product, Use};
use super::layer::{Layer, Pick, PickProduct, Room};
use super::resident::Form;
use super::shape::{QUAD, Shape};
use super::variant::{Variant, lanes};
use super::{Options, chunk_steps, executor};
use crate::Result;
use crate::engine::Executor;
use crate::gpu::Gpu;
use crate::program::{Program, StageId};
use crate::rnn::Cell;

/// Adds a product of at most so many rows to a stage, without any cell: sums are stored, with a bias. Its numbers are all 0: what
/// they are does not matter for how long it takes.
pub(super) fn add_plain(
    program: &mut Program<'_>,
    stage: StageId,
    (shape, rows, variant, lanes): (Shape, usize, Variant, usize),
) -> Result<()> {
    let stride = shape.k.next_multiple_of(QUAD);
    let bound = [
        ("report", Program::REPORT),
        ("x", program.buffer("the operand", rows * stride)),
        ("weights", program.buffer("the matrix", shape.packed())),
        ("bias", program.buffer("the bias", shape.row() * QUAD)),
        ("inputs", program.buffer("the sums", rows * shape.row() * QUAD)),
    ];
    let product = Product { shape, variant, purpose: Use::Inputs, half: false, lanes };
    product.add(program, stage, &[("stride", stride as u32)], &bound)
}

/// What a stage of plain products of so many rows is told.
pub(super) fn of_rows(rows: usize) -> [u32; Clock::NAMES.len()] {
    Clock { rows, ..Clock::default() }.words()
}

/// A plain product.
pub(crate) struct Plain {
    executor: Executor,
    stage: StageId,
    rows: usize,
}

impl Plain {
    /// Of so many rows.
    pub fn new(gpu: &Gpu, shape: Shape, rows: usize, variant: Variant) -> Result<Self> {
        let mut program = Program::new(Clock::NAMES, 0)?;
        let stage = program.stage("a product");
        add_plain(&mut program, stage, (shape, rows, variant, lanes(gpu)))?;
        Ok(Self { executor: executor(gpu, &program)?, stage, rows })
    }

    /// [ns] for `times` of it, one after the other.
    pub fn time(&mut self, times: usize) -> Result<f64> {
        let (stage, clock) = (self.stage, of_rows(self.rows));
        let timing = self.executor.time(0, |windows| (0..times).for_each(|_| windows.add(stage, &clock)))?;
        Ok(timing.ns)
    }
}

/// Steps of a cell, to be done at once and one by one.
pub(crate) struct Steps {
    executor: Executor,
    layer: Layer,
    count: usize,
}

impl Steps {
    /// With the cell's weights, and numbers beside those of any run. One by one, products are of the variants that are picked.
    pub fn new(
        gpu: &Gpu,
        cell: &Cell,
        (batch, half): (usize, bool),
        form: Form,
        product: PickProduct<'_>,
    ) -> Result<Self> {
        let pick = Pick { product, steps: &|_, _, _| Ok(Some(form)), lanes: lanes(gpu) };
        let count = chunk_steps(gpu, std::slice::from_ref(cell), batch, &Options::default());
        let mut program = Program::new(Clock::NAMES, 0)?;
        let x = program.buffer("the input", count * batch * cell.n_in().next_multiple_of(QUAD));
        let options = Options { f16: half, ..Options::default() };
        let mut layer = Layer::add(&mut program, cell, Room { batch, steps: count }, x, &options, pick)?;
        layer.expect(usize::MAX);
        Ok(Self { executor: executor(gpu, &program)?, layer, count })
    }

    /// How many are compared: those of a chunk.
    pub fn count(&self) -> usize {
        self.count
    }

    /// Whether they are done sooner at once.
    pub fn faster(&mut self) -> Result<bool> {
        let [mut each, mut at_once] = [f64::INFINITY; 2];
        // The first compiles, and may find the device asleep.
        for _ in 0..4 {
            [each, at_once] = [each.min(self.time(false)?), at_once.min(self.time(true)?)];
        }
        Ok(at_once < each)
    }

    /// [ns] for the steps.
    pub fn time(&mut self, at_once: bool) -> Result<f64> {
        let (layer, slots) = (&self.layer, 1..self.count + 1);
        let timing = self.executor.time(self.count as u32, |windows| {
            if at_once { layer.record_steps(windows, 0, slots) } else { layer.record_each(windows, 0, slots) }
        })?;
        Ok(timing.ns)
    }
}
