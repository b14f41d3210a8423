//! Connection rules: degrees, pairs, independence of threads, refusals.

use super::*;

/// Draws, and checks what holds for every rule.
fn drawn(rule: Rule<Pairs>, sides: Sides) -> Vec<[u32; 2]> {
    let wiring = wiring(rule, sides);
    let pairs = pairs(&wiring);
    let what = &wiring.rule;
    assert!(pairs.iter().all(|&[source, target]| source < sides.n_pre && target < sides.n_post), "{what:?}");
    assert!(!sides.skip_self() || pairs.iter().all(|[source, target]| source != target), "{what:?}: autapses");
    let mut different = pairs.clone();
    different.sort_unstable();
    different.dedup();
    assert!(sides.multapses || different.len() == pairs.len(), "{what:?}: multapses");
    if let Some(synapses) = what.synapses(sides, |pairs| pairs.len() as u64) {
        assert_eq!(synapses, pairs.len() as u64, "{what:?}");
    }
    pairs
}

fn degrees(pairs: &[[u32; 2]], side: usize, n: u32) -> Vec<u32> {
    let mut degrees = vec![0; n as usize];
    pairs.iter().for_each(|pair| degrees[pair[side] as usize] += 1);
    degrees
}

#[test]
fn all_to_all_and_one_to_one_are_complete() {
    let all: Vec<_> = (0..3).flat_map(|source| (0..4).map(move |target| [source, target])).collect();
    assert_eq!(drawn(Rule::AllToAll, sides(3, 4)), all);
    assert_eq!(drawn(Rule::AllToAll, within(3)), [[0, 1], [0, 2], [1, 0], [1, 2], [2, 0], [2, 1]]);
    assert_eq!(drawn(Rule::OneToOne, sides(3, 3)), [[0, 0], [1, 1], [2, 2]]);
    let with_autapses = Sides { autapses: true, ..within(2) };
    assert_eq!(drawn(Rule::OneToOne, with_autapses), [[0, 0], [1, 1]]);
    assert_eq!(drawn(Rule::AllToAll, with_autapses), [[0, 0], [0, 1], [1, 0], [1, 1]]);
}

#[test]
fn degrees_are_exact() {
    for sides in [sides(200, 90), once(sides(200, 90)), within(120), once(within(120))] {
        for k in [0, 1, 7, 45, 70, 89] {
            let pairs = drawn(Rule::FixedIndegree(k), sides);
            assert!(degrees(&pairs, 1, sides.n_post).iter().all(|&degree| degree == k), "{sides:?} {k}");
            let pairs = drawn(Rule::FixedOutdegree(k), sides);
            assert!(degrees(&pairs, 0, sides.n_pre).iter().all(|&degree| degree == k), "{sides:?} {k}");
        }
        for number in [0, 1, 500, 7000, 14_000] {
            drawn(Rule::FixedTotalNumber(number), sides);
        }
    }
    // Everything there is, and more where neurons may meet more than once.
    let all = drawn(Rule::AllToAll, once(within(120)));
    for rule in [
        Rule::FixedIndegree(119),
        Rule::FixedOutdegree(119),
        Rule::FixedTotalNumber(120 * 119),
        Rule::PairwiseBernoulli(1.0),
    ] {
        let mut pairs = drawn(rule, once(within(120)));
        pairs.sort_unstable();
        assert_eq!(pairs, all);
    }
    drawn(Rule::FixedIndegree(50), sides(3, 4));
    drawn(Rule::FixedTotalNumber(1000), sides(3, 4));
    for p in [0.0, 1e-300] {
        assert_eq!(drawn(Rule::PairwiseBernoulli(p), within(100)), [[0; 2]; 0]);
    }
}

#[test]
fn a_list_keeps_its_order_within_a_source() {
    let pairs = [[2, 1], [0, 3], [2, 0], [0, 1], [2, 1]];
    assert_eq!(drawn(list(&pairs), sides(3, 4)), [[0, 3], [0, 1], [2, 1], [2, 0], [2, 1]]);
    assert_eq!(drawn(list(&[]), sides(3, 4)), [[0; 2]; 0]);
}

