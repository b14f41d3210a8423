//! Partners by distance against all pairs, one by one, and against their probabilities.

mod masks;
mod realised;

use super::*;
use crate::network::{Kernel, Mask, Sides};
use crate::random::uniform;
use crate::rows::tests::statistics::{check, check_degrees};
use crate::rows::tests::{built, cuts, once, pairs, sides, wiring, with_threads, within};
use crate::rows::{Values, Wiring};

const INFINITE: Point = [f64::INFINITY; 3];

/// Points anywhere in a box of these sides around the origin.
fn anywhere(n: u32, extent: Point, seed: u64) -> Arc<[Point]> {
    let point = |neuron: u32| {
        let words = Words::new(seed, Purpose::Positions, 0, neuron.into()).block(0);
        std::array::from_fn(|axis| (uniform(words[axis]) - 0.5) * extent[axis])
    };
    (0..n).map(point).collect()
}

/// A ring of neurons as long as this.
fn ring(n: u32, length: f64) -> Arc<[Point]> {
    (0..n).map(|neuron| [((f64::from(neuron) + 0.5) / f64::from(n) - 0.5) * length, 0.0, 0.0]).collect()
}

fn near(rule: Rule<crate::rows::Pairs>, sides: Sides, space: Space) -> Wiring {
    Wiring { space: Some(Arc::new(space)), ..wiring(rule, sides) }
}

fn within_sheet(n: u32, period: Point, law: (Option<Kernel<f64>>, Option<Mask<f64>>)) -> Space {
    let points = anywhere(n, [2.0, 1.0, 0.0], 5);
    Space::new([points.clone(), points], period, law, None)
}

/// Squares of distances, written down once more.
fn square(space: &Space, source: u32, target: u32) -> f64 {
    let [from, to] = [space.sources()[source as usize], space.targets()[target as usize]];
    (0..3)
        .map(|axis| {
            let length = (from[axis] - to[axis]).abs();
            length.min((space.period[axis] - length).abs()).powi(2)
        })
        .sum()
}

/// What a kernel should be.
fn kernel(space: &Space, square: f64) -> f64 {
    let distance = square.sqrt();
    let up_to = |radius: f64| if distance <= radius * (1.0 + 1e-9) { 1.0 } else { 0.0 };
    // Other shapes are not of the distance alone.
    let of_mask = if let Some(Mask::Circular(radius)) = &space.mask { up_to(*radius) } else { 1.0 };
    of_mask
        * match space.kernel {
            None => 1.0,
            Some(Kernel::Gaussian(sigma)) => (-square / (2.0 * sigma * sigma)).exp(),
            Some(Kernel::Exponential(lambda)) => (-distance / lambda).exp(),
            Some(Kernel::Box(radius)) => up_to(radius),
        }
}

#[test]
fn cells_change_nothing() {
    let extents = [[3.0, 0.0, 0.0], [2.0, 1.0, 0.0], [1.0, 1.0, 2.0]];
    let laws = [
        (Some(Kernel::Gaussian(0.05)), None),
        (Some(Kernel::Gaussian(0.2)), Some(Mask::Circular(0.3))),
        (Some(Kernel::Exponential(0.02)), None),
        (Some(Kernel::Box(0.15)), None),
        (None, Some(Mask::Circular(0.4))),
        (Some(Kernel::Gaussian(3.0)), None),
    ];
    for (extent, law) in extents.into_iter().flat_map(|extent| laws.clone().map(|law| (extent, law))) {
        for wraps in [false, true] {
            let period =
                if wraps { extent.map(|side| if side > 0.0 { side } else { f64::INFINITY }) } else { INFINITE };
            let space = Space::new([anywhere(90, extent, 1), anywhere(130, extent, 2)], period, law.clone(), None);
            let wiring = near(Rule::PairwiseBernoulli(0.7), sides(90, 130), space);
            let space = wiring.space.as_ref().unwrap();
            let mut expected = Vec::new();
            let mut chances = Vec::new();
            for source in 0..90 {
                let words = Words::new(wiring.seed, Purpose::Partners, wiring.index, source.into());
                for target in 0..130 {
                    space.chances(
                        0.7,
                        &[space.square(&space.sources()[source as usize], &space.targets()[target as usize])],
                        &mut chances,
                    );
                    let word = words.block(target >> 2)[target as usize & 3];
                    if u64::from(word) < chances[0] {
                        expected.push([source, target]);
                    }
                }
            }
            assert!(!expected.is_empty() || law.0 == Some(Kernel::Exponential(0.02)));
            assert_eq!(pairs(&wiring), expected, "{extent:?} {law:?} {wraps}");
        }
    }
}

