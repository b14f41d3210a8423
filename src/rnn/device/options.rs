//! What a host may choose of how cells are computed.

use crate::options::Arithmetic;

/// How cells are computed on a device.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// Whether weights are kept in 16 bits, on adapters that have them (`shader_f16` of
    /// [`Limits`](crate::gpu::Limits)): half the memory to read in a step, and weights rounded to 11 bits. Sums are in
    /// 32 bits either way.
    pub f16: bool,
    /// Who says how the device rounds.
    pub arithmetic: Arithmetic,
    /// Whether the cell state of every step is returned, not only h.
    pub every_c: bool,
    /// Steps that are computed in one submission at most; by default 128, or fewer where they need more than 64 MiB.
    pub steps: Option<usize>,
}
