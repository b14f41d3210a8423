//! Statistics, and distributions by other formulas than those that are tested.

use crate::draw::Law;

/// [probability] What chance may bring in one test.
const BY_CHANCE: f64 = 1e-4;
/// [probability] What is too good to be chance.
const TOO_GOOD: f64 = 1e-6;

/// Does what was counted follow what is expected? Neighbours of which few are expected are taken together.
#[track_caller]
pub fn check(what: &str, counted: &[u64], expected: &[f64]) {
    assert_eq!(counted.len(), expected.len(), "{what}");
    let (mut bins, mut open) = (Vec::new(), (0.0, 0.0));
    for (&counted, expected) in counted.iter().zip(expected) {
        open = (open.0 + counted as f64, open.1 + expected);
        if open.1 >= 10.0 {
            bins.push(std::mem::take(&mut open));
        }
    }
    let Some(last) = bins.last_mut() else { panic!("{what}: too few are expected") };
    *last = (last.0 + open.0, last.1 + open.1);
    let sums = bins.iter().fold((0.0, 0.0), |sums, bin| (sums.0 + bin.0, sums.1 + bin.1));
    assert!((sums.0 - sums.1).abs() < 1e-6 * sums.0, "{what}: {} were counted, {} expected", sums.0, sums.1);
    let chi2: f64 = bins.iter().map(|(counted, expected)| (counted - expected).powi(2) / expected).sum();
    let freedom = bins.len() as f64 - 1.0;
    let p = chi2_above(chi2, freedom);
    println!("{what}: chi2 {chi2:.1} of {freedom}, p {p:.2e}");
    assert!(p > BY_CHANCE && p < 1.0 - TOO_GOOD, "{what}: chi2 {chi2} of {freedom}, p {p:e}");
}

/// Are all equally likely?
#[track_caller]
pub fn check_even(what: &str, counted: &[u64]) {
    let mean = counted.iter().sum::<u64>() as f64 / counted.len() as f64;
    check(what, counted, &vec![mean; counted.len()]);
}

/// Is each of these counts compatible with the same expectation? `variance` is that of one count over its mean.
#[track_caller]
pub fn check_degrees(what: &str, counts: &[u32], variance: f64) {
    let mean = counts.iter().map(|&c| f64::from(c)).sum::<f64>() / counts.len() as f64;
    let chi2 = counts.iter().map(|&c| (f64::from(c) - mean).powi(2)).sum::<f64>() / (mean * variance);
    let p = chi2_above(chi2, counts.len() as f64 - 1.0);
    println!("{what}: p {p:.2e}");
    assert!(p > BY_CHANCE && p < 1.0 - BY_CHANCE, "{what}: chi2 {chi2} of {}, p {p:e}", counts.len() - 1);
}

/// Have the two classes of each thing nothing to do with each other?
#[track_caller]
pub fn check_independent<const N: usize>(what: &str, classes: impl Iterator<Item = [usize; 2]>) {
    let mut counted = [[0.0f64; N]; N];
    classes.for_each(|[one, other]| counted[one][other] += 1.0);
    let all: f64 = counted.iter().flatten().sum();
    let ones: Vec<f64> = counted.iter().map(|row| row.iter().sum()).collect();
    let others: Vec<f64> = (0..N).map(|other| counted.iter().map(|row| row[other]).sum()).collect();
    let mut chi2 = 0.0;
    for (row, one) in counted.iter().zip(&ones) {
        for (counted, other) in row.iter().zip(&others) {
            let expected = one * other / all;
            assert!(expected > 5.0, "{what}: too few are expected");
            chi2 += (counted - expected).powi(2) / expected;
        }
    }
    let p = chi2_above(chi2, ((N - 1) * (N - 1)) as f64);
    println!("{what}: chi2 {chi2:.1}, p {p:.2e}");
    assert!(p > BY_CHANCE && p < 1.0 - TOO_GOOD, "{what}: chi2 {chi2}, p {p:e}");
}

/// The probability that χ² of so many degrees of freedom is larger: the incomplete gamma function Q(k/2, x/2).
pub fn chi2_above(chi2: f64, freedom: f64) -> f64 {
    let (a, x) = (freedom / 2.0, chi2 / 2.0);
    let front = (a * x.ln() - x - ln_gamma(a)).exp();
    if x < a + 1.0 {
        let mut term = 1.0 / a;
        let (mut sum, mut n) = (term, a);
        while term > sum * 1e-16 {
            n += 1.0;
            term *= x / n;
            sum += term;
        }
        return 1.0 - sum * front;
    }
    // Lentz's method.
    let mut b = x + 1.0 - a;
    let (mut c, mut d) = (1e300, 1.0 / b);
    let mut h = d;
    for n in 1..100_000 {
        let n = f64::from(n);
        let factor = n * (a - n);
        b += 2.0;
        d = 1.0 / (factor * d + b);
        c = b + factor / c;
        h *= c * d;
        if (c * d - 1.0).abs() < 1e-15 {
            break;
        }
    }
    front * h
}

