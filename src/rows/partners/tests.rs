//! Who is drawn: every set, or sequence, of partners as likely as the rule says.

use super::*;
use crate::network::Sides;
use crate::rows::tests::statistics::{check, check_even};
use crate::rows::tests::{once, sides, wiring, within};
use std::collections::BTreeMap;

/// How often each row comes in a projection of so many.
fn seen(rule: Rule<crate::rows::Pairs>, sides: Sides, by_columns: bool) -> BTreeMap<Vec<u32>, u64> {
    let wiring = wiring(rule, sides);
    let partners = Partners::of(&wiring);
    let mut seen = BTreeMap::new();
    let mut row = Row::default();
    for number in 0..if by_columns { sides.n_post } else { sides.n_pre } {
        partners.draw(&wiring, number, &mut row);
        *seen.entry(row.partners.clone()).or_default() += 1;
    }
    seen
}

/// The same of sets: the order of draws does not count.
fn sets(seen: BTreeMap<Vec<u32>, u64>) -> BTreeMap<Vec<u32>, u64> {
    let mut sets = BTreeMap::new();
    for (mut row, times) in seen {
        row.sort_unstable();
        *sets.entry(row).or_default() += times;
    }
    sets
}

#[test]
fn every_subset_is_as_likely_as_independent_pairs_make_it() {
    const ROWS: u32 = 400_000;
    // One stretch; several, of which the last is smaller; stretches of all sizes.
    for (p, n) in [(0.3, 10), (0.9, 4), (0.9, 9), (0.5, 11), (0.02, 6), (0.97, 5), (1e-3, 3), (0.45, 8)] {
        let seen = sets(seen(Rule::PairwiseBernoulli(p), sides(ROWS, n), false));
        let every = (0..1u32 << n).map(|mask| (0..n).filter(|&bit| mask >> bit & 1 == 1).collect::<Vec<u32>>());
        // Neighbours, of which few are taken together, have equal sizes.
        let mut every: Vec<_> = every.collect();
        every.sort_by_key(Vec::len);
        let counted: Vec<u64> = every.iter().map(|set| seen.get(set).copied().unwrap_or(0)).collect();
        let probability = |set: &Vec<u32>| p.powi(set.len() as i32) * (1.0 - p).powi(n as i32 - set.len() as i32);
        let expected: Vec<f64> = every.iter().map(|set| f64::from(ROWS) * probability(set)).collect();
        assert_eq!(counted.iter().sum::<u64>(), u64::from(ROWS), "no partner twice");
        check(&format!("subsets of {n} with {p}"), &counted, &expected);
    }
}

#[test]
fn every_two_of_a_large_stretch_are_as_likely() {
    // 150 partners are one stretch; all of them, and the pairs of rows that hold two.
    const ROWS: u32 = 300_000;
    let wiring = wiring(Rule::PairwiseBernoulli(0.02), sides(ROWS, 150));
    let partners = Partners::of(&wiring);
    let Partners::Bernoulli(stretches) = &partners else { panic!("it is drawn in stretches") };
    assert_eq!((stretches.stretches, stretches.size), (1, 150));
    let (mut each, mut pairs, mut lengths) = (vec![0; 150], vec![0; 150 * 150], vec![0; 32]);
    let mut row = Row::default();
    for number in 0..ROWS {
        partners.draw(&wiring, number, &mut row);
        lengths[row.partners.len()] += 1;
        row.partners.iter().for_each(|&partner| each[partner as usize] += 1);
        if let &[one, other] = &row.partners[..] {
            pairs[(one.min(other) * 150 + one.max(other)) as usize] += 1;
        }
    }
    check_even("partners of a large stretch", &each);
    let pairs: Vec<u64> =
        (0..150).flat_map(|one| (one + 1..150).map(move |other| one * 150 + other)).map(|at| pairs[at]).collect();
    check_even("pairs of a large stretch", &pairs);
    let mut probability = 0.98f64.powi(150);
    let binomial = (0..32).map(|k| {
        let here = probability;
        probability *= f64::from(150 - k) / f64::from(k + 1) * 0.02 / 0.98;
        here * f64::from(ROWS)
    });
    check("how many of a large stretch", &lengths, &binomial.collect::<Vec<_>>());
}

