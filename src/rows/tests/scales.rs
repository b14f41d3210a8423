//! Scales against exact arithmetic: every sum fits, and at a scale finer by one it would not.

use super::*;
use crate::draw::Law;
use crate::rows::counter::Counter;
use crate::rows::drawing::{Drawing, Scratch};

/// `n` synapses of one weight onto one neuron.
fn many(n: u32, weight: f64) -> Wiring {
    Wiring { weights: Values::Constant(weight), ..wiring(Rule::AllToAll, sides(n, 1)) }
}

/// One synapse of each weight onto one neuron.
fn each(weights: &[f64]) -> Wiring {
    Wiring { weights: Values::Each(weights.into()), ..wiring(Rule::AllToAll, sides(weights.len() as u32, 1)) }
}

/// A list with weights of its own.
fn listed(pairs: &[[u32; 2]], [n_pre, n_post]: [u32; 2], weights: Values<f64>) -> Wiring {
    Wiring { weights, ..wiring(list(pairs), sides(n_pre, n_post)) }
}

/// Projections from populations of their own onto one port; its scale.
fn scale(wirings: &[&Wiring]) -> Result<Scale, Failure> {
    let sources =
        wirings.iter().zip(1..).map(|(wiring, pre)| Wiring { pre, post: 0, index: pre as u32, ..(*wiring).clone() });
    try_built(&sources.collect::<Vec<_>>(), WHOLE).map(|built| built.scales[0][0])
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
fn check(wirings: &[&Wiring], weights: &[(u32, f64)]) {
    let Scale { power } = scale(wirings).unwrap();
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
        for n in [1, 2, 3, 1000, (1 << 17) - 1, 1 << 17, (1 << 17) + 1, 1 << 20] {
            check(&[&many(n, weight)], &[(n, weight)]);
        }
    }
    check(&[&many(3_000_000, 0.1)], &[(3_000_000, 0.1)]);
}

#[test]
fn rounding_up_costs_one_bit() {
    let weight = 0.001_952_886_581_420_898;
    assert_eq!(exact_count(weight, 20), 2048);
    assert!((weight * 2f64.powi(20) - 2047.75).abs() < 1e-9);
    assert_eq!(scale(&[&many(1 << 20, weight)]).unwrap(), Scale { power: 19 });
    // One synapse fewer fits.
    assert_eq!(scale(&[&many((1 << 20) - 1, weight)]).unwrap(), Scale { power: 20 });
}

#[test]
fn so_does_rounding_to_ten_bits() {
    // 1025 has eleven bits, and 2046 of 1025·2^10 just fit; of 1026·2^10 they do not.
    let of = |n: u32, precision| Wiring { precision, ..each(&vec![1025.0 / 1024.0; n as usize]) };
    for (n, precision, power) in [
        (2046, Some(Precision::Exact), 20),
        (2046, Some(Precision::Compact), 19),
        (2046, None, 19),
        (2044, None, 20),
        (2047, Some(Precision::Exact), 19),
    ] {
        assert_eq!(scale(&[&of(n, precision)]).unwrap(), Scale { power }, "{n} {precision:?}");
    }
    // A weight of all is as it is.
    assert_eq!(scale(&[&Wiring { precision: None, ..many(2046, 1025.0 / 1024.0) }]).unwrap(), Scale { power: 20 });
}

