// What a product is for: the input's part of all gates, for many steps at once, with the bias.

fn finish_quad(row: u32, quad: u32, sums: Product) {
    if (row < call.rows && quad < call.quads) {
        store(((call.inputs + row) * call.quads + quad) * GATES, quad * GATES, sums);
    }
}