#[test]
fn probabilities_are_those_of_the_kernels() {
    let points = || [anywhere(40, [1.0, 1.0, 1.0], 1), anywhere(40, [1.0, 1.0, 1.0], 2)];
    for law in [
        (Some(Kernel::Gaussian(0.3)), None),
        (Some(Kernel::Exponential(0.1)), Some(Mask::Circular(0.5))),
        (Some(Kernel::Box(0.4)), None),
        (None, Some(Mask::Circular(0.7))),
    ] {
        for period in [INFINITE, [1.0; 3]] {
            let space = Space::new(points(), period, law.clone(), None);
            let mut chances = Vec::new();
            for (source, target) in (0..40).flat_map(|source| (0..40).map(move |target| (source, target))) {
                let found = space.square(&space.sources()[source as usize], &space.targets()[target as usize]);
                let expected = square(&space, source, target);
                assert!((found - expected).abs() < 1e-12);
                space.chances(0.8, &[found], &mut chances);
                let expected = 0.8 * kernel(&space, found);
                assert!((chances[0] as f64 / 2f64.powi(32) - expected).abs() < 1e-9, "{law:?} {found}");
            }
        }
    }
}

/// Counts by distance, in so many bins up to a distance.
fn by_distance(space: &Space, pairs: impl Iterator<Item = ([u32; 2], f64)>, (bins, most): (usize, f64)) -> Vec<f64> {
    let mut counts = vec![0.0; bins + 1];
    for ([source, target], weight) in pairs {
        let place = square(space, source, target).sqrt() / most * bins as f64;
        counts[(place as usize).min(bins)] += weight;
    }
    counts
}

fn counted(space: &Space, pairs: &[[u32; 2]], bins: (usize, f64)) -> Vec<u64> {
    by_distance(space, pairs.iter().map(|pair| (*pair, 1.0)), bins).into_iter().map(|count| count as u64).collect()
}

fn all(n: u32, m: u32) -> impl Iterator<Item = [u32; 2]> {
    (0..n).flat_map(move |source| (0..m).map(move |target| [source, target]))
}

#[test]
fn pairs_are_as_likely_as_their_distance_says() {
    for (law, period) in [
        ((Some(Kernel::Gaussian(0.12)), None), INFINITE),
        ((Some(Kernel::Gaussian(0.12)), Some(Mask::Circular(0.3))), [2.0, 1.0, f64::INFINITY]),
        ((Some(Kernel::Exponential(0.1)), None), INFINITE),
        ((Some(Kernel::Exponential(0.1)), Some(Mask::Circular(0.4))), [2.0, 1.0, f64::INFINITY]),
        ((Some(Kernel::Box(0.25)), None), INFINITE),
        ((None, Some(Mask::Circular(0.25))), [2.0, 1.0, f64::INFINITY]),
    ] {
        for symmetric in [false, true] {
            const N: u32 = 800;
            let space = within_sheet(N, period, law.clone());
            let wiring = Wiring { symmetric, ..near(Rule::PairwiseBernoulli(0.6), within(N), space) };
            let space = wiring.space.as_ref().unwrap();
            let mut drawn = pairs(&wiring);
            let mut possible: Vec<_> = all(N, N).filter(|[source, target]| source != target).collect();
            if symmetric {
                let reversed = |[source, target]: &[u32; 2]| [*target, *source];
                let mut mirrored: Vec<_> = drawn.iter().map(reversed).collect();
                mirrored.sort_unstable();
                assert_eq!(mirrored, drawn);
                // Both directions are one draw.
                drawn.retain(|[source, target]| source < target);
                possible.retain(|[source, target]| source < target);
            }
            let p = |pair: &[u32; 2]| 0.6 * kernel(space, square(space, pair[0], pair[1]));
            let bins = (60, 0.6);
            let mut expected = by_distance(space, possible.iter().map(|pair| (*pair, p(pair))), bins);
            let mut missing = by_distance(space, possible.iter().map(|pair| (*pair, 1.0 - p(pair))), bins);
            let mut found = counted(space, &drawn, bins);
            let without = by_distance(space, possible.iter().map(|pair| (*pair, 1.0)), bins);
            let mut not_found: Vec<u64> = without.iter().zip(&found).map(|(all, found)| *all as u64 - found).collect();
            // Drawn or not: two classes of each bin, of which the sums are known.
            let near_bins: Vec<usize> =
                (0..=60).filter(|bin| expected[*bin] >= 10.0 && missing[*bin] >= 10.0).collect();
            let keep = |list: &mut Vec<f64>| *list = near_bins.iter().map(|bin| list[*bin]).collect();
            [&mut expected, &mut missing].into_iter().for_each(keep);
            let keep = |list: &mut Vec<u64>| *list = near_bins.iter().map(|bin| list[*bin]).collect();
            [&mut found, &mut not_found].into_iter().for_each(keep);
            let what = format!("{law:?} symmetric {symmetric}");
            two_classes(&what, &found, &expected, &missing);
            assert!(near_bins.len() > 5, "{what}");
        }
    }
}

