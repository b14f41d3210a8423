// Elementary functions of our own: the same result to a few ulp on every driver, where the built-ins differ.

/// Is x not a number? Drivers may fold `x != x` to false.
fn is_nan(x: f32) -> bool {
    return (bitcast<u32>(x) & 0x7fffffffu) > 0x7f800000u;
}

/// x·2^k for −252 ≤ k ≤ 254, in two factors so that neither overflows.
fn scale_by_power(x: f32, k: i32) -> f32 {
    let half = k >> 1u;
    return x * bitcast<f32>((half + 127) << 23u) * bitcast<f32>((k - half + 127) << 23u);
}

/// 1.5·2^23: a small whole number added to it stands in the low bits of the sum.
const SHIFTER = 12582912.0;

/// c = k·ln 2 + r with |r| ≤ ln(2)/2, for |c| ≤ 104.
struct Reduced {
    r: f32,
    k: i32,
}

/// Written against what compilers simplify: (x + SHIFTER) − SHIFTER would become x instead of being rounded, and two
/// products with the same factor would become one, whose rounding is lost in r; so the second has the factor from k.
/// Conversions from f32 to i32 are slow where they must saturate, hence the sum with SHIFTER.
fn reduce(c: f32) -> Reduced {
    let whole = round(c * 1.44269504);
    let k = bitcast<i32>(whole + SHIFTER) - bitcast<i32>(SHIFTER);
    let r = fma(f32(k), -1.42860677e-6, fma(whole, -0.693145752, c));
    return Reduced(r, k);
}

/// (e^r − 1)/r for |r| ≤ ln(2)/2: Taylor's series, whose first omitted term is below 2^-27.
fn exp_relative_core(r: f32) -> f32 {
    var q = 2.4801587e-5;
    q = fma(q, r, 1.9841270e-4);
    q = fma(q, r, 1.3888889e-3);
    q = fma(q, r, 8.3333333e-3);
    q = fma(q, r, 4.1666667e-2);
    q = fma(q, r, 1.6666667e-1);
    q = fma(q, r, 0.5);
    return fma(q, r, 1.0);
}

/// e^z; 0 below −104, infinity above 88.73, NaN for NaN.
fn exp_own(z: f32) -> f32 {
    let c = clamp(z, -104.0, 104.0);
    let x = reduce(c);
    let e = scale_by_power(fma(exp_relative_core(x.r), x.r, 1.0), x.k);
    return select(e, z, is_nan(z));
}

/// φ(z) = (e^z − 1)/z with φ(0) = 1: the factor of exponential Euler. Infinity where it exceeds f32, NaN for NaN.
fn exp_relative(z: f32) -> f32 {
    // Below −80 e^z is far under the last bit of 1, so φ = −1/z; above 104 φ exceeds f32.
    let c = clamp(z, -80.0, 104.0);
    let x = reduce(c);
    let core = exp_relative_core(x.r);
    // e^z − 1 = 2^k (r·core + 1 − 2^−k). Where k = 0, r is z and core is φ itself.
    let near = x.k == 0;
    let mantissa = fma(core, x.r, 1.0 - scale_by_power(1.0, -x.k));
    let far = scale_by_power(mantissa / select(min(z, 104.0), 1.0, near), x.k);
    return select(select(far, core, near), z, is_nan(z));
}

/// h·φ(h·j) = (e^(h·j) − 1)/j: how far a step of exponential Euler goes, for a derivative of 1 whose slope is j. Where h·j is
/// far below 0 it is −1/j, whatever h is: a step may be longer than f32 tells.
fn exp_step(h: f32, j: f32) -> f32 {
    let z = h * j;
    return select(h * exp_relative(z), -1.0 / j, z < -80.0);
}

/// tanh x, right for large and for tiny |x|.
fn tanh_own(x: f32) -> f32 {
    // tanh x = (e^2x − 1)/(e^2x + 1) = x φ(2x) / (x φ(2x) + 1)
    let c = clamp(x, -10.0, 10.0);
    let half = c * exp_relative(2.0 * c);
    return select(half / (half + 1.0), x, is_nan(x));
}

