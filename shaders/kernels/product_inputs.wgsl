// What a product is for: the input's part of all gates, for many steps at once, with the bias.

@group(0) @binding(0) var<storage, read> operands: array<vec4<f32>>;
@group(0) @binding(1) var<storage, read> weights: array<Weight>;
@group(0) @binding(2) var<storage, read> bias: array<vec4<f32>>;
@group(0) @binding(3) var<storage, read_write> inputs: array<vec4<f32>>;

fn finish_quad(row: u32, quad: u32, sums: Product) {
    if (row < call.rows && quad < call.quads) {
        store(((call.inputs + row) * call.quads + quad) * GATES, quad * GATES, sums);
    }
}
