// Equation:   x(k)·W in step k: for neuron j the sum over all inputs i of x(k, i)·W(i, j); 0 after the last step of x
//
// ```toml
// [[stimulus]]
// kind = "dense"
// target = "cells"
// neurons = [0, 1]    # n of them; all if absent
// port = "in"         # what x·W enters; without it, weights in mA make a current, any other jumps of V
// # x, without unit: [T, n_in], or [T, batch, n_in]; from a file, { npy = "x.npy" }
// input = { values = [[1, 0, 2], [0, 1, 1]] }
// # W: [n_in, n]; from a file, { npy = "w.npy", unit = "mV" }; or an initialiser, a distribution, a quantity
// weight = { values = [[0.1, 0.2], [0.3, 0.4], [0.5, 0.6]], unit = "mV" }
// ```

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
