//! Tables against the distributions that they stand for, by other formulas.

use super::*;
use crate::random::{Purpose, Words};
use crate::rows::counter::Counter;
use crate::rows::tests::statistics::{check, ln_above, tails};
use crate::rows::{Scale, Values, tests};
use rayon::prelude::*;

const LAWS: [Law; 15] = [
    Law::Normal { mean: 0.0, sd: 1.0 },
    Law::Normal { mean: -55.0, sd: 2.0 },
    Law::Uniform { low: -2.0, high: 4.0 },
    Law::Exponential { mean: 0.5 },
    Law::Lognormal { median: 2.0, sigma: 0.5 },
    Law::Lognormal { median: 1e-3, sigma: 2.0 },
    Law::Lognormal { median: -2.0, sigma: 0.5 },
    Law::Lognormal { median: -1e3, sigma: 2.0 },
    Law::TruncatedNormal { mean: 3.0, sd: 2.0, low: -1.0, high: 7.0 },
    Law::TruncatedNormal { mean: 0.0, sd: 1.0, low: -0.3, high: 5.0 },
    Law::TruncatedNormal { mean: 0.0, sd: 1.0, low: 2.0, high: 4.0 },
    Law::TruncatedNormal { mean: 0.0, sd: 1.0, low: -4.0, high: -2.5 },
    Law::TruncatedNormal { mean: 0.0, sd: 1.0, low: 10.0, high: 1e9 },
    Law::TruncatedNormal { mean: 0.0, sd: 1.0, low: -29.0, high: -20.0 },
    Law::TruncatedNormal { mean: 0.0, sd: 1.0, low: -1e300, high: 1e300 },
];

/// What is added to a multiple of the standard deviation.
fn centre(law: Law) -> f64 {
    match law {
        Law::Normal { mean, .. } | Law::TruncatedNormal { mean, .. } => mean.abs(),
        Law::Uniform { .. } | Law::Exponential { .. } | Law::Lognormal { .. } => 0.0,
    }
}

/// The probability that a quantile of either side stands for.
fn probability(at: usize) -> f64 {
    let (octave, segment) = (at % SIDE / 64, at % SIDE % 64);
    (64 + segment) as f64 / 64.0 * 2f64.powi(octave as i32 - 33)
}

/// The largest size that a value can have.
pub(in crate::rows) fn largest(quantiles: &Quantiles) -> f64 {
    quantiles.values().iter().fold(0.0, |largest, value| largest.max(value.abs()))
}

#[test]
fn probit_is_the_inverse_of_the_normal_distribution() {
    let mut p = 1e-300;
    while p < 0.5 {
        let bound = if p < 1e-9 { 1e-11 } else { 1e-12 };
        let below = ln_above(-probit(p)).exp();
        assert!((below / p - 1.0).abs() < bound, "{p}: z {}, of which {below} lies below", probit(p));
        if p > 1e-9 {
            let above = ln_above(probit(1.0 - p)).exp();
            assert!((above / p - 1.0).abs() < bound + 1e-16 / p, "{p} above");
        }
        p *= 1.37;
    }
    assert_eq!(probit(0.5), 0.0);
    for z in (-100..370).map(|tenth| f64::from(tenth) / 10.0) {
        assert!((above(z).ln() - ln_above(z)).abs() < 1e-12, "{z}: {}", above(z));
    }
}

