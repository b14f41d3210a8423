//! One cell of a program: its weights, its buffers for a number of steps, and the dispatches of these steps.

use super::clock::Clock;
use super::kernel::{Product, Use};
use super::resident::{Form, Layout, TAGS};
use super::shape::{QUAD, Shape};
use super::tensor::spread;
use super::variant::Variant;
use super::{Options, matrix};
use crate::Result;
use crate::engine::Windows;
use crate::program::{BufferId, Program, StageId};
use crate::rnn::Cell;
use crate::rnn::phase::phases;
use crate::shader::renamed;
use std::ops::Range;

/// A cell on the device.
///
/// h of all steps of a chunk stands in one buffer, and the state before the chunk in a slot of its own: so a step
/// reads one slot and writes the next, and the layer above reads them all.
pub(super) struct Layer {
    pub cell: Cell,
    batch: usize,
    /// `[steps + 1, batch, quads]` of vec4s
    pub hs: BufferId,
    /// The same of the cell state, or one slot of it where its past is not asked for.
    pub cs: BufferId,
    /// Whether its past is asked for, and there is one.
    pub every_c: bool,
    pub stages: Stages,
    layout: Option<Layout>,
    /// Steps, past ones and those of a run.
    seen: usize,
}

/// What may be dispatched for a layer.
#[derive(Debug, Clone, Copy)]
pub(super) struct Stages {
    /// The input's part: of one step, and of several.
    pub inputs: [StageId; 2],
    /// A single step.
    pub step: StageId,
    /// Many at once, where that is worth it.
    pub steps: Option<StageId>,
}

/// What a layer has room for.
#[derive(Debug, Clone, Copy)]
pub(super) struct Room {
    /// Sequences side by side.
    pub batch: usize,
    /// Steps of a chunk.
    pub steps: usize,
}

/// How many steps of a cell and batch are done at once, with weights in 16 bits or not, if they are.
/// The variant of a product of so many rows.
pub(super) type PickProduct<'p> = &'p dyn Fn(Shape, usize) -> Result<Variant>;

type PickSteps<'p> = &'p dyn Fn(&Cell, usize, bool) -> Result<Option<Form>>;

/// Who chooses how things are computed.
#[derive(Clone, Copy)]
pub(super) struct Pick<'p> {
    /// The variant of a product of so many rows.
    pub product: PickProduct<'p>,
    /// Whether many steps of such a cell and batch, with weights in 16 bits or not, are done at once, and how.
    pub steps: PickSteps<'p>,
    /// Invocations of every subgroup; 0 where there are none of one size.
    pub lanes: usize,
}

