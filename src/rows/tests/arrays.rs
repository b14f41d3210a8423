//! Values that are given one by one: which is whose.

use super::*;

/// With weights of 1, 2, 3 … and delays of 101, 102, 103 …
fn numbered(rule: Rule<Pairs>, sides: Sides) -> Wiring {
    let synapses = pairs(&wiring(rule.clone(), sides)).len() as u32;
    let weights = (1..=synapses).map(f64::from).collect();
    let delays = (101..=100 + synapses).collect();
    Wiring { weights: Values::Each(weights), delays: Values::Each(delays), ..wiring(rule, sides) }
}

/// Source, target and number of each synapse, by number.
fn numbers(wiring: &Wiring, cut: Cut) -> Vec<[u32; 3]> {
    let built = built(std::slice::from_ref(wiring), cut);
    let first_inlet = built.table.blocks[0].inlet;
    let scale = built.scales[wiring.post][0];
    let mut found = Vec::new();
    for (source, row) in (0..).zip(rows(&built, 0, wiring.sides.n_pre)) {
        for synapse in row {
            let weight = scale.weight(synapse.weight);
            assert_eq!(f64::from(synapse.delay) - 100.0, weight);
            found.push([weight as u32, source, synapse.inlet - first_inlet]);
        }
    }
    found.sort_unstable();
    assert!(found.iter().zip(1..).all(|([number, ..], expected)| *number == expected), "each once");
    assert_eq!((built.table.min_delay, built.table.max_delay), (101, 100 + found.len() as u32));
    found
}

#[test]
fn values_come_in_the_order_of_their_rule() {
    let listed = [[2, 1], [0, 3], [2, 0], [0, 1], [2, 1], [1, 4], [0, 3]];
    for (rule, sides) in [
        (Rule::AllToAll, sides(7, 9)),
        (Rule::AllToAll, within(8)),
        (Rule::OneToOne, sides(9, 9)),
        (Rule::PairwiseBernoulli(0.3), sides(20, 30)),
        (Rule::PairwiseBernoulli(0.8), within(20)),
        (Rule::FixedIndegree(5), sides(9, 20)),
        (Rule::FixedIndegree(5), once(within(9))),
        (Rule::FixedOutdegree(6), sides(9, 20)),
        (Rule::FixedOutdegree(6), once(within(9))),
        (Rule::FixedTotalNumber(100), sides(9, 20)),
        (Rule::FixedTotalNumber(60), once(within(9))),
        (list(&listed), sides(3, 5)),
    ] {
        let wiring = numbered(rule.clone(), sides);
        // By target for fixed_indegree, in the list's order for a list, by source for all others.
        let pairs = if matches!(rule, Rule::List(_)) { listed.to_vec() } else { pairs(&wiring) };
        let expected: Vec<[u32; 3]> =
            (1..).zip(&pairs).map(|(number, [source, target])| [number, *source, *target]).collect();
        for cut in [WHOLE, Cut { block_bits: Some(2), threads: None, binding: 40 }] {
            assert_eq!(numbers(&wiring, cut), expected, "{rule:?}");
        }
        let by = usize::from(matches!(rule, Rule::FixedIndegree(_)));
        assert!(matches!(rule, Rule::List(_)) || pairs.is_sorted_by_key(|pair| pair[by]), "{rule:?}");
    }
}

#[test]
fn as_many_values_as_synapses_are_asked_for() {
    let bernoulli = wiring(Rule::PairwiseBernoulli(0.3), sides(20, 30));
    let drawn = pairs(&bernoulli).len();
    let some = |number: usize| Values::Each(vec![1.5; number].into());
    for (wiring, synapses) in [
        (bernoulli, drawn),
        (wiring(Rule::FixedTotalNumber(77), sides(5, 5)), 77),
        (wiring(Rule::FixedIndegree(3), sides(5, 6)), 18),
        (wiring(list(&[[0, 1], [2, 2]]), sides(3, 3)), 2),
    ] {
        for given in [0, synapses - 1, synapses + 1] {
            let weights = try_built(&[Wiring { weights: some(given), ..wiring.clone() }], WHOLE);
            let delays = Wiring { delays: Values::Each(vec![2; given].into()), ..wiring.clone() };
            let delays = try_built(&[wiring.clone(), delays], WHOLE);
            for (found, at, key) in [(weights, 0, "weight"), (delays, 1, "delay")] {
                let Some(Failure::Values { wiring, what, given: said, synapses: asked }) = found.err() else {
                    panic!("{given} of {synapses} values");
                };
                assert_eq!((wiring, what, said, asked), (at, key, given, synapses as u64));
            }
        }
        assert!(try_built(&[Wiring { weights: some(synapses), ..wiring }], WHOLE).is_ok());
    }
}
