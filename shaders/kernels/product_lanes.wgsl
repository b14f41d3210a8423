// The product by subgroups: one for a tile of ROWS rows and LANES × QUADS_EACH quads. The lanes load the operand
// together, each another number, and pass them around. On software drivers, where a load goes lane by lane, this
// saves most of them.

var<immediate> call: ProductCall;

@compute @workgroup_size(LANES)
fn product(
    @builtin(workgroup_id) group: vec3<u32>,
    @builtin(num_workgroups) groups: vec3<u32>,
    @builtin(subgroup_invocation_id) lane: u32,
) {
    let row = (group.z * groups.x + group.x) * ROWS;
    let quad = group.y * (LANES * QUADS_EACH) + lane;
    var total = Sums();
    for (var part = 0u; part < call.padded_k; part += call.part) {
        let end = min(part + call.part, call.padded_k);
        var sums = Sums();
        for (var k = part; k < end; k += DEPTH) {
            sums = multiply(sums, share(row, k, lane), quad, k);
        }
        total = plus(total, sums);
    }
    finish(total, row, quad);
    if (lane == 0u) {
        count_workgroup();
    }
}
