//! One product of a program: its text, and what is dispatched.

use super::glue;
use super::shape::Shape;
use super::variant::Variant;
use crate::Result;
use crate::program::report::REPORT;
use crate::program::{BufferId, Grid, Program, StageId};
use crate::rnn::{Activation, Cell, Definition};
use crate::shader::{Composed, Composer, Fragment, Text, text};

const MATH: Text = text!("lib/math.wgsl");
const ACTIVATIONS: Text = text!("lib/activations.wgsl");
const TINY: Text = text!("kernels/tiny.wgsl");
const ABI: Text = text!("abi/cell.wgsl");
const CALL: Text = text!("kernels/product_call.wgsl");
pub(super) const PRODUCT: Text = text!("kernels/product.wgsl");
const LANES: Text = text!("kernels/product_lanes.wgsl");
const TILE: Text = text!("kernels/product_tile.wgsl");
const INPUTS: Text = text!("kernels/product_inputs.wgsl");
const STEP: Text = text!("kernels/product_step.wgsl");
const GATE: Text = text!("kernels/product_gate.wgsl");
const CANDIDATE: Text = text!("kernels/product_candidate.wgsl");

/// What becomes of a product's sums.
#[derive(Debug, Clone, Copy)]
pub(super) enum Use<'c> {
    /// They are kept, with the bias.
    Inputs,
    /// They update the state of a cell that has one product.
    Step(&'c Cell),
    /// They are the first gates of a cell that has two.
    Gate(&'c Cell),
    /// They end such a cell's step.
    Candidate(&'c Cell),
}

/// A product, and how it is computed.
#[derive(Debug, Clone, Copy)]
pub(super) struct Product<'c> {
    pub shape: Shape,
    pub variant: Variant,
    pub purpose: Use<'c>,
    /// Whether weights are in 16 bits.
    pub half: bool,
    /// Invocations of every subgroup, or 0.
    pub lanes: usize,
}

impl Product<'_> {
    /// Has a stage compute it for so many `rows` as it is told, or as the clock says, with buffers that its WGSL names.
    pub fn add(
        &self,
        program: &mut Program<'_>,
        stage: StageId,
        told: &[(&str, u32)],
        buffers: &[(&str, BufferId)],
    ) -> Result<()> {
        let Self { shape, variant, purpose, half, lanes } = *self;
        let kernel = compose(shape.gates, variant, purpose, half, lanes).kernel("product")?;
        let kernel = program.kernel(purpose.label(), kernel, buffers)?;
        let rows = Grid::Rows("rows", variant.tiling(shape, lanes));
        program.dispatch(stage, kernel, rows, &[told, &sizes(shape, variant.split())].concat())
    }
}

/// What follows from a product's shape, as its kernels are told.
pub(super) fn sizes(shape: Shape, split: usize) -> [(&'static str, u32); 5] {
    let sizes = [
        ("k", shape.k),
        ("padded_k", shape.padded_k()),
        ("part", shape.part()),
        ("quads", shape.quads()),
        ("split", split),
    ];
    sizes.map(|(name, size)| (name, size as u32))
}

impl<'c> Use<'c> {
    pub fn text(self) -> Text {
        match self {
            Self::Inputs => INPUTS,
            Self::Step(_) => STEP,
            Self::Gate(_) => GATE,
            Self::Candidate(_) => CANDIDATE,
        }
    }

    /// Of one product of a step, or two.
    pub fn of_product(cell: &'c Cell, two: bool, index: usize) -> Self {
        match (two, index) {
            (false, _) => Self::Step(cell),
            (true, 0) => Self::Gate(cell),
            (true, _) => Self::Candidate(cell),
        }
    }

    /// In messages.
    fn label(self) -> &'static str {
        match self {
            Self::Inputs => "inputs",
            Self::Step(_) => "step",
            Self::Gate(_) => "gate",
            Self::Candidate(_) => "candidate",
        }
    }

    /// Its buffers in the order of their bindings, behind which the report follows. The first has the operand.
    fn buffers(self) -> &'static [Named] {
        match self {
            Self::Inputs => &[("x", READ), ("weights", READ), ("bias", READ), ("inputs", WRITE)],
            Self::Step(_) => &[("hs", WRITE), ("weights", READ), ("inputs", READ), ("cs", WRITE), ("own", READ)],
            Self::Gate(_) => &[("hs", READ), ("weights", READ), ("inputs", READ), ("between", WRITE)],
            Self::Candidate(_) => &[("between", READ), ("weights", READ), ("inputs", READ), ("hs", WRITE)],
        }
    }

    /// Where a kernel reads its operand: number i of that buffer.
    pub fn operand(self) -> String {
        format!("\nfn operand_at(i: u32) -> f32 {{\n    return {}[i >> 2u][i & 3u];\n}}\n", self.buffers()[0].0)
    }

    /// The cell, and which of its products this is.
    fn cell(self) -> Option<(&'c Cell, usize)> {
        match self {
            Self::Inputs => None,
            Self::Step(cell) | Self::Gate(cell) => Some((cell, 0)),
            Self::Candidate(cell) => Some((cell, 1)),
        }
    }
}

/// A buffer as WGSL names it, and how it is accessed.
pub(super) type Named = (&'static str, &'static str);
pub(super) const READ: &str = "read";
pub(super) const WRITE: &str = "read_write";

/// Declares buffers.
pub(super) fn bindings(buffers: &[Named]) -> String {
    let declare = |(name, access): &Named| {
        let each = if *name == "weights" { "Weight" } else { "vec4<f32>" };
        format!("var<storage, {access}> {name}: array<{each}>;\n")
    };
    buffers.iter().map(declare).collect()
}

/// What all kernels begin with: their numbers, the report, and what they are told.
pub(super) fn begin(half: bool, head: &str) -> Composer {
    let weight = if half { "enable f16;\nalias Weight = vec4<f16>;\n" } else { "alias Weight = vec4<f32>;\n" };
    Composer::new().glue("constants", [weight, head].concat()).texts(&[REPORT, CALL])
}

/// Adds a cell's unit, and what it calls.
pub(super) fn add_cell(composer: Composer, cell: &Cell, phi: Activation) -> Composer {
    let Definition { has_c, vector, name, wgsl: (path, text), .. } = cell.definition();
    let fragment = Fragment { name: (*name).to_owned(), path: path.into(), text: (*text).into() };
    composer
        .texts(&[MATH, ACTIVATIONS, TINY, ABI])
        .glue("activation", glue::activation(phi))
        .glue("parts", format!("const HAS_C = {has_c};\nconst HAS_OWN = {};\n", vector.is_some()))
        .fragment(&fragment, glue::TAG)
}

fn compose(gates: usize, variant: Variant, purpose: Use<'_>, half: bool, lanes: usize) -> Composed {
    let head =
        [glue::constants(gates, variant, lanes), glue::product(gates), bindings(purpose.buffers()), purpose.operand()];
    let composer = begin(half, &head.concat()).texts(&[purpose.text(), PRODUCT]);
    let composer = match purpose.cell() {
        None => composer.glue("inputs", glue::store(gates)),
        Some((cell, phase)) => {
            // A first product never calls φ: with the same one in all, they are compiled once.
            let phi = if let Use::Gate(_) = purpose { cell.definition().activation } else { cell.activation() };
            add_cell(composer, cell, phi).glue("cell", glue::cell(cell.definition(), phase, gates))
        }
    };
    let body = match variant {
        Variant::Lanes { .. } => LANES,
        Variant::Tile { .. } => TILE,
    };
    composer.glue("sums", glue::sums(gates, variant, lanes)).texts([&body]).finish()
}