/// χ² of counts that are each binomial.
fn two_classes(what: &str, found: &[u64], expected: &[f64], missing: &[f64]) {
    let chi2: f64 = found
        .iter()
        .zip(expected.iter().zip(missing))
        .map(|(found, (expected, missing))| (*found as f64 - expected).powi(2) * (1.0 / expected + 1.0 / missing))
        .sum();
    let p = crate::rows::tests::statistics::chi2_above(chi2, found.len() as f64);
    println!("{what}: chi2 {chi2:.1} of {}, p {p:.2e}", found.len());
    // Probabilities differ within a bin, which makes it smaller.
    assert!(p > 1e-4, "{what}: chi2 {chi2} of {}, p {p:e}", found.len());
}

#[test]
fn degrees_of_a_ring_are_binomial() {
    const N: u32 = 1500;
    let points = ring(N, 10.0);
    let period = [10.0, f64::INFINITY, f64::INFINITY];
    for law in [
        (Some(Kernel::Gaussian(0.4)), None),
        (Some(Kernel::Exponential(0.3)), Some(Mask::Circular(1.0))),
        (Some(Kernel::Box(0.5)), None),
    ] {
        let space = Space::new([points.clone(), points.clone()], period, law.clone(), None);
        let wiring = near(Rule::PairwiseBernoulli(0.5), within(N), space);
        let space = wiring.space.as_ref().unwrap();
        let p: Vec<f64> = (1..N).map(|target| 0.5 * kernel(space, square(space, 0, target))).collect();
        let (mean, variance) = p.iter().fold((0.0, 0.0), |(mean, variance), p| (mean + p, variance + p * (1.0 - p)));
        let pairs = pairs(&wiring);
        for side in [0, 1] {
            let mut degrees = vec![0; N as usize];
            pairs.iter().for_each(|pair| degrees[pair[side] as usize] += 1);
            check_degrees(&format!("{law:?} side {side}"), &degrees, variance / mean);
        }
        let found = pairs.len() as f64;
        let all = mean * f64::from(N);
        assert!((found - all).abs() < 4.0 * (variance * f64::from(N)).sqrt(), "{found}, not {all}");
        // A ring looks the same from everywhere.
        assert!((wiring.expected() as f64 - all).abs() < 1.0 + 1e-6 * all, "{}, not {all}", wiring.expected());
    }
}

