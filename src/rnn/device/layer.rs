//! One cell on the device: its weights, its buffers for a number of steps, and the dispatches of these steps.

use super::Options;
use super::kernel::{Grid, Kernel, ProductCall, Use};
use super::matrix::Matrix;
use super::resident::{Form, Layout, Resident};
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
    /// A single step, and many at once where that is worth it.
    pub step: Vec<Kernel>,
    pub resident: Option<Resident>,
    /// How they are shared out, known before any is dispatched: so one that is not is missed.
    grids: Vec<Grids>,
    layout: Option<Layout>,
    /// Steps, past ones and those of a run.
    seen: usize,
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

/// Who chooses how things are computed.
#[derive(Clone, Copy)]
pub(super) struct Pick<'p> {
    /// The variant of a product of so many rows.
    pub product: &'p dyn Fn(Shape, usize) -> Result<Variant>,
    /// Whether many steps of such a cell and batch, with weights in 16 bits or not, are done at once, and how.
    pub steps: &'p dyn Fn(&Cell, usize, bool) -> Result<Option<Form>>,
}

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

        let layout = (pick.steps)(cell, batch, options.f16)?.map(|form| Layout::new(cell, batch, form));
        let (mut inputs, mut step, mut recurrent) = (Vec::new(), Vec::new(), Vec::new());
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
                Kernel::new(gpu, shape, (pick.product)(shape, rows)?, Use::Inputs, options.f16, &buffers)
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
            step.push(Kernel::new(gpu, shape, (pick.product)(shape, batch)?, purpose, options.f16, &buffers)?);
            recurrent.push((matrix, sums));
        }
        let mut bound: Vec<&dyn Binding> = if two { vec![&hs, &between] } else { vec![&hs, &cs, &own] };
        recurrent.iter().for_each(|(matrix, sums)| bound.extend([matrix.binding(), sums]));
        bound.push(report);
        let resident = |layout| Resident::new(gpu, cell, layout, options.f16, &bound);
        let resident = layout.as_ref().map(resident).transpose()?;
        let kernels = inputs.iter().zip(&step);
        let grids =
            kernels.map(|(input, step)| Grids { inputs: input.each_ref().map(Kernel::grid), step: step.grid() });
        let grids = grids.collect();
        Ok(Self { cell: cell.clone(), batch, hs, cs, every_c, inputs, step, resident, grids, layout, seen: 0 })
    }

    /// Workgroups of so many steps, one or more.
    pub fn workgroups(&self, steps: usize) -> u32 {
        let input =
            |Grids { inputs: [few, many], .. }: &Grids| (if steps == 1 { few } else { many }).count(steps * self.batch);
        let step = |grids: &Grids| grids.step.count(self.batch).wrapping_mul(steps as u32);
        let inputs = self.grids.iter().map(input).fold(0, u32::wrapping_add);
        inputs.wrapping_add(match self.layout(steps) {
            Some(layout) => layout.count(steps),
            None => self.grids.iter().map(step).fold(0, u32::wrapping_add),
        })
    }

    /// A run of so many steps follows.
    pub fn expect(&mut self, steps: usize) {
        self.seen = self.seen.saturating_add(steps);
    }

    /// How so many steps are done at once, if they are.
    fn layout(&self, steps: usize) -> Option<&Layout> {
        self.layout.as_ref().filter(|layout| layout.serves(steps, self.seen))
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
        let Some(layout) = self.layout(slots.len()) else { return self.record_each(pass, from, slots) };
        if let Some(resident) = &self.resident {
            resident.record(pass, layout, self.every_c, from, slots);
        }
    }

    /// As [`record_steps`](Self::record_steps), one step after the other.
    pub fn record_each(&self, pass: &mut Pass<'_>, from: usize, slots: Range<usize>) {
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