#[test]
fn populations_without_neurons_have_no_synapses() {
    for sides in [within(0), once(within(0)), sides(0, 5), sides(5, 0)] {
        for rule in [Rule::AllToAll, Rule::PairwiseBernoulli(0.5), Rule::FixedTotalNumber(0), list(&[])] {
            assert!(drawn(rule.clone(), sides).is_empty(), "{rule:?} {sides:?}");
            let built = built(&[wiring(rule, sides)], WHOLE);
            assert_eq!((built.table.count, built.table.parts.len(), built.table.strips.len()), (0, 0, 0));
        }
    }
    assert!(drawn(Rule::FixedOutdegree(3), sides(0, 5)).is_empty());
    assert!(drawn(Rule::FixedIndegree(3), sides(5, 0)).is_empty());
}

#[test]
fn more_synapses_than_can_be_counted_are_refused_before_they_are_drawn() {
    for (rule, sides, number) in [
        (Rule::AllToAll, sides(9_000_000, 9_000_000), 81_000_000_000_000u64),
        (Rule::FixedTotalNumber(1 << 50), sides(10, 10), 1 << 50),
        (Rule::FixedIndegree(1 << 16), sides(10, 1 << 16), 1 << 32),
        (Rule::PairwiseBernoulli(0.5), sides(1 << 17, 1 << 17), 1 << 33),
    ] {
        check_too_many(wiring(rule, sides), number, u32::MAX.into());
    }
    for (rule, sides, number, most) in [
        (Rule::FixedTotalNumber((1 << 39) + 1), sides(1000, 10), (1 << 39) + 1, 1 << 39),
        (Rule::FixedTotalNumber((1 << 32) + 1), sides(2, 10), (1 << 32) + 1, 1 << 32),
        (Rule::FixedOutdegree((1 << 31) + 1), sides(3, 10), 3 * ((1 << 31) + 1), 3 << 31),
    ] {
        check_too_many(Wiring { storage: Storage::Procedural, ..wiring(rule, sides) }, number, most);
    }
}

#[track_caller]
fn check_too_many(wiring: Wiring, number: u64, legal: u64) {
    let Some(Failure::TooMany { wiring: 0, synapses, most }) = try_built(&[wiring], WHOLE).err() else {
        panic!("{number} synapses have indices of 32 bits");
    };
    assert_eq!((synapses, most), (number, legal));
}

#[test]
fn the_number_of_threads_changes_nothing() {
    let pairs: Vec<[u32; 2]> = (0..50_000u32).map(|i| [i * 7 % 400, i * 31 % 300]).collect();
    let sides = [sides(400, 300), within(300), once(within(300))];
    let mut wirings = Vec::new();
    for sides in sides {
        let rules = [
            Rule::PairwiseBernoulli(0.3),
            Rule::FixedIndegree(150),
            Rule::FixedOutdegree(200),
            Rule::FixedTotalNumber(60_000),
        ];
        wirings.extend(rules.map(|rule| wiring(rule, sides)));
    }
    wirings.push(wiring(list(&pairs), sides[0]));
    wirings.push(wiring(Rule::FixedTotalNumber(3_000_000), sides[0]));
    wirings.push(wiring(Rule::FixedIndegree(1000), once(within(5000))));
    for wiring in &mut wirings {
        wiring.weights = Values::Drawn(crate::draw::Law::Normal { mean: 1.0, sd: 0.3 });
        wiring.delays = Values::Drawn(crate::draw::Law::Exponential { mean: 7.0 });
    }
    for wiring in wirings {
        let cut = Cut { block_bits: Some(6), threads: None, binding: 1 << 16 };
        let [one, four] = with_threads(|| built(std::slice::from_ref(&wiring), cut));
        let what = format!("{:?} {:?}", std::mem::discriminant(&wiring.rule), wiring.sides);
        assert!(one.table.entries == four.table.entries, "{what}");
        assert!(one.table.starts == four.table.starts, "{what}");
        assert_eq!((&one.table.strips, &one.table.parts), (&four.table.strips, &four.table.parts), "{what}");
        assert_eq!((&one.scales, &one.synapses, &one.projections), (&four.scales, &four.synapses, &four.projections));
    }
}

#[test]
fn seeds_and_projections_draw_differently() {
    for rule in
        [Rule::FixedIndegree(10), Rule::FixedOutdegree(10), Rule::FixedTotalNumber(500), Rule::PairwiseBernoulli(0.2)]
    {
        let drawn = |seed, index| pairs(&Wiring { seed, index, ..wiring(rule.clone(), sides(50, 50)) });
        assert_eq!(drawn(1, 0), drawn(1, 0));
        assert_ne!(drawn(1, 0), drawn(2, 0));
        assert_ne!(drawn(1, 0), drawn(1, 1));
        assert_ne!(drawn(1, 0), drawn(1 << 32 | 1, 0));
    }
}
