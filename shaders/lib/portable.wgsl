// Functions that stand for WGSL's own where drivers differ. Quotients and roots are rounded to nearest, ties to even, as IEEE 754 has
// them: the driver guesses, and the exact rest, which is small, is computed modulo 2³². Needs math.wgsl, and is itself made portable.

const INFINITY_BITS = 0x7f800000u;
const NAN_BITS = 0x7fc00000u;
const SIGN = 0x80000000u;

/// To be had within a few of its last bits.
fn driver_quotient(a: f32, b: f32) -> f32 {
    return a / b;
}

fn driver_root(a: f32) -> f32 {
    return sqrt(a);
}

/// Bits of a number that is not subnormal, with the sign away, as if exponents went below 0 too: so a subnormal has them as well.
fn normal_bits(magnitude: u32) -> i32 {
    let subnormal = bitcast<i32>(f32(bitcast<i32>(magnitude))) - (149 << 23u);
    return select(bitcast<i32>(magnitude), subnormal, magnitude < 0x00800000u);
}

/// The 24 bits of a mantissa.
fn mantissa_of(bits: i32) -> u32 {
    return (bitcast<u32>(bits) & 0x007fffffu) | 0x00800000u;
}

fn quotient(a: f32, b: f32) -> f32 {
    let sign = (bitcast<u32>(a) ^ bitcast<u32>(b)) & SIGN;
    let above = bitcast<u32>(a) & ~SIGN;
    let below = bitcast<u32>(b) & ~SIGN;
    let above_bits = normal_bits(above);
    let below_bits = normal_bits(below);
    let m = mantissa_of(above_bits);
    let n = mantissa_of(below_bits);
    // The quotient of the mantissas, times 2²³ or 2²⁴, lies between 2²³ and 2²⁴.
    let short = u32(m < n);
    let exponent = (above_bits >> 23u) - (below_bits >> 23u) + 127 - i32(short);
    let guess = driver_quotient(bitcast<f32>(m + 0x3f000000u + (short << 23u)), bitcast<f32>(n + 0x3f000000u));
    let q = bitcast<u32>(guess) - 0x3f000000u;
    let rest = bitcast<i32>((m << (23u + short)) - q * n);
    // The guess is off by three at most. No quotient lies midway between two numbers. A sign, shifted down, is −1 or 0.
    let twice = 2 * rest;
    let one = bitcast<i32>(n);
    let three = 3 * one;
    let five = 5 * one;
    let off = ((twice + one) >> 31u) + ((twice + three) >> 31u) + ((twice + five) >> 31u)
        - ((one - twice) >> 31u) - ((three - twice) >> 31u) - ((five - twice) >> 31u);
    let rounded = bitcast<u32>(bitcast<i32>(q) + off);
    var result = rounded + (bitcast<u32>(exponent - 1) << 23u);
    // One condition, not several in turn: those would be branches.
    let at_ends = (bitcast<u32>(exponent - 1) > 253u) | (max(above - 1u, below - 1u) >= INFINITY_BITS - 1u);
    if (at_ends) {
        result = quotient_at_the_ends(above, below, exponent, rounded, rest - off * one);
    }
    return bitcast<f32>(result | sign);
}

/// Where the quotient is subnormal or infinite, or one of the two is 0, infinite or no number; `rest` is by how much `rounded` is below.
/// With one way through it: some compilers take minutes for functions that are left in several places.
fn quotient_at_the_ends(above: u32, below: u32, exponent: i32, rounded: u32, rest: i32) -> u32 {
    let shift = u32(clamp(1 - exponent, 1, 26));
    let half = 1u << (shift - 1u);
    let cut = rounded & (2u * half - 1u);
    let kept = rounded >> shift;
    let up = (cut > half) | ((cut == half) & ((rest > 0) | ((rest == 0) & ((kept & 1u) == 1u))));
    var result = select(kept + u32(up), INFINITY_BITS, exponent > 254);
    result = select(result, 0u, (above == 0u) | (below == INFINITY_BITS));
    result = select(result, INFINITY_BITS, (above == INFINITY_BITS) | (below == 0u));
    let of_equals = (above == below) & ((above == 0u) | (above == INFINITY_BITS));
    return select(result, NAN_BITS, of_equals | (max(above, below) > INFINITY_BITS));
}

