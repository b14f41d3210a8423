//! Several projections from one population onto one port: each keeps its weights and delays, whatever the others have.

use super::*;
use crate::rows::counter::Rounding;

const PRE: u32 = 30;
const POST: u32 = 40;

fn projection(index: u32, rule: Rule<Pairs>, weights: Values<f64>, delays: Values<u32>) -> Wiring {
    Wiring { index, weights, delays, precision: None, ..wiring(rule, sides(PRE, POST)) }
}

/// Builds, and holds what is found against what was asked for; returns the lengths of entries that were used.
fn check(wirings: &[Wiring]) -> Vec<EntrySize> {
    let mut sizes = Vec::new();
    for bits in [3, 31] {
        let built = built(wirings, Cut { block_bits: Some(bits), threads: None, binding: u64::MAX });
        let scale = built.scales[1][0];
        let first_inlet = built.table.blocks[0].inlet;
        let mut expected = vec![Vec::new(); PRE as usize];
        for (wiring, summary) in wirings.iter().zip(&built.projections) {
            // In the order of the values, which is that of a list.
            let pairs = if let Rule::List(pairs) = &wiring.rule { pairs.to_vec() } else { pairs(wiring) };
            assert_eq!(summary.synapses, pairs.len() as u64);
            for (at, [source, target]) in pairs.into_iter().enumerate() {
                let weight = wiring.weights.each().map_or_else(|| constant(&wiring.weights), |each| each[at]);
                let delay = wiring.delays.each().map_or_else(|| constant(&wiring.delays), |each| each[at]);
                let count = scale.count(weight).unwrap();
                let rounding = summary.rounding.map(|shift| Rounding { shift });
                let weight = rounding.map_or(count, |rounding| rounding.round(count));
                expected[source as usize].push(Synapse { inlet: first_inlet + target, delay, weight });
            }
        }
        expected.iter_mut().for_each(|row| row.sort_unstable());
        assert_eq!(sorted(&built, 0, PRE), expected);
        sizes = built.table.strips.iter().map(|strip| strip.format.size).collect();
        sizes.dedup();
    }
    sizes
}

fn constant<T: Copy>(values: &Values<T>) -> T {
    let Values::Constant(value) = values else { panic!("no law here") };
    *value
}

fn each<T>(number: u32, value: impl Fn(u32) -> T) -> Values<T> {
    Values::Each((0..number).map(value).collect())
}

/// A list that is not in order, with pairs that come twice.
fn unsorted() -> Rule<Pairs> {
    let pairs: Vec<[u32; 2]> = (0..500u32).map(|at| [at * 17 % PRE, at * 29 % POST]).collect();
    list(&pairs)
}

#[test]
fn constants_beside_each_other() {
    let of = |index, weight, delay| {
        projection(index, Rule::FixedOutdegree(7), Values::Constant(weight), Values::Constant(delay))
    };
    use EntrySize::{Half, Pair, Word};
    assert_eq!(check(&[of(0, 0.3, 5)]), [Half]);
    // The same of two projections is the same of all.
    assert_eq!(check(&[of(0, 0.3, 5), of(1, 0.3, 5)]), [Half]);
    assert_eq!(check(&[of(0, 0.3, 5), of(1, 0.3, 6)]), [Word]);
    // Weights of few significant bits are small floats; others are not rounded for being constants.
    assert_eq!(check(&[of(0, 0.5, 5), of(1, 0.75, 5), of(2, -3.0, 70)]), [Pair]);
    assert_eq!(check(&[of(0, 0.3, 5), of(1, 0.4, 5)]), [Pair]);
    assert_eq!(check(&[of(0, 0.3, 5), of(1, -0.3, 5)]), [Pair]);
    assert_eq!(check(&[of(0, 0.0, 5), of(1, -0.0, 9)]), [Word]);
}

#[test]
fn small_floats_beside_exact_counts() {
    let delays = || each(500, |at| 1 + at % 20);
    let positive = || each(500, |at| 0.1 + 0.01 * f64::from(at));
    let signed = || each(500, |at| 1.0 + f64::from(at % 7) - f64::from(at % 2 * 8));
    let of = |index, weights, delays| projection(index, unsorted(), weights, delays);
    use EntrySize::{Pair, Word};
    assert_eq!(check(&[of(0, positive(), delays())]), [Word]);
    assert_eq!(check(&[of(0, positive(), Values::Constant(3)), of(1, signed(), delays())]), [Word]);
    let exact = Wiring { precision: Some(Precision::Exact), ..of(1, signed(), delays()) };
    assert_eq!(check(&[of(0, positive(), delays()), exact.clone()]), [Pair]);
    // As if they stood alone, the rounded ones are rounded.
    let constant = projection(2, Rule::FixedIndegree(3), Values::Constant(0.3), Values::Constant(2));
    assert_eq!(check(&[of(0, positive(), delays()), exact, constant.clone()]), [Pair]);
    assert_eq!(check(&[of(0, signed(), delays()), constant]), [Pair]);
    let nothing = projection(3, Rule::FixedOutdegree(0), Values::Constant(0.3), Values::Constant(2));
    assert_eq!(check(&[of(0, signed(), delays()), nothing]), [Word]);
}

#[test]
fn some_rows_are_empty_and_some_blocks() {
    // Three sources of thirty, and targets of the first and the last block only.
    let pairs: Vec<[u32; 2]> =
        (0..60u32).map(|at| [[29, 3, 11][at as usize % 3], [38, 1, 39, 0][at as usize % 4]]).collect();
    let weights = each(60, |at| f64::from(at) - 20.5);
    check(&[projection(0, list(&pairs), weights, each(60, |at| 1 + at))]);
    check(&[projection(0, list(&[[7, 39]]), Values::Constant(1.0), Values::Constant(1))]);
    let few = projection(0, list(&pairs), Values::Constant(1.0), Values::Constant(1));
    let built = built(&[few], Cut { block_bits: Some(3), threads: None, binding: u64::MAX });
    assert_eq!(built.table.strips.iter().map(|strip| strip.block).collect::<Vec<_>>(), [0, 4]);
}

#[test]
fn delays_may_be_none_beside_some() {
    let none = projection(0, unsorted(), Values::Constant(1.0), Values::Constant(0));
    check(std::slice::from_ref(&none));
    let mixed = projection(1, unsorted(), Values::Constant(1.0), each(500, |at| at % 9));
    check(&[none.clone(), mixed.clone()]);
    let [least, greatest] = [[none.clone()].to_vec(), vec![none, mixed]].map(|wirings| {
        let table = built(&wirings, WHOLE).table;
        (table.min_delay, table.max_delay, table.longest)
    });
    // The smallest but 0; a ring has a slot at least.
    assert_eq!((least, greatest), ((u32::MAX, 1, None), (1, 8, Some(1))));
}

#[test]
fn the_largest_counts_keep_their_signs() {
    // As much as rounding leaves within 31 bits.
    let largest = f64::from((1023 << 21) + (1 << 20) - 1) / 2f64.powi(31);
    for signs in [[1.0, -1.0], [-1.0, 1.0], [1.0, 1.0], [-1.0, -1.0]] {
        let weights = Values::Each([signs[0] * largest, signs[1] * 0.5, signs[1] * largest].into());
        let wiring = projection(0, list(&[[0, 0], [1, 1], [2, 2]]), weights, Values::Constant(1));
        check(std::slice::from_ref(&wiring));
        check(&[Wiring { precision: Some(Precision::Exact), ..wiring }]);
    }
}