#[test]
fn every_set_of_different_partners_is_as_likely() {
    const ROWS: u32 = 100_000;
    // Few, and most, which are drawn by what is left.
    for k in [1, 2, 3, 5] {
        for (what, seen) in [
            ("fixed_outdegree", seen(Rule::FixedOutdegree(k), once(sides(ROWS, 6)), false)),
            ("fixed_indegree", seen(Rule::FixedIndegree(k), once(sides(6, ROWS)), true)),
        ] {
            let sets = sets(seen);
            assert!(sets.keys().all(|set| set.len() == k as usize && set.windows(2).all(|two| two[0] < two[1])));
            assert_eq!(sets.len(), [1, 6, 15, 20, 15, 6, 1][k as usize]);
            check_even(&format!("{what} of {k} of 6"), &sets.into_values().collect::<Vec<_>>());
        }
    }
}

#[test]
fn every_sequence_of_any_partners_is_as_likely() {
    const ROWS: u32 = 200_000;
    for (rule, sides, by_columns) in
        [(Rule::FixedOutdegree(3), sides(ROWS, 5), false), (Rule::FixedIndegree(3), sides(5, ROWS), true)]
    {
        let seen = seen(rule, sides, by_columns);
        assert_eq!(seen.len(), 125);
        check_even("sequences of 3 of 5", &seen.into_values().collect::<Vec<_>>());
    }
}

#[test]
fn every_set_of_pairs_is_as_likely() {
    // Two of the six pairs of two sources with three targets, over many projections.
    for (multapses, sets_of_two) in [(false, 15), (true, 36)] {
        let mut seen: BTreeMap<Vec<[u32; 2]>, u64> = BTreeMap::new();
        for index in 0..60_000 {
            let wiring = Wiring { index, ..wiring(Rule::FixedTotalNumber(2), Sides { multapses, ..sides(2, 3) }) };
            let mut pairs = crate::rows::tests::pairs(&wiring);
            pairs.sort_unstable();
            *seen.entry(pairs).or_default() += 1;
        }
        // With multapses, two different pairs come in two orders.
        let weight = |pairs: &Vec<[u32; 2]>| if multapses && pairs[0] != pairs[1] { 2.0 } else { 1.0 };
        let all: f64 = seen.keys().map(weight).sum();
        assert_eq!(all as u32, sets_of_two);
        let expected: Vec<f64> = seen.keys().map(|pairs| 60_000.0 * weight(pairs) / all).collect();
        check("two pairs of six", &seen.into_values().collect::<Vec<_>>(), &expected);
    }
}

/// The shift past the own neuron has no bias.
#[test]
fn every_pair_but_autapses_is_as_likely() {
    for sides in [within(4), once(within(4))] {
        for rule in [
            Rule::FixedIndegree(1),
            Rule::FixedOutdegree(1),
            Rule::FixedTotalNumber(4),
            Rule::PairwiseBernoulli(0.4),
            Rule::PairwiseBernoulli(0.9),
        ] {
            let mut seen = [[0; 4]; 4];
            for index in 0..20_000 {
                let wiring = Wiring { index, ..wiring(rule.clone(), sides) };
                crate::rows::tests::pairs(&wiring).iter().for_each(|&[i, j]| seen[i as usize][j as usize] += 1);
            }
            assert!((0..4).all(|i| seen[i][i] == 0), "{rule:?}");
            let others: Vec<u64> = (0..16).filter(|at| at / 4 != at % 4).map(|at| seen[at / 4][at % 4]).collect();
            if let Rule::PairwiseBernoulli(p) = rule {
                let z = others.iter().map(|&times| (times as f64 - 20_000.0 * p) / (20_000.0 * p * (1.0 - p)).sqrt());
                assert!(z.clone().all(|z| z.abs() < 4.5), "{p}: {:?}", z.collect::<Vec<_>>());
            } else {
                // 20,000 projections of 4: as many rows of one of three.
                check_even(&format!("{rule:?} {sides:?}"), &others);
            }
        }
    }
}

