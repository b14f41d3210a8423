//! Names, limits, and the functions held against f64: those of `shaders/lib/activations.wgsl` on the device, and those of numbers
//! side by side.

use super::*;
use crate::gpu::tests::gpu;
use crate::gpu::{Gpu, Usage};
use crate::number::{F32s, F64s, Lanes};

/// The relative error of f32 that each function may have: up to ten roundings, three of them in a division.
const RELATIVE: f64 = 1e-6;
/// What a factor adds that a device flushes to 0 for being subnormal: at most 110 times the smallest number that is not.
const FLUSHED: f64 = 110.0 * f32::MIN_POSITIVE as f64;

#[test]
fn names_lead_back_to_functions() {
    for &activation in Activation::ALL {
        assert_eq!(activation.to_string().parse::<Activation>().unwrap(), activation);
        assert_eq!(activation.function(), format!("phi_{activation}"));
    }
    let message = "swish".parse::<Activation>().unwrap_err().to_string();
    assert!(message.starts_with("activation: there is none named `swish`; legal: tanh, relu, sigmoid, "), "{message}");
    assert!(message.ends_with(", squareplus"), "{message}");
}

/// φ(−∞) and φ(∞).
fn limits(activation: Activation) -> [f64; 2] {
    use Activation::*;
    let infinity = f64::INFINITY;
    match activation {
        Tanh | SoftSign | HardTanh => [-1.0, 1.0],
        Sigmoid | HardSigmoid => [0.0, 1.0],
        Relu | Softplus | Silu | Gelu | HardSilu | Mish | Squareplus => [0.0, infinity],
        Elu | Celu => [-1.0, infinity],
        Selu => [-SELU_ALPHA * SELU_SCALE, infinity],
        Relu6 => [0.0, 6.0],
        LogSigmoid => [-infinity, 0.0],
        LeakyRelu | TanhShrink | HardShrink | SoftShrink => [-infinity, infinity],
    }
}

#[test]
fn infinity_gives_the_limit_and_nan_nan() {
    for &activation in Activation::ALL {
        assert_eq!([f64::NEG_INFINITY, f64::INFINITY].map(|x| activation.of(x)), limits(activation), "{activation}");
        // The largest numbers are near enough to infinity.
        let [low, high] = limits(activation);
        for (x, limit) in [(-f64::MAX, low), (f64::MAX, high)] {
            let y = activation.of(x);
            assert!(if limit.is_finite() { (y - limit).abs() < 1e-15 } else { y.abs() > 1e300 }, "{activation}: {y}");
        }
        assert!(activation.of(f64::NAN).is_nan(), "{activation}");
    }
}

/// All magnitudes of both signs, a fine grid where the functions bend, and the neighbours of the places where they break.
fn arguments() -> Vec<f32> {
    let mut x: Vec<f32> = vec![0.0, -0.0, f32::INFINITY, f32::NEG_INFINITY, f32::MAX, f32::MIN, f32::MIN_POSITIVE];
    x.extend([0x7fc0_0000, 0xffc0_0000, 0x7f80_0001, 0xffff_ffff].map(f32::from_bits));
    x.extend((-20_000..=20_000i16).map(|i| f32::from(i) * 0.006_137));
    for exponent in -45..=38 {
        x.extend([1.0, 1.7, 3.3, 7.1].map(|digit| (digit * 10f64.powi(exponent)) as f32));
    }
    for bend in [0.5f32, 1.0, 1.5, 3.0, 6.0, 10.0, 15.0, 20.0, 80.0, 87.33, 88.72, 103.97, 104.0, 110.0, 1e5, 1e9] {
        x.extend((-4..=4i32).map(|ulps| f32::from_bits(bend.to_bits().wrapping_add_signed(ulps))));
    }
    let mirrored: Vec<f32> = x.iter().map(|x| -x).collect();
    x.extend(mirrored);
    x
}

/// A function of the device, as an expression of x, and what it should be.
type Function = (String, Box<dyn Fn(f64) -> f64>);

fn functions() -> Vec<Function> {
    let mut all: Vec<Function> = vec![
        ("gate(x).open".to_owned(), Box::new(sigmoid::<f64>)),
        ("gate(x).shut".to_owned(), Box::new(|x| sigmoid(-x))),
    ];
    for &phi in Activation::ALL {
        all.push((format!("{}(x)", phi.function()), Box::new(move |x| phi.of(x))));
    }
    all
}

