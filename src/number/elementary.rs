//! Elementary functions of numbers side by side, out of arithmetic alone. In f32 they are those of `shaders/lib/math.wgsl`, operation
//! by operation; in f64 the same ways, carried further.

use super::normal::{CENTRE, CENTRE_BELOW, MIDDLE, MIDDLE_BELOW, TAIL, TAIL_BELOW};
use super::{F32s, F64s, Lanes, Number, Word, WordLanes};

/// The functions of [`Number`] that have a text for each width.
pub(super) trait Elementary: Number {
    fn exponential(self) -> Self;
    fn exp_relative(self) -> Self;
    fn hyperbolic_tangent(self) -> Self;
    fn logarithm(self) -> Self;
    fn logarithm_of_1_and(self) -> Self;
    fn exponential_of_cubic(self, linear: f64, cubic: f64) -> Self;
    fn sine_of_turn(turn: Self::Word) -> Self;
    fn normal_of(word: Self::Word) -> Self;
}

/// Horner's rule, the highest power first, each product and sum rounded.
#[inline(always)]
fn horner<N: Number, const K: usize>(coefficients: &[f64; K], x: N) -> N {
    let mut sum = N::of(coefficients[0]);
    for coefficient in &coefficients[1..] {
        sum = sum.fma(x, N::of(*coefficient));
    }
    sum
}

/// (e^r − 1)/r for |r| ≤ ln(2)/2: Taylor's series, whose first omitted term is below 2^-27.
const RELATIVE: [f64; 8] =
    [2.4801587e-5, 1.9841270e-4, 1.3888889e-3, 8.3333333e-3, 4.1666667e-2, 1.6666667e-1, 0.5, 1.0];

/// The same, below 2^-58.
const RELATIVE_LONG: [f64; 14] = [
    1.147_074_559_772_972_5e-11,
    1.605_904_383_682_161_5e-10,
    2.087_675_698_786_81e-9,
    2.505_210_838_544_172e-8,
    2.755_731_922_398_589_3e-7,
    2.755_731_922_398_589e-6,
    2.480_158_730_158_73e-5,
    1.984_126_984_126_984e-4,
    1.388_888_888_888_889e-3,
    8.333_333_333_333_333e-3,
    4.166_666_666_666_666_4e-2,
    1.666_666_666_666_666_6e-1,
    0.5,
    1.0,
];

/// c = k·ln 2 + r with |r| ≤ ln(2)/2; the powers are in two factors so that neither overflows.
struct Reduced<N> {
    r: N,
    /// k = 0.
    whole: N,
    /// 2^k in two factors.
    powers: [N; 2],
    /// 2^−k in two factors.
    inverse: [N; 2],
}

/// 1.5·2^23: a small whole number added to it stands in the low bits of the sum.
const SHIFTER: f32 = 12_582_912.0;

#[inline(always)]
fn reduce(c: F32s) -> Reduced<F32s> {
    let shifted = c.map(|c| c * std::f32::consts::LOG2_E + SHIFTER);
    let whole = shifted.map(|shifted| shifted - SHIFTER);
    let r = whole.fma(Number::of(-1.42860677e-6), whole.fma(Number::of(-0.693145752), c));
    let half = |shifted: f32| (shifted.to_bits() as i32).wrapping_sub(SHIFTER.to_bits() as i32) >> 1;
    let rest = |shifted: f32| (shifted.to_bits() as i32).wrapping_sub(SHIFTER.to_bits() as i32) - half(shifted);
    let power = |k: i32| f32::from_bits(((k + 127) as u32) << 23);
    let below_half =
        |shifted: f32| 0i32.wrapping_sub((shifted.to_bits() as i32).wrapping_sub(SHIFTER.to_bits() as i32)) >> 1;
    let below_rest = |shifted: f32| {
        0i32.wrapping_sub((shifted.to_bits() as i32).wrapping_sub(SHIFTER.to_bits() as i32)) - below_half(shifted)
    };
    Reduced {
        r,
        whole,
        powers: [shifted.map(|s| power(half(s))), shifted.map(|s| power(rest(s)))],
        inverse: [shifted.map(|s| power(below_half(s))), shifted.map(|s| power(below_rest(s)))],
    }
}

/// 1.5·2^52.
const SHIFTER_LONG: f64 = 6_755_399_441_055_744.0;