fn square_root(a: f32) -> f32 {
    let all = bitcast<u32>(a);
    let bits = normal_bits(all & ~SIGN);
    let m = mantissa_of(bits);
    let exponent = (bits >> 23u) - 127;
    // The root of m·2²³ or m·2²⁴ lies between 2²³ and 2²⁴.
    let odd = bitcast<u32>(exponent) & 1u;
    let guess = bitcast<u32>(driver_root(bitcast<f32>(m + 0x3f000000u + (odd << 23u)))) - 0x3f000000u;
    let square = m << (23u + odd);
    // It may be off by six; a quarter of that is left by the first correction.
    let q = bitcast<i32>(guess) + (bitcast<i32>(square - guess * guess) >> 25u);
    let rest = bitcast<i32>(square - bitcast<u32>(q * q));
    let off = i32(rest > q) + i32(rest > 3 * q + 2) + i32(rest > 5 * q + 6) + i32(rest > 7 * q + 12)
        - i32(rest <= -q) - i32(rest <= 2 - 3 * q) - i32(rest <= 6 - 5 * q) - i32(rest <= 12 - 7 * q);
    let root = bitcast<u32>(q + off) + (bitcast<u32>((exponent >> 1u) + 126) << 23u);
    let itself = ((all & ~SIGN) == 0u) | (all == INFINITY_BITS);
    let at_ends = select(NAN_BITS, all, itself);
    return bitcast<f32>(select(root, at_ends, all - 1u >= INFINITY_BITS - 1u));
}

fn inverse_root(a: f32) -> f32 {
    return 1.0 / square_root(a);
}

fn remainder(a: f32, b: f32) -> f32 {
    return a - b * trunc(a / b);
}

fn mixture(a: f32, b: f32, part: f32) -> f32 {
    return a * (1.0 - part) + b * part;
}

fn smooth_step(low: f32, high: f32, x: f32) -> f32 {
    let t = clamp((x - low) / (high - low), 0.0, 1.0);
    return t * t * (3.0 - 2.0 * t);
}

fn exponential(x: f32) -> f32 {
    return exp_own(x);
}

fn power_of_2(x: f32) -> f32 {
    let c = clamp(x, -150.0, 150.0);
    let whole = round(c);
    let e = scale_by_power(exp_own((c - whole) * 0.693147181), i32(whole));
    return select(e, x, is_nan(x));
}

fn logarithm(x: f32) -> f32 {
    let all = bitcast<u32>(x);
    // A subnormal is made normal, and 2²³ taken off again.
    let subnormal = all < 0x00800000u;
    let normal = select(x, bitcast<f32>(normal_bits(all) + (23 << 23u)), subnormal);
    let y = log_own(normal) - select(0.0, 15.9423852, subnormal);
    let at_ends = select(bitcast<f32>(select(NAN_BITS, all, all == INFINITY_BITS)), bitcast<f32>(SIGN | INFINITY_BITS), (all & ~SIGN) == 0u);
    return select(y, at_ends, all - 1u >= INFINITY_BITS - 1u);
}

fn logarithm_to_2(x: f32) -> f32 {
    return logarithm(x) * 1.44269504;
}

/// For bases that are not negative.
fn power(base: f32, exponent: f32) -> f32 {
    let e = exp_own(exponent * logarithm(base));
    return select(e, 1.0, (exponent == 0.0) | (base == 1.0));
}

fn hyperbolic_tangent(x: f32) -> f32 {
    return tanh_own(x);
}
