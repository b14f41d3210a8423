// Many steps of a cell in one dispatch: a workgroup does all of them for some rows, with all units. Rows are independent
// of each other, so nobody else needs to be waited for.

/// What a dispatch is told. Loops are bounded by these numbers alone: no compiler unrolls them, and barriers within them
/// are met by all.
struct Steps {
    /// Steps of this dispatch.
    count: u32,
    /// Rows, and those of a workgroup.
    rows: u32,
    each: u32,
    /// First row of what the input adds.
    inputs: u32,
    /// First row of h before the first step, and after it; each of the others follows the one before.
    before: u32,
    after: u32,
    /// 1 if every cell state is kept, as h is; else 0.
    every_c: u32,
    /// As in `ProductCall`.
    k: u32,
    padded_k: u32,
    part: u32,
    quads: u32,
    split: u32,
}

var<immediate> steps: Steps;
/// Of the step that is computed.
var<private> call: ProductCall;

fn call_of(step: u32) -> ProductCall {
    let after = steps.after + step * steps.rows;
    let before = select(after - steps.rows, steps.before, step == 0u);
    let inputs = steps.inputs + step * steps.rows;
    return ProductCall(
        steps.rows,
        before,
        4u * steps.quads,
        inputs,
        before,
        after,
        before * steps.every_c,
        after * steps.every_c,
        steps.k,
        steps.padded_k,
        steps.part,
        steps.quads,
        steps.split,
    );
}

fn all_steps(group: u32, index: u32, lane: u32) {
    let first = group * steps.each;
    let quad = index % COLUMNS;
    let stretch = index / COLUMNS;
    call = call_of(0u);
    hold(quad, stretch * STRETCH);
    for (var step = 0u; step < steps.count; step++) {
        call = call_of(step);
        compute(first, quad, stretch, lane);
    }
    if (index == 0u) {
        count_workgroup();
    }
}