#[test]
fn all_projections_onto_a_port_count() {
    let (strong, weak) = (many(1, 1000.0), many(1, 0.001));
    for wirings in [[&strong, &weak], [&weak, &strong]] {
        check(&wirings, &[(1, 1000.0), (1, 0.001)]);
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
    let wiring = listed(&pairs, [3, 3], Values::Each([0.9, 1.1, 1.2, 1.3, 0.1].into()));
    check(&[&wiring], &[(1, 1.1), (1, 1.2)]);
}

#[test]
fn threads_change_nothing() {
    // More than one job, whose targets and weights differ.
    let n = 300_000;
    let pairs: Vec<_> = (0..n).map(|source| [source, source % 3]).collect();
    let weights: Vec<f64> = (0..n).map(|source| 1.0 / f64::from(source + 7)).collect();
    let of = |neuron: u32| weights.iter().skip(neuron as usize).step_by(3).map(|&weight| (1, weight));
    // Neuron 0 gets the first and so the largest of each three.
    check(&[&listed(&pairs, [n, 3], Values::Each(weights.clone().into()))], &of(0).collect::<Vec<_>>());
    // And every third of equal ones.
    check(&[&listed(&pairs, [n, 3], Values::Constant(0.7))], &[(n.div_ceil(3), 0.7)]);
}

#[test]
fn what_reaches_nobody_is_not_asked_for_its_size() {
    assert_eq!(scale(&[&each(&[0.0, -0.0])]).unwrap(), Scale { power: 0 });
    let huge = |rule| Wiring { weights: Values::Constant(1e300), ..wiring(rule, sides(3, 1)) };
    for rule in [Rule::FixedOutdegree(0), Rule::FixedTotalNumber(0), list(&[]), Rule::PairwiseBernoulli(1e-9)] {
        assert_eq!(scale(&[&huge(rule.clone())]).unwrap(), Scale { power: 0 }, "{rule:?}");
        check(&[&huge(rule.clone()), &many(7, 0.1)], &[(7, 0.1)]);
        check(&[&many(7, 0.1), &huge(rule)], &[(7, 0.1)]);
    }
}

#[test]
fn sums_that_f32_cannot_hold_are_refused() {
    // 2^127 is the largest sum.
    assert_eq!(scale(&[&many(1, 1.7e38)]).unwrap(), Scale::COARSEST);
    let refused = |wiring: &Wiring| match scale(&[wiring]) {
        Err(Failure::Sum { post: 0, port: 0, neuron }) => neuron,
        other => panic!("{other:?}"),
    };
    assert_eq!(refused(&many(2, 1.7e38)), 0);
    assert_eq!(refused(&listed(&[[0, 1], [1, 1]], [2, 2], Values::Each([1e38, -1e38].into()))), 1);
    assert_eq!(refused(&many(1, f64::MAX)), 0);
    assert_eq!(refused(&listed(&[[0, 2]], [2, 3], Values::Constant(1e300))), 2);
}

#[test]
fn many_neurons_make_large_jobs() {
    // Ten synapses onto each of many neurons; the last neuron's weights are largest.
    let n = 20_000;
    let pairs: Vec<_> = (0..10 * n).map(|synapse| [synapse, synapse % n]).collect();
    let weights = pairs.iter().map(|pair| if pair[1] == n - 1 { 0.82 } else { 0.01 });
    check(&[&listed(&pairs, [10 * n, n], Values::Each(weights.collect()))], &[(10, 0.82)]);
}

/// The largest sum of |counts| onto a neuron, if the weights were counted by this scale.
fn largest_sum(wiring: &Wiring, scale: Scale) -> Option<u64> {
    let drawing = Drawing::new(Arc::new(wiring.clone()), 0).unwrap();
    let counter = Counter::of(wiring, drawing.quantiles.as_ref(), scale, None)?;
    let (mut row, mut scratch) = (Row::default(), Scratch::default());
    let mut sums = vec![0; wiring.sides.n_post as usize];
    for number in drawing.rows() {
        drawing.partners.draw(wiring, number, &mut row);
        drawing.counts(&counter, number, &row, &mut scratch);
        for (&partner, count) in row.partners.iter().zip(&scratch.counts) {
            let target = if drawing.by_columns() { number } else { partner };
            sums[target as usize] += u64::from(count.unsigned_abs());
        }
    }
    sums.into_iter().max()
}

#[test]
fn drawn_weights_are_counted_as_finely_as_their_law_and_sums_allow() {
    let rules = [Rule::FixedIndegree(50), Rule::FixedOutdegree(50), Rule::PairwiseBernoulli(0.3), Rule::OneToOne];
    for (rule, seed) in rules.into_iter().flat_map(|rule| (0..6).map(move |seed| (rule.clone(), seed))) {
        for law in [
            Law::Normal { mean: 0.1, sd: 0.3 },
            Law::Uniform { low: 0.0, high: 1.0 },
            Law::Lognormal { median: 1e-5, sigma: 1.5 },
            Law::Lognormal { median: -1e5, sigma: 1.5 },
            Law::Uniform { low: -1e6, high: -1e3 },
        ] {
            let wiring = Wiring { seed, weights: Values::Drawn(law), ..wiring(rule.clone(), sides(200, 200)) };
            let Scale { power } = built(std::slice::from_ref(&wiring), WHOLE).scales[1][0];
            let most = u64::from(i32::MAX.unsigned_abs());
            assert!(largest_sum(&wiring, Scale { power }).unwrap() <= most, "{rule:?} {law:?}");
            let finer = largest_sum(&wiring, Scale { power: power + 1 });
            assert!(finer.is_none_or(|sum| sum > most), "{rule:?} {law:?}: 2^{power} is coarser than it must be");
        }
    }
}
