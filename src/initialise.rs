//! Matrices of weights, drawn by the schemes of neural networks.
//!
//! Every element has its own stream of random numbers, and sums are taken in one order, so a matrix depends on seed,
//! index and shape only. Used for projections, dense stimuli and recurrent cells; knows nothing of units.

use crate::draw::{Law, draw};
use crate::network::Scheme;
use crate::random::Purpose;
use rayon::prelude::*;

/// The standard deviation of a standard normal truncated at ±2.
const TRUNCATED_SD: f64 = 0.879_625_661_034_239_8;

/// Draws a matrix `[n_in, n_out]`, row-major; the schemes' numbers are at scale 1. `index` (below 2²⁴) tells apart the
/// matrices of one seed and purpose.
pub fn initialise(scheme: Scheme, [n_in, n_out]: [usize; 2], seed: u64, (purpose, index): (Purpose, u32)) -> Vec<f64> {
    let elements = |law| draw(law, n_in * n_out, seed, purpose, index);
    let (fan_in, fan_mean) = (n_in as f64, (n_in as f64 + n_out as f64) / 2.0);
    match scheme {
        Scheme::KaimingNormal => elements(truncated(2.0 / fan_in)),
        Scheme::XavierNormal => elements(truncated(1.0 / fan_mean)),
        Scheme::LecunNormal => elements(truncated(1.0 / fan_in)),
        Scheme::XavierUniform => {
            let bound = (3.0 / fan_mean).sqrt();
            elements(Law::Uniform { low: -bound, high: bound })
        }
        Scheme::Orthogonal => {
            let normal = elements(Law::Normal { mean: 0.0, sd: 1.0 });
            if n_in >= n_out {
                transpose(&orthonormal(transpose(&normal, n_out), n_in), n_in)
            } else {
                orthonormal(normal, n_out)
            }
        }
    }
}

/// A normal truncated at ±2σ, with the σ that gives it this variance.
fn truncated(variance: f64) -> Law {
    let sd = variance.sqrt() / TRUNCATED_SD;
    Law::TruncatedNormal { mean: 0.0, sd, low: -2.0 * sd, high: 2.0 * sd }
}

/// Rows of `width` numbers from a matrix with columns of that many rows, and the other way round.
fn transpose(matrix: &[f64], width: usize) -> Vec<f64> {
    let height = matrix.len() / width.max(1);
    (0..width).flat_map(|column| (0..height).map(move |row| matrix[row * width + column])).collect()
}

