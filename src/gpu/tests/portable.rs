//! What becomes of arithmetic that is portable: held against Rust's, which is IEEE 754's, bit for bit.

use super::{Gpu, Usage, gpu};
use crate::number::{F32s, Lanes, Number};
use crate::options::Arithmetic;

/// Runs `compute(a, b, c) -> f32` for each three of these numbers, given by their bits.
fn computed(gpu: &Gpu, function: &str, given: &[[u32; 3]]) -> Vec<u32> {
    let text = format!(
        "@group(0) @binding(0) var<storage, read> given: array<u32>;
        @group(0) @binding(1) var<storage, read_write> found: array<u32>;
        {function}
        @compute @workgroup_size(64) fn each(@builtin(global_invocation_id) id: vec3<u32>) {{
            let i = id.x + id.y * 65536u;
            if (i < arrayLength(&found)) {{
                let x = vec3<f32>(bitcast<f32>(given[3u * i]), bitcast<f32>(given[3u * i + 1u]), bitcast<f32>(given[3u * i + 2u]));
                found[i] = bitcast<u32>(compute(x.x, x.y, x.z));
            }}
        }}"
    );
    let words: Vec<u32> = given.concat();
    let buffer = gpu.buffer_of("numbers", &words, Usage::Storage).unwrap();
    let found = gpu.buffer::<u32>("results", given.len(), Usage::Storage).unwrap();
    let pipeline = gpu.compile("each", &text, "each").unwrap();
    let group = gpu.bind(&pipeline, &[&buffer, &found]).unwrap();
    let mut recorder = gpu.recorder("each");
    let workgroups = given.len().div_ceil(64) as u32;
    recorder.pass("each").dispatch(&pipeline, &group, &[], [workgroups.min(1024), workgroups.div_ceil(1024), 1]);
    recorder.submit().unwrap();
    gpu.read(&found, 0..given.len()).unwrap()
}

/// Numbers at all ends.
const EDGES: [u32; 30] = [
    0x0000_0000,
    0x0000_0001,
    0x0000_0002,
    0x0000_0003,
    0x003f_ffff,
    0x0040_0000,
    0x007f_fffe,
    0x007f_ffff,
    0x0080_0000,
    0x0080_0001,
    0x00ff_ffff,
    0x0100_0000,
    0x1fff_ffff,
    0x3400_0000,
    0x3eaa_aaab,
    0x3f7f_ffff,
    0x3f80_0000,
    0x3f80_0001,
    0x3fff_ffff,
    0x4000_0000,
    0x4040_0000,
    0x4b00_0001,
    0x4b7f_ffff,
    0x7e80_0000,
    0x7f00_0000,
    0x7f7f_fffe,
    0x7f7f_ffff,
    0x7f80_0000,
    0x7fc0_0000,
    0x7fff_ffff,
];

/// Pseudo-random words.
struct Words(u64);

impl Words {
    fn next(&mut self) -> u32 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 32) as u32
    }
}

/// All pairs of edges, with signs; random bits; and numbers whose quotients lie in all magnitudes, and near 1.
fn pairs(count: usize) -> Vec<[u32; 3]> {
    let mut pairs = Vec::new();
    for (i, a) in EDGES.into_iter().enumerate() {
        for (j, b) in EDGES.into_iter().enumerate() {
            let sign = |of: usize| ((i * 7 + j * 3 + of) as u32 & 1) << 31;
            pairs.push([a ^ sign(0), b ^ sign(j), a]);
        }
    }
    let mut words = Words(1);
    while pairs.len() < count {
        let [a, b] = [words.next(), words.next()];
        pairs.push(match pairs.len() % 4 {
            0 => [a, b, words.next()],
            // Mantissas of any kind, exponents near each other.
            1 => [(a & 0x007f_ffff) | 0x3f80_0000, (b & 0x00ff_ffff) | 0x3f00_0000, words.next()],
            // Quotients that are subnormal, or nearly.
            2 => [(a & 0x01ff_ffff) | 0x0080_0000, (b & 0x81ff_ffff) | 0x3e00_0000, words.next()],
            _ => [a, (a & 0xff80_0000) ^ (b & 0x80ff_ffff), words.next()],
        });
    }
    pairs
}

