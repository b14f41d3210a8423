// The product by workgroups: COLUMNS × LINES × SPLIT invocations for LINES × ROWS rows and COLUMNS × QUADS_EACH quads.
// The operand goes through workgroup memory. With few rows there is little to do for a workgroup but to read weights:
// then SPLIT invocations share the parts of a sum.

var<immediate> call: ProductCall;
var<workgroup> tile: array<f32, SPLIT * DEPTH * LINES * ROWS>;
var<workgroup> parts: array<vec4<f32>, SPLIT * LINES * COLUMNS>;

@compute @workgroup_size(COLUMNS, LINES, SPLIT)
fn product(
    @builtin(workgroup_id) group: vec3<u32>,
    @builtin(num_workgroups) groups: vec3<u32>,
    @builtin(local_invocation_id) local: vec3<u32>,
) {
    let first = (group.z * groups.x + group.x) * (LINES * ROWS);
    let row = first + local.y * ROWS;
    let quad = group.y * (COLUMNS * QUADS_EACH) + local.x;
    let slice = local.z * (DEPTH * LINES * ROWS);
    let cell = local.y * COLUMNS + local.x;
    var total = Sums();
    for (var round = 0u; round < call.padded_k; round += SPLIT * call.part) {
        let part = round + local.z * call.part;
        var sums = Sums();
        for (var done = 0u; done < call.part; done += DEPTH) {
            workgroupBarrier();
            for (var i = cell; i < DEPTH * LINES * ROWS; i += COLUMNS * LINES) {
                let source = min(first + i / DEPTH, call.rows - 1u);
                tile[slice + i % DEPTH * (LINES * ROWS) + i / DEPTH] = operand(source, part + done + i % DEPTH);
            }
            workgroupBarrier();
            // Beyond the matrix there is nothing to add; where it ends is a multiple of AHEAD.
            let end = min(DEPTH, max(call.padded_k, part + done) - (part + done));
            for (var k = 0u; k < end; k += AHEAD) {
                sums = multiply(sums, slice + k * (LINES * ROWS) + local.y * ROWS, quad, part + done + k);
            }
        }
        total = gather(total, sums, cell, local.z);
    }
    if (local.z == 0u) {
        finish(total, row, quad);
        if (cell == 0u) {
            count_workgroup();
        }
    }
}
