// Philox4x32-10 (Salmon, Moraes, Dror and Shaw, SC'11), bit for bit the `philox4x32` of src/random.rs, whose head
// comment has the layout of counter and key: a draw for an element at a step is word `step & 3` of the block of
//     counter = (element, step >> 2, stream, 0),  key = (seed low, seed high).
// The ten rounds are written out, as a loop would be compiled with a bound check that costs as much as a round.

/// The two multipliers, and their 16-bit halves: WGSL has no multiplication that gives the high word.
const PHILOX_MULTIPLIERS = vec2<u32>(0xD2511F53u, 0xCD9E8D57u);
const PHILOX_LOW = vec2<u32>(0x1F53u, 0x8D57u);
const PHILOX_HIGH = vec2<u32>(0xD251u, 0xCD9Eu);
/// What the key grows by from round to round.
const PHILOX_WEYL = vec2<u32>(0x9E3779B9u, 0xBB67AE85u);

fn philox_round(c: vec4<u32>, key: vec2<u32>) -> vec4<u32> {
    let factor = c.xz;
    let low = factor & vec2<u32>(0xFFFFu);
    let high = factor >> vec2<u32>(16u);
    // No sum overflows: (2¹⁶ − 1)² + 2¹⁶ − 1 < 2³².
    let first = PHILOX_HIGH * low + ((PHILOX_LOW * low) >> vec2<u32>(16u));
    let second = PHILOX_LOW * high + (first & vec2<u32>(0xFFFFu));
    let product_high = PHILOX_HIGH * high + (first >> vec2<u32>(16u)) + (second >> vec2<u32>(16u));
    let product_low = PHILOX_MULTIPLIERS * factor;
    let mixed = product_high.yx ^ c.yw ^ key;
    return vec4<u32>(mixed.x, product_low.y, mixed.y, product_low.x);
}

/// Four random words: the Philox4x32-10 permutation of `counter` under `key`.
fn philox4x32(counter: vec4<u32>, key: vec2<u32>) -> vec4<u32> {
    var k = key;
    var c = philox_round(counter, k);
    k += PHILOX_WEYL;
    c = philox_round(c, k);
    k += PHILOX_WEYL;
    c = philox_round(c, k);
    k += PHILOX_WEYL;
    c = philox_round(c, k);
    k += PHILOX_WEYL;
    c = philox_round(c, k);
    k += PHILOX_WEYL;
    c = philox_round(c, k);
    k += PHILOX_WEYL;
    c = philox_round(c, k);
    k += PHILOX_WEYL;
    c = philox_round(c, k);
    k += PHILOX_WEYL;
    c = philox_round(c, k);
    k += PHILOX_WEYL;
    return philox_round(c, k);
}
