//! Functions of numbers side by side against the platform's, and the rest against the same done to one number.

use super::*;
use crate::random::{philox4x32, uniform};

type Words<N> = <N as Number>::Word;

/// As many lanes as there are values, and more that repeat the last.
fn chunks<N: Lanes>(values: &[f64]) -> Vec<(N, &[f64])> {
    let chunk = |values: &'_ [f64]| N::from_lanes(|lane| values[lane.min(values.len() - 1)]);
    values.chunks(N::WIDTH).map(|values| (chunk(values), values)).collect()
}

fn word_chunks<N: Lanes>(words: &[u32]) -> Vec<(Words<N>, &[u32])> {
    let chunk = |words: &'_ [u32]| Words::<N>::from_lanes(|lane| words[lane.min(words.len() - 1)]);
    words.chunks(N::WIDTH).map(|words| (chunk(words), words)).collect()
}

/// Dense around 0 and over what the functions are cut to, with all magnitudes and both ends.
fn arguments() -> Vec<f64> {
    let mut arguments: Vec<f64> = (-30_000..=30_000).map(|i| f64::from(i) * 0.004).collect();
    arguments.extend((-4000..=4000).map(|i| f64::from(i) * 2.5e-4));
    arguments.extend((-760..=760).map(|i| f64::from(i) * 0.999));
    arguments.extend((0..=148).flat_map(|i| [1.0, -1.0].map(|sign| sign * 2f64.powi(-i) * 1.37)));
    // Around multiples of ln 2 / 2, where the reduction changes sides.
    arguments.extend((-280..=280).flat_map(|i| {
        let edge = f64::from(i) * (std::f64::consts::LN_2 / 2.0);
        [
            edge.next_down(),
            edge,
            edge.next_up(),
            f64::from((edge as f32).next_up()),
            f64::from((edge as f32).next_down()),
        ]
    }));
    arguments.extend([0.0, -0.0, f64::INFINITY, f64::NEG_INFINITY, 1e-45, -1e-45, 1e-39, 3e38, -3e38]);
    arguments
}

/// The greatest error of `found` as a part of `expected`, in units of the last place (`epsilon`), and where; what is below
/// `smallest` may become 0.
fn worst<N: Lanes>(
    arguments: &[f64],
    [epsilon, smallest, largest]: [f64; 3],
    found: impl Fn(N) -> N,
    expected: impl Fn(f64) -> f64,
) -> (f64, f64) {
    let mut worst = (0.0, 0.0);
    for (x, _) in chunks::<N>(arguments) {
        let found = found(x);
        for lane in 0..N::WIDTH {
            let (x, found) = (x.lane(lane), found.lane(lane));
            let expected = expected(x);
            let error = if expected.abs() > largest {
                if found == expected.signum() * f64::INFINITY || found == expected { 0.0 } else { f64::INFINITY }
            } else if expected.abs() < smallest {
                (found - expected).abs() / (smallest * epsilon)
            } else {
                (found - expected).abs() / (expected.abs() * epsilon)
            };
            if error.is_nan() || error > worst.0 {
                worst = (error, x);
            }
            assert!(!error.is_nan(), "of {x}: {found}, expected {expected}");
        }
    }
    worst
}

const SINGLE: [f64; 3] = [f32::EPSILON as f64, f32::MIN_POSITIVE as f64, f32::MAX as f64];
const DOUBLE: [f64; 3] = [f64::EPSILON, f64::MIN_POSITIVE, f64::MAX];

/// Bounds are in units of the last place of 1.
fn functions<N: Lanes>(limits: [f64; 3], bounds: [f64; 5]) {
    let arguments = arguments();
    let positive: Vec<f64> = arguments.iter().map(|x| x.abs()).filter(|x| (1e-37..1e38).contains(x)).collect();
    // Beyond, the factor exceeds 32 bits before the step does.
    let of_steps: Vec<f64> = arguments.iter().copied().filter(|j| j.abs() < 650.0).collect();
    // The platform's e^z exceeds 64 bits before φ does.
    let relative = |z: f64| {
        if z.is_finite() && z > 700.0 { (z / 2.0).exp() / z * (z / 2.0).exp() } else { Number::exp_relative(z) }
    };
    let found = [
        worst::<N>(&arguments, limits, N::exponential, f64::exp),
        worst::<N>(&arguments, limits, Number::exp_relative, relative),
        worst::<N>(&arguments, limits, N::hyperbolic_tangent, f64::tanh),
        worst::<N>(&positive, limits, N::logarithm, f64::ln),
        worst::<N>(&of_steps, limits, |j| N::of(0.125).exp_step(j), |j| 0.125f64.exp_step(j)),
    ];
    println!("exponential, relative, tanh, ln, step: {found:?}");
    for ((error, at), bound) in found.into_iter().zip(bounds) {
        assert!(error <= bound, "{error} units at {at}, of {bound}: {found:?}");
    }
}

