//! What changes from one dispatch of a cell to the next, by the names that kernels have for it: `struct ProductCall` in
//! `shaders/kernels/product_call.wgsl`, and `struct Steps` in `resident_steps.wgsl`.

/// Where a dispatch reads and writes, counted in rows of the buffers, and how much.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Clock {
    pub rows: usize,
    pub operand: usize,
    pub stride: usize,
    pub inputs: usize,
    pub before: usize,
    pub after: usize,
    pub c_before: usize,
    pub c_after: usize,
    /// Steps at once.
    pub count: usize,
}

impl Clock {
    /// The names, in the order of the words.
    pub const NAMES: &[&str] =
        &["rows", "operand", "stride", "inputs", "before", "after", "c_before", "c_after", "count"];

    /// As a program's clock has it.
    pub fn words(self) -> [u32; Self::NAMES.len()] {
        let Self { rows, operand, stride, inputs, before, after, c_before, c_after, count } = self;
        [rows, operand, stride, inputs, before, after, c_before, c_after, count].map(|word| word as u32)
    }
}
