// A product of rows with a matrix of weights: what all its variants and uses share.
//
// The matrix is packed so that a workgroup reads one stream: in panels of PANEL quads, a panel in rows k, in each the
// quads, in each the gates. A quad is four neighbouring units; a vec4 holds one gate of each of them. Sums over k are
// cut into the same parts by every variant, each part added up from its first k to its last, and the parts in their
// order. So the variants agree bit for bit.

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

var<immediate> call: ProductCall;

/// Number k of a row of the operand, 0 beyond its end.
fn operand(row: u32, k: u32) -> f32 {
    let i = (call.operand + row) * call.stride + min(k, call.k - 1u);
    return select(0.0, operands[i >> 2u][i & 3u], k < call.k);
}

/// Where the gates of a quad begin in row k of the packed matrix.
fn weights_of(quad: u32, k: u32) -> u32 {
    return ((quad / PANEL * call.padded_k + k) * PANEL + quad % PANEL) * GATES;
}

/// One gate of a quad's units.
fn weight(i: u32) -> vec4<f32> {
    return vec4<f32>(weights[i]);
}
