//! Masks: who lies where and on their edges, and how often where they are no circles.

use super::*;

/// How far apart two are along each dimension, written down once more.
fn along(space: &Space, [source, target]: [u32; 2]) -> Point {
    let [from, to] = [space.sources()[source as usize], space.targets()[target as usize]];
    std::array::from_fn(|axis| {
        let length = (from[axis] - to[axis]).abs();
        length.min((space.period[axis] - length).abs())
    })
}

/// Is a pair within its mask?
fn within_mask(space: &Space, pair: [u32; 2]) -> bool {
    let distance = square(space, pair[0], pair[1]).sqrt();
    match space.mask.as_ref().expect("there is one") {
        Mask::Circular(radius) => distance <= *radius,
        Mask::Doughnut([inner, outer]) => distance > *inner && distance <= *outer,
        Mask::Rectangular(sides) => sides.iter().zip(along(space, pair)).all(|(side, length)| length <= side / 2.0),
    }
}

#[test]
fn partners_lie_within_and_are_as_likely_as_their_distance_says() {
    const N: u32 = 500;
    let laws = [
        (Some(Kernel::Gaussian(0.2)), Mask::Doughnut([0.1, 0.35])),
        (None, Mask::Doughnut([0.0, 0.3])),
        (Some(Kernel::Exponential(0.3)), Mask::Rectangular(vec![0.8, 0.3])),
        (None, Mask::Rectangular(vec![0.3, 0.9])),
    ];
    let rules = [Rule::PairwiseBernoulli(0.6), Rule::FixedIndegree(12), Rule::FixedOutdegree(12)];
    for (kernel_of, mask) in laws {
        for (rule, period) in rules.iter().flat_map(|rule| [(rule, INFINITE), (rule, [2.0, 1.0, f64::INFINITY])]) {
            let wiring = near(rule.clone(), within(N), within_sheet(N, period, (kernel_of, Some(mask.clone()))));
            let space = wiring.space.as_ref().unwrap();
            let drawn = pairs(&wiring);
            let what = format!("{kernel_of:?} {mask:?} {rule:?} {period:?}");
            assert!(drawn.len() > 1000 && drawn.iter().all(|pair| within_mask(space, *pair)), "{what}");
            let weight = |pair: [u32; 2]| {
                let there = pair[0] != pair[1] && within_mask(space, pair);
                if there { kernel(space, square(space, pair[0], pair[1])) } else { 0.0 }
            };
            let of_row =
                |row: u32, other: u32| if *rule == Rule::FixedIndegree(12) { [other, row] } else { [row, other] };
            let mut expected = Vec::new();
            for row in 0..N {
                let row: Vec<_> = (0..N).map(|other| (of_row(row, other), weight(of_row(row, other)))).collect();
                let sum: f64 = row.iter().map(|(_, weight)| weight).sum();
                let times = if matches!(rule, Rule::PairwiseBernoulli(_)) { 0.6 } else { 12.0 / sum };
                expected.extend(row.into_iter().map(|(pair, weight)| (pair, times * weight)));
            }
            let all: f64 = expected.iter().map(|(_, p)| p).sum();
            assert!((wiring.expected() as f64 / all - 1.0).abs() < 0.1, "{what}: {} of {all}", wiring.expected());
            let by_distance = |pair: [u32; 2]| square(space, pair[0], pair[1]).sqrt();
            let by = |axis: usize| move |pair: [u32; 2]| along(space, pair)[axis];
            counts_are_likely(&what, rule, &drawn, &expected, by_distance);
            // In each dimension, too.
            counts_are_likely(&format!("{what}, first axis"), rule, &drawn, &expected, by(0));
            counts_are_likely(&format!("{what}, second axis"), rule, &drawn, &expected, by(1));
        }
    }
}

/// Are there as many pairs in each bin of a length as is likely, where each has its probability, or its mean count?
fn counts_are_likely(
    what: &str,
    rule: &Rule<crate::rows::Pairs>,
    drawn: &[[u32; 2]],
    expected: &[([u32; 2], f64)],
    length: impl Fn([u32; 2]) -> f64,
) {
    let bin = |pair: [u32; 2]| (length(pair) / 0.03) as usize;
    let (mut found, mut likely, mut missing) = (vec![0; 80], vec![0.0; 80], vec![0.0; 80]);
    drawn.iter().for_each(|pair| found[bin(*pair)] += 1);
    for &(pair, p) in expected.iter().filter(|(_, p)| *p > 0.0) {
        likely[bin(pair)] += p;
        missing[bin(pair)] += 1.0 - p;
    }
    if !matches!(rule, Rule::PairwiseBernoulli(_)) {
        return check(what, &found, &likely);
    }
    // Drawn or not: two classes of each bin.
    let bins: Vec<_> = (0..80).filter(|&bin| likely[bin] >= 10.0 && missing[bin] >= 10.0).collect();
    let of = |list: &[f64]| bins.iter().map(|&bin| list[bin]).collect::<Vec<_>>();
    let found: Vec<_> = bins.iter().map(|&bin| found[bin]).collect();
    two_classes(what, &found, &of(&likely), &of(&missing));
}

/// On a grid, whoever is as far away as a mask reaches is in, whichever way rounding goes.
#[test]
fn an_edge_that_neurons_lie_on_is_in() {
    const N: u32 = 600;
    let (points, period) = (ring(N, 6.0), [6.0, f64::INFINITY, f64::INFINITY]);
    for law in [(None, Some(Mask::Circular(0.1))), (Some(Kernel::Box(0.1)), None)] {
        let space = Space::new([points.clone(), points.clone()], period, law.clone(), None);
        let found = pairs(&near(Rule::PairwiseBernoulli(1.0), within(N), space));
        assert_eq!(found.len() as u32, 20 * N);
    }
}

#[test]
fn who_lies_on_an_outer_edge_is_in_and_on_an_inner_one_out() {
    const N: u32 = 600;
    let (points, period) = (ring(N, 6.0), [6.0, f64::INFINITY, f64::INFINITY]);
    for (mask, neighbours) in
        [(Mask::Rectangular(vec![0.2]), 20), (Mask::Doughnut([0.05, 0.1]), 10), (Mask::Doughnut([0.0, 0.1]), 20)]
    {
        let space = Space::new([points.clone(), points.clone()], period, (None, Some(mask.clone())), None);
        let sides = Sides { autapses: true, ..within(N) };
        // Nobody is at a distance of more than 0 from itself.
        let own = u32::from(matches!(mask, Mask::Rectangular(_)));
        assert_eq!(
            pairs(&near(Rule::PairwiseBernoulli(1.0), sides, space)).len() as u32,
            (neighbours + own) * N,
            "{mask:?}"
        );
    }
}

#[test]
fn a_hole_leaves_too_few() {
    const N: u32 = 60;
    let (points, period) = (ring(N, 6.0), [6.0, f64::INFINITY, f64::INFINITY]);
    let lacking = |many: u32| {
        let law = (Some(Kernel::Gaussian(0.3)), Some(Mask::Doughnut([0.25, 0.55])));
        let space = Space::new([points.clone(), points.clone()], period, law, None);
        let wiring = near(Rule::FixedOutdegree(many), once(within(N)), space);
        Neighbours::of(&wiring).unwrap().lacking(&wiring)
    };
    // At 0.3, 0.4 and 0.5 on each side.
    assert_eq!([6, 7].map(lacking), [None, Some((0, 6))]);
}