#[inline(always)]
fn reduce_long(c: F64s) -> Reduced<F64s> {
    let shifted = c.map(|c| c * std::f64::consts::LOG2_E + SHIFTER_LONG);
    let whole = shifted.map(|shifted| shifted - SHIFTER_LONG);
    let r = whole.fma(Number::of(-1.908_214_929_270_587_7e-10), whole.fma(Number::of(-6.931_471_803_691_238e-1), c));
    // k + 2048, whose upper bits of a word hold no sign.
    let biased = |shifted: f64| shifted.to_bits().wrapping_sub(SHIFTER_LONG.to_bits()).wrapping_add(2048);
    let power = |k_and_1024: u64| f64::from_bits((k_and_1024 - 1) << 52);
    let half = |b: u64| b >> 1;
    Reduced {
        r,
        whole,
        powers: [shifted.map(|s| power(half(biased(s)))), shifted.map(|s| power(biased(s) - half(biased(s))))],
        inverse: [
            shifted.map(|s| power(half(4096 - biased(s)))),
            shifted.map(|s| power(4096 - biased(s) - half(4096 - biased(s)))),
        ],
    }
}

/// e^z from z cut to where it is neither 0 nor infinite.
#[inline(always)]
fn exponential<N: Number, const K: usize>(z: N, reduced: &Reduced<N>, relative: &[f64; K]) -> N {
    let core = horner(relative, reduced.r);
    let e = core.fma(reduced.r, N::of(1.0)) * reduced.powers[0] * reduced.powers[1];
    N::select(z.is_nan(), z, e)
}

/// φ(z), with `highest` the largest z that the reduced number was cut to.
#[inline(always)]
fn exp_relative<N: Number, const K: usize>(z: N, highest: f64, x: &Reduced<N>, relative: &[f64; K]) -> N {
    let core = horner(relative, x.r);
    // e^z − 1 = 2^k (r·core + 1 − 2^−k). Where k = 0, r is z and core is φ itself.
    let near = x.whole.equals(N::of(0.0));
    let mantissa = core.fma(x.r, N::of(1.0) - N::of(1.0) * x.inverse[0] * x.inverse[1]);
    let quotient = mantissa / N::select(near, N::of(1.0), z.least(N::of(highest)));
    let far = quotient * x.powers[0] * x.powers[1];
    N::select(z.is_nan(), z, N::select(near, core, far))
}

/// tanh x, right for large and for tiny |x|, with `largest` where it has become 1.
#[inline(always)]
fn hyperbolic_tangent<N: Number>(x: N, largest: f64) -> N {
    let c = x.greatest(N::of(-largest)).least(N::of(largest));
    let half = c * (N::of(2.0) * c).exp_relative();
    N::select(x.is_nan(), x, half / (half + N::of(1.0)))
}

/// ln(1 + e) for 0 ≤ e ≤ 1: with z = e/(2 + e) it is 2 artanh z, and z ≤ 1/3.
#[inline(always)]
fn logarithm_of_1_and<N: Number, const K: usize>(e: N, artanh: &[f64; K]) -> N {
    let z = e / (N::of(2.0) + e);
    let y = z * z;
    N::of(2.0) * (horner(artanh, y) * y).fma(z, z)
}

impl Elementary for F32s {
    #[inline(always)]
    fn exponential(self) -> Self {
        let c = self.greatest(Number::of(-104.0)).least(Number::of(104.0));
        exponential(self, &reduce(c), &RELATIVE).seam()
    }

    #[inline(always)]
    fn exp_relative(self) -> Self {
        let c = self.greatest(Number::of(-80.0)).least(Number::of(104.0));
        exp_relative(self, 104.0, &reduce(c), &RELATIVE).seam()
    }

    #[inline(always)]
    fn hyperbolic_tangent(self) -> Self {
        hyperbolic_tangent(self, 10.0)
    }

    #[inline(always)]
    fn logarithm(self) -> Self {
        let bits = |x: f32| x.to_bits().wrapping_sub(0x3f35_04f3);
        let k = self.map(|x| ((bits(x) as i32) >> 23) as f32);
        let f = self.map(|x| f32::from_bits((bits(x) & 0x007f_ffff).wrapping_add(0x3f35_04f3)) - 1.0);
        let q = horner(&LOGARITHM, f);
        let square = Self::of(-0.5) * f * f;
        let small = (q * f).fma(f * f, k.fma(Self::of(-2.12194440e-4), square));
        k.fma(Self::of(0.693359375), f + small).seam()
    }