#[test]
fn quantiles_are_those_of_the_law() {
    for law in LAWS {
        let quantiles = Quantiles::of(law);
        assert_eq!(quantiles.values().len(), 2 * SIDE);
        for (at, &value) in quantiles.values().iter().enumerate() {
            // As near as f64 can tell: near a bound that is not much.
            let ulps = 16.0 * f64::EPSILON * (value.abs() + centre(law));
            let [one, other] = [value - ulps, value + ulps].map(|value| tails(law, value)[at / SIDE]);
            let (least, most) = (one.min(other) * (1.0 - 1e-11), one.max(other) * (1.0 + 1e-11));
            assert!((least..=most).contains(&probability(at)), "{law:?} {at}: {value} for {least} to {most}");
        }
        let [least, greatest] = extremes(law);
        assert_eq!((quantiles.values()[0], quantiles.values()[SIDE]), (least, greatest), "{law:?}");
        assert_eq!(largest(&quantiles), least.abs().max(greatest.abs()), "{law:?}");
        assert!(
            quantiles.values()[..SIDE].is_sorted() && quantiles.values()[SIDE..].iter().rev().is_sorted(),
            "{law:?}"
        );
    }
    let same = Quantiles::of(Law::Normal { mean: 1.5, sd: 0.0 });
    assert!(same.values().iter().all(|&value| value == 1.5));
}

/// There they are taken for exponential in z²: as if z/a, by which the tail beyond z is less, were 1.
#[test]
fn truncated_normals_far_out_keep_their_bounds() {
    for (low, high) in [(31.0, 32.0), (31.0, 1e9), (35.0, 40.0), (-60.0, -50.0), (-1e9, -100.0), (40.0, 40.0 + 1e-9)] {
        let law = Law::TruncatedNormal { mean: 0.0, sd: 1.0, low, high };
        let nearest = low.abs().min(high.abs());
        for (at, &z) in Quantiles::of(law).values().iter().enumerate() {
            assert!((low..=high).contains(&z), "{law:?} {at}: {z}");
            // Both tails around it, moved by as much as it may be off.
            let off = (nearest.powi(-2) + (z.abs() / nearest).ln()) / nearest;
            let [less, more] = [z - off, z + off].map(|z| tails(law, z)[at / SIDE]);
            let p = probability(at);
            assert!(less.min(more) * (1.0 - 1e-9) <= p && p <= less.max(more) * (1.0 + 1e-9), "{law:?} {at}: {z}");
        }
    }
    for (low, high, nearest) in [(1e200, 1e201, 1e200), (-1e201, -1e200, -1e200), (1e15, f64::MAX, 1e15)] {
        let law = Law::TruncatedNormal { mean: 0.0, sd: 1.0, low, high };
        assert!(Quantiles::of(law).values().iter().all(|&z| z == nearest), "{law:?}");
    }
}

#[test]
fn between_quantiles_a_normal_is_off_by_little() {
    let quantiles = Quantiles::of(Law::Normal { mean: 0.0, sd: 1.0 });
    let mut worst = 0.0f64;
    for at in 0..SIDE - 1 {
        for part in [0.2, 0.4, 0.5, 0.6, 0.8] {
            let between = |[from, to]: [f64; 2]| from + (to - from) * part;
            let exact = probit(between([at, at + 1].map(probability)));
            worst = worst.max((between([at, at + 1].map(|at| quantiles.values()[at])) - exact).abs());
        }
    }
    assert!((1e-5..1.5e-5).contains(&worst), "{worst}");
}

#[test]
fn every_word_has_its_place() {
    // Where it lies between the tail and the median, in units of 2^-33.
    let check = |word: u32| {
        let (at, part) = place(word);
        let upper = word >> 31 == 1;
        assert_eq!(at >= SIDE, upper, "{word:#x}");
        let (octave, segment) = ((at % SIDE) as u32 >> SEGMENT_BITS, (at % SIDE) as u64 & 63);
        assert!(at % SIDE < SIDE - 1, "{word:#x}");
        // (64 + segment + part/2^32)·2^octave/64
        let scaled = u128::from((64 + segment) << 32 | u64::from(part)) << octave;
        let tail = u128::from(if upper { !word } else { word }) * 2 + 1;
        assert_eq!(scaled, tail << 38, "{word:#x}");
    };
    for bit in 0..32 {
        for word in (0..70u32).flat_map(|near| [(1u32 << bit).wrapping_add(near), (1u32 << bit).wrapping_sub(near)]) {
            check(word);
            check(!word);
        }
    }
    (0..2_000_000u32).for_each(|number| check(number.wrapping_mul(0x9e37_79b9)));
}

