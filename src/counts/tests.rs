//! Count tables against the distributions that they stand for.

use super::*;
use crate::random::{Purpose, Stream};

/// [relative] Mean and variance of a table may differ by this from the exact ones.
const MOMENTS: f64 = 1e-6;

impl CountTable {
    /// The count of a random word, as the stimulus looks it up.
    fn sample(&self, word: u32) -> u32 {
        let word = word.min(NEVER - 1);
        self.first + self.thresholds.partition_point(|&threshold| threshold <= word) as u32
    }
}

fn made(n: u32, p: f64, sampler: Sampler) -> CountTable {
    table(n, p, sampler).unwrap()
}

/// The counts of a table and their probabilities.
fn probabilities(table: &CountTable) -> Vec<(f64, f64)> {
    let mut before = 0;
    let ends = table.thresholds.iter().filter(|&&t| t != NEVER).map(|&t| f64::from(t)).chain([WORDS]);
    ends.enumerate()
        .map(|(index, end)| {
            let probability = (end - std::mem::replace(&mut before, end as u64) as f64) / WORDS;
            (f64::from(table.first) + index as f64, probability)
        })
        .collect()
}

fn moments(values: &[(f64, f64)]) -> (f64, f64) {
    let mean: f64 = values.iter().map(|(k, p)| k * p).sum();
    (mean, values.iter().map(|(k, p)| (k - mean).powi(2) * p).sum())
}

fn check_moments(n: u32, p: f64, sampler: Sampler, mean: f64, variance: f64) {
    let (m, v) = moments(&probabilities(&made(n, p, sampler)));
    assert!((m / mean - 1.0).abs() < MOMENTS, "{sampler:?} {n} {p}: mean {m}, not {mean}");
    assert!((v / variance - 1.0).abs() < MOMENTS, "{sampler:?} {n} {p}: variance {v}, not {variance}");
}

#[test]
fn thresholds_are_the_exact_ones() {
    // Summed term by term with 60 decimal digits.
    let check = |sampler, n, p, count: u32, words: u32| {
        let table = made(n, p, sampler);
        assert_eq!(table.thresholds[(count - table.first) as usize], words, "{sampler:?} {n} {p} {count}");
    };
    check(Sampler::Binomial, 100, 0.3, 25, 700_638_464);
    check(Sampler::Binomial, 100, 0.3, 30, 2_358_467_907);
    check(Sampler::Binomial, 1_000_000, 0.5, 499_500, 682_458_903);
    check(Sampler::Binomial, 1_000_000, 0.5, 500_000, 2_149_197_092);
    check(Sampler::Auto, 1000, 0.0008, 0, 1_929_235_422);
    check(Sampler::Auto, 1000, 0.0008, 3, 4_256_114_494);
    check(Sampler::Poisson, 1000, 0.0008, 0, 1_929_853_206);
    check(Sampler::Poisson, 1000, 0.02, 15, 672_218_795);
    check(Sampler::Poisson, 200_000, 0.5, 99_900, 1_617_894_081);
    check(Sampler::Poisson, 200_000, 0.5, 100_000, 2_151_095_901);
    check(Sampler::Auto, 1000, 0.02, 15, 664_467_656);
    check(Sampler::Normal, 1000, 0.02, 20, 2_340_586_832);
    check(Sampler::Auto, 20, 0.4, 7, 1_759_813_408);
    check(Sampler::Normal, 20, 0.4, 0, 1_328_723);
}

#[test]
fn binomial_and_poisson_moments_are_exact() {
    for (n, p) in [(1000, 0.0008), (1000, 0.004), (1000, 0.006), (20, 0.8), (7, 0.5), (80, 0.1), (1_000_000, 0.5)] {
        let mean = f64::from(n) * p;
        check_moments(n, p, Sampler::Binomial, mean, mean * (1.0 - p));
        check_moments(n, p, Sampler::Poisson, mean, mean);
    }
    check_moments(200_000, 0.5, Sampler::Poisson, 1e5, 1e5);
    check_moments(3, 1.0, Sampler::Poisson, 3.0, 3.0);
}

/// Mean and variance of a rounded and clamped normal, by Simpson's rule within each count.
fn rounded_normal(n: u32, mean: f64, sd: f64) -> (f64, f64) {
    let density = |x: f64| (-0.5 * ((x - mean) / sd).powi(2)).exp() / (sd * (2.0 * std::f64::consts::PI).sqrt());
    let cell = |k: f64| {
        let parts = 64;
        let weight = |i| if i == 0 || i == parts { 1.0 } else { f64::from(2 + 2 * (i % 2)) };
        let at = |i| k - 0.5 + f64::from(i) / f64::from(parts);
        (0..=parts).map(|i| weight(i) * density(at(i))).sum::<f64>() / f64::from(3 * parts)
    };
    let (low, high) = ((mean - 9.0 * sd).floor() as i64, (mean + 9.0 * sd).ceil() as i64);
    let values: Vec<_> = (low..=high).map(|k| ((k as f64).clamp(0.0, f64::from(n)), cell(k as f64))).collect();
    moments(&values)
}

#[test]
fn normal_moments_are_those_of_the_rounded_and_clamped_normal() {
    for (n, p) in [(1000, 0.0051), (1000, 0.004), (20, 0.5), (20, 0.8), (1_000_000, 0.5), (100_000, 0.0008)] {
        let mean = f64::from(n) * p;
        let (m, v) = rounded_normal(n, mean, (mean * (1.0 - p)).sqrt());
        check_moments(n, p, Sampler::Normal, m, v);
    }
}