impl Layer {
    /// Adds a cell to a program. `x` is its input, a row for each step and batch item.
    pub fn add<'c>(
        program: &mut Program<'c>,
        cell: &'c Cell,
        room: Room,
        x: BufferId,
        options: &Options,
        pick: Pick<'_>,
    ) -> Result<Self> {
        let Room { batch, steps } = room;
        let (definition, row, half) = (cell.definition(), row(cell), options.f16);
        let what = |part: &str| format!("{part} of the {} cell", cell.kind());
        let hs = program.buffer(what("h"), (steps + 1) * batch * row);
        let every_c = options.every_c && definition.has_c;
        let slots = if every_c { steps + 1 } else { 1 };
        let cs = program.buffer(what("c"), if definition.has_c { slots * batch * row } else { 0 });
        let own = spread(&cell.weights().vector, cell.n_out(), row);
        let own = program.buffer_of(what("the vector"), bytemuck::pod_collect_to_vec::<_, u32>(&own));
        let phases = phases(cell);
        let two = phases.len() == 2;
        let between = program.buffer(what("gates"), if two { 2 * batch * row } else { 0 });

        let layout = (pick.steps)(cell, batch, half)?.map(|form| Layout::new(cell, batch, form));
        let stages = Stages {
            inputs: ["the input of one step", "the input of many steps"].map(|part| program.stage(what(part))),
            step: program.stage(what("one step")),
            steps: layout.as_ref().map(|_| program.stage(what("many steps at once"))),
        };
        let shared =
            [("report", Program::REPORT), ("x", x), ("hs", hs), ("cs", cs), ("own", own), ("between", between)];
        let rows = [("rows", batch as u32)];
        let mut of_steps = shared.map(|(name, buffer)| (name.to_owned(), buffer)).to_vec();
        for phase in phases {
            let index = phase.index;
            let weights = |part: &str| what(&format!("{part} weights {}", index + 1));
            let product = |shape, rows, purpose| -> Result<_> {
                Ok(Product { shape, variant: (pick.product)(shape, rows)?, purpose, half, lanes: pick.lanes })
            };

            let shape = Shape::of_input(&phase);
            let of = phase.clone();
            let matrix =
                matrix::add(program, weights("input"), shape, half, move |k, gate, unit| of.weight(k, gate, unit));
            let bias = shape.pack_row(|gate, unit| (phase.bias(gate, unit) as f32).to_bits());
            let bias = program.buffer_of(what("the bias"), bias);
            let inputs = program.buffer(what("the input's part"), steps * batch * shape.row() * QUAD);
            let own = [("weights", matrix), ("bias", bias), ("inputs", inputs)];
            let bound = [&shared[..], &own].concat();
            let [one, many] = stages.inputs;
            product(shape, batch, Use::Inputs)?.add(program, one, &rows, &bound)?;
            product(shape, steps * batch, Use::Inputs)?.add(program, many, &[], &bound)?;

            let shape = Shape::of_h(&phase);
            let name = weights("recurrent");
            let number = move |k, gate, unit| phase.weight(cell.n_in() + k, gate, unit);
            let own = [("weights", matrix::add(program, name, shape, half, number)), ("inputs", inputs)];
            let bound = [&shared[..], &own].concat();
            let mut told = vec![rows[0], ("stride", row as u32)];
            if index == 1 {
                // It takes what the first product has left, which begins at row 0.
                told.push(("operand", 0));
            }
            let purpose = Use::of_product(cell, two, index);
            product(shape, batch, purpose)?.add(program, stages.step, &told, &bound)?;
            of_steps.extend(own.map(|(name, buffer)| (renamed(TAGS[index], name), buffer)));
        }
        if let Some((layout, stage)) = layout.as_ref().zip(stages.steps) {
            let bound: Vec<_> = of_steps.iter().map(|(name, buffer)| (name.as_str(), *buffer)).collect();
            layout.add(program, stage, (cell, half, every_c), &bound)?;
        }
        Ok(Self { cell: cell.clone(), batch, hs, cs, every_c, stages, layout, seen: 0 })
    }

    /// A run of so many steps follows.
    pub fn expect(&mut self, steps: usize) {
        self.seen = self.seen.saturating_add(steps);
    }

    /// Records the input's part of `steps` steps; their input begins in this row, and has so many numbers in each.
    pub fn record_inputs(&self, windows: &mut Windows<'_, '_>, (operand, stride): (usize, usize), steps: usize) {
        let [one, many] = self.stages.inputs;
        let clock = Clock { rows: steps * self.batch, operand, stride, ..Clock::default() };
        windows.add(if steps == 1 { one } else { many }, &clock.words());
    }

    /// Records a step for each of the slots, which it leaves its state in; the first begins from the state in slot `from`.
    pub fn record_steps(&self, windows: &mut Windows<'_, '_>, from: usize, slots: Range<usize>) {
        let layout = self.layout.as_ref().filter(|layout| layout.serves(slots.len(), self.seen));
        let Some((layout, stage)) = layout.zip(self.stages.steps) else {
            return self.record_each(windows, from, slots);
        };
        layout.dispatches(from, slots).for_each(|clock| windows.add(stage, &clock.words()));
    }

    /// As [`record_steps`](Self::record_steps), one step after the other.
    pub fn record_each(&self, windows: &mut Windows<'_, '_>, from: usize, slots: Range<usize>) {
        let row = |slot: usize| slot * self.batch;
        let c = |slot: usize| if self.every_c { row(slot) } else { 0 };
        let mut slot = from;
        for (step, next) in slots.enumerate() {
            let (before, after) = (row(slot), row(next));
            let (c_before, c_after) = (c(slot), c(next));
            let clock =
                Clock { operand: before, inputs: row(step), before, after, c_before, c_after, ..Clock::default() };
            windows.add(self.stages.step, &clock.words());
            slot = next;
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
