// What a product is for: the step of a cell that needs one product. Gates and state are updated where the sums are.

fn finish_quad(row: u32, quad: u32, sums: Product) {
    if (row >= call.rows || quad >= call.quads) {
        return;
    }
    let x = input(((call.inputs + row) * call.quads + quad) * GATES);
    let h = hs[(call.before + row) * call.quads + quad];
    var c = vec4<f32>();
    if (HAS_C) {
        c = cs[(call.c_before + row) * call.quads + quad];
    }
    var bias = vec4<f32>();
    if (HAS_OWN) {
        bias = own[quad];
    }
    let u0 = cell_step(gates(x, 0u), gates(sums, 0u), Unit(h.x, c.x, bias.x));
    let u1 = cell_step(gates(x, 1u), gates(sums, 1u), Unit(h.y, c.y, bias.y));
    let u2 = cell_step(gates(x, 2u), gates(sums, 2u), Unit(h.z, c.z, bias.z));
    let u3 = cell_step(gates(x, 3u), gates(sums, 3u), Unit(h.w, c.w, bias.w));
    hs[(call.after + row) * call.quads + quad] = vec4<f32>(u0.h, u1.h, u2.h, u3.h);
    if (HAS_C) {
        cs[(call.c_after + row) * call.quads + quad] = vec4<f32>(u0.c, u1.c, u2.c, u3.c);
    }
}