/// Every function on the device, of every argument: `[arguments, functions]`.
fn on_the_device(gpu: &Gpu, functions: &[Function], arguments: &[f32]) -> Vec<u32> {
    let n = functions.len();
    let calls = functions.iter().enumerate();
    let calls = calls.map(|(i, (call, _))| format!("found[id.x * {n}u + {i}u] = bitcast<u32>({call});"));
    let (math, own) =
        (include_str!("../../../shaders/lib/math.wgsl"), include_str!("../../../shaders/lib/activations.wgsl"));
    let text = format!(
        "{math}{own}
        @group(0) @binding(0) var<storage, read> given: array<u32>;
        @group(0) @binding(1) var<storage, read_write> found: array<u32>;
        @compute @workgroup_size(64) fn activations(@builtin(global_invocation_id) id: vec3<u32>) {{
            if (id.x >= arrayLength(&given)) {{ return; }}
            let x = bitcast<f32>(given[id.x]);
            {}
        }}",
        calls.collect::<String>()
    );
    let words: Vec<u32> = arguments.iter().map(|x| x.to_bits()).collect();
    let given = gpu.buffer_of("arguments", &words, Usage::Storage).unwrap();
    let found = gpu.buffer::<u32>("values", n * words.len(), Usage::Storage).unwrap();
    let pipeline = gpu.compile("activations", &text, "activations").unwrap();
    let group = gpu.bind(&pipeline, &[&given, &found]).unwrap();
    let mut recorder = gpu.recorder("activations");
    recorder.pass("activations").dispatch(&pipeline, &group, &[], [words.len().div_ceil(64) as u32, 1, 1]);
    recorder.submit().unwrap();
    gpu.read(&found, 0..n * words.len()).unwrap()
}

/// How far a value on the device is from f64, in parts of what it may be.
fn error(found: f32, expected: f64) -> f64 {
    let largest = f64::from(f32::MAX) * (1.0 - RELATIVE);
    let found = f64::from(found);
    let right = if expected.is_nan() {
        found.is_nan()
    } else if expected.abs() < largest {
        // NaN and infinity give NaN and infinity here, which are not below 1 either.
        return (found - expected).abs() / (RELATIVE * expected.abs() + FLUSHED);
    } else {
        // Within a rounding of the largest number either is right: it or infinity.
        found.abs() >= largest && found.signum() == expected.signum()
    };
    if right { 0.0 } else { f64::INFINITY }
}

#[test]
#[cfg_attr(without_device, ignore = "there is no device")]
fn the_device_computes_the_same_functions() {
    let gpu = gpu();
    let (functions, arguments) = (functions(), arguments());
    let values = on_the_device(&gpu, &functions, &arguments);
    for (i, (name, function)) in functions.iter().enumerate() {
        let mut worst = 0.0f64;
        for (place, &x) in arguments.iter().enumerate() {
            let (found, expected) = (f32::from_bits(values[place * functions.len() + i]), function(f64::from(x)));
            let error = error(found, expected);
            assert!(error <= 1.0, "{name} is {found:e} for x = {x:e}, not {expected:e}");
            worst = worst.max(error);
        }
        println!("{name}: off by {:.1e}", worst * RELATIVE);
    }
}

/// Every function of every argument, many side by side.
fn side_by_side<N: Lanes>(x: &[f64]) -> Vec<[Vec<f64>; 2]> {
    let of = |function: &dyn Fn(N) -> N| -> Vec<f64> {
        let all = x.chunks(N::WIDTH).flat_map(|x| {
            let y = function(N::from_lanes(|lane| x.get(lane).copied().unwrap_or(0.0)));
            (0..x.len()).map(move |lane| y.lane(lane))
        });
        all.collect()
    };
    let expected = |function: &dyn Fn(f64) -> f64| x.iter().map(|&x| function(x)).collect();
    let mut all = vec![
        [of(&|x| gate(x).open), expected(&sigmoid)],
        [of(&|x| gate(x).shut), expected(&|x| sigmoid(-x))],
        [of(&sigmoid), expected(&sigmoid)],
    ];
    all.extend(Activation::ALL.iter().map(|&phi| [of(&|x| phi.apply(x)), expected(&|x| phi.of(x))]));
    all
}

#[test]
fn numbers_side_by_side_have_the_same_functions() {
    let names = || ["open", "shut", "sigmoid"].into_iter().chain(Activation::ALL.iter().map(|phi| phi.name()));
    let arguments: Vec<f64> = arguments().into_iter().map(f64::from).collect();
    for (name, [found, expected]) in names().zip(side_by_side::<F32s>(&arguments)) {
        for ((x, found), expected) in arguments.iter().zip(found).zip(expected) {
            let error = error(found as f32, expected);
            assert!(error <= 1.0, "{name} is {found:e} for x = {x:e}, not {expected:e}");
        }
    }
    // In 64 bits numbers may be far larger and smaller; the exponent of gelu is rounded, though.
    for (name, [found, expected]) in names().zip(side_by_side::<F64s>(&arguments)) {
        for ((x, found), expected) in arguments.iter().zip(found).zip(expected) {
            let right = if expected.is_finite() {
                (found - expected).abs() <= 1e-13 * expected.abs() + 1e-306
            } else {
                found == expected || found.is_nan() && expected.is_nan()
            };
            assert!(right, "{name} is {found:e} for x = {x:e}, not {expected:e}");
        }
    }
}

#[test]
fn errors_are_noticed() {
    for x in [-3.0f64, -1e-6, 1e-6, 3.0] {
        let y = Activation::Mish.of(x);
        assert!(error(y as f32, y) < 1.0);
        assert!(error(y as f32 * (1.0 + 2e-6), y) > 1.0, "{x}");
        assert!(error(f32::NAN, y).is_nan());
        assert!(error(f32::INFINITY, y) > 1.0);
    }
    assert!(error(0.0, f64::NAN) > 1.0);
    assert!(error(1e30, f64::INFINITY) > 1.0);
    assert!(error(f32::NEG_INFINITY, f64::INFINITY) > 1.0);
}