#[test]
fn functions_of_32_bits_are_right_to_few_units() {
    functions::<F32s>(SINGLE, [2.0, 3.0, 4.0, 3.0, 4.0]);
}

#[test]
fn functions_of_64_bits_are_right_to_few_units() {
    functions::<F64s>(DOUBLE, [9.0; 5]);
}

/// A step so long that e^(h·j) is 0 goes as far as −1/j, whatever it is, and where nothing grows as far as it is long.
fn long_steps<N: Lanes>() {
    for (h, j, expected) in [(1e30, -4.0, 0.25), (3e38, -1e-3, 1e3), (0.5, 0.0, 0.5), (0.5, -0.0, 0.5), (0.0, 3.0, 0.0)]
    {
        let found = N::of(h).exp_step(N::of(j)).lane(0);
        assert!((found - expected).abs() <= 1e-6 * expected, "{h} {j}: {found}, expected {expected}");
    }
}

#[test]
fn steps_of_any_length() {
    long_steps::<F32s>();
    long_steps::<F64s>();
}

/// NaN in a lane stays there, and nowhere else.
fn nan_in_one_lane<N: Lanes>() {
    let functions: [fn(N) -> N; 4] =
        [N::exponential, Number::exp_relative, N::hyperbolic_tangent, |j| N::of(0.1).exp_step(j)];
    for (number, function) in functions.into_iter().enumerate() {
        let clean = function(N::of(0.75));
        for odd in 0..N::WIDTH {
            let mut x = N::of(0.75);
            x.set_lane(odd, f64::NAN);
            let found = function(x);
            for lane in 0..N::WIDTH {
                let same = found.lane(lane).to_bits() == clean.lane(lane).to_bits();
                assert!(if lane == odd { found.lane(lane).is_nan() } else { same }, "function {number}, lane {lane}");
            }
        }
    }
}

#[test]
fn nan_stays_in_its_lane() {
    nan_in_one_lane::<F32s>();
    nan_in_one_lane::<F64s>();
}

fn words() -> Vec<u32> {
    let border = (0.075 * 4_294_967_296.0) as u32;
    let mut words = vec![0, 1, 2, u32::MAX, (1 << 31) - 1, 1 << 31, 1 << 30, 3 << 30];
    words.extend(border - 8..border + 8);
    for number in words.len() as u32..1 << 14 {
        let word = philox4x32([number, 0, 0, 0], [1, 2])[0];
        let small = word >> (number / 2 % 32);
        words.push(if number.is_multiple_of(2) { small } else { !small });
    }
    words
}

fn of_words<N: Lanes>(normal: f64, sine: f64) {
    let mut worst = [0.0f64; 2];
    for (chunk, words) in word_chunks::<N>(&words()) {
        let (normals, sines) = (N::normal_of(chunk), N::sine_of_turn(chunk));
        for (lane, word) in words.iter().enumerate() {
            let expected = [standard_normal(uniform(*word)), f64::sine_of_turn(*word)];
            let errors = [normals.lane(lane) - expected[0], sines.lane(lane) - expected[1]].map(f64::abs);
            assert!(errors[0] <= normal && errors[1] <= sine, "{word}: {errors:?}");
            worst = [worst[0].max(errors[0]), worst[1].max(errors[1])];
        }
    }
    println!("normal numbers are off by at most {:.1e}, sines by {:.1e}", worst[0], worst[1]);
}

#[test]
fn normal_numbers_and_sines_of_words() {
    of_words::<F32s>(3e-6, 3e-7);
    of_words::<F64s>(1e-14, 1e-15);
}

fn masks<N: Lanes>() {
    let all = u32::MAX >> (32 - N::WIDTH);
    let (yes, no) = (N::from_lanes(|lane| lane as f64 + 1.0), N::from_lanes(|lane| -(lane as f64)));
    for number in 0..300 {
        let bits = philox4x32([number, 0, 0, 0], [3, 4])[0] & all;
        let bits = [0, all, 1, 1 << (N::WIDTH - 1)].get(number as usize).copied().unwrap_or(bits);
        let mask = N::mask(bits);
        assert_eq!(N::bits(mask), bits);
        assert_eq!((N::bits(!mask), N::bits(mask | !mask), N::bits(mask & !mask)), (all & !bits, all, 0));
        let chosen = N::select(mask, yes, no);
        let word = Words::<N>::select(mask, Words::<N>::of(7), Words::<N>::of(u32::MAX));
        for lane in 0..N::WIDTH {
            let holds = bits >> lane & 1 == 1;
            assert_eq!(chosen.lane(lane), if holds { yes.lane(lane) } else { no.lane(lane) });
            assert_eq!(word.lane(lane), if holds { 7 } else { u32::MAX });
        }
    }
    let nan = N::select(N::mask(1), N::of(f64::NAN), N::of(1.0));
    assert_eq!(N::bits(nan.is_nan()), 1);
}

