//! Rounding, and counts from words.

use super::*;
use crate::draw::Law;
use crate::rows::quantiles::tests::largest;
use crate::rows::tests;

/// Every count below 2²⁰, and more around powers of two and anywhere, up to the largest that rounding leaves in an i32.
fn counts() -> impl Iterator<Item = i32> {
    let near = (20..31)
        .flat_map(|power| (-3000..3000).map(move |near| (1i32 << power) + near * (1 << (power - 16)) + near % 7));
    let some = (0..1_000_000u32).map(|number| (number.wrapping_mul(0x9e37_79b9) >> 1).cast_signed());
    (0..1 << 20).chain(near).chain(some).filter(|count| (0..LARGEST).contains(count))
}

/// From here on counts are rounded beyond an i32.
const LARGEST: i32 = i32::MAX - (1 << 20) + 1;

#[test]
fn rounding_keeps_a_count_within_a_thousandth() {
    for shift in [0, 1, 5, 7] {
        let rounding = Rounding { shift };
        let mut last = 0;
        for count in counts() {
            let rounded = rounding.round(count);
            assert_eq!(rounding.round(-count), -rounded, "{count}");
            assert_eq!(rounding.round(rounded), rounded, "{count}");
            let bits = u32::BITS - rounded.leading_zeros();
            let zeros = rounded.trailing_zeros();
            assert!(rounded == 0 || zeros >= shift && bits <= zeros + 10, "{count} at {shift}: {rounded:#b}");
            let off = (i64::from(rounded) - i64::from(count)).abs();
            assert!(off <= 1 << shift >> 1 || off << 10 <= i64::from(count), "{count} at {shift}: {rounded}");
            assert!(!rounding.keeps(count as u32) || off << 10 <= i64::from(count), "{count} at {shift}: {rounded}");
            if count == last + 1 {
                assert!(rounding.round(last) <= rounded, "{count}");
            }
            last = count;
        }
        // The largest that are kept, and those that no sum may have.
        assert_eq!(rounding.round(LARGEST - 1), 1023 << 21);
        assert_eq!(rounding.round(1 - LARGEST), -(1023 << 21));
        for beyond in [LARGEST, i32::MAX, -LARGEST, -i32::MAX] {
            assert_eq!(rounding.round(beyond).unsigned_abs(), 1 << 31, "{beyond}");
        }
    }
}

#[test]
fn half_is_rounded_away_from_zero() {
    let rounding = Rounding { shift: 0 };
    for (count, rounded) in
        [(1023, 1023), (1024, 1024), (1025, 1026), (1026, 1026), (2045, 2046), (2047, 2048), (4099, 4096), (4100, 4104)]
    {
        assert_eq!(rounding.round(count), rounded, "{count}");
    }
    let rounding = Rounding { shift: 3 };
    for (count, rounded) in [(3, 0), (4, 8), (11, 8), (12, 16), (8191, 8192)] {
        assert_eq!(rounding.round(count), rounded, "{count}");
    }
}

#[test]
fn the_finest_rounding_fits_four_bits_of_exponent() {
    for largest in counts().map(|count| count as u32).chain([i32::MAX as u32, 1 << 31]) {
        let Rounding { shift } = Rounding::of(largest);
        let rounded = |shift: u32| {
            let drop = (u32::BITS - largest.leading_zeros()).saturating_sub(10).max(shift);
            (u64::from(largest) + (1u64 << drop >> 1)) >> drop << drop
        };
        // 10 bits and 14 doublings.
        assert!(rounded(shift) >> shift < 1 << 24, "{largest}");
        assert!(shift == 0 || rounded(shift - 1) >> (shift - 1) >= 1 << 24, "{largest} is rounded more than it must");
    }
    assert!(Rounding { shift: 0 }.keeps(1) && Rounding { shift: 3 }.keeps(4096) && !Rounding { shift: 3 }.keeps(4095));
}

#[test]
fn weights_are_counted_and_rounded_where_they_differ() {
    let scale = Scale { power: 20 };
    let wiring = |weights| Wiring { weights, ..tests::wiring(crate::network::Rule::OneToOne, tests::sides(3, 3)) };
    let rounding = Some(Rounding { shift: 2 });
    let counter = |weights, rounding| {
        let wiring = wiring(weights);
        let quantiles = match wiring.weights {
            Values::Drawn(law) => Some(Quantiles::of(law)),
            _ => None,
        };
        Counter::of(&wiring, quantiles.as_ref(), scale, rounding)
    };
    let constant = counter(Values::Constant(0.1), None).unwrap();
    assert_eq!((constant.constant(), constant.count(5, 7)), (104_858, 104_858));
    let each = || Values::Each([0.1, -0.3, 1e-6].into());
    let [exact, compact] = [None, rounding].map(|rounding| counter(each(), rounding).unwrap());
    assert_eq!([0, 1, 2].map(|element| exact.count(9, element)), [104_858, -314_573, 1]);
    assert_eq!([0, 1, 2].map(|element| compact.count(9, element)), [104_832, -314_368, 0]);
    assert_eq!((exact.constant(), counter(Values::Constant(4096.0), None)), (0, None));
    let drawn = |law| counter(Values::Drawn(law), None);
    assert_eq!(drawn(Law::Normal { mean: 0.0, sd: 1000.0 }), None);
    assert_eq!(drawn(Law::Normal { mean: 0.5, sd: 0.0 }).unwrap().count(12345, 0), 1 << 19);
}

#[test]
fn the_larger_a_word_the_larger_the_weight() {
    for law in [
        Law::Normal { mean: 0.0, sd: 1.0 },
        Law::Uniform { low: -1.0, high: 3.0 },
        Law::Lognormal { median: 1e-3, sigma: 2.0 },
        Law::Lognormal { median: -0.3, sigma: 1.0 },
        Law::Exponential { mean: 0.3 },
    ] {
        let quantiles = Quantiles::of(law);
        let scale = Scale::finest(largest(&quantiles));
        let counts: Vec<i32> = quantiles.values().iter().map(|&value| scale.count(value).unwrap()).collect();
        let near =
            (0..32).flat_map(|bit| (0..200u32).map(move |near| (1u32 << bit).wrapping_add(near).wrapping_sub(100)));
        let some = (0..1 << 20).map(|number: u32| number << 12 | number >> 8);
        let mut words: Vec<u32> = near.clone().chain(near.map(|word| !word)).chain(some).collect();
        words.sort_unstable();
        let drawn: Vec<i32> = words.iter().map(|&word| drawn(&counts, word)).collect();
        assert!(drawn.is_sorted(), "{law:?}");
        // The extremes are half a word beyond.
        let [least, greatest] = [counts[0], counts[SIDE]];
        assert!(least <= drawn[0] && drawn[drawn.len() - 1] <= greatest, "{law:?}");
    }
}