/// The results are these numbers, NaN where they are.
fn check(function: &str, given: &[[u32; 3]], expected: impl Fn(f32, f32, f32) -> f32) {
    let portable = gpu().computing(Arithmetic::Portable);
    for (given, found) in given.iter().zip(computed(&portable, function, given)) {
        let [a, b, c] = given.map(f32::from_bits);
        let expected = expected(a, b, c);
        let alike = found == expected.to_bits() || expected.is_nan() && f32::from_bits(found).is_nan();
        let found = f32::from_bits(found);
        assert!(alike, "{function}: of {given:08x?} ({a:e}, {b:e}, {c:e}) {found:e}, expected {expected:e}");
    }
}

#[test]
#[cfg_attr(without_device, ignore = "there is no device")]
fn quotients_are_rounded_to_nearest() {
    check("fn compute(a: f32, b: f32, c: f32) -> f32 { return a / b; }", &pairs(400_000), |a, b, _| a / b);
    check("fn compute(a: f32, b: f32, c: f32) -> f32 { return 1.0 / b; }", &pairs(100_000), |_, b, _| 1.0 / b);
}

#[test]
#[cfg_attr(without_device, ignore = "there is no device")]
fn roots_are_rounded_to_nearest() {
    check("fn compute(a: f32, b: f32, c: f32) -> f32 { return sqrt(a); }", &pairs(400_000), |a, _, _| a.sqrt());
    let mut all = Vec::new();
    // Every mantissa in two exponents is too many; every 40th is not.
    for mantissa in (0..1 << 24).step_by(40) {
        all.push([0x3f80_0000 + mantissa, 0, 0]);
    }
    check("fn compute(a: f32, b: f32, c: f32) -> f32 { return sqrt(a); }", &all, |a, _, _| a.sqrt());
}

/// Normal numbers of like magnitudes, of which no result here is subnormal.
fn normals(count: usize) -> Vec<[u32; 3]> {
    let mut words = Words(2);
    let mut number = || (words.next() & 0x83ff_ffff) + 0x3e00_0000;
    (0..count).map(|_| [number(), number(), number()]).collect()
}

/// What compilers make something else of: each of these went wrong on a driver, or may on one with fast mathematics.
#[test]
#[cfg_attr(without_device, ignore = "there is no device")]
fn no_compiler_rounds_otherwise() {
    let check = |expression: &str, expected: fn(f32, f32, f32) -> f32| {
        let function = format!("fn compute(a: f32, b: f32, c: f32) -> f32 {{ {expression} }}");
        super::portable::check(&function, &normals(20_000), expected);
    };
    check("return a * b + c;", |a, b, c| a * b + c);
    check("return c - a * b;", |a, b, c| c - a * b);
    check("return fma(a, b, c);", |a, b, c| a * b + c);
    check("return fma(a, b, -c);", |a, b, c| a * b - c);
    check("return a * b + a * c;", |a, b, c| a * b + a * c);
    check("return 0.5 * a + 0.5 * b;", |a, b, _| 0.5 * a + 0.5 * b);
    check("return 1e9 * (a * 1e-9) + b;", |a, b, _| 1e9 * (a * 1e-9) + b);
    check("return (a + 12582912.0) - 12582912.0;", |a, _, _| (a + 12_582_912.0) - 12_582_912.0);
    check("let s = a + b; return (a - (s - (s - a))) + (b - (s - a));", |a, b, _| {
        let s = a + b;
        (a - (s - (s - a))) + (b - (s - a))
    });
    check("return (a + b) - a;", |a, b, _| (a + b) - a);
    check("return (a * b) / b;", |a, b, _| (a * b) / b);
    check("return a / c + b / c;", |a, b, c| a / c + b / c);
    check("return (a + b) + c;", |a, b, c| (a + b) + c);
    check("return sqrt(abs(a)) * sqrt(abs(a));", |a, _, _| a.abs().sqrt() * a.abs().sqrt());
    check("var sum = 0.0; for (var i = 0; i < 5; i++) { sum += a * b; } return sum;", |a, b, _| {
        (0..5).fold(0.0, |sum, _| sum + a * b)
    });
    check("return select(0.0, 1.0, a * b + c > c);", |a, b, c| f32::from(a * b + c > c));
    check("return dot(vec3<f32>(a, b, c), vec3<f32>(c, a, b));", |a, b, c| a * c + b * a + c * b);
    check("let v = vec4<f32>(a, b, c, a) * b + vec4<f32>(c); return v.x + v.y / v.z;", |a, b, c| {
        (a * b + c) + (b * b + c) / (c * b + c)
    });
    check("return mix(a, b, c);", |a, b, c| a * (1.0 - c) + b * c);
    check("return a % b;", |a, b, _| a - b * (a / b).trunc());
}