#[test]
fn among_very_many_all_are_as_likely() {
    const DRAWS: u32 = 1_500_000;
    // One word, and two.
    for n in [ONE_WORD, ONE_WORD + 1, (3 << 20) + 7, 3 << 30] {
        for rule in [Rule::FixedOutdegree(DRAWS), Rule::FixedTotalNumber(u64::from(DRAWS))] {
            let wiring = wiring(rule, sides(1, n));
            let mut row = Row::default();
            Partners::of(&wiring).draw(&wiring, 0, &mut row);
            assert_eq!(row.partners.len(), DRAWS as usize);
            assert!(row.partners.iter().all(|&partner| partner < n));
            let (mut ranges, mut residues) = (vec![0; 1000], vec![0; 3]);
            for &partner in &row.partners {
                ranges[(u64::from(partner) * 1000 / u64::from(n)) as usize] += 1;
                residues[partner as usize % 3] += 1;
            }
            check_even(&format!("thousandths of {n}"), &ranges);
            // A plain product of 32 bits favours one of them where n is 3·2³⁰.
            check_even(&format!("residues of {n}"), &residues);
        }
    }
}

#[test]
fn high_words_of_products_are_exact() {
    for number in 0..200_000u32 {
        let random = |salt: u32| (number ^ salt).wrapping_mul(0x9e37_79b9).rotate_left(number % 32) ^ salt;
        let (upper, lower, n) = (random(0), random(0x1234_5678), random(0xdead_beef) >> (number % 31));
        assert_eq!(u64::from(high(upper, n)), (u64::from(upper) * u64::from(n)) >> 32);
        let both = u128::from(u64::from(upper) << 32 | u64::from(lower));
        assert_eq!(u128::from(high_of_two(upper, lower, n)), (both * u128::from(n)) >> 64);
    }
    assert_eq!((high(u32::MAX, u32::MAX), high_of_two(u32::MAX, u32::MAX, u32::MAX)), (u32::MAX - 1, u32::MAX - 1));
}

#[test]
fn no_stretch_has_more_synapses_than_numbers() {
    for p in (0..=6000).map(|part| 10f64.powf(-f64::from(part) / 1000.0)) {
        let stretches = Stretches::new(p, 1 << 31).unwrap();
        assert!(stretches.taken.iter().all(|taken| taken.range()[1] < 1 << CELL_BITS), "{p}");
        assert_eq!(
            u64::from(stretches.size) * u64::from(stretches.stretches - 1) + u64::from(stretches.last_size),
            1 << 31,
            "{p}"
        );
        assert!((1..=stretches.size).contains(&stretches.last_size), "{p}");
    }
    assert!(Stretches::new(0.0, 100).is_none() && Stretches::new(0.5, 0).is_none());
    let nothing = Stretches::new(1e-300, 100).unwrap();
    assert_eq!((nothing.stretches, nothing.taken[0].range()), (1, [0, 0]));
}

#[test]
fn lists_are_sorted_by_source_alone() {
    let pairs = [[2, 1], [0, 3], [2, 0], [0, 1], [2, 1]];
    assert_eq!(by_source(&pairs, 4), (vec![0, 2, 2, 5, 5], vec![1, 3, 0, 2, 4]));
    // Those that lie so already need no order.
    assert_eq!(by_source(&[[0, 3], [0, 1], [2, 9]], 3), (vec![0, 2, 2, 3], vec![]));
    assert_eq!(by_source(&[], 2), (vec![0; 3], vec![]));
}
