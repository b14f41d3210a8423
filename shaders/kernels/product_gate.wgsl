// What a product is for: the first of two products of a step. It leaves what takes h's place in the second, and a number
// that is kept for it.

fn finish_quad(row: u32, quad: u32, sums: Product) {
    if (row >= call.rows || quad >= call.quads) {
        return;
    }
    let x = input(((call.inputs + row) * call.quads + quad) * GATES);
    let h = hs[(call.before + row) * call.quads + quad];
    let g0 = cell_gate(gates(x, 0u), gates(sums, 0u), Unit(h.x, 0.0, 0.0));
    let g1 = cell_gate(gates(x, 1u), gates(sums, 1u), Unit(h.y, 0.0, 0.0));
    let g2 = cell_gate(gates(x, 2u), gates(sums, 2u), Unit(h.z, 0.0, 0.0));
    let g3 = cell_gate(gates(x, 3u), gates(sums, 3u), Unit(h.w, 0.0, 0.0));
    between[row * call.quads + quad] = vec4<f32>(g0.operand, g1.operand, g2.operand, g3.operand);
    between[(call.rows + row) * call.quads + quad] = vec4<f32>(g0.kept, g1.kept, g2.kept, g3.kept);
}
