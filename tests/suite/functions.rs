//! The elementary functions of `shaders/lib/math.wgsl` on the device, against f64: called by a neuron that a user wrote.

use crate::device::{gpu, plan};
use crate::tolerances::{EXP_ULPS, SMALLEST, TANH_ULPS};
use neuropil::model::exp_relative;
use neuropil::network::{Array, Network, Neuron, Population, Record};
use neuropil::sim::{Engine, EngineOptions};
use neuropil::units::Literal;

const WGSL: &str = "
/// Elementary functions of one argument each.
struct Params {
    /// [1] the bits of the argument
    bits: u32,
}

struct State {
    /// [1] exp_relative; default 0
    growth: f32,
    /// [1] exp_own; default 0
    power: f32,
    /// [1] tanh_own; default 0
    tangent: f32,
    /// [1] is_nan; default 0
    odd: u32,
}

fn functions_reset(p: Params, s: State) -> State {
    return s;
}

fn functions_update(p: Params, s: State, input: Input, step: Step) -> State {
    let x = bitcast<f32>(p.bits);
    return State(exp_relative(x), exp_own(x), tanh_own(x), u32(is_nan(x)));
}

fn functions_threshold(p: Params, s: State) -> bool {
    return false;
}
";

/// exp_relative, exp_own, tanh_own and is_nan of each argument, on the device.
fn evaluate(arguments: &[f32]) -> [Vec<f32>; 4] {
    let gpu = gpu();
    let bits = arguments.iter().map(|x| f64::from(x.to_bits())).collect();
    let bits = Array::inline(bits, &[arguments.len()], "1").expect("the shape fits");
    let neuron = Neuron::source("functions", WGSL).param("bits", bits);
    let mut net = Network::new(1.0.ms());
    net.add(Population::new("cells", arguments.len() as u32, neuron));
    net.record(Record::new("cells", ["growth", "power", "tangent", "odd"]));
    let options = EngineOptions { allow_nonfinite: true, ..EngineOptions::default() };
    let mut engine = Engine::new(&gpu, plan(&gpu, &net), &options).expect("the plan fits the device");
    let recording = engine.run(1, &mut |_| ()).expect("the run succeeds");
    let mut values = recording.traces.into_iter().map(|trace| trace.values);
    [(); 4].map(|()| values.next().expect("four variables are recorded"))
}

/// The distance in units in the last place of `expected`, as an f32.
fn ulps(found: f32, expected: f64) -> f64 {
    let rounded = expected as f32;
    if rounded.is_infinite() || rounded == 0.0 {
        return if found == rounded { 0.0 } else { f64::INFINITY };
    }
    let next = f32::from_bits(rounded.abs().to_bits() + 1);
    let unit = f64::from(next) - f64::from(rounded.abs());
    (f64::from(found) - expected).abs() / unit
}

/// From −100 to 100, densest around 0, where series and differences meet.
fn arguments() -> Vec<f32> {
    let mut arguments: Vec<f32> = (-20_000..=20_000).map(|i| i as f32 * 0.005).collect();
    arguments.extend((-4000..=4000).map(|i| i as f32 * 2.5e-4));
    arguments.extend((0..=120).flat_map(|i| [1.0, -1.0].map(|sign| sign * 2f32.powi(-i) * 1.37)));
    // Around multiples of ln 2 / 2, where the reduction changes sides.
    arguments.extend((-280..=280).flat_map(|i| {
        let edge = i as f32 * (std::f32::consts::LN_2 / 2.0);
        [edge.next_down(), edge, edge.next_up()]
    }));
    arguments
}

#[test]
#[cfg_attr(without_device, ignore = "there is no device")]
fn exponentials_are_right_to_rounding() {
    let arguments = arguments();
    let [growth, power, tangent, odd] = evaluate(&arguments);
    let mut worst = [(0.0, 0.0f32); 3];
    for (index, &x) in arguments.iter().enumerate() {
        let z = f64::from(x);
        let found = [(growth[index], exp_relative(z)), (power[index], z.exp()), (tangent[index], z.tanh())];
        for ((found, expected), worst) in found.into_iter().zip(&mut worst) {
            let error = if expected.abs() < SMALLEST && f64::from(found.abs()) <= SMALLEST {
                0.0
            } else {
                ulps(found, expected)
            };
            if error.is_nan() || error > worst.0 {
                *worst = (error, x);
            }
        }
        assert_eq!(odd[index], 0.0);
    }
    println!("largest errors in ulp, and where: {worst:?}");
    let bounds = [EXP_ULPS, EXP_ULPS, TANH_ULPS];
    assert!(worst.iter().zip(bounds).all(|((error, _), bound)| *error <= bound), "{worst:?}");
}

#[test]
#[cfg_attr(without_device, ignore = "there is no device")]
fn nan_and_infinity_keep_their_meaning() {
    let nans = [0x7fc0_0000, 0xffc0_0000, 0x7f80_0001, 0x7fff_ffff, 0xff80_0001].map(f32::from_bits);
    let [growth, power, tangent, odd] = evaluate(&nans);
    for values in [growth, power, tangent] {
        assert!(values.iter().all(|value| value.is_nan()), "{values:?}");
    }
    assert_eq!(odd, [1.0; 5]);
    let ends = [f32::INFINITY, f32::NEG_INFINITY, f32::MAX, f32::MIN, 0.0, -0.0];
    let [growth, power, tangent, odd] = evaluate(&ends);
    assert_eq!(growth[..2], [f32::INFINITY, 0.0]);
    assert_eq!((growth[2], growth[3].abs() < 1e-37), (f32::INFINITY, true));
    assert_eq!(power, [f32::INFINITY, 0.0, f32::INFINITY, 0.0, 1.0, 1.0]);
    assert_eq!(tangent, [1.0, -1.0, 1.0, -1.0, 0.0, 0.0]);
    assert_eq!((&growth[4..], odd), (&[1.0, 1.0][..], vec![0.0; 6]));
}

#[test]
fn a_wrong_last_digit_is_noticed() {
    assert_eq!(ulps(1.0, 1.0), 0.0);
    assert!((ulps(1.0f32.next_up(), 1.0) - 1.0).abs() < 1e-9);
    assert!(ulps(0.1 + 4e-8, 0.1) > EXP_ULPS);
    assert_eq!(ulps(f32::MAX, 1e39), f64::INFINITY);
    assert!(ulps(f32::NAN, 1.0).is_nan(), "and no comparison with NaN holds");
}
