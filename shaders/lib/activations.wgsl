// The activation functions of recurrent cells: `phi_NAME`, and the gates. Needs math.wgsl.
//
// Each is right to about 1e-6 of its value, for all x: tails are not differences of near numbers. Infinity gives the
// limit, NaN gives NaN (max, min and clamp drop it on many drivers, so it is put back).

/// y, or x where that is not a number.
fn keep_nan(y: f32, x: f32) -> f32 {
    return select(y, x, is_nan(x));
}

/// x times a gate, where the gate closes far before `end`: infinity times 0 must not arise.
fn gated(x: f32, open: f32, end: f32) -> f32 {
    return select(x * open, 0.0, x < end);
}

/// σ(y) and σ(−y) = 1 − σ(y).
struct Gate {
    open: f32,
    shut: f32,
}

fn gate(y: f32) -> Gate {
    let e = exp_own(-abs(y));
    let near = 1.0 / (1.0 + e);
    let far = e / (1.0 + e);
    return Gate(select(near, far, y < 0.0), select(far, near, y < 0.0));
}

fn sigmoid(x: f32) -> f32 {
    let e = exp_own(-abs(x));
    return select(1.0, e, x < 0.0) / (1.0 + e);
}

/// ln(1 + e^−|x|): with z = e/(2 + e) it is 2 artanh z, and z ≤ 1/3. The first omitted term is below 2^-27.
fn softplus_of_minus_abs(x: f32) -> f32 {
    let e = exp_own(-abs(x));
    let z = e / (2.0 + e);
    let y = z * z;
    var q = 6.6666667e-2;
    q = fma(q, y, 7.6923077e-2);
    q = fma(q, y, 9.0909091e-2);
    q = fma(q, y, 1.1111111e-1);
    q = fma(q, y, 1.4285714e-1);
    q = fma(q, y, 0.2);
    q = fma(q, y, 3.3333333e-1);
    return 2.0 * fma(q * y, z, z);
}

/// e^x − 1 for x below 0, else 0.
fn expm1_below_0(x: f32) -> f32 {
    // Below −80 it is −1.
    let c = clamp(x, -80.0, 0.0);
    return c * exp_relative(c);
}

fn phi_tanh(x: f32) -> f32 {
    return tanh_own(x);
}

fn phi_relu(x: f32) -> f32 {
    return keep_nan(max(x, 0.0), x);
}

fn phi_sigmoid(x: f32) -> f32 {
    return sigmoid(x);
}

fn phi_softplus(x: f32) -> f32 {
    return max(x, 0.0) + softplus_of_minus_abs(x);
}

fn phi_soft_sign(x: f32) -> f32 {
    let c = clamp(x, -1e9, 1e9);
    return keep_nan(c / (1.0 + abs(c)), x);
}

fn phi_silu(x: f32) -> f32 {
    return gated(x, sigmoid(x), -110.0);
}

fn phi_elu(x: f32) -> f32 {
    return keep_nan(max(x, 0.0) + expm1_below_0(x), x);
}

fn phi_leaky_relu(x: f32) -> f32 {
    return select(0.01 * x, x, x >= 0.0);
}

fn phi_hard_tanh(x: f32) -> f32 {
    return keep_nan(clamp(x, -1.0, 1.0), x);
}

/// α is 1.
fn phi_celu(x: f32) -> f32 {
    return phi_elu(x);
}

fn phi_selu(x: f32) -> f32 {
    return keep_nan(fma(1.75809934, expm1_below_0(x), 1.05070099 * max(x, 0.0)), x);
}

/// x/2 (1 + tanh(√(2/π) (x + 0.044715 x³))) = x σ(y) with y = x(A + B x²).
fn phi_gelu(x: f32) -> f32 {
    // A rounding of y becomes one |y| times as large in e^−|y|, so y is made in whole numbers: parts of 2^-28 for |x|,
    // 2^-24 for x², 2^-27 for A + B x², 2^-23 for y.
    let c = u32(min(abs(x), 12.0) * 268435456.0);
    let slope = 214180506u + product_high(2451732818u, product_high(c, c));
    let y = product_high(c, slope);
    let lower = f32(y & 0xfffu) * 1.1920929e-7;
    let e = exp_own(f32(y >> 12u) * -4.8828125e-4) * (1.0 - lower * (1.0 - 0.5 * lower));
    // At −12 it is far below the smallest number.
    return keep_nan(gated(x, select(1.0, e, x < 0.0) / (1.0 + e), -12.0), x);
}

fn phi_relu6(x: f32) -> f32 {
    return keep_nan(clamp(x, 0.0, 6.0), x);
}

fn phi_hard_sigmoid(x: f32) -> f32 {
    return keep_nan(clamp(x + 3.0, 0.0, 6.0) / 6.0, x);
}

fn phi_hard_silu(x: f32) -> f32 {
    return gated(x, phi_hard_sigmoid(x), -3.0);
}

/// With e = e^x, tanh(ln(1 + e)) = e(e + 2)/(e(e + 2) + 2); above 0 numerator and denominator are divided by e².
fn phi_mish(x: f32) -> f32 {
    let e = exp_own(-abs(x));
    let above = select(fma(2.0, e, 1.0), fma(e, e, 2.0 * e), x < 0.0);
    let below = above + 2.0 * select(e * e, 1.0, x < 0.0);
    return gated(x, above / below, -110.0);
}

fn phi_log_sigmoid(x: f32) -> f32 {
    return min(x, 0.0) - softplus_of_minus_abs(x);
}

fn phi_tanh_shrink(x: f32) -> f32 {
    // Near 0 from Lambert's continued fraction of tanh, ended after 13, with the difference taken beforehand.
    let c = clamp(x, -1.5, 1.5);
    let y = c * c;
    let above = fma(fma(27.0, y, 2772.0), y, 45045.0);
    let below = fma(fma(fma(28.0, y, 3150.0), y, 62370.0), y, 135135.0);
    return select(x - tanh_own(x), c * y * (above / below), abs(x) < 1.5);
}

fn phi_hard_shrink(x: f32) -> f32 {
    return select(x, 0.0, abs(x) <= 0.5);
}

fn phi_soft_shrink(x: f32) -> f32 {
    return keep_nan(x - clamp(x, -0.5, 0.5), x);
}

fn phi_squareplus(x: f32) -> f32 {
    // With s = √(x² + 4), (s + x)(s − x) = 4. Above 1e5 it is x, and the square may exceed f32.
    let a = abs(x);
    let c = min(a, 1e5);
    let s = select(sqrt(fma(c, c, 4.0)), a, a > 1e5);
    let above = select(0.5 * (c + s), x, x > 1e5);
    return keep_nan(select(above, 2.0 / (s + a), x < 0.0), x);
}
