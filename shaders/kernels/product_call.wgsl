// What a dispatch of a product is told; `call` has it: as immediates, or made of those of many steps.

/// The shape of a product, and where a dispatch reads and writes, counted in rows of the buffers. Sizes are no constants:
/// so a kernel serves all sizes, and no compiler unrolls its loops.
struct ProductCall {
    /// Rows of this dispatch.
    rows: u32,
    /// First row of the operand, and numbers from one row to the next.
    operand: u32,
    stride: u32,
    /// First row of what the input adds.
    inputs: u32,
    /// First row of h before the step, and after.
    before: u32,
    after: u32,
    /// First row of the cell state before the step, and after.
    c_before: u32,
    c_after: u32,
    /// Numbers of a row of the operand, and rows of the packed matrix.
    k: u32,
    padded_k: u32,
    /// Numbers of a part of a sum.
    part: u32,
    /// Quads of a row.
    quads: u32,
    /// Parts of a sum that are added up side by side.
    split: u32,
}
