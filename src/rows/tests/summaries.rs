//! What is said of a projection: what is rounded, what is weak, what is below 0.

use super::*;
use crate::draw::Law;
use crate::rows::request::Summary;

/// The summary of a projection with these weights, each onto a neuron of its own.
fn of(weights: &[f64], precision: Option<Precision>) -> Summary {
    let n = weights.len() as u32;
    let wiring = Wiring { weights: Values::Each(weights.into()), precision, ..wiring(Rule::OneToOne, sides(n, n)) };
    built(&[wiring], WHOLE).projections[0]
}

/// Weights are whole numbers of 2⁻³¹ here, for the largest is a little below 1 and counted by itself.
fn weights(counts: &[i32]) -> Vec<f64> {
    [1023 << 21].iter().chain(counts).map(|&count| f64::from(count) * 2f64.powi(-31)).collect()
}

#[test]
fn weights_are_compact_where_that_moves_none_by_much() {
    let rounding = |counts: &[i32], precision| of(&weights(counts), precision).rounding;
    // The largest has 31 bits: floats are multiples of 2^7, and within 2^-10 of what they stand for from 2^16 on.
    assert_eq!(rounding(&[(1 << 16) + 3, 1 << 20, -77_777_777], None), Some(7));
    assert_eq!(rounding(&[(1 << 16) - 1], None), None);
    assert_eq!(rounding(&[-(1 << 16) + 1], None), None);
    // Of 0 nothing is lost.
    assert_eq!(rounding(&[0, 1 << 17], None), Some(7));
    // Who asks gets what is asked for.
    assert_eq!(rounding(&[5], Some(Precision::Compact)), Some(7));
    assert_eq!(rounding(&[1 << 20], Some(Precision::Exact)), None);
    // A weight of all is as it is.
    let constant =
        |precision| Wiring { weights: Values::Constant(0.3), precision, ..wiring(Rule::AllToAll, sides(3, 3)) };
    for precision in [None, Some(Precision::Compact)] {
        assert_eq!(built(&[constant(precision)], WHOLE).projections[0].rounding, None);
    }
    // Laws: narrow, and about 0, where some of so many come near it.
    let compact = |law| {
        let weights = Values::Drawn(law);
        let wiring = Wiring { weights, precision: None, ..wiring(Rule::OneToOne, sides(100_000, 100_000)) };
        built(&[wiring], WHOLE).projections[0].rounding.is_some()
    };
    assert!(compact(Law::Normal { mean: 1.0, sd: 0.1 }) && compact(Law::Lognormal { median: 1.0, sigma: 0.7 }));
    assert!(!compact(Law::Normal { mean: 0.0, sd: 1.0 }));
}

#[test]
fn weak_and_negative_weights_are_counted() {
    let precision = Some(Precision::Exact);
    let found = of(&weights(&[511, 512, -100, 0, 7, 1 << 29, -3]), precision);
    assert_eq!((found.synapses, found.weak, found.smallest, found.below), (8, 4, 3, Some((2, -100))));
    let found = of(&weights(&[1 << 29]), precision);
    assert_eq!((found.synapses, found.weak, found.smallest, found.below), (2, 0, 1 << 29, None));
    // Where all sums are coarser by 2^10, so are the weights beside.
    let strong =
        Wiring { weights: Values::Constant(1.0), pre: 2, index: 1, ..wiring(Rule::AllToAll, sides(1 << 10, 3)) };
    let each = Values::Each(weights(&[513 << 11, -(100 << 11)]).into());
    let weak = Wiring { weights: each, ..wiring(Rule::OneToOne, sides(3, 3)) };
    let built = built(&[weak, strong], WHOLE);
    assert_eq!(built.scales[1][0], Scale { power: 20 });
    let found = built.projections[0];
    assert_eq!((found.synapses, found.weak, found.smallest, found.below), (3, 1, 100, Some((1, -100))));
    assert_eq!(built.synapses[1], [3 * 1024 + 3]);
}

#[test]
fn drawn_weights_are_summed_up_as_they_are() {
    let weights = Values::Drawn(Law::Normal { mean: 0.3, sd: 0.5 });
    for rule in [Rule::FixedOutdegree(40), Rule::FixedIndegree(40), Rule::PairwiseBernoulli(0.3)] {
        let wiring = Wiring { weights: weights.clone(), ..wiring(rule, sides(100, 100)) };
        let built = built(&[wiring], WHOLE);
        let all: Vec<i32> = rows(&built, 0, 100).concat().iter().map(|synapse| synapse.weight).collect();
        let found = built.projections[0];
        assert_eq!((found.synapses, built.table.count), (all.len() as u64, all.len() as u64));
        let (below, least) = found.below.unwrap();
        assert_eq!(below, all.iter().filter(|&&count| count < 0).count() as u64);
        // They were counted in a finer scale before.
        assert!(least.abs_diff(all.iter().copied().min().unwrap()) <= 2);
        let smallest = all.iter().map(|count| count.unsigned_abs()).min().unwrap();
        assert!(found.smallest.abs_diff(smallest) <= 2 && found.weak == 0);
    }
}
