//! One cell on the device: its weights, its buffers for a number of steps, and the dispatches of these steps.

use super::Options;
use super::kernel::{Grid, Kernel, ProductCall, Use};
use super::matrix::Matrix;
use super::shape::{QUAD, Shape};
use super::tensor::spread;
use super::variant::Variant;
use crate::Result;
use crate::gpu::{Binding, Buffer, Gpu, Pass, Usage};
use crate::rnn::Cell;
use crate::rnn::phase::phases;
use std::ops::Range;

/// A cell on the device.
///
/// h of all steps of a chunk stands in one buffer, and the state before the chunk in a slot of its own: so a step
/// reads one slot and writes the next, and the layer above reads them all.
pub(super) struct Layer {
    pub cell: Cell,
    batch: usize,
    /// `[steps + 1, batch, quads]` of vec4s
    pub hs: Buffer<f32>,
    /// The same of the cell state, or one slot of it where its past is not asked for.
    pub cs: Buffer<f32>,
    /// Whether its past is asked for, and there is one.
    pub every_c: bool,
    /// The input's part: for few rows, and for all of a chunk.
    pub inputs: Vec<[Kernel; 2]>,
    pub step: Vec<Kernel>,
    /// How they are shared out, known before any is dispatched: so one that is not is missed.
    grids: Vec<Grids>,
}

/// How the parts of a phase are shared out.
struct Grids {
    inputs: [Grid; 2],
    step: Grid,
}

/// The buffers that a layer shares with others.
#[derive(Clone, Copy)]
pub(super) struct Shared<'b> {
    /// The input, a row for each step and batch item.
    pub x: &'b Buffer<f32>,
    /// The report of a submission.
    pub report: &'b Buffer<u32>,
}

/// What a layer has room for.
#[derive(Debug, Clone, Copy)]
pub(super) struct Room {
    /// Sequences side by side.
    pub batch: usize,
    /// Steps of a chunk.
    pub steps: usize,
}

/// Chooses the variant of a product of so many rows.
pub(super) type Pick<'p> = &'p dyn Fn(Shape, usize) -> Result<Variant>;

impl Layer {
    /// Allocates and compiles.
    pub fn new(
        gpu: &Gpu,
        cell: &Cell,
        room: Room,
        shared: Shared<'_>,
        options: &Options,
        pick: Pick<'_>,
    ) -> Result<Self> {
        let (Room { batch, steps }, Shared { x, report }) = (room, shared);
        let (definition, row) = (cell.definition(), row(cell));
        let what = |part: &str| format!("{part} of the {} cell", cell.kind());
        let buffer = |part: &str, len: usize| gpu.buffer::<f32>(&what(part), len, Usage::Storage);
        let hs = buffer("h", (steps + 1) * batch * row)?;
        let every_c = options.every_c && definition.has_c;
        let slots = if every_c { steps + 1 } else { 1 };
        let cs = buffer("c", if definition.has_c { slots * batch * row } else { 0 })?;
        let own = spread(&cell.weights().vector, cell.n_out(), row);
        let own = gpu.buffer_of(&what("the vector"), &own, Usage::Storage)?;
        let phases = phases(cell);
        let two = phases.len() == 2;
        let between = buffer("gates", if two { 2 * batch * row } else { 0 })?;

        let (mut inputs, mut step) = (Vec::new(), Vec::new());
        for phase in &phases {
            let weights = |part: &str| what(&format!("{part} weights {}", phase.index + 1));
            let shape = Shape::of_input(phase);
            let number = |k, gate, unit| phase.weight(k, gate, unit);
            let matrix = Matrix::new(gpu, &weights("input"), shape, options.f16, number)?;
            let bias = shape.pack_row(|gate, unit| phase.bias(gate, unit) as f32);
            let bias = gpu.buffer_of(&what("the bias"), &bias, Usage::Storage)?;
            let sums = buffer("the input's part", steps * batch * shape.row() * QUAD)?;
            let input = |rows: usize| {
                let buffers: [&dyn Binding; 5] = [x, matrix.binding(), &bias, &sums, report];
                Kernel::new(gpu, shape, pick(shape, rows)?, Use::Inputs, options.f16, &buffers)
            };
            inputs.push([input(batch)?, input(steps * batch)?]);

            let shape = Shape::of_h(phase);
            let number = |k, gate, unit| phase.weight(cell.n_in() + k, gate, unit);
            let matrix = Matrix::new(gpu, &weights("recurrent"), shape, options.f16, number)?;
            let (purpose, buffers): (_, Vec<&dyn Binding>) = match (two, phase.index) {
                (false, _) => (Use::Step(cell), vec![&hs, matrix.binding(), &sums, &cs, &own, report]),
                (true, 0) => (Use::Gate(cell), vec![&hs, matrix.binding(), &sums, &between, report]),
                (true, _) => (Use::Candidate(cell), vec![&between, matrix.binding(), &sums, &hs, report]),
            };
            step.push(Kernel::new(gpu, shape, pick(shape, batch)?, purpose, options.f16, &buffers)?);
        }
        let kernels = inputs.iter().zip(&step);
        let grids =
            kernels.map(|(input, step)| Grids { inputs: input.each_ref().map(Kernel::grid), step: step.grid() });
        Ok(Self { cell: cell.clone(), batch, hs, cs, every_c, grids: grids.collect(), inputs, step })
    }