    #[inline(always)]
    fn logarithm_of_1_and(self) -> Self {
        logarithm_of_1_and(self, &ARTANH_OF_THIRD)
    }

    #[inline(always)]
    fn exponential_of_cubic(self, linear: f64, cubic: f64) -> Self {
        let y = |x: f32| {
            let x = f64::from(x);
            -(x * (linear + cubic * x * x))
        };
        let rounded = self.map(|x| y(x) as f32);
        let rest = self.map(|x| (y(x) - f64::from(y(x) as f32)) as f32);
        Elementary::exponential(rounded) * (Self::of(1.0) + rest)
    }

    #[inline(always)]
    fn sine_of_turn(turn: Self::Word) -> Self {
        // In the second and third quarter the sine is that of half a turn less the angle, which lies in the others.
        let folded = Self::Word::each([turn], |[turn]| {
            if turn.wrapping_add(0x4000_0000) & 0x8000_0000 != 0 { 0x8000_0000u32.wrapping_sub(turn) } else { turn }
        });
        let signed = Self::from_lanes(|lane| f64::from((folded.lane(lane).cast_signed()) as f32));
        let x = signed * Self::of(1.46291808e-9);
        let y = x * x;
        (horner(&SINE, y) * y).fma(x, x)
    }

    #[inline(always)]
    fn normal_of(word: Self::Word) -> Self {
        let upper = !word.below(Self::Word::of(0x8000_0000));
        let from_end = Self::Word::each([word], |[word]| if word >= 0x8000_0000 { !word } else { word });
        let (part, half) = (Self::of(2.3283064e-10), Self::of(0.5));
        let q = (Self::of_word(Self::Word::of(0x7fff_ffff).minus(from_end)) + half) * part;
        let r = (-q).fma(q, Self::of(0.180625));
        let centre = q * horner(&PPND7_CENTRE, r) / horner(&PPND7_CENTRE_BELOW, r);
        let r = (-Number::logarithm((Self::of_word(from_end) + half) * part)).root() - Self::of(1.6);
        let tail = horner(&PPND7_TAIL, r) / horner(&PPND7_TAIL_BELOW, r);
        let z = Self::select(q.above(Self::of(0.425)), tail, centre);
        Self::select(upper, z, -z)
    }
}

const LOGARITHM: [f64; 9] = [
    7.0376836e-2,
    -1.1514610e-1,
    1.1676999e-1,
    -1.2420141e-1,
    1.4249323e-1,
    -1.6668058e-1,
    2.0000715e-1,
    -2.4999994e-1,
    3.3333331e-1,
];
/// Of Taylor's series of (artanh z)/z − 1 in z², below 2^-27 for z = 1/3.
const ARTANH_OF_THIRD: [f64; 7] =
    [6.6666667e-2, 7.6923077e-2, 9.0909091e-2, 1.1111111e-1, 1.4285714e-1, 0.2, 3.3333333e-1];
/// The same, below 2^-58.
const ARTANH_OF_THIRD_LONG: [f64; 17] = [
    1.0 / 35.0,
    1.0 / 33.0,
    1.0 / 31.0,
    1.0 / 29.0,
    1.0 / 27.0,
    1.0 / 25.0,
    1.0 / 23.0,
    1.0 / 21.0,
    1.0 / 19.0,
    1.0 / 17.0,
    1.0 / 15.0,
    1.0 / 13.0,
    1.0 / 11.0,
    1.0 / 9.0,
    1.0 / 7.0,
    1.0 / 5.0,
    1.0 / 3.0,
];
const SINE: [f64; 6] = [1.6059044e-10, -2.5052108e-8, 2.7557319e-6, -1.9841270e-4, 8.3333333e-3, -1.6666667e-1];
const PPND7_CENTRE: [f64; 4] = [59.109375, 159.29111, 50.434272, 3.3871327];
const PPND7_CENTRE_BELOW: [f64; 4] = [67.187564, 78.757758, 17.895169, 1.0];
const PPND7_TAIL: [f64; 4] = [0.17023821, 1.3067285, 2.7568154, 1.4234373];
const PPND7_TAIL_BELOW: [f64; 3] = [0.12021133, 0.73700164, 1.0];