/// Makes the rows of `vectors`, each of `len` numbers, orthonormal: Gram and Schmidt's process, modified, so the factor
/// R has a positive diagonal and a matrix of normals becomes uniform among all such matrices. A second round takes what
/// rounding has left over.
fn orthonormal(mut vectors: Vec<f64>, len: usize) -> Vec<f64> {
    for _ in 0..2 {
        let mut rest = vectors.as_mut_slice();
        while let Some((vector, others)) = rest.split_at_mut_checked(len).filter(|(vector, _)| !vector.is_empty()) {
            let norm = dot(vector, vector).sqrt();
            vector.iter_mut().for_each(|x| *x /= norm);
            let vector = &*vector;
            others.par_chunks_exact_mut(len).with_min_len(1 + (1 << 12) / len).for_each(|other| {
                let projection = dot(vector, other);
                other.iter_mut().zip(vector).for_each(|(x, v)| *x -= projection * v);
            });
            rest = others;
        }
    }
    vectors
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The variance of a matrix whose fans differ, with five standard errors of room, and its largest element.
    fn check(scheme: Scheme, variance: f64, kurtosis: f64, bound: f64) {
        let (n_in, n_out) = (600, 200);
        let weights = initialise(scheme, [n_in, n_out], 7, (Purpose::Initialisers, 3));
        let n = (n_in * n_out) as f64;
        let mean = weights.iter().sum::<f64>() / n;
        let found = weights.iter().map(|w| (w - mean).powi(2)).sum::<f64>() / n;
        assert!(mean.abs() < 5.0 * (variance / n).sqrt(), "{scheme:?}: mean {mean}");
        let room = 5.0 * ((kurtosis - 1.0) / n).sqrt();
        assert!((found / variance - 1.0).abs() < room, "{scheme:?}: variance {found}, not {variance}");
        let largest = weights.iter().fold(0.0f64, |largest, w| largest.max(w.abs()));
        assert!(largest <= bound && largest > 0.99 * bound, "{scheme:?}: largest {largest} of {bound}");
    }

    #[test]
    fn variances_are_those_of_the_fans() {
        // A normal truncated at ±2σ reaches 2/0.8796 of its own standard deviation; its kurtosis is 2.37.
        let normal = |scheme, variance: f64| check(scheme, variance, 2.37, 2.0 / TRUNCATED_SD * variance.sqrt());
        normal(Scheme::KaimingNormal, 2.0 / 600.0);
        normal(Scheme::LecunNormal, 1.0 / 600.0);
        normal(Scheme::XavierNormal, 2.0 / 800.0);
        check(Scheme::XavierUniform, 2.0 / 800.0, 1.8, (6.0f64 / 800.0).sqrt());
    }

    #[test]
    fn the_truncated_normal_s_standard_deviation_is_the_published_constant() {
        // 1 − 2·2·pdf(2)/(cdf(2) − cdf(−2)), by Simpson's rule.
        let pdf = |x: f64| (-x * x / 2.0).exp();
        let steps = 1000;
        let simpson = |f: &dyn Fn(f64) -> f64| -> f64 {
            let h = 4.0 / f64::from(steps);
            let weight = |i: i32| if i == 0 || i == steps { 1.0 } else { f64::from(2 + 2 * (i % 2)) };
            (0..=steps).map(|i| weight(i) * f(f64::from(i) * h - 2.0)).sum::<f64>() * h / 3.0
        };
        let variance = simpson(&|x| x * x * pdf(x)) / simpson(&|x| pdf(x));
        assert!((variance.sqrt() - TRUNCATED_SD).abs() < 1e-10, "{}", variance.sqrt());
    }

    /// Largest difference of the products of the shorter sides from the unit matrix.
    fn defect(weights: &[f64], [n_in, n_out]: [usize; 2]) -> f64 {
        let columns = transpose(weights, n_out);
        let (sides, len) = if n_in >= n_out { (columns.as_slice(), n_in) } else { (weights, n_out) };
        let sides: Vec<&[f64]> = sides.chunks_exact(len).collect();
        let pairs =
            sides.iter().enumerate().flat_map(|(i, a)| sides.iter().enumerate().map(move |(j, b)| (i, a, j, b)));
        pairs.fold(0.0f64, |worst, (i, a, j, b)| worst.max((dot(a, b) - f64::from(u8::from(i == j))).abs()))
    }

    #[test]
    fn orthogonal_matrices_are_orthogonal() {
        for shape in [[1, 1], [5, 1], [1, 5], [60, 60], [90, 40], [40, 90]] {
            let weights = initialise(Scheme::Orthogonal, shape, 5, (Purpose::Initialisers, 0));
            assert_eq!(weights.len(), shape[0] * shape[1]);
            let worst = defect(&weights, shape);
            assert!(worst < 1e-12, "{shape:?}: {worst}");
            let mut wrong = weights;
            wrong[0] += 1e-9;
            assert!(defect(&wrong, shape) > 1e-12, "{shape:?}: an error goes unnoticed");
        }
    }

    #[test]
    fn orthogonal_matrices_have_no_preferred_sign() {
        // The first element of a 1×1 matrix is the sign of a normal.
        let ones = (0..1000)
            .filter(|&index| initialise(Scheme::Orthogonal, [1, 1], 5, (Purpose::Initialisers, index))[0] > 0.0)
            .count();
        assert!((400..600).contains(&ones), "{ones} of 1000");
    }

    #[test]
    fn matrices_depend_on_seed_and_index_but_not_on_threads() {
        let of = |seed, index| initialise(Scheme::Orthogonal, [64, 48], seed, (Purpose::Initialisers, index));
        let alone = rayon::ThreadPoolBuilder::new().num_threads(1).build().unwrap();
        assert_eq!(alone.install(|| of(1, 2)), of(1, 2));
        assert_ne!(of(1, 2), of(2, 2));
        assert_ne!(of(1, 2), of(1, 3));
    }
}
