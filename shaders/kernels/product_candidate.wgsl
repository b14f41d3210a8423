// What a product is for: the second of two products of a step, which ends it.

fn finish_quad(row: u32, quad: u32, sums: Product) {
    if (row >= call.rows || quad >= call.quads) {
        return;
    }
    let x = input(((call.inputs + row) * call.quads + quad) * GATES);
    let h = hs[(call.before + row) * call.quads + quad];
    let kept = between[(call.rows + row) * call.quads + quad];
    let u0 = cell_step(gates(x, 0u), gates(sums, 0u), kept.x, Unit(h.x, 0.0, 0.0));
    let u1 = cell_step(gates(x, 1u), gates(sums, 1u), kept.y, Unit(h.y, 0.0, 0.0));
    let u2 = cell_step(gates(x, 2u), gates(sums, 2u), kept.z, Unit(h.z, 0.0, 0.0));
    let u3 = cell_step(gates(x, 3u), gates(sums, 3u), kept.w, Unit(h.w, 0.0, 0.0));
    hs[(call.after + row) * call.quads + quad] = vec4<f32>(u0.h, u1.h, u2.h, u3.h);
}
