//! By their targets there are the synapses that rows have.

use super::*;
use crate::draw::Law;
use crate::network::{Rule, Sides};
use crate::rows::tests::{WHOLE, built, list, sides, sorted, wiring, within};

/// Source, target, delay and weight of each synapse onto each target, as they come.
fn found(incoming: &Incoming) -> Vec<(u32, u32, u32, f32)> {
    let mut all = Vec::new();
    for target in 0..incoming.targets.end + 2 {
        let before = all.len();
        incoming.each(target, |source, weight, delay| all.push((source, target, delay, weight)));
        assert!(all[before..].is_sorted_by_key(|(source, ..)| *source), "sources ascend");
    }
    assert_eq!(all.len() as u64, incoming.synapses);
    all
}

fn check(of: &Wiring) {
    let incoming = Incoming::draw(&Arc::new(of.clone()), 0, &Progress::default()).unwrap();
    let built = built(std::slice::from_ref(of), WHOLE);
    let scale = built.scales[of.post][of.port];
    let mut expected: Vec<_> = (0..)
        .zip(sorted(&built, of.pre, of.sides.sources().end))
        .flat_map(|(source, row)| row.into_iter().map(move |it| (source, it.inlet, it.delay, scale.weight(it.weight))))
        .collect();
    let mut found = found(&incoming);
    let by = |a: &(u32, u32, u32), b: &(u32, u32, u32)| a.cmp(b);
    found.sort_by(|a, b| by(&(a.1, a.0, a.2), &(b.1, b.0, b.2)).then(a.3.total_cmp(&b.3)));
    expected.sort_by(|a, b| by(&(a.1, a.0, a.2), &(b.1, b.0, b.2)).then(a.3.total_cmp(&b.3)));
    assert_eq!(found.len(), expected.len(), "{:?}", of.rule);
    for (found, expected) in found.iter().zip(&expected) {
        assert_eq!((found.0, found.1, found.2), (expected.0, expected.1, expected.2), "{:?}", of.rule);
        // A port counts by the sum of its weights.
        let far = (f64::from(found.3) - expected.3).abs();
        assert!(far <= 1e-6 * expected.3.abs().max(1.0), "{:?}: {found:?}, not {expected:?}", of.rule);
    }
    let steps = || expected.iter().map(|synapse| synapse.2);
    assert_eq!(incoming.delays[1], steps().max().unwrap_or(0));
    assert_eq!(incoming.delays[0], steps().filter(|&steps| steps > 0).min().unwrap_or(u32::MAX));
}

#[test]
fn targets_have_the_synapses_of_rows() {
    let parts = Sides { first_pre: 7, first_post: 13, ..sides(40, 33) };
    for sides in [sides(40, 33), within(37), Sides { autapses: true, ..within(25) }, parts] {
        let pairs: Vec<[u32; 2]> = (0..90).map(|at| [at * 7 % sides.n_pre, (at * 5 + 1) % sides.n_post]).collect();
        let pairs: Vec<_> = pairs.into_iter().filter(|[pre, post]| !sides.skip_self() || pre != post).collect();
        for rule in [
            Rule::AllToAll,
            Rule::PairwiseBernoulli(0.3),
            Rule::FixedIndegree(5),
            Rule::FixedOutdegree(9),
            Rule::FixedTotalNumber(400),
            list(&pairs),
        ] {
            let mut values = vec![
                (Values::Constant(0.3), Values::Constant(4)),
                (Values::Constant(0.3), Values::Drawn(Law::Exponential { mean: 9.0 })),
                (Values::Drawn(Law::Normal { mean: 0.0, sd: 1.0 }), Values::Constant(0)),
            ];
            if let Some(synapses) = rule.synapses(sides, |pairs| pairs.len() as u64) {
                let each: Arc<[f64]> = (0..synapses).map(|at| at as f64 - 100.5).collect();
                values.push((Values::Each(each.clone()), Values::Constant(3)));
                values.push((Values::Each(each), Values::Each((0..synapses as u32).map(|at| at % 17).collect())));
            }
            for (weights, delays) in values {
                check(&Wiring { weights, delays, ..wiring(rule.clone(), sides) });
            }
        }
    }
    check(&wiring(Rule::OneToOne, sides(29, 29)));
    check(&Wiring { symmetric: true, ..wiring(Rule::PairwiseBernoulli(0.2), within(37)) });
}

#[test]
fn tables_are_as_small_as_they_can_be() {
    let of = |wiring: Wiring| Incoming::draw(&Arc::new(wiring), 0, &Progress::default()).unwrap();
    let all = of(wiring(Rule::AllToAll, sides(40, 33)));
    assert_eq!((all.bytes(), all.synapses), (0, 1320));
    let drawn = Values::Drawn(Law::Normal { mean: 0.0, sd: 1.0 });
    let matrix = of(Wiring { weights: drawn, ..wiring(Rule::AllToAll, within(40)) });
    assert_eq!((matrix.bytes(), matrix.synapses), (4 * 1600, 1560));
    let some = of(wiring(Rule::FixedIndegree(5), sides(40, 33)));
    assert_eq!((some.bytes(), some.synapses), (4 * (5 * 33 + 34), 165));
}