/// The upper word of the product of two words: WGSL has no multiplication that gives it.
fn product_high(a: u32, b: u32) -> u32 {
    let low = (a & 0xffffu) * (b & 0xffffu);
    // No sum overflows: (2¹⁶ − 1)² + 2¹⁶ − 1 < 2³².
    let first = (a >> 16u) * (b & 0xffffu) + (low >> 16u);
    let second = (a & 0xffffu) * (b >> 16u) + (first & 0xffffu);
    return (a >> 16u) * (b >> 16u) + (first >> 16u) + (second >> 16u);
}

/// ln x for a positive x that is not subnormal, infinite or NaN: x = 2^k·m with √½ ≤ m < √2, and the polynomial of
/// Cephes for ln m (Moshier, logf.c).
fn log_own(x: f32) -> f32 {
    let bits = bitcast<u32>(x) - 0x3f3504f3u;
    let k = f32(bitcast<i32>(bits) >> 23u);
    let f = bitcast<f32>((bits & 0x007fffffu) + 0x3f3504f3u) - 1.0;
    var q = 7.0376836e-2;
    q = fma(q, f, -1.1514610e-1);
    q = fma(q, f, 1.1676999e-1);
    q = fma(q, f, -1.2420141e-1);
    q = fma(q, f, 1.4249323e-1);
    q = fma(q, f, -1.6668058e-1);
    q = fma(q, f, 2.0000715e-1);
    q = fma(q, f, -2.4999994e-1);
    q = fma(q, f, 3.3333331e-1);
    let small = fma(q * f, f * f, fma(k, -2.12194440e-4, -0.5 * f * f));
    return fma(k, 0.693359375, f + small);
}

/// sin of an angle in 2³² parts of a turn, to about 1e-7.
fn sine_of_turn(turn: u32) -> f32 {
    // In the second and third quarter the sine is that of half a turn less the angle, which lies in the others.
    let mirrored = ((turn + 0x40000000u) & 0x80000000u) != 0u;
    let x = f32(bitcast<i32>(select(turn, 0x80000000u - turn, mirrored))) * 1.46291808e-9;
    // Taylor's series, whose first omitted term is below 1e-9 at a quarter turn.
    let y = x * x;
    var q = 1.6059044e-10;
    q = fma(q, y, -2.5052108e-8);
    q = fma(q, y, 2.7557319e-6);
    q = fma(q, y, -1.9841270e-4);
    q = fma(q, y, 8.3333333e-3);
    q = fma(q, y, -1.6666667e-1);
    return fma(q * y, x, x);
}

/// A standard normal number from a uniform word, by the inverse of its distribution at (word + ½)/2³², to about 1e-6
/// (Wichura, "Algorithm AS 241", PPND7, Appl. Statist. 37(3), 1988).
fn normal_of(word: u32) -> f32 {
    // The distribution is symmetric: distances from its middle and from its nearer end are both exact.
    let upper = word >= 0x80000000u;
    let from_end = select(word, ~word, upper);
    let q = (f32(0x7fffffffu - from_end) + 0.5) * 2.3283064e-10;
    var z: f32;
    if (q <= 0.425) {
        let r = fma(-q, q, 0.180625);
        let above = fma(fma(fma(59.109375, r, 159.29111), r, 50.434272), r, 3.3871327);
        z = q * above / fma(fma(fma(67.187564, r, 78.757758), r, 17.895169), r, 1.0);
    } else {
        let r = sqrt(-log_own((f32(from_end) + 0.5) * 2.3283064e-10)) - 1.6;
        let above = fma(fma(fma(0.17023821, r, 1.3067285), r, 2.7568154), r, 1.4234373);
        z = above / fma(fma(0.12021133, r, 0.73700164), r, 1.0);
    }
    return select(-z, z, upper);
}
