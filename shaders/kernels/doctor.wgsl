// The self-test of a driver: each entry point computes whole numbers that the host knows beforehand.
// src/gpu/doctor/cases.rs holds what they are given and what they must find.

struct Now {
    // Counts the dispatches of a test, from 0.
    step: u32,
    // A number that only the host knows.
    salt: u32,
}

var<immediate> now: Now;
@group(0) @binding(0) var<storage, read> given: array<u32>;
@group(0) @binding(1) var<storage, read_write> found: array<u32>;
@group(0) @binding(2) var<storage, read_write> counts: array<atomic<u32>>;

// Two long loops, so that a driver that counts iterations over a whole kernel stops early in one or both.
@compute @workgroup_size(64)
fn long_loops(@builtin(global_invocation_id) id: vec3<u32>) {
    var x = given[1u + id.x];
    for (var i = 0u; i < given[0]; i++) {
        x = x * 1664525u + 1013904223u;
    }
    found[2u * id.x] = x;
    for (var i = 0u; i < given[0]; i++) {
        x ^= x << 13u;
        x ^= x >> 17u;
        x ^= x << 5u;
    }
    found[2u * id.x + 1u] = x;
}

// The test of bits by which all kernels know a NaN.
@compute @workgroup_size(64)
fn nan_bits(@builtin(global_invocation_id) id: vec3<u32>) {
    if (id.x < arrayLength(&given)) {
        let x = bitcast<f32>(given[id.x]);
        found[id.x] = u32((bitcast<u32>(x) & 0x7fffffffu) > 0x7f800000u);
    }
}

// Every invocation takes a number of its own from one counter, and adds to a sum that wraps around.
@compute @workgroup_size(256)
fn atomics(@builtin(global_invocation_id) id: vec3<u32>) {
    if (now.step == 0u) {
        let place = atomicAdd(&counts[0], 1u);
        atomicAdd(&counts[1], id.x * now.salt);
        atomicMax(&counts[2], id.x);
        found[place] = id.x;
    } else if (id.x < 3u) {
        found[arrayLength(&found) - 3u + id.x] = atomicLoad(&counts[id.x]);
    }
}

var<workgroup> shared_words: array<u32, 256>;

// Running sums over a workgroup: eight rounds, each of which reads what others wrote in the one before. The width comes
// from outside, since a compiler that unrolls the rounds takes ten times as long.
@compute @workgroup_size(256)
fn barriers(
    @builtin(local_invocation_index) here: u32,
    @builtin(global_invocation_id) id: vec3<u32>,
) {
    shared_words[here] = given[1u + id.x];
    for (var reach = 1u; reach < given[0]; reach *= 2u) {
        workgroupBarrier();
        var sum = shared_words[here];
        if (here >= reach) {
            sum += shared_words[here - reach];
        }
        workgroupBarrier();
        shared_words[here] = sum;
    }
    found[id.x] = shared_words[here];
}

// The upper half of a product of two words, from halves of 16 bits.
fn multiply_high(a: u32, b: u32) -> u32 {
    let low = (a & 0xffffu) * (b & 0xffffu);
    let left = (a >> 16u) * (b & 0xffffu) + (low >> 16u);
    let right = (a & 0xffffu) * (b >> 16u) + (left & 0xffffu);
    return (a >> 16u) * (b >> 16u) + (left >> 16u) + (right >> 16u);
}

@compute @workgroup_size(64)
fn products(@builtin(global_invocation_id) id: vec3<u32>) {
    if (2u * id.x < arrayLength(&given)) {
        found[2u * id.x] = given[2u * id.x] * given[2u * id.x + 1u];
        found[2u * id.x + 1u] = multiply_high(given[2u * id.x], given[2u * id.x + 1u]);
    }
}

// The generator of all random numbers: six words, counter and key, become four.
@compute @workgroup_size(64)
fn philox(@builtin(global_invocation_id) id: vec3<u32>) {
    let first = 6u * id.x;
    if (first < arrayLength(&given)) {
        let counter = vec4<u32>(given[first], given[first + 1u], given[first + 2u], given[first + 3u]);
        let words = philox4x32(counter, vec2<u32>(given[first + 4u], given[first + 5u]));
        for (var i = 0u; i < 4u; i++) {
            found[4u * id.x + i] = words[i];
        }
    }
}

// Each dispatch has its own immediate data.
@compute @workgroup_size(1)
fn immediates() {
    found[now.step] = now.salt + 3u * now.step;
}

// Each dispatch continues from what the one before wrote, in every invocation from its neighbour's.
@compute @workgroup_size(64)
fn order(@builtin(global_invocation_id) id: vec3<u32>) {
    let half = arrayLength(&found) / 2u;
    let first = (now.step % 2u) * half;
    let into = half - first;
    found[into + id.x] = found[first + (id.x + 1u) % half] * 3u + now.step + id.x;
}

// + * / sqrt fma of pairs, and a product with a sum that the compiler may fuse.
@compute @workgroup_size(64)
fn arithmetic(@builtin(global_invocation_id) id: vec3<u32>) {
    if (2u * id.x < arrayLength(&given)) {
        let a = bitcast<f32>(given[2u * id.x]);
        let b = bitcast<f32>(given[2u * id.x + 1u]);
        found[6u * id.x] = bitcast<u32>(a + b);
        found[6u * id.x + 1u] = bitcast<u32>(a * b);
        found[6u * id.x + 2u] = bitcast<u32>(a / b);
        found[6u * id.x + 3u] = bitcast<u32>(sqrt(a));
        found[6u * id.x + 4u] = bitcast<u32>(fma(a, b, a));
        found[6u * id.x + 5u] = bitcast<u32>(a * b + a);
    }
}

// Numbers too small for the usual form: plus 0 and times 1, which the compiler cannot know (step is 0, salt is 1.0).
@compute @workgroup_size(64)
fn small_numbers(@builtin(global_invocation_id) id: vec3<u32>) {
    if (id.x < arrayLength(&given)) {
        let x = bitcast<f32>(given[id.x]);
        found[2u * id.x] = bitcast<u32>(x + bitcast<f32>(now.step));
        found[2u * id.x + 1u] = bitcast<u32>(x * bitcast<f32>(now.salt));
    }
}
