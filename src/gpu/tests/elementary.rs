//! Functions of `shaders/lib/math.wgsl` on the device, held against f64.

use super::{Gpu, Usage, gpu};
use crate::number::{F32s, Lanes, Number, WordLanes, standard_normal};
use crate::random::{philox4x32, uniform};
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
    let pipeline = gpu.compile("elementary", &text, "elementary").unwrap();
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

const LANES_KERNEL: &str = "
    @group(0) @binding(0) var<storage, read> given: array<u32>;
    @group(0) @binding(1) var<storage, read_write> found: array<u32>;
    @compute @workgroup_size(64) fn lanes(@builtin(global_invocation_id) id: vec3<u32>) {
        let word = given[id.x];
        let x = bitcast<f32>(word);
        let at = id.x * 7u;
        found[at] = bitcast<u32>(exp_own(x));
        found[at + 1u] = bitcast<u32>(exp_relative(x));
        found[at + 2u] = bitcast<u32>(tanh_own(x));
        found[at + 3u] = bitcast<u32>(log_own(bitcast<f32>(word & 0x7fffffffu)));
        found[at + 4u] = bitcast<u32>(exp_step(0.1, x));
        found[at + 5u] = bitcast<u32>(normal_of(word));
        found[at + 6u] = bitcast<u32>(sine_of_turn(word));
    }";
const NAMES: [&str; 7] = ["exp_own", "exp_relative", "tanh_own", "log_own", "exp_step", "normal_of", "sine_of_turn"];

/// As numbers: from −100 to 100, densest around 0, where series meet, and any bits. As words: those above and more.
fn arguments() -> Vec<u32> {
    let mut arguments: Vec<u32> = (-25_000..=25_000).map(|i| (i as f32 * 0.004).to_bits()).collect();
    arguments.extend((-4000..=4000).map(|i| (i as f32 * 2.5e-4).to_bits()));
    arguments.extend((-280..=280).flat_map(|i| {
        let edge = i as f32 * (std::f32::consts::LN_2 / 2.0);
        [edge.next_down(), edge, edge.next_up()].map(f32::to_bits)
    }));
    arguments.extend(words());
    arguments.extend((0..30_000).map(|number| philox4x32([number, 0, 0, 0], [5, 6])[0]));
    arguments.resize(arguments.len().next_multiple_of(64), 0);
    arguments
}

/// The distance in units of the last place; NaN is as far from NaN as from itself.
fn ulps(a: u32, b: u32) -> u32 {
    let [x, y] = [a, b].map(f32::from_bits);
    if x.is_nan() && y.is_nan() || x == y {
        return 0;
    }
    let ordered = |bits: u32| if bits >> 31 == 1 { !bits } else { bits | 1 << 31 };
    ordered(a).abs_diff(ordered(b))
}

/// What numbers side by side compute on the CPU is what the device computes: of the same text, operation by operation.
#[test]
#[cfg_attr(without_device, ignore = "there is no device")]
fn functions_of_lanes_are_those_of_the_device() {
    let gpu = gpu();
    let arguments = arguments();
    let text = format!("{}{LANES_KERNEL}", include_str!("../../../shaders/lib/math.wgsl"));
    let given = gpu.buffer_of("arguments", &arguments, Usage::Storage).unwrap();
    let results = gpu.buffer::<u32>("results", 7 * arguments.len(), Usage::Storage).unwrap();
    let pipeline = gpu.compile("lanes", &text, "lanes").unwrap();
    let group = gpu.bind(&pipeline, &[&given, &results]).unwrap();
    let mut recorder = gpu.recorder("lanes");
    recorder.pass("lanes").dispatch(&pipeline, &group, &[], [arguments.len() as u32 / 64, 1, 1]);
    recorder.submit().unwrap();
    let results = gpu.read(&results, 0..7 * arguments.len()).unwrap();
    // For each function: how many results differ, and the greatest distance, with its argument.
    let mut differences = [(0, 0, 0); 7];
    for (chunk, results) in arguments.chunks_exact(F32s::WIDTH).zip(results.chunks_exact(7 * F32s::WIDTH)) {
        let words = <F32s as Number>::Word::from_lanes(|lane| chunk[lane]);
        let x = F32s::of_f32_bits(words);
        let expected = [
            x.exponential(),
            Number::exp_relative(x),
            x.hyperbolic_tangent(),
            x.size().logarithm(),
            F32s::of(0.1).exp_step(x),
            F32s::normal_of(words),
            F32s::sine_of_turn(words),
        ];
        for (lane, results) in results.chunks_exact(7).enumerate() {
            // A logarithm is for numbers that are neither subnormal nor infinite.
            let [bits, size] = [chunk[lane], chunk[lane] & 0x7fff_ffff];
            let logarithm = (0x0080_0000..0x7f80_0000).contains(&size);
            for (function, expected) in expected.iter().enumerate().filter(|(at, _)| *at != 3 || logarithm) {
                let distance = ulps(results[function], (expected.lane(lane) as f32).to_bits());
                let (count, most, at) = &mut differences[function];
                *count += u32::from(distance != 0);
                if distance > *most {
                    (*most, *at) = (distance, bits);
                }
            }
        }
    }
    for ((count, most, at), name) in differences.iter().zip(NAMES) {
        println!(
            "{name}: {count} of {} differ, by up to {most} ulp at {at:#x} ({:e})",
            arguments.len(),
            f32::from_bits(*at)
        );
    }
    assert!(differences.iter().all(|(_, most, _)| *most == 0), "{differences:?}");
}
