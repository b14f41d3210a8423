// The self-test of a driver: each entry point computes whole numbers that the host knows beforehand.
// src/gpu/doctor/cases.rs holds what they are given and what they must find.

struct Now {
    // Counts the dispatches of a test, from 0.
    step: u32,
    // A number that only the host knows.
    salt: u32,
    // As many words as any kernel has.
    word_2: u32,
    word_3: u32,
    word_4: u32,
    word_5: u32,
    word_6: u32,
    word_7: u32,
    word_8: u32,
    word_9: u32,
    word_10: u32,
    word_11: u32,
    word_12: u32,
}

// Words in which all invocations count, as they record spikes and as they add to the delay ring.
struct Counts {
    words: array<atomic<u32>, 8>,
    sums: array<atomic<i32>, 8>,
}

var<immediate> now: Now;
@group(0) @binding(0) var<storage, read> given: array<u32>;
@group(0) @binding(1) var<storage, read_write> found: array<u32>;
@group(0) @binding(2) var<storage, read_write> counts: Counts;

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

// Every invocation takes a number of its own from one counter, adds to sums that wrap around and to one that stays below 0,
// and some set a bit of their own. The sums are then read, set to 0, and read again.
@compute @workgroup_size(256)
fn atomics(@builtin(global_invocation_id) id: vec3<u32>) {
    let told = arrayLength(&found) - 8u;
    if (now.step == 0u) {
        let place = atomicAdd(&counts.words[0], 1u);
        let number = id.x * (id.x + now.salt);
        atomicAdd(&counts.words[1], number);
        if (id.x < 64u && id.x % 3u == 0u) {
            atomicOr(&counts.words[2u + (id.x >> 5u)], 1u << (id.x & 31u));
        }
        atomicAdd(&counts.sums[0], bitcast<i32>(number));
        atomicAdd(&counts.sums[1], -i32(id.x));
        found[place] = id.x;
    } else if (now.step == 1u && id.x < 4u) {
        found[told + id.x] = atomicLoad(&counts.words[id.x]);
        if (id.x < 2u) {
            found[told + 4u + id.x] = bitcast<u32>(atomicLoad(&counts.sums[id.x]));
            atomicStore(&counts.sums[id.x], 0);
        }
    } else if (now.step == 2u && id.x < 2u) {
        found[told + 6u + id.x] = bitcast<u32>(atomicLoad(&counts.sums[id.x]) + 7);
    }
}

var<workgroup> shared_words: array<vec4<u32>, 256>;

// Running sums over a workgroup: eight rounds, each of which reads what others wrote in the one before. The width comes
// from outside, since a compiler that unrolls the rounds takes ten times as long.
@compute @workgroup_size(8, 16, 2)
fn barriers(
    @builtin(workgroup_id) group: vec3<u32>,
    @builtin(num_workgroups) groups: vec3<u32>,
    @builtin(local_invocation_id) local: vec3<u32>,
) {
    let here = (local.z * 16u + local.y) * 8u + local.x;
    let place = (group.z * groups.x + group.x) * 256u + here;
    shared_words[here] = given[1u + place] * vec4<u32>(1u, 3u, 5u, 7u);
    for (var reach = 1u; reach < given[0]; reach *= 2u) {
        workgroupBarrier();
        var sum = shared_words[here];
        if (here >= reach) {
            sum += shared_words[here - reach];
        }
        workgroupBarrier();
        shared_words[here] = sum;
    }
    let all = shared_words[here];
    let rest = vec3<u32>((all.y << 8u) | (all.y >> 24u), (all.z << 16u) | (all.z >> 16u), (all.w << 24u) | (all.w >> 8u));
    found[place] = all.x ^ rest.x ^ rest.y ^ rest.z;
}

var<private> held: array<u32, 16>;

// Rounds of a workgroup in storage: each reads what a neighbour left in the one before, and adds two of the words that its
// invocation has held since the first. Those are written by a loop, and read at constant places.
@compute @workgroup_size(256)
fn rounds(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) here: u32) {
    for (var i = 0u; i < given[1]; i++) {
        held[i] = given[2u + here] * (i + 1u);
    }
    let first = group.x * 512u;
    found[first + here] = here;
    for (var round = 0u; round < given[0]; round++) {
        storageBarrier();
        let before = first + round % 2u * 256u;
        let after = first + 256u - round % 2u * 256u;
        found[after + here] = found[before + (here + 255u) % 256u] * 3u + held[2] + held[13] + round;
    }
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
    let words = array<u32, 13>(
        now.step, now.salt, now.word_2, now.word_3, now.word_4, now.word_5, now.word_6,
        now.word_7, now.word_8, now.word_9, now.word_10, now.word_11, now.word_12,
    );
    for (var i = 0u; i < 13u; i++) {
        found[13u * now.step + i] = words[i];
    }
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
