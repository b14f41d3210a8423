//! Many steps of a cell in one dispatch, for cells whose product takes no longer than starting it.
//!
//! Rows are independent of each other, so a workgroup that has all units of some rows waits for nobody but itself. Its
//! weights never change: each invocation holds those of one quad. That takes an invocation for each quad and stretch of
//! the sums over k, which is what makes a cell small enough.

use super::clock::Clock;
use super::glue::{self, line};
use super::kernel::{self, Named, READ, Use, WRITE};
use super::shape::{PANEL, Shape};
use super::variant::lanes;
use crate::Result;
use crate::gpu::Gpu;
use crate::program::{BufferId, MOST_GROUPS, Program, StageId};
use crate::rnn::Cell;
use crate::rnn::phase::phases;
use crate::shader::{self, Composed, Fragment, Text, text};
use std::ops::Range;

const RESIDENT: Text = text!("kernels/resident_steps.wgsl");
const PHASE: &str = include_str!("../../../shaders/kernels/resident_product.wgsl");

/// Parts of one gate's sum that an invocation holds the weights of at most: four of a vanilla cell, one of an LSTM. More would
/// take drivers longer to compile, for the multiplications are written out.
const HELD_PARTS: usize = 4;
/// Floating-point operations of a dispatch at most, if there are more steps than one: a slow device is done in a tenth of
/// the time that a driver waits for it.
const MOST_OPERATIONS: f64 = 2.5e8;
/// Steps of a chunk from which on it pays to read the weights beforehand.
const LEAST_STEPS: usize = 4;

/// How workgroups do the steps of a cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Form {
    /// Rows of a workgroup.
    pub rows: usize,
    /// Invocations of a subgroup, which pass the operand around; 0 if each reads it for itself.
    pub lanes: usize,
    /// Steps, past ones and those of a run, from which on the run does them at once.
    pub after: usize,
}

/// A cell's form with what follows from its shape.
#[derive(Debug, Clone)]
pub(super) struct Layout {
    form: Form,
    shapes: Vec<Shape>,
    batch: usize,
}

impl Layout {
    pub fn new(cell: &Cell, batch: usize, form: Form) -> Self {
        Self { form, shapes: phases(cell).iter().map(Shape::of_h).collect(), batch }
    }

    /// Whether an adapter can run it.
    pub fn possible(&self, gpu: &Gpu) -> bool {
        let limits = gpu.limits();
        let lanes_there = self.form.lanes == 0 || self.form.lanes == lanes(gpu);
        lanes_there
            && self.invocations() <= limits.max_workgroup_size as usize
            && 16 * self.gates() * self.others() <= limits.max_workgroup_memory as usize
            && buffers(self.shapes.len()).len() < limits.max_storage_buffers as usize
            && self.groups() <= MOST_GROUPS
    }

    /// Whether so many steps of a chunk are done at once, where so many were done before them or follow in the same run.
    pub fn serves(&self, chunk: usize, steps: usize) -> bool {
        chunk >= LEAST_STEPS && steps >= self.form.after
    }

    /// Has a stage do steps, as many of them as the clock says, with buffers that the WGSL of the products names.
    pub fn add(
        &self,
        program: &mut Program<'_>,
        stage: StageId,
        (cell, half, every_c): (&Cell, bool, bool),
        buffers: &[(&str, BufferId)],
    ) -> Result<()> {
        let kernel = program.kernel("steps", compose(cell, self, half).kernel("product")?, buffers)?;
        let own = [("rows", self.batch), ("each", self.form.rows), ("every_c", usize::from(every_c))];
        let own = own.map(|(name, word)| (name, word as u32));
        let told: Vec<_> = own.into_iter().chain(kernel::sizes(self.shape(), self.split())).collect();
        program.dispatch(stage, kernel, [self.groups() as u32, 1, 1], &told)
    }

    /// The dispatches of a step for each of the slots, which it leaves its state in; the first begins from the state in slot
    /// `from`.
    pub fn dispatches(&self, from: usize, slots: Range<usize>) -> impl Iterator<Item = Clock> {
        let (batch, most, Range { start, end }) = (self.batch, self.most_steps(), slots.clone());
        slots.step_by(most).map(move |after| Clock {
            count: most.min(end - after),
            inputs: (after - start) * batch,
            // Each of the others begins from what the one before has left.
            before: (if after == start { from } else { after - 1 }) * batch,
            after: after * batch,
            ..Clock::default()
        })
    }

    /// Steps of a dispatch at most.
    fn most_steps(&self) -> usize {
        let step: f64 = self.shapes.iter().map(|shape| shape.operations(self.batch)).sum();
        (MOST_OPERATIONS / step).max(1.0) as usize
    }

    fn groups(&self) -> usize {
        self.batch.div_ceil(self.form.rows)
    }

    fn shape(&self) -> Shape {
        self.shapes[0]
    }

    /// Of all products.
    fn gates(&self) -> usize {
        self.shapes.iter().map(|shape| shape.gates).sum()
    }

    /// Invocations that have another quad each.
    fn columns(&self) -> usize {
        self.shape().quads().next_multiple_of(self.form.lanes.max(1))
    }

    /// Parts of a sum.
    fn parts(&self) -> usize {
        self.shape().padded_k().div_ceil(self.shape().part())
    }

    /// Stretches of k that invocations share: single parts, or all of them in one.
    fn split(&self) -> usize {
        let gates = self.shapes.iter().map(|shape| shape.gates).max().unwrap_or(1);
        if self.parts() * gates <= HELD_PARTS { 1 } else { self.parts() }
    }