#[test]
fn fixed_degrees_are_drawn_in_proportion_to_the_kernel() {
    const N: u32 = 400;
    for law in [
        (Some(Kernel::Gaussian(0.15)), None),
        (Some(Kernel::Exponential(0.2)), Some(Mask::Circular(0.6))),
        (None, Some(Mask::Circular(0.4))),
    ] {
        for by_source in [false, true] {
            let space = within_sheet(N, [2.0, 1.0, f64::INFINITY], law.clone());
            let rule = if by_source { Rule::FixedOutdegree(40) } else { Rule::FixedIndegree(40) };
            let wiring = near(rule, within(N), space);
            let space = wiring.space.as_ref().unwrap();
            let pairs = pairs(&wiring);
            let mut degrees = vec![0; N as usize];
            pairs.iter().for_each(|pair| degrees[pair[usize::from(!by_source)] as usize] += 1);
            assert!(degrees.iter().all(|degree| *degree == 40));
            assert!(pairs.iter().all(|pair| pair[0] != pair[1]));
            assert_eq!(wiring.expected(), u64::from(N) * 40);
            let weight =
                |pair: [u32; 2]| if pair[0] == pair[1] { 0.0 } else { kernel(space, square(space, pair[0], pair[1])) };
            let of_row = |row: u32, other: u32| if by_source { [row, other] } else { [other, row] };
            let sum = |row: u32| (0..N).map(|other| weight(of_row(row, other))).sum::<f64>();
            let sums: Vec<f64> = (0..N).map(sum).collect();
            let expected = all(N, N)
                .map(|[row, other]| (of_row(row, other), 40.0 * weight(of_row(row, other)) / sums[row as usize]));
            let bins = (40, 0.6);
            check(&format!("{law:?} {by_source}"), &counted(space, &pairs, bins), &by_distance(space, expected, bins));
        }
    }
}

#[test]
fn without_multapses_no_partner_is_drawn_twice_and_all_can_be() {
    const N: u32 = 60;
    let points = ring(N, 6.0);
    let period = [6.0, f64::INFINITY, f64::INFINITY];
    // Ten on each side.
    let space = |law| Space::new([points.clone(), points.clone()], period, law, None);
    for (rule, side) in [(Rule::FixedOutdegree(20), 0), (Rule::FixedIndegree(20), 1)] {
        let wiring = near(rule, once(within(N)), space((Some(Kernel::Gaussian(0.2)), Some(Mask::Circular(1.05)))));
        let mut found = pairs(&wiring);
        found.sort_by_key(|pair| [pair[side], pair[1 - side]]);
        let expected = (0..N).flat_map(|own| {
            let mut others: Vec<_> = (1..=10).flat_map(|far| [(own + far) % N, (own + N - far) % N]).collect();
            others.sort_unstable();
            others.into_iter().map(move |other| if side == 0 { [own, other] } else { [other, own] })
        });
        assert_eq!(found, expected.collect::<Vec<_>>());
        let too_many =
            |rule| Neighbours::of(&near(rule, once(within(N)), space((None, Some(Mask::Circular(1.05)))))).unwrap();
        let more = if side == 0 { Rule::FixedOutdegree(21) } else { Rule::FixedIndegree(21) };
        let wiring = near(more.clone(), once(within(N)), space((None, Some(Mask::Circular(1.05)))));
        assert_eq!(too_many(more).lacking(&wiring), Some((0, 20)));
    }
    // With multapses one is enough, and none too few.
    let lacking = |mask| {
        let wiring = near(Rule::FixedIndegree(3), within(N), space((None, Some(Mask::Circular(mask)))));
        Neighbours::of(&wiring).unwrap().lacking(&wiring)
    };
    assert_eq!(lacking(0.11), None);
    assert_eq!(lacking(0.09), Some((0, 0)));
}

#[test]
fn the_first_of_different_partners_is_drawn_in_proportion_and_so_is_the_second() {
    // Weights of 8 and 4 parts and 1: of a tree, not of rows.
    let sizes = [8u64, 0, 4, 1];
    let mut seen = [[0u64; 4]; 4];
    let mut stream = Stream::new(9, Purpose::Partners, 0, 0);
    let mut word = || u64::from(stream.word()) << 32 | u64::from(stream.word());
    const DRAWS: u32 = 60_000;
    for _ in 0..DRAWS {
        let mut tree = Tree::default();
        tree.fill(&sizes);
        let first = tree.find(word()).unwrap();
        tree.take(first, sizes[first]);
        let second = tree.find(word()).unwrap();
        seen[first][second] += 1;
    }
    let likely = |first: usize, second: usize| {
        let [one, other] = [sizes[first], sizes[second]].map(|size| size as f64);
        if first == second { 0.0 } else { f64::from(DRAWS) * one / 13.0 * other / (13.0 - one) }
    };
    let expected: Vec<f64> = (0..4).flat_map(|first| (0..4).map(move |second| likely(first, second))).collect();
    check("two of four", &seen.concat(), &expected);
    let mut tree = Tree::default();
    tree.fill(&[0, 3]);
    assert_eq!([0, u64::MAX].map(|word| tree.find(word)), [Some(1); 2]);
    tree.take(1, 3);
    assert_eq!(tree.find(0), None);
}