impl Elementary for F64s {
    #[inline(always)]
    fn exponential(self) -> Self {
        let c = self.greatest(Number::of(-746.0)).least(Number::of(710.0));
        exponential(self, &reduce_long(c), &RELATIVE_LONG).seam()
    }

    #[inline(always)]
    fn exp_relative(self) -> Self {
        let c = self.greatest(Number::of(-80.0)).least(Number::of(717.0));
        exp_relative(self, 717.0, &reduce_long(c), &RELATIVE_LONG).seam()
    }

    #[inline(always)]
    fn hyperbolic_tangent(self) -> Self {
        hyperbolic_tangent(self, 20.0)
    }

    /// x = 2^k·m with √½ ≤ m < √2, and ln m = 2 artanh s for s = (m − 1)/(m + 1) (fdlibm, e_log.c).
    #[inline(always)]
    fn logarithm(self) -> Self {
        let bits = |x: f64| x.to_bits().wrapping_sub(0x3fe6_a09e_667f_3bcd);
        let k = self.map(|x| f64::from(((bits(x) as i64) >> 52) as i32));
        let f =
            self.map(|x| f64::from_bits((bits(x) & 0x000f_ffff_ffff_ffff).wrapping_add(0x3fe6_a09e_667f_3bcd)) - 1.0);
        let s = f / (f + Self::of(2.0));
        let z = s * s;
        let rest = horner(&ARTANH, z) * z;
        let half = Self::of(0.5) * f * f;
        k * Self::of(6.931_471_803_691_238e-1)
            - ((half - (s * (half + rest) + k * Self::of(1.908_214_929_270_587_7e-10))) - f)
    }

    #[inline(always)]
    fn logarithm_of_1_and(self) -> Self {
        logarithm_of_1_and(self, &ARTANH_OF_THIRD_LONG)
    }

    #[inline(always)]
    fn exponential_of_cubic(self, linear: f64, cubic: f64) -> Self {
        Elementary::exponential(-(self * (Self::of(linear) + Self::of(cubic) * self * self)))
    }

    #[inline(always)]
    fn sine_of_turn(turn: Self::Word) -> Self {
        let folded = Self::Word::each([turn], |[turn]| {
            if turn.wrapping_add(0x4000_0000) & 0x8000_0000 != 0 { 0x8000_0000u32.wrapping_sub(turn) } else { turn }
        });
        let signed = Self::from_lanes(|lane| f64::from(folded.lane(lane).cast_signed()));
        let x = signed * Self::of(std::f64::consts::TAU / 4_294_967_296.0);
        let y = x * x;
        (horner(&SINE_LONG, y) * y).fma(x, x)
    }

    #[inline(always)]
    fn normal_of(word: Self::Word) -> Self {
        let p = (Self::of_word(word) + Self::of(0.5)) * Self::of(1.0 / 4_294_967_296.0);
        let q = p - Self::of(0.5);
        let r = Self::of(0.180625) - q * q;
        let centre = q * horner(&CENTRE, r) / horner(&CENTRE_BELOW, r);
        let r = (-Number::logarithm(p.least(Self::of(1.0) - p))).root();
        let near = r - Self::of(1.6);
        let middle = horner(&MIDDLE, near) / horner(&MIDDLE_BELOW, near);
        let far = r - Self::of(5.0);
        let tail = horner(&TAIL, far) / horner(&TAIL_BELOW, far);
        let size = Self::select(r.above(Self::of(5.0)), tail, middle);
        let outer = Self::select(q.below(Self::of(0.0)), -size, size);
        Self::select(q.size().above(Self::of(0.425)), outer, centre)
    }
}

const ARTANH: [f64; 7] = [
    1.479_819_860_511_658_6e-1,
    1.531_383_769_920_937_3e-1,
    1.818_357_216_161_805e-1,
    2.222_219_843_214_978_4e-1,
    2.857_142_874_366_239e-1,
    3.999_999_999_940_942e-1,
    6.666_666_666_666_735e-1,
];
const SINE_LONG: [f64; 11] = [
    -3.868170170630684e-23,
    1.9572941063391263e-20,
    -8.22063524662433e-18,
    2.8114572543455206e-15,
    -7.647163731819816e-13,
    1.6059043836821613e-10,
    -2.505210838544172e-08,
    2.7557319223985893e-06,
    -0.0001984126984126984,
    0.008333333333333333,
    -0.16666666666666666,
];