    fn invocations(&self) -> usize {
        self.columns() * self.split()
    }

    /// Rows k of a stretch.
    fn stretch(&self) -> usize {
        (self.shape().part() * self.parts() / self.split()).min(self.shape().padded_k())
    }

    /// Sums that go through workgroup memory.
    fn others(&self) -> usize {
        ((self.split() - 1) * self.columns()).max(1)
    }
}

/// What all products of a step share.
fn shared(products: usize) -> &'static [Named] {
    if products == 1 { &[("hs", WRITE), ("cs", WRITE), ("own", READ)] } else { &[("hs", WRITE), ("between", WRITE)] }
}

/// What the names of each product end with.
pub(super) const TAGS: [&str; 2] = ["first", "second"];

/// What each has for itself.
const EACH: [Named; 2] = [("weights", READ), ("inputs", READ)];

/// All, in the order of their bindings; the report follows.
fn buffers(products: usize) -> Vec<Named> {
    shared(products).iter().copied().chain((0..products).flat_map(|_| EACH)).collect()
}

fn compose(cell: &Cell, layout: &Layout, half: bool) -> Composed {
    let products = layout.shapes.len();
    let constants = [
        ("PANEL", PANEL),
        ("ROWS", 1),
        ("QUADS_EACH", 1),
        ("COLUMNS", layout.columns()),
        ("SPLIT", layout.split()),
        ("STRETCH", layout.stretch()),
        ("OTHERS", layout.others()),
    ];
    let mut head = shader::constants(&constants);
    head += &kernel::bindings(shared(products));
    let composer = kernel::begin(half, &head).texts([&RESIDENT]);
    let mut composer = kernel::add_cell(composer, cell, cell.activation());
    let (mut hold, mut compute) = (String::new(), String::new());
    for (index, shape) in layout.shapes.iter().enumerate() {
        // Two products in one module: each has names of its own.
        let tag = TAGS[index];
        let purpose = Use::of_product(cell, products == 2, index);
        let text: [&str; 10] = [
            &format!("const GATES = {}u;\nconst HELD = {}u;\n", shape.gates, layout.stretch() * shape.gates),
            &kernel::bindings(&EACH),
            &purpose.operand(),
            &glue::product(shape.gates),
            kernel::PRODUCT.1,
            purpose.text().1,
            &glue::cell(cell.definition(), index, shape.gates),
            &glue::structure(shape.gates, 1, 1),
            &multiply(shape.gates, layout),
            PHASE,
        ];
        let fragment = Fragment { name: tag.to_owned(), path: tag.into(), text: text.concat().into() };
        composer = composer.fragment(&fragment, tag);
        line(&mut hold, 1, &format!("hold_{tag}(quad, k);"));
        let operand = if index == 0 { "call.before" } else { "0u" };
        line(&mut compute, 1, &format!("call.operand = {operand};"));
        line(&mut compute, 1, &format!("sweep_{tag}(first, quad, stretch, lane);"));
        line(&mut compute, 1, "storageBarrier();");
    }
    let text = format!(
        "
fn hold(quad: u32, k: u32) {{
{hold}}}

fn compute(first: u32, quad: u32, stretch: u32, lane: u32) {{
{compute}}}
{}",
        entry(layout.form.lanes)
    );
    composer.glue("steps", text).finish()
}

/// Who an invocation is. Places in a workgroup follow from subgroups where there are some: its lanes are neighbours.
fn entry(lanes: usize) -> String {
    let (builtins, index, lane) = if lanes > 0 {
        let builtins = "@builtin(subgroup_id) subgroup: u32, @builtin(subgroup_invocation_id) lane: u32";
        (builtins, format!("subgroup * {lanes}u + lane"), "lane")
    } else {
        ("@builtin(local_invocation_index) index: u32", "index".to_owned(), "0u")
    };
    format!(
        "
@compute @workgroup_size(COLUMNS * SPLIT)
fn product(@builtin(workgroup_id) group: vec3<u32>, {builtins}) {{
    all_steps(group.x, {index}, {lane});
}}
"
    )
}

/// A stretch of numbers of a row, from k on, times the weights that are held; part by part.
fn multiply(gates: usize, layout: &Layout) -> String {
    let (lanes, stretch, part) = (layout.form.lanes, layout.stretch(), layout.shape().part());
    let mut text = String::from("\nfn multiply(row: u32, k: u32, lane: u32) -> Sums {\n    var total = Sums();\n");
    for first in (0..stretch).step_by(part) {
        line(&mut text, 1, &format!("var s{first} = Sums();"));
        for k in first..(first + part).min(stretch) {
            if lanes > 0 && k.is_multiple_of(lanes) {
                line(&mut text, 1, &format!("let x{k} = operand(row, k + {k}u + lane);"));
            }
            let number = match lanes {
                0 => format!("operand(row, k + {k}u)"),
                _ => format!("subgroupBroadcast(x{}, {}u)", k / lanes * lanes, k % lanes),
            };
            line(&mut text, 1, &format!("let y{k} = vec4<f32>({number});"));
            for gate in 0..gates {
                let sum = format!("s{first}.s0_{gate}");
                line(&mut text, 1, &format!("{sum} = fma(y{k}, held[{}], {sum});", k * gates + gate));
            }
        }
        line(&mut text, 1, &format!("total = plus(total, s{first});"));
    }
    text += "    return total;\n}\n";
    glue::finish(&mut text, gates, (1, 1), 1);
    text
}
