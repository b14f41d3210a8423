//! Ways to compute a product: the same sums, bit for bit, by other invocations.

use super::shape::{DEPTH, Shape};
use crate::gpu::Gpu;
use crate::program::Tiling;

/// Rows up to which the parts of a sum may be worth sharing.
const FEW_ROWS: usize = 256;

/// Which invocations compute a product.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Variant {
    /// A subgroup computes `rows` rows of `quads` quads for each of its lanes.
    Lanes { rows: usize, quads: usize },
    /// A workgroup of `columns × lines × split` invocations: each computes `rows` rows of `quads` quads, and only one
    /// in `split` of the parts of their sums.
    Tile { columns: usize, lines: usize, split: usize, rows: usize, quads: usize },
}

impl Variant {
    /// Rows of an invocation (or subgroup).
    pub fn rows(self) -> usize {
        match self {
            Self::Lanes { rows, .. } | Self::Tile { rows, .. } => rows,
        }
    }

    /// Quads of an invocation.
    pub fn quads(self) -> usize {
        match self {
            Self::Lanes { quads, .. } | Self::Tile { quads, .. } => quads,
        }
    }

    /// Invocations that share the parts of a sum.
    pub fn split(self) -> usize {
        match self {
            Self::Lanes { .. } => 1,
            Self::Tile { split, .. } => split,
        }
    }

    /// Numbers k of the operand that are loaded together.
    pub fn depth(self, lanes: usize, gates: usize) -> usize {
        match self {
            Self::Lanes { .. } => self.ahead(lanes, gates),
            Self::Tile { .. } => 2 * DEPTH,
        }
    }

    /// Rows k of the matrix that are loaded together.
    pub fn ahead(self, lanes: usize, gates: usize) -> usize {
        match self {
            // More than four vec4s at once do not stay in the registers of a CPU.
            Self::Lanes { rows, quads } => (lanes / rows).clamp(1, (4 / (quads * gates)).max(1)),
            Self::Tile { .. } => DEPTH / 2,
        }
    }

    /// Whether an adapter can run it.
    pub fn possible(self, gpu: &Gpu) -> bool {
        let limits = gpu.limits();
        match self {
            Self::Lanes { rows, .. } => {
                let lanes = lanes(gpu);
                lanes.is_power_of_two() && (rows.is_multiple_of(lanes) || lanes.is_multiple_of(rows))
            }
            Self::Tile { columns, lines, split, rows, .. } => {
                let invocations = columns * lines * split;
                let memory = 4 * split * 2 * DEPTH * lines * rows + 16 * invocations;
                invocations <= limits.max_workgroup_size as usize
                    && split <= 64
                    && memory <= limits.max_workgroup_memory as usize
            }
        }
    }

    /// How workgroups share out its rows.
    pub fn tiling(self, shape: Shape, lanes: usize) -> Tiling {
        let (high, wide) = match self {
            Self::Lanes { rows, quads } => (rows, lanes * quads),
            Self::Tile { columns, lines, rows, quads, .. } => (lines * rows, columns * quads),
        };
        Tiling { high: high as u32, columns: u32::try_from(shape.quads().div_ceil(wide)).unwrap_or(u32::MAX) }
    }

    /// The variants worth trying for so many rows on an adapter.
    pub fn candidates(gpu: &Gpu, gates: usize, rows: usize) -> Vec<Self> {
        let quads = (4 / gates).max(1);
        let high = rows.next_power_of_two();
        let mut all = Vec::new();
        if rows <= 4 {
            all.extend([1, quads].map(|quads| Self::Lanes { rows: high, quads }));
            let shapes = [(2, 16), (4, 16), (8, 8), (16, 4)];
            all.extend(shapes.map(|(columns, split)| Self::Tile { columns, lines: 1, split, rows: high, quads: 1 }));
        } else {
            all.extend([8, 16].map(|rows| Self::Lanes { rows, quads }));
            let lines = (high / 8).clamp(1, 8);
            let shapes = [(16, lines), (32, lines)];
            all.extend(shapes.map(|(columns, lines)| Self::Tile { columns, lines, split: 1, rows: 8, quads }));
            // A large adapter is full only with more workgroups than the tiles of few rows make.
            if rows <= FEW_ROWS {
                let shapes = [(16, 4), (8, 8)];
                all.extend(shapes.map(|(columns, split)| Self::Tile { columns, lines: 1, split, rows: 8, quads: 1 }));
            }
        }
        all.dedup();
        all.retain(|variant| variant.possible(gpu));
        all
    }
}

impl std::fmt::Display for Variant {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Lanes { rows, quads } => write!(f, "subgroups of {rows} rows, {quads} quads"),
            Self::Tile { columns, lines, split, rows, quads } => {
                write!(f, "workgroups of {columns} x {lines} x {split}, {rows} rows, {quads} quads")
            }
        }
    }
}

/// Invocations of every subgroup; 0 where there are none or their number may vary. Of DX12's two bounds only the lower
/// one is reliable.
pub(super) fn lanes(gpu: &Gpu) -> usize {
    let limits = gpu.limits();
    let fixed = limits.min_subgroup == limits.max_subgroup && gpu.info().backend != "dx12";
    if fixed { limits.max_subgroup as usize } else { 0 }
}