/// Stirling's series, from an argument at which it is exact.
fn ln_gamma(x: f64) -> f64 {
    if x < 20.0 {
        return ln_gamma(x + 1.0) - x.ln();
    }
    let inverse = 1.0 / x;
    let series = inverse / 12.0 - inverse.powi(3) / 360.0 + inverse.powi(5) / 1260.0 - inverse.powi(7) / 1680.0;
    (x - 0.5) * x.ln() - x + 0.5 * (2.0 * std::f64::consts::PI).ln() + series
}

/// ln of the probability that a standard normal is above `z`.
pub fn ln_above(z: f64) -> f64 {
    let x = z / std::f64::consts::SQRT_2;
    if x < -1.5 {
        return (-ln_above(-z).exp()).ln_1p();
    }
    if x < 1.5 {
        // erf by its Taylor series.
        let (mut power, mut erf) = (x, x);
        for n in 1..60 {
            let n = f64::from(n);
            power *= -x * x / n;
            erf += power / (2.0 * n + 1.0);
        }
        return (0.5 - erf / std::f64::consts::PI.sqrt()).ln();
    }
    // erfc(x) = x/π·e^(−x²)·∫ e^(−t²)/(x² + t²) dt by the trapezoidal rule, whose error is e^(−2πx/h) here.
    const H: f64 = 0.25;
    let point = |k: i32| (-(f64::from(k) * H).powi(2)).exp() / (x * x + (f64::from(k) * H).powi(2));
    let sum = point(0) / 2.0 + (1..30).map(point).sum::<f64>();
    (x * H / std::f64::consts::PI * sum).ln() - x * x
}

/// ln of the probability of a standard normal between two.
fn ln_between(low: f64, high: f64) -> f64 {
    if high < 0.0 {
        return ln_between(-high, -low);
    }
    if low < 0.0 {
        return (1.0 - ln_above(-low).exp() - ln_above(high).exp()).ln();
    }
    let above = ln_above(low);
    above + (-(ln_above(high) - above).exp_m1()).ln()
}

/// The probabilities of a value below `x`, and above.
pub fn tails(law: Law, x: f64) -> [f64; 2] {
    let normal = |z: f64| [-z, z].map(|z| ln_above(z).exp());
    match law {
        Law::Normal { mean, sd } => normal((x - mean) / sd),
        Law::Uniform { low, high } => [x - low, high - x].map(|part| (part / (high - low)).clamp(0.0, 1.0)),
        Law::Exponential { mean } => [-(-x.max(0.0) / mean).exp_m1(), (-x.max(0.0) / mean).exp()],
        Law::Lognormal { median, sigma } => normal(median.signum() * (x / median).max(0.0).ln() / sigma),
        Law::TruncatedNormal { mean, sd, low, high } => {
            let [a, b, z] = [low, high, x.clamp(low, high)].map(|x| (x - mean) / sd);
            let all = ln_between(a, b);
            [ln_between(a, z), ln_between(z, b)].map(|part| (part - all).exp())
        }
    }
}

#[test]
fn what_is_tested_with_is_right() {
    // A finite sum for even degrees of freedom.
    for (chi2, freedom) in [(3.0, 2), (100.0, 50), (40.0, 50), (1100.0, 1000)] {
        let (mut term, mut sum) = ((-chi2 / 2.0f64).exp(), 0.0);
        for i in 0..freedom / 2 {
            sum += term;
            term *= chi2 / 2.0 / f64::from(i + 1);
        }
        let found = chi2_above(chi2, f64::from(freedom));
        assert!((found / sum - 1.0).abs() < 1e-10, "{chi2} of {freedom}: {found}, not {sum}");
    }
    // By the C library's erfc.
    for (z, p) in
        [(-1.0, 0.841_344_746_068_542_9), (0.0, 0.5), (2.0, 0.022_750_131_948_179_22), (6.0, 9.865_876_450_377_012e-10)]
    {
        assert!((ln_above(z).exp() / p - 1.0).abs() < 1e-13, "{z}: {}", ln_above(z).exp());
    }
    // Where the two formulas meet.
    for z in [1.5 * std::f64::consts::SQRT_2, 2.2] {
        let derivative = (ln_above(z + 1e-6).exp() - ln_above(z - 1e-6).exp()) / 2e-6;
        let density = (-0.5 * z * z).exp() / (2.0 * std::f64::consts::PI).sqrt();
        assert!((derivative + density).abs() < 1e-9, "{z}: {derivative}");
    }
}