#[test]
#[cfg_attr(without_device, ignore = "there is no device")]
fn zeros_keep_their_signs() {
    let numbers = [0u32, 1 << 31, 0x3f80_0000, 0xbf80_0000];
    let given: Vec<[u32; 3]> = numbers.iter().flat_map(|&a| numbers.iter().map(move |&b| [a, b, a])).collect();
    let check = |expression: &str, expected: fn(f32, f32) -> f32| {
        let function = format!("fn compute(a: f32, b: f32, c: f32) -> f32 {{ return {expression}; }}");
        super::portable::check(&function, &given, |a, b, _| expected(a, b));
    };
    check("a + 0.0", |a, _| a + 0.0);
    check("0.0 - a", |a, _| 0.0 - a);
    check("a * 0.0", |a, _| a * 0.0);
    check("-0.0 * a + b", |a, b| -0.0 * a + b);
    // Of two that are equal the second.
    check("max(a, b)", |a, b| if a > b { a } else { b });
    check("min(a, b)", |a, b| if a < b { a } else { b });
    check("clamp(a, 0.0, 1.0)", |a, _| if a > 0.0 { a.min(1.0) } else { 0.0 });
}

/// WGSL's own names give the functions of the library, which are those of the CPU.
#[test]
#[cfg_attr(without_device, ignore = "there is no device")]
fn functions_are_those_of_the_library() {
    let lanes = |x: f32, function: fn(F32s) -> F32s| function(F32s::from_lanes(|_| x.into())).lane(0) as f32;
    // What is subnormal, or becomes it, devices may take for 0.
    let is_normal = |given: &[u32; 3]| (0x0d80_0000..0x429f_0000).contains(&(given[0] & 0x7fff_ffff));
    let given: Vec<[u32; 3]> = pairs(20_000).into_iter().filter(is_normal).chain(normals(4000)).collect();
    let compute = |call: &str| format!("fn compute(a: f32, b: f32, c: f32) -> f32 {{ return {call}; }}");
    check(&compute("exp(a)"), &given, |a, _, _| lanes(a, Number::exponential));
    check(&compute("tanh(a)"), &given, |a, _, _| lanes(a, Number::hyperbolic_tangent));
    check(&compute("log(abs(a) + 1e-9)"), &normals(4000), |a, _, _| lanes(a.abs() + 1e-9, Number::logarithm));
    check(&compute("inverseSqrt(abs(a))"), &normals(4000), |a, _, _| 1.0 / a.abs().sqrt());
    // Known beforehand, too.
    check(&compute("a + exp(0.5) * tanh(0.25) / sqrt(7.0)"), &normals(64), |a, _, _| {
        a + lanes(0.5, Number::exponential) * lanes(0.25, Number::hyperbolic_tangent) / 7f32.sqrt()
    });
    for (call, at, expected) in [
        ("log(a)", 0f32, f32::NEG_INFINITY),
        ("log(a)", -1.0, f32::NAN),
        ("log(a)", f32::INFINITY, f32::INFINITY),
        ("exp2(a)", 10.0, 1024.0),
        ("exp2(a)", 200.0, f32::INFINITY),
        ("exp2(a)", -200.0, 0.0),
        ("exp(a)", f32::INFINITY, f32::INFINITY),
        ("exp(a)", f32::NEG_INFINITY, 0.0),
        ("tanh(a)", f32::NEG_INFINITY, -1.0),
        ("pow(a, 0.0)", 0.0, 1.0),
        ("pow(a, 2.0)", 0.0, 0.0),
    ] {
        check(&compute(call), &[[at.to_bits(), 0, 0]], |_, _, _| expected);
    }
}
