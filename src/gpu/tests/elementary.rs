//! Functions of `shaders/lib/math.wgsl` on the device, held against f64.

use super::{Access, Gpu, Usage, gpu};
use crate::number::standard_normal;
use crate::random::uniform;
use std::f64::consts::TAU;

const KERNEL: &str = "
    @group(0) @binding(0) var<storage, read> given: array<u32>;
    @group(0) @binding(1) var<storage, read_write> found: array<u32>;
    @compute @workgroup_size(64) fn elementary(@builtin(global_invocation_id) id: vec3<u32>) {
        let word = given[id.x];
        found[id.x * 3u] = bitcast<u32>(normal_of(word));
        found[id.x * 3u + 1u] = bitcast<u32>(sine_of_turn(word));
        found[id.x * 3u + 2u] = product_high(word, given[id.x ^ 1u]);
    }";

/// Both ends, the middle, the border of the two polynomials, and words of all magnitudes from both ends.
fn words() -> Vec<u32> {
    let border = (0.075 * 4_294_967_296.0) as u32;
    let mut words = vec![0, 1, 2, u32::MAX, (1 << 31) - 1, 1 << 31, 1 << 30, 3 << 30];
    words.extend(border - 8..border + 8);
    let mut word = 0x9e37_79b9u32;
    while words.len() < 1 << 14 {
        word = word.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        let small = word >> (words.len() / 2 % 32);
        words.push(if words.len().is_multiple_of(2) { small } else { !small });
    }
    words
}

fn found(gpu: &Gpu, words: &[u32]) -> Vec<u32> {
    let text = format!("{}{KERNEL}", include_str!("../../../shaders/lib/math.wgsl"));
    let given = gpu.buffer_of("words", words, Usage::Storage).unwrap();
    let found = gpu.buffer::<u32>("results", 3 * words.len(), Usage::Storage).unwrap();
    let pipeline = gpu.pipeline("elementary", &text, "elementary", &[Access::ReadOnly, Access::ReadWrite], 0).unwrap();
    let group = gpu.bind(&pipeline, &[&given, &found]).unwrap();
    let mut recorder = gpu.recorder("elementary");
    recorder.pass("elementary").dispatch(&pipeline, &group, &[], [words.len() as u32 / 64, 1, 1]);
    recorder.submit().unwrap();
    gpu.read(&found, 0..3 * words.len()).unwrap()
}

#[test]
#[cfg_attr(without_device, ignore = "there is no device")]
fn normal_numbers_sines_and_products() {
    let gpu = gpu();
    let words = words();
    let mut worst = [0.0f64; 2];
    for (index, results) in found(&gpu, &words).chunks_exact(3).enumerate() {
        let word = words[index];
        let error = |place: usize, expected: f64| (f64::from(f32::from_bits(results[place])) - expected).abs();
        let (normal, sine) =
            (error(0, standard_normal(uniform(word))), error(1, (TAU * f64::from(word) / 4_294_967_296.0).sin()));
        assert!(normal < 3e-6, "normal number of {word}: off by {normal}");
        assert!(sine < 3e-7, "sine of {word}: off by {sine}");
        worst = [worst[0].max(normal), worst[1].max(sine)];
        let product = u64::from(word) * u64::from(words[index ^ 1]);
        assert_eq!(results[2], (product >> 32) as u32, "{word} times {}", words[index ^ 1]);
    }
    println!("normal numbers are off by at most {:.1e}, sines by {:.1e}", worst[0], worst[1]);
}
