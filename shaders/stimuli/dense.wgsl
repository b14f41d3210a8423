/// Analog input through a dense matrix: x·W with x given for each step, zero after its end.
struct Params {
    /// [word] place of the first input
    first: u32,
    /// [word] steps that are given
    steps: u32,
    /// [word] batch items that have inputs of their own, or 1 where all share them
    items: u32,
    /// [word] inputs of a step and item: rows of the matrix
    rows: u32,
    /// [word] place of the matrix
    weights: u32,
    /// [word] columns of the matrix
    width: u32,
    /// [word] the neuron's column, or beyond the width for none
    column: u32,
}

fn dense_value(p: Params, site: Site) -> f32 {
    var sum = 0.0;
    if (site.step < p.steps && p.column < p.width) {
        let item = select(site.batch, 0u, p.items == 1u);
        let x = p.first + (site.step * p.items + item) * p.rows;
        let w = p.weights + p.column;
        for (var row = 0u; row < p.rows; row++) {
            sum = fma(data_f32(x + row), data_f32(w + row * p.width), sum);
        }
    }
    return sum;
}