#[test]
fn blocks_and_threads_change_nothing() {
    const N: u32 = 150;
    let law = (Some(Kernel::Gaussian(0.2)), None);
    let points = anywhere(N, [2.0, 1.0, 0.0], 5);
    let space = |conduction| Space::new([points.clone(), points.clone()], INFINITE, law.clone(), conduction);
    let drawn = Values::Drawn(crate::draw::Law::Normal { mean: 1.0, sd: 0.2 });
    for rule in [Rule::PairwiseBernoulli(0.9), Rule::FixedIndegree(9), Rule::FixedOutdegree(9)] {
        let symmetric = matches!(rule, Rule::PairwiseBernoulli(_));
        let wiring = Wiring { weights: drawn.clone(), symmetric, ..near(rule, within(N), space(Some([3.0, 0.02]))) };
        let [one, four] = with_threads(|| built(std::slice::from_ref(&wiring), crate::rows::tests::WHOLE));
        assert_eq!(one.table.entries, four.table.entries);
        let rows = |built: &crate::rows::Built| crate::rows::tests::sorted(built, 0, N);
        let whole = rows(&one);
        for bits in [0, 3, 6] {
            assert_eq!(rows(&built(std::slice::from_ref(&wiring), cuts::cut(bits, 1000))), whole, "{bits}");
        }
        // Delays are those of distances, and mirrored synapses alike.
        let space = wiring.space.as_ref().unwrap();
        for (source, row) in (0..).zip(&whole) {
            for synapse in row {
                let distance = square(space, source, synapse.inlet).sqrt();
                assert_eq!(synapse.delay, (3.0 + distance / 0.02).round() as u32);
                if symmetric {
                    let back = whole[synapse.inlet as usize].iter().find(|back| back.inlet == source).unwrap();
                    assert_eq!((back.delay, back.weight), (synapse.delay, synapse.weight));
                }
            }
        }
    }
}

#[test]
fn symmetric_rules_without_a_space() {
    const N: u32 = 120;
    let drawn = |mean| Values::Drawn(crate::draw::Law::Normal { mean, sd: 0.2 });
    let delays = Values::Drawn(crate::draw::Law::Uniform { low: 1.0, high: 30.0 });
    for rule in [Rule::PairwiseBernoulli(0.3), Rule::AllToAll] {
        for sides in [within(N), Sides { autapses: true, ..within(N) }] {
            let base = wiring(rule.clone(), sides);
            let wiring = Wiring { weights: drawn(1.0), delays: delays.clone(), symmetric: true, ..base };
            let rows = crate::rows::tests::sorted(&built(&[wiring], crate::rows::tests::WHOLE), 0, N);
            let (mut upper, mut weights) = (0u64, std::collections::BTreeSet::new());
            for (source, row) in (0..).zip(&rows) {
                for synapse in row {
                    let back = rows[synapse.inlet as usize].iter().find(|back| back.inlet == source).unwrap();
                    assert_eq!((back.delay, back.weight), (synapse.delay, synapse.weight));
                    upper += u64::from(source < synapse.inlet);
                    weights.insert(synapse.weight);
                }
            }
            let pairs = f64::from(N * (N - 1) / 2);
            if rule == Rule::AllToAll {
                assert_eq!(upper as f64, pairs);
            } else {
                assert!((upper as f64 - 0.3 * pairs).abs() < 4.0 * (0.21 * pairs).sqrt());
            }
            assert!(weights.len() as f64 > 0.9 * upper as f64);
            let own = rows
                .iter()
                .enumerate()
                .flat_map(|(source, row)| row.iter().filter(move |it| it.inlet == source as u32));
            assert_eq!(own.count() > 0, sides.autapses);
        }
    }
}