#[test]
fn masks_are_bits_and_choose() {
    masks::<F32s>();
    masks::<F64s>();
}

/// Every operation on every pair of these against the same on one number.
fn compared<N: Lanes>() {
    let values = [0.0, -0.0, 1.0, -1.5, f64::INFINITY, f64::NEG_INFINITY, f64::NAN, 2.0f64.powi(-140), 3.0e38];
    for a in values {
        for b in values {
            let (x, y) = (N::of(a), N::of(b));
            let (a, b) = (x.lane(0), y.lane(0));
            let same = |found: N, expected: f64| {
                let found = found.lane(N::WIDTH - 1);
                found == expected || found.is_nan() && expected.is_nan()
            };
            assert!(same(x.least(y), a.min(b)) && same(x.greatest(y), a.max(b)), "{a} {b}");
            assert!(same(x.size(), a.abs()) && same(-x, -a), "{a}");
            let all = |mask| N::bits(mask) == u32::MAX >> (32 - N::WIDTH);
            let holds = [x.at_least(y), x.above(y), x.below(y), x.equals(y)].map(all);
            assert_eq!(holds, [a >= b, a > b, a < b, a == b], "{a} {b}");
            for lane in 0..N::WIDTH {
                let mut z = N::of(1.0);
                z.set_lane(lane, a);
                assert_eq!(z.is_finite(), a.is_finite(), "{a} in lane {lane}");
            }
        }
    }
    assert!(N::of(6.25).root().lane(0) == 2.5 && N::of(3.0).fma(N::of(4.0), N::of(0.5)).lane(0) == 12.5);
}

#[test]
fn operations_are_those_of_one_number() {
    compared::<F32s>();
    compared::<F64s>();
}

fn whole_numbers<N: Lanes>() {
    for count in 0..=N::WIDTH {
        let values: Vec<i32> = (0..count as i32).map(|i| (i - 3) * 1_000_001).collect();
        let found = N::of_integers(&values);
        for lane in 0..N::WIDTH {
            let expected = N::of(f64::from(values.get(lane).copied().unwrap_or(0))).lane(0);
            assert_eq!(found.lane(lane), expected, "{count} numbers, lane {lane}");
        }
    }
    let pairs = [(0, 0), (1, 2), (u32::MAX, 1), (0, 1), (1 << 31, (1 << 31) - 1), (u32::MAX, u32::MAX)];
    for (a, b) in pairs {
        let (x, y) = (Words::<N>::of(a), Words::<N>::of(b));
        assert_eq!(x.minus(y).lane(1), a.wrapping_sub(b));
        let all = |mask| N::bits(mask) == u32::MAX >> (32 - N::WIDTH);
        assert_eq!((all(x.below(y)), all(x.equals(y))), (a < b, a == b), "{a} {b}");
        assert_eq!(N::of_word(x).lane(1), N::of(f64::from(a)).lane(0));
        assert_eq!(Words::<N>::each([x, y], |[a, b]| a ^ b.rotate_left(5)).lane(2), a ^ b.rotate_left(5));
        let number = N::of_f32_bits(x).lane(3);
        let expected = f64::from(f32::from_bits(a));
        assert!(number == expected || number.is_nan() && expected.is_nan());
    }
    let mut words = Words::<N>::from_lanes(|lane| lane as u32);
    words.set_lane(2, 99);
    assert_eq!([0, 1, 2, 3].map(|lane| words.lane(lane)), [0, 1, 99, 3]);
}

#[test]
fn whole_numbers_side_by_side() {
    whole_numbers::<F32s>();
    whole_numbers::<F64s>();
}

fn random_words<N: Lanes>() {
    for (first, others, key) in
        [(0, [0; 3], [0; 2]), (u32::MAX - 5, [u32::MAX; 3], [u32::MAX; 2]), (17, [5, 3, 1], [9, 1 << 31])]
    {
        let firsts = Words::<N>::from_lanes(|lane| first.wrapping_add(lane as u32));
        let found = Words::<N>::philox(firsts, others, key);
        for lane in 0..N::WIDTH {
            let [b, c, d] = others;
            assert_eq!(
                found.map(|words| words.lane(lane)),
                philox4x32([firsts.lane(lane), b, c, d], key),
                "lane {lane}"
            );
        }
    }
}

#[test]
fn random_words_are_those_of_one_counter() {
    random_words::<F32s>();
    random_words::<F64s>();
}
