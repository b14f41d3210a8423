// What a spike brings of a weight where its projection has a model: the device's side of src/rows/released.rs.

/// The amplitude of a spike that brings whole weights, in parts of 2^-16; and in place of where amplitudes are: there are none.
const WHOLE = 0x10000u;
const NO_AMPLITUDES = 0xffffffffu;

/// Of a count the part that an amplitude says, the nearest whole number to it. No product reaches 2^32.
fn released(count: i32, amplitude: u32) -> i32 {
    let size = u32(abs(count));
    let part = bitcast<i32>((size >> 16u) * amplitude + (((size & 0xffffu) * amplitude + 0x8000u) >> 16u));
    return select(part, -part, count < 0);
}

fn released_each(counts: vec4<i32>, amplitude: u32) -> vec4<i32> {
    return vec4<i32>(
        released(counts.x, amplitude),
        released(counts.y, amplitude),
        released(counts.z, amplitude),
        released(counts.w, amplitude),
    );
}
