//! Lengths of rows: exact sums, and all ways to share out as likely as they should be.

use super::*;
use crate::rows::tests::statistics::{check, check_degrees};
use crate::rows::tests::with_threads;
use std::collections::BTreeMap;

/// Draws many times, and holds how often each outcome comes against its `weight`.
fn check_outcomes(
    what: &str,
    times: u32,
    draw: impl Fn(u32) -> Vec<u32>,
    weight: impl Fn(&[u32]) -> f64,
    outcomes: &[Vec<u32>],
) {
    let mut counted: BTreeMap<Vec<u32>, u64> = outcomes.iter().map(|outcome| (outcome.clone(), 0)).collect();
    for time in 0..times {
        let outcome = draw(time);
        *counted.get_mut(&outcome).unwrap_or_else(|| panic!("{what}: {outcome:?} is impossible")) += 1;
    }
    let all: f64 = outcomes.iter().map(|outcome| weight(outcome)).sum();
    let expected: Vec<f64> = counted.keys().map(|outcome| f64::from(times) * weight(outcome) / all).collect();
    check(what, &counted.into_values().collect::<Vec<_>>(), &expected);
}

/// All ways to share out `number` among `rows`, at most so many to each.
fn shares(number: u32, rows: usize, most: u32) -> Vec<Vec<u32>> {
    if rows == 0 {
        return if number == 0 { vec![Vec::new()] } else { Vec::new() };
    }
    let with =
        |first: u32| shares(number - first, rows - 1, most).into_iter().map(move |rest| [vec![first], rest].concat());
    (0..=number.min(most)).flat_map(with).collect()
}

fn factorial(n: u32) -> f64 {
    (1..=n).map(f64::from).product()
}

#[test]
fn all_ways_to_share_out_are_as_likely_as_they_should_be() {
    for (number, rows) in [(1, 3), (4, 3), (3, 5), (2, 6), (9, 2)] {
        let draw = |time: u32| multinomial(u64::from(number), rows, 17, time);
        let ways = |outcome: &[u32]| 1.0 / outcome.iter().map(|&length| factorial(length)).product::<f64>();
        let outcomes = shares(number, rows as usize, number);
        check_outcomes(&format!("{number} in {rows} rows"), 40_000, draw, ways, &outcomes);
    }
}

#[test]
fn lengths_add_up_and_vary_as_they_should() {
    let mut means = Vec::new();
    for (number, rows) in [(1_000_000, 1000), (300_000, 1024), (12_345, 7), (100_000, 3000), (5_000_000, 4001)] {
        let lengths = multinomial(number, rows, 3, rows);
        assert_eq!(lengths.iter().map(|&length| u64::from(length)).sum::<u64>(), number);
        check_degrees(&format!("{number} in {rows} rows"), &lengths, 1.0);
        // The first half of the rows, which a power of two does not divide.
        let half = f64::from(rows / 2) / f64::from(rows);
        let first: u64 = lengths[..rows as usize / 2].iter().map(|&length| u64::from(length)).sum();
        let sd = (number as f64 * half * (1.0 - half)).sqrt();
        means.push((first as f64 - number as f64 * half) / sd);
    }
    assert!(means.iter().all(|z| z.abs() < 4.0), "{means:?}");
    assert_eq!(multinomial(0, 5, 1, 0), [0; 5]);
    assert_eq!(multinomial(7, 1, 1, 0), [7]);
    assert_eq!(multinomial(0, 0, 1, 0), [0; 0]);
    // Beyond one job, and where no bits are left over.
    for number in [(1 << 16) - 1, 1 << 16, (1 << 16) + 1, (1 << 16) + 128, 1 << 24] {
        let lengths = multinomial(number, 3, 42, 7);
        assert_eq!(lengths.iter().map(|&length| u64::from(length)).sum::<u64>(), number);
        assert!(
            lengths
                .iter()
                .all(|&length| (f64::from(length) - number as f64 / 3.0).abs() < 3.0 * (number as f64).sqrt())
        );
    }
}

#[test]
fn halves_are_coins() {
    // One half of two rows gets a binomial share of any number, whether it is shared out in one job or in many.
    for number in [1u64, 100, 127, 128, 129, 70_000, 131_072] {
        let z: Vec<f64> = (0..2000)
            .map(|projection| {
                let first = multinomial(number, 2, 5, projection)[0];
                (f64::from(first) - number as f64 / 2.0) / (number as f64 / 4.0).sqrt()
            })
            .collect();
        let (mean, variance) = (z.iter().sum::<f64>() / 2000.0, z.iter().map(|z| z * z).sum::<f64>() / 2000.0);
        // Five standard errors.
        assert!(mean.abs() < 5.0 / 2000f64.sqrt(), "{number}: {mean}");
        assert!(number == 1 || (variance - 1.0).abs() < 5.0 * (2.0f64 / 2000.0).sqrt(), "{number}: {variance}");
    }
}

#[test]
fn different_pairs_of_a_matrix_fall_into_rows_anyhow() {
    let choose = |n: u32, k: u32| factorial(n) / factorial(k) / factorial(n - k);
    // Few, half, and most, which are drawn by what is left.
    for (number, rows, columns) in [(2, 2, 2), (3, 3, 2), (4, 3, 4), (9, 3, 4), (11, 4, 3)] {
        let draw = |time: u32| {
            let mut stream = Stream::new(9, Purpose::RowLengths, time, 0);
            hypergeometric(u64::from(number), rows, columns, &mut stream)
        };
        let ways = |outcome: &[u32]| outcome.iter().map(|&length| choose(columns, length)).product();
        let what = format!("{number} of {rows} times {columns}");
        check_outcomes(&what, 40_000, draw, ways, &shares(number, rows as usize, columns));
    }
}

#[test]
fn threads_change_no_length() {
    let [one, four] = with_threads(|| multinomial(3_000_000, 777, 11, 2));
    assert_eq!(one, four);
    assert_ne!(one, multinomial(3_000_000, 777, 12, 2));
    assert_ne!(one, multinomial(3_000_000, 777, 11, 3));
}
