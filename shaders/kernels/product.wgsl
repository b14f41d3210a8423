// A product of rows with a matrix of weights: what all its variants and uses share.
//
// The matrix is packed so that a workgroup reads one stream: in panels of PANEL quads, a panel in rows k, in each the
// quads, in each the gates. A quad is four neighbouring units; a vec4 holds one gate of each of them. Sums over k are
// cut into the same parts by every variant, each part added up from its first k to its last, and the parts in their
// order. So the variants agree bit for bit.

/// Number k of a row of the operand, 0 beyond its end.
fn operand(row: u32, k: u32) -> f32 {
    let i = (call.operand + row) * call.stride + min(k, call.k - 1u);
    return select(0.0, operand_at(i), k < call.k);
}

/// Where the gates of a quad begin in row k of the packed matrix.
fn weights_of(quad: u32, k: u32) -> u32 {
    return ((quad / PANEL * call.padded_k + k) * PANEL + quad % PANEL) * GATES;
}

/// One gate of a quad's units.
fn weight(i: u32) -> vec4<f32> {
    return vec4<f32>(weights[i]);
}
