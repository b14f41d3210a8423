//! Rows that are not held are those that would be.

use super::*;
use crate::draw::Law;

/// The same network, stored and procedural.
fn check(wirings: &[Wiring]) {
    let procedural: Vec<_> =
        wirings.iter().map(|wiring| Wiring { storage: Storage::Procedural, ..wiring.clone() }).collect();
    let stored = built(wirings, Cut { block_bits: Some(4), threads: None, binding: u64::MAX });
    let drawn = built(&procedural, WHOLE);
    assert_eq!((drawn.table.entries.len(), drawn.table.starts.len(), drawn.table.strips.len()), (0, 0, 0));
    assert_eq!(
        (&drawn.scales, &drawn.synapses, &drawn.projections),
        (&stored.scales, &stored.synapses, &stored.projections)
    );
    let about = |table: &Table| (table.count, table.min_delay, table.max_delay, table.longest);
    assert_eq!(about(&drawn.table), about(&stored.table));
    let n_pre = wirings[0].sides.n_pre;
    assert!(sorted(&drawn, 0, n_pre) == sorted(&stored, 0, n_pre), "{:?}", wirings[0].rule);
    let table = &drawn.table;
    assert!((0..n_pre).all(|neuron| table.row_len(0, neuron) == stored.table.row_len(0, neuron)));
    assert_eq!((table.reaches(0), table.reaches(1)), (stored.table.reaches(0), false));
    // Beside others that are held.
    let both = (0..).zip(procedural.iter().chain(wirings));
    let both: Vec<_> = both.map(|(index, wiring)| Wiring { index, ..wiring.clone() }).collect();
    let held: Vec<_> = both.iter().map(|wiring| Wiring { storage: Storage::Stored, ..wiring.clone() }).collect();
    assert!(sorted(&built(&both, WHOLE), 0, n_pre) == sorted(&built(&held, WHOLE), 0, n_pre), "{:?}", wirings[0].rule);
}

#[test]
fn procedural_rows_are_those_that_would_be_stored() {
    let sides = [sides(60, 90), within(50), Sides { autapses: true, ..within(50) }];
    let rules = [
        Rule::PairwiseBernoulli(0.02),
        Rule::PairwiseBernoulli(0.3),
        Rule::PairwiseBernoulli(0.9),
        Rule::PairwiseBernoulli(1.0),
        Rule::PairwiseBernoulli(0.0),
        Rule::FixedOutdegree(37),
        Rule::FixedTotalNumber(1777),
    ];
    let law = |law| Values::Drawn(law);
    let values = [
        (Values::Constant(0.3), Values::Constant(4)),
        (law(Law::Normal { mean: 0.0, sd: 1.0 }), Values::Constant(4)),
        (law(Law::Lognormal { median: 1.0, sigma: 1.0 }), Values::Drawn(Law::Exponential { mean: 9.0 })),
        (law(Law::Lognormal { median: -0.2, sigma: 0.7 }), Values::Constant(3)),
        (law(Law::Uniform { low: -2.0, high: -1.0 }), Values::Drawn(Law::Uniform { low: 1.0, high: 3.0 })),
        (law(Law::Exponential { mean: 0.1 }), Values::Drawn(Law::Normal { mean: 5.0, sd: 3.0 })),
        (
            law(Law::TruncatedNormal { mean: 1.0, sd: 0.3, low: 0.5, high: 2.0 }),
            Values::Drawn(Law::TruncatedNormal { mean: 1.0, sd: 3.0, low: 0.5, high: 20.0 }),
        ),
        (Values::Constant(-1.0), Values::Drawn(Law::Lognormal { median: 3.0, sigma: 0.4 })),
    ];
    for sides in sides {
        for rule in &rules {
            for (weights, delays) in &values {
                for precision in [None, Some(Precision::Exact), Some(Precision::Compact)] {
                    let (weights, delays) = (weights.clone(), delays.clone());
                    check(&[Wiring { weights, delays, precision, ..wiring(rule.clone(), sides) }]);
                }
            }
        }
    }
}

#[test]
fn several_onto_one_port_share_its_scale() {
    let of = |index, rule, weights| Wiring { index, weights, precision: None, ..wiring(rule, sides(40, 30)) };
    check(&[
        of(0, Rule::PairwiseBernoulli(0.4), Values::Drawn(Law::Normal { mean: 1.0, sd: 0.1 })),
        of(1, Rule::FixedOutdegree(300), Values::Constant(1000.0)),
        of(2, Rule::FixedTotalNumber(500), Values::Drawn(Law::Normal { mean: -1.0, sd: 0.1 })),
    ]);
}
