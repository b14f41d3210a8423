//! Scales against exact arithmetic: every sum fits, and at a scale finer by one it would not.

use super::*;

/// A projection of these pairs of source and target; scales do not ask where rows start.
fn bundle(pairs: &[[u32; 2]], sizes: [u32; 2], weights: Column) -> Bundle<'static> {
    let synapses = Csr { starts: Vec::new(), targets: pairs.iter().map(|pair| pair[1]).collect(), pair: None };
    let ends = Ends { pre: 0, pre_size: sizes[0], post: 0, post_size: sizes[1], port: 0, unit: "mV", first_cell: 0 };
    Bundle { index: 0, ends, synapses, weights, drawn: false, delays: Column::Constant(1.0) }
}

/// `n` synapses of one weight onto one neuron.
fn many(n: u32, weight: f64) -> Bundle<'static> {
    let pairs: Vec<_> = (0..n).map(|source| [source, 0]).collect();
    bundle(&pairs, [n, 1], Column::Constant(weight))
}

/// One synapse of each weight onto one neuron.
fn each(weights: &[f64]) -> Bundle<'static> {
    let pairs: Vec<_> = (0..weights.len() as u32).map(|source| [source, 0]).collect();
    bundle(&pairs, [weights.len() as u32, 1], Column::Each(weights.into()))
}

/// The whole number next to weight·2^power, half away from 0, from the bits of the weight.
fn exact_count(weight: f64, power: i32) -> i128 {
    let bits = weight.to_bits();
    let mantissa = i128::from(bits & ((1 << 52) - 1) | 1 << 52);
    // The weight is ± mantissa·2^shift.
    let shift = (bits >> 52 & 0x7ff) as i32 - 1075 + power;
    let size = match shift {
        0.. => mantissa << shift,
        -120..0 => (mantissa + (1 << (-shift - 1))) >> -shift,
        _ => 0,
    };
    if weight < 0.0 { -size } else { size }
}

/// Sums of |counts| onto a neuron, at a scale, in exact arithmetic.
fn exact_sum(weights: &[(u32, f64)], power: i32) -> i128 {
    weights.iter().map(|&(n, weight)| i128::from(n) * exact_count(weight, power).abs()).sum()
}

/// Asserts that the scale is the finest at which the weights, each so many times, fit.
#[track_caller]
fn check(bundles: &[&Bundle<'_>], weights: &[(u32, f64)]) {
    let Scale { power } = scale(bundles).unwrap();
    let largest = i128::from(i32::MAX);
    assert!(exact_sum(weights, power) <= largest, "2^{power}: {}", exact_sum(weights, power));
    assert!(exact_sum(weights, power + 1) > largest, "2^{power} is coarser than it must be");
    for &(_, weight) in weights {
        let count = Scale { power }.count(weight).map(i128::from);
        assert_eq!(count, Some(exact_count(weight, power)), "{weight}");
    }
}

#[test]
fn any_number_of_synapses_fits() {
    // The last is a little below 2^-9, and 2^20 of it below 2^11, but all are rounded up.
    for weight in [0.1, 1.0 / 3.0, 6e-6, 0.4, 67e-6, -9.0, 1.62, 0.001_952_886_581_420_898] {
        for n in [1, 2, 3, 1000, (1 << 17) - 1, 1 << 17, (1 << 17) + 1, 1 << 20, 3_000_000] {
            check(&[&many(n, weight)], &[(n, weight)]);
        }
    }
}

#[test]
fn rounding_up_costs_one_bit() {
    let weight = 0.001_952_886_581_420_898;
    assert_eq!(exact_count(weight, 20), 2048);
    assert!((weight * 2f64.powi(20) - 2047.75).abs() < 1e-9);
    assert_eq!(scale(&[&many(1 << 20, weight)]), Ok(Scale { power: 19 }));
    // One synapse fewer fits.
    assert_eq!(scale(&[&many((1 << 20) - 1, weight)]), Ok(Scale { power: 20 }));
}

#[test]
fn all_projections_onto_a_port_count() {
    let (strong, weak) = (many(1, 1000.0), many(1, 0.001));
    for bundles in [[&strong, &weak], [&weak, &strong]] {
        check(&bundles, &[(1, 1000.0), (1, 0.001)]);
    }
    let some = each(&[0.1, -0.7, 12.3, 0.0, 1e-9]);
    let weights = [0.1, -0.7, 12.3, 0.0, 1e-9].map(|weight| (1, weight));
    check(&[&some, &strong, &weak], &[&weights[..], &[(1, 1000.0), (1, 0.001)]].concat());
}

#[test]
fn inhibition_counts_as_much() {
    check(&[&each(&[0.3, -0.3, 0.3, -0.3])], &[(4, 0.3)]);
    check(&[&many(1000, 0.1), &many(1000, -0.1)], &[(2000, 0.1)]);
}

#[test]
fn it_is_the_sum_onto_one_neuron() {
    // Neuron 1 gets the most; all together get more.
    let pairs = [[0, 0], [0, 1], [1, 1], [1, 2], [2, 2]];
    let bundle = bundle(&pairs, [3, 3], Column::Each([0.9, 1.1, 1.2, 1.3, 0.1].into()));
    check(&[&bundle], &[(1, 1.1), (1, 1.2)]);
}

#[test]
fn threads_change_nothing() {
    // More than one job, whose targets and weights differ.
    let n = 5 * JOB as u32;
    let pairs: Vec<_> = (0..n).map(|source| [source, source % 3]).collect();
    let weights: Vec<f64> = (0..n).map(|source| 1.0 / f64::from(source + 7)).collect();
    let of = |neuron: u32| weights.iter().skip(neuron as usize).step_by(3).map(|&weight| (1, weight));
    // Neuron 0 gets the first and so the largest of each three.
    check(&[&bundle(&pairs, [n, 3], Column::Each(weights.clone().into()))], &of(0).collect::<Vec<_>>());
    // And every third of equal ones.
    check(&[&bundle(&pairs, [n, 3], Column::Constant(0.7))], &[(n.div_ceil(3), 0.7)]);
}

#[test]
fn nothing_to_count_needs_no_scale() {
    assert_eq!(scale(&[]), Ok(Scale { power: 0 }));
    assert_eq!(scale(&[&each(&[0.0, -0.0])]), Ok(Scale { power: 0 }));
}

#[test]
fn sums_that_f32_cannot_hold_are_refused() {
    // 2^127 is the largest sum.
    assert_eq!(scale(&[&many(1, 1.7e38)]), Ok(Scale::COARSEST));
    assert_eq!(scale(&[&many(2, 1.7e38)]), Err((0, "mV")));
    assert_eq!(scale(&[&bundle(&[[0, 1], [1, 1]], [2, 2], Column::Each([1e38, -1e38].into()))]), Err((1, "mV")));
    assert_eq!(scale(&[&many(1, f64::MAX)]), Err((0, "mV")));
}

#[test]
fn many_neurons_make_large_jobs() {
    // Ten synapses onto each of so many neurons that a job is as large as they are; the last neuron's weights are largest.
    let n = JOB as u32 / 3;
    let pairs: Vec<_> = (0..10 * n).map(|synapse| [synapse, synapse % n]).collect();
    let weights = pairs.iter().map(|pair| if pair[1] == n - 1 { 0.82 } else { 0.01 });
    check(&[&bundle(&pairs, [10 * n, n], Column::Each(weights.collect()))], &[(10, 0.82)]);
}
