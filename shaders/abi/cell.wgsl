// What the step of a recurrent cell sees: one unit of one batch item. Beside it there are `sigmoid`, `gate` and
// `activation`, the cell's φ.

/// A unit: h, the cell state c, and the unit's number of the cell's vector; 0 where the cell has none.
struct Unit {
    h: f32,
    c: f32,
    bias: f32,
}

/// Between the two products of a step: what takes h's place in the second, and a number kept for it.
struct Gated {
    operand: f32,
    kept: f32,
}
