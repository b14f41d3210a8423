// The last dispatch of a submission of recurrent cells: counts its steps, if all before them are counted. So a
// submission which the driver gave up in silence is seen, also after others.

/// Steps that are to be counted before, and steps of this submission.
struct Count {
    before: u32,
    steps: u32,
}

var<immediate> count: Count;

@group(0) @binding(0) var<storage, read_write> reached: array<u32>;

@compute @workgroup_size(1)
fn count_steps() {
    if (reached[0] == count.before) {
        reached[0] = count.before + count.steps;
    }
}