/// The weights of 10⁷ words, tails of a millionth among them.
#[test]
fn drawn_weights_follow_their_law() {
    const BLOCKS: u32 = 2_500_000;
    for law in LAWS {
        let quantiles = Quantiles::of(law);
        let scale = Scale::finest(largest(&quantiles)).coarser(1);
        let wiring = tests::wiring(crate::network::Rule::OneToOne, tests::sides(1, 1));
        let wiring = crate::rows::Wiring { weights: Values::Drawn(law), ..wiring };
        let counter = Counter::of(&wiring, Some(&quantiles), scale, None).unwrap();
        // From the tail of a millionth inwards by half octaves, and by fortieths between.
        let tail = (0..36).map(|half| 0.7e-6 * 2f64.powf(f64::from(half) / 2.0)).filter(|&p| p < 0.025);
        let mut edges: Vec<f64> = tail.flat_map(|p| [quantile(law, p, false), quantile(law, p, true)]).collect();
        edges.extend((1..40).map(|part| f64::from(part) / 40.0).map(|p| quantile(law, p.min(1.0 - p), p > 0.5)));
        let mut edges: Vec<i32> = edges.into_iter().filter_map(|edge| scale.count(edge)).collect();
        // Weights of few counts are as coarse as counts are.
        edges.retain(|edge| edge.unsigned_abs() > 1 << 12);
        edges.sort_unstable();
        edges.dedup();
        let words = Words::new(7, Purpose::Weights, 0, 0);
        let count = |mut counted: Vec<u64>, block: u32| {
            for word in words.block(block) {
                let count = counter.count(word, 0);
                counted[edges.partition_point(|&edge| edge <= count)] += 1;
            }
            counted
        };
        let none = || vec![0u64; edges.len() + 1];
        let add = |one: Vec<u64>, other: Vec<u64>| one.iter().zip(other).map(|(one, other)| one + other).collect();
        let counted = (0..BLOCKS).into_par_iter().fold(none, count).reduce(none, add);
        // A count stands for what lies half a unit around it.
        let below: Vec<[f64; 2]> =
            edges.iter().map(|&edge| tails(law, scale.weight(edge) - 0.5 * scale.weight(1))).collect();
        let between = |low: Option<&[f64; 2]>, high: Option<&[f64; 2]>| match (low, high) {
            (None, Some(high)) => high[0],
            (Some(low), None) => low[1],
            (Some(low), Some(high)) if high[0] < 0.5 => high[0] - low[0],
            (Some(low), Some(high)) => low[1] - high[1],
            (None, None) => 1.0,
        };
        let expected: Vec<f64> = (0..=edges.len())
            .map(|bin| 4.0 * f64::from(BLOCKS) * between(bin.checked_sub(1).map(|low| &below[low]), below.get(bin)))
            .collect();
        check(&format!("{law:?}"), &counted, &expected);
    }
}

/// Words with a count of at most so much, by looking the table up.
fn words_up_to(table: &Guided, count: u32) -> u64 {
    let (mut low, mut high) = (0u64, 1 << 32);
    while low < high {
        let middle = low.midpoint(high);
        if table.count(middle as u32) <= count { low = middle + 1 } else { high = middle }
    }
    low
}