#[test]
fn auto_is_normal_only_with_more_than_five_on_either_side() {
    for (n, p, normal) in [
        (1000, 0.005, false),
        (1000, 0.0051, true),
        (1000, 0.9951, false),
        (1000, 0.9949, true),
        (10, 0.5, false),
        (11, 0.5, true),
    ] {
        let expected = made(n, p, if normal { Sampler::Normal } else { Sampler::Binomial });
        assert_eq!(made(n, p, Sampler::Auto), expected, "{n} {p}");
        assert_ne!(made(n, p, Sampler::Normal), made(n, p, Sampler::Binomial), "{n} {p}");
    }
}

#[test]
fn nothing_fires_at_rate_zero_and_all_at_probability_one() {
    for sampler in [Sampler::Auto, Sampler::Normal, Sampler::Binomial, Sampler::Poisson] {
        for (n, p) in [(0, 0.5), (1000, 0.0), (0, 0.0), (u32::MAX, -0.0)] {
            let table = made(n, p, sampler);
            assert!([0, 1, 1 << 31, u32::MAX].iter().all(|&word| table.sample(word) == 0), "{sampler:?} {n} {p}");
            assert_eq!(table.words(), [0, 0]);
        }
        if sampler != Sampler::Poisson {
            let table = made(17, 1.0, sampler);
            assert!([0, u32::MAX].iter().all(|&word| table.sample(word) == 17), "{sampler:?}");
        }
    }
}

#[test]
fn no_probability_is_refused_by_name() {
    for p in [-0.1, 1.0 + 1e-9, f64::NAN, f64::INFINITY] {
        let problem = table(3, p, Sampler::Auto).unwrap_err();
        assert!(problem.contains(&p.to_string()) && problem.contains("0 to 1"), "{problem}");
    }
}

#[test]
fn extreme_tables_are_sound() {
    let samplers = [Sampler::Auto, Sampler::Normal, Sampler::Binomial, Sampler::Poisson];
    for (n, p) in [
        (1, 1e-300),
        (1, 0.5),
        (1, 1.0 - 1e-16),
        (u32::MAX, 1e-9),
        (u32::MAX, 0.5),
        (u32::MAX, 1.0 - 1e-9),
        (1_000_000, 1e-12),
        (1000, 1e-6),
    ] {
        for sampler in samplers {
            let table = made(n, p, sampler);
            assert!((table.thresholds.len() + 1).is_power_of_two(), "{sampler:?} {n} {p}");
            assert!(table.thresholds.is_sorted(), "{sampler:?} {n} {p}");
            assert!(table.sample(0) <= table.sample(u32::MAX), "{sampler:?} {n} {p}");
            assert!(sampler == Sampler::Poisson || table.sample(u32::MAX) <= n, "{sampler:?} {n} {p}");
        }
    }
}

/// The device's search, with the guide: it must find every count, next to the edges above all.
#[test]
fn the_guide_leads_to_every_count() {
    for (n, p) in [(1000, 0.0008), (1000, 0.02), (1, 0.5), (20, 0.0), (1_000_000, 0.5)] {
        let table = made(n, p, Sampler::Auto);
        let words = table.words();
        assert_eq!(words.len(), 2 + (1 << words[1]) - 1);
        for bits in [1, 4, 8, 12] {
            let guide = table.guide(bits);
            assert_eq!(guide.len(), (1 << bits) + 1);
            let buckets = (0..1 << bits).map(|bucket: u32| bucket << (32 - bits));
            let edges = words[2..].iter().copied().chain(buckets).flat_map(|t| [t.saturating_sub(1), t]);
            for word in edges.chain([u32::MAX]) {
                let word = word.min(u32::MAX - 1);
                let bucket = (word >> (32 - bits)) as usize;
                let (mut passed, mut end) = (guide[bucket] >> 1, guide[bucket + 1] >> 1);
                if guide[bucket] & 1 == 0 {
                    end = passed;
                }
                while passed < end {
                    let middle = (passed + end) / 2;
                    if words[2 + middle as usize] <= word { passed = middle + 1 } else { end = middle }
                }
                assert_eq!(words[0] + passed, table.sample(word), "{n} {p} {bits} bits {word}");
            }
        }
    }
}

#[test]
fn drawn_counts_have_the_table_s_probabilities() {
    for (n, p, sampler) in [
        (1000, 0.0008, Sampler::Auto),
        (1000, 0.02, Sampler::Auto),
        (1000, 0.02, Sampler::Poisson),
        (12, 0.4, Sampler::Binomial),
    ] {
        let (table, draws) = (made(n, p, sampler), 400_000);
        let mut stream = Stream::new(5, Purpose::Stimuli, 0, 0);
        let mut seen = vec![0.0; 200];
        (0..draws).for_each(|_| seen[table.sample(stream.word()) as usize] += 1.0);
        // Rare counts are taken together, so that each class expects at least ten.
        let (mut chi2, mut freedom, mut rest) = (0.0, 0f64, (0.0, 0.0));
        for (k, probability) in probabilities(&table) {
            rest = (rest.0 + probability * f64::from(draws), rest.1 + seen[k as usize]);
            if rest.0 >= 10.0 {
                chi2 += (rest.1 - rest.0).powi(2) / rest.0;
                freedom += 1.0;
                rest = (0.0, 0.0);
            }
        }
        assert!(freedom > 3.0);
        assert!(chi2 < freedom + 4.0 * (2.0 * freedom).sqrt(), "{sampler:?} {n} {p}: chi2 {chi2} of {freedom}");
    }
}