    /// Workgroups of so many steps, one or more.
    pub fn workgroups(&self, steps: usize) -> u32 {
        let of = |Grids { inputs: [few, many], step }: &Grids| {
            let input = if steps == 1 { few } else { many };
            input.count(steps * self.batch).wrapping_add(step.count(self.batch).wrapping_mul(steps as u32))
        };
        self.grids.iter().map(of).fold(0, u32::wrapping_add)
    }

    /// Records the input's part of `steps` steps; their input begins in this row, and has so many numbers in each.
    pub fn record_inputs(&self, pass: &mut Pass<'_>, (first, stride): (usize, usize), steps: usize) {
        let (rows, operand, stride) = ((steps * self.batch) as u32, first as u32, stride as u32);
        let call = ProductCall { rows, operand, stride, ..ProductCall::default() };
        for [few, many] in &self.inputs {
            (if steps == 1 { few } else { many }).dispatch(pass, call);
        }
    }

    /// Records a step for each of the slots, which it leaves its state in; the first begins from the state in slot `from`.
    pub fn record_steps(&self, pass: &mut Pass<'_>, from: usize, slots: Range<usize>) {
        let row = |slot: usize| (slot * self.batch) as u32;
        let c = |slot: usize| if self.every_c { row(slot) } else { 0 };
        let mut before = from;
        for (step, after) in slots.enumerate() {
            let call = ProductCall {
                rows: self.batch as u32,
                operand: row(before),
                inputs: row(step),
                before: row(before),
                after: row(after),
                c_before: c(before),
                c_after: c(after),
                stride: self.row() as u32,
                ..ProductCall::default()
            };
            // The second of two products takes what the first has left, which begins at row 0.
            let calls = [call, ProductCall { operand: 0, ..call }];
            self.step.iter().zip(calls).for_each(|(kernel, call)| kernel.dispatch(pass, call));
            before = after;
        }
    }

    /// Numbers from one row of h to the next.
    pub fn row(&self) -> usize {
        row(&self.cell)
    }

    /// The elements of a slot and those after it in h, and in c where every c is kept.
    pub fn slots(&self, slots: Range<usize>) -> Range<usize> {
        let len = self.batch * row(&self.cell);
        slots.start * len..slots.end * len
    }

    /// The elements of the cell state of a slot.
    pub fn c_slot(&self, slot: usize) -> Range<usize> {
        if !self.cell.definition().has_c {
            return 0..0;
        }
        let slot = if self.every_c { slot } else { 0 };
        self.slots(slot..slot + 1)
    }
}

/// Numbers from one row of h to the next.
pub(super) fn row(cell: &Cell) -> usize {
    cell.n_out().next_multiple_of(QUAD)
}