#[test]
fn delays_have_the_probabilities_of_the_law() {
    // Far out a law is taken for an exponential.
    let (exact, far) = (2f64.powi(-31), 4e-4);
    let laws = [
        Law::Normal { mean: 15.0, sd: 7.5 },
        Law::Normal { mean: 3.0, sd: 5.0 },
        Law::Normal { mean: 200.0, sd: 0.1 },
        Law::Uniform { low: 0.4, high: 40.7 },
        Law::Uniform { low: -3.0, high: 1.2 },
        Law::Exponential { mean: 20.0 },
        Law::Lognormal { median: 12.0, sigma: 0.7 },
        Law::TruncatedNormal { mean: 15.0, sd: 7.5, low: 1.0, high: 30.0 },
        Law::TruncatedNormal { mean: 0.0, sd: 1.0, low: 5.0, high: 9.0 },
        Law::TruncatedNormal { mean: 100.0, sd: 4.0, low: 20.0, high: 65.0 },
    ];
    let far_laws = [
        Law::TruncatedNormal { mean: 100.0, sd: 1.0, low: 50.0, high: 65.0 },
        Law::TruncatedNormal { mean: 0.0, sd: 10.0, low: 350.0, high: 380.0 },
    ];
    for (law, bound) in laws.map(|law| (law, exact)).into_iter().chain(far_laws.map(|law| (law, far))) {
        let table = delays(law);
        let [least, greatest] = [0, u32::MAX].map(|word| table.count(word));
        assert_eq!(table.range(), [least, greatest], "{law:?}");
        assert!(least >= 1, "{law:?}");
        for steps in least.saturating_sub(1)..=greatest {
            let found = words_up_to(&table, steps) as f64 / 2f64.powi(32);
            let exact = if steps < 1 { 0.0 } else { tails(law, f64::from(steps) + 0.5)[0] };
            assert!((found - exact).abs() <= bound, "{law:?}, {steps} steps: {found}, not {exact}");
        }
    }
    let constant = |law| delays(law).range();
    assert_eq!(constant(Law::Normal { mean: 4.4, sd: 0.0 }), [4, 4]);
    assert_eq!(constant(Law::Uniform { low: 2.5, high: 3.4 }), [3, 3]);
    assert_eq!(constant(Law::Uniform { low: -5.0, high: 0.2 }), [1, 1]);
    assert_eq!(constant(Law::Uniform { low: 0.0, high: 10.4 }), [1, 10]);
}

#[test]
fn a_guide_leads_to_what_a_search_finds() {
    let tables = [
        CountTable::always(7),
        CountTable::new(3, &[0.5, 1.0]),
        CountTable::new(1, &[1e-9, 0.2, 0.2, 0.9, 1.0 - 1e-9, 1.0]),
        crate::counts::poisson(3.0).unwrap(),
        crate::counts::poisson(1000.0).unwrap(),
        crate::counts::table(8, 0.3, crate::network::Sampler::Binomial).unwrap(),
    ];
    for table in tables {
        let thresholds = &table.thresholds;
        let search = |word: u32| {
            let word = word.min(u32::MAX - 1);
            table.first + thresholds.iter().filter(|&&threshold| threshold <= word).count() as u32
        };
        let near = thresholds.iter().flat_map(|&at| [at.saturating_sub(1), at, at.saturating_add(1)]);
        let some = (0..2000u32).map(|number| number.wrapping_mul(0x9e37_79b9));
        let words: Vec<u32> = near.chain(some).chain([0, 1, u32::MAX - 1, u32::MAX]).collect();
        for bits in [1, 2, 5, 8, 12] {
            let guided = Guided::new(table.clone(), bits);
            let ends =
                (0..1u32 << bits).flat_map(|bucket| [bucket << (32 - bits), (bucket << (32 - bits)).wrapping_sub(1)]);
            for word in words.iter().copied().chain(ends) {
                assert_eq!(guided.count(word), search(word), "{word:#x} in {table:?}, {bits} bits");
            }
            // As a device reads it.
            let read = guided.words();
            assert_eq!([read[0], read[1]], [table.first, 32 - bits]);
            assert_eq!(read[3..read[2] as usize], table.guide(bits));
            assert_eq!(read[read[2] as usize..], table.thresholds);
        }
    }
}
