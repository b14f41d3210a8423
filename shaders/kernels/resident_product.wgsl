// One of the products of a step where a workgroup does many steps of some rows. Each of its COLUMNS × SPLIT invocations
// has a quad, and one of SPLIT stretches of the sums over k: the weights that those need never change, so they are read
// once, and held. Who has the first stretch gathers those of the others, in their order, and makes the new state.

/// Indices into it are constants wherever it is read: so it is one stream, without checks, on software drivers.
var<private> held: array<vec4<f32>, HELD>;
var<workgroup> others: array<Sums, OTHERS>;

/// The weights of a quad from row k of the matrix on; beyond its end they stay 0.
fn hold(quad: u32, k: u32) {
    let count = min(HELD, (call.padded_k - k) * GATES);
    let first = weights_of(min(quad, call.quads - 1u), k);
    for (var i = 0u; i < count; i++) {
        held[i] = weight(first + i / GATES * (PANEL * GATES) + i % GATES);
    }
}

/// The product of the workgroup's rows, and what becomes of it.
fn sweep(first: u32, quad: u32, stretch: u32, lane: u32) {
    for (var i = 0u; i < steps.each; i++) {
        let row = min(first + i, call.rows - 1u);
        var sums = multiply(row, stretch * (HELD / GATES), lane);
        if (SPLIT > 1u) {
            // Those of the row before were gathered.
            workgroupBarrier();
            if (stretch > 0u) {
                others[(stretch - 1u) * COLUMNS + quad] = sums;
            }
            workgroupBarrier();
        }
        if (stretch == 0u) {
            for (var other = 1u; other < steps.split; other++) {
                sums = plus(sums, others[(other - 1u) * COLUMNS + quad]);
            }
            finish(sums, first + i, quad);
        }
    }
}
