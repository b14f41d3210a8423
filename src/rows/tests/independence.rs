//! Weights and delays of every rule follow their laws, and have nothing to do with each other or with who is connected.

use super::statistics::{check, check_independent, tails};
use super::*;
use crate::draw::Law;

const WEIGHT: Law = Law::Normal { mean: 2.0, sd: 0.5 };
const DELAY: Law = Law::Exponential { mean: 40.0 };
/// Classes of equally likely weights.
const CLASSES: usize = 8;

/// Every rule, with 60,000 synapses or more.
fn every() -> Vec<Wiring> {
    let pairs: Vec<[u32; 2]> = (0..80_000u32).map(|at| [at * 7919 % 300, at * 104_729 % 500]).collect();
    let of = [
        (Rule::AllToAll, sides(200, 300)),
        (Rule::AllToAll, within(250)),
        (Rule::OneToOne, sides(60_000, 60_000)),
        (Rule::PairwiseBernoulli(0.05), sides(1500, 1000)),
        (Rule::PairwiseBernoulli(0.6), within(350)),
        (Rule::FixedIndegree(70), sides(500, 1000)),
        (Rule::FixedIndegree(70), once(within(1000))),
        (Rule::FixedOutdegree(70), sides(1000, 500)),
        (Rule::FixedOutdegree(70), once(within(1000))),
        (Rule::FixedTotalNumber(70_000), sides(333, 777)),
        (Rule::FixedTotalNumber(70_000), once(within(333))),
        (list(&pairs), sides(300, 500)),
    ];
    let wirings = of.into_iter().map(|(rule, sides)| Wiring {
        weights: Values::Drawn(WEIGHT),
        delays: Values::Drawn(DELAY),
        ..wiring(rule, sides)
    });
    wirings.collect()
}

#[test]
fn values_of_every_rule_are_drawn_by_their_laws_alone() {
    for wiring in every() {
        let what = match &wiring.rule {
            Rule::List(_) => "list".to_owned(),
            rule => format!("{rule:?}"),
        };
        let built = built(std::slice::from_ref(&wiring), Cut { block_bits: Some(7), threads: None, binding: u64::MAX });
        let scale = built.scales[wiring.post][0];
        let rows = rows(&built, 0, wiring.sides.n_pre);
        let all = || rows.iter().flatten();
        let synapses = all().count() as f64;
        assert!(synapses > 59_000.0, "{what}: {synapses}");
        let quantile = |synapse: &Synapse| tails(WEIGHT, scale.weight(synapse.weight))[0];
        let class = |synapse: &Synapse| ((quantile(synapse) * CLASSES as f64) as usize).min(CLASSES - 1);

        let mut weights = vec![0; 200];
        all().for_each(|synapse| weights[((quantile(synapse) * 200.0) as usize).min(199)] += 1);
        check(&format!("weights of {what}"), &weights, &vec![synapses / 200.0; 200]);

        let mut delays = vec![0; 300];
        all().for_each(|synapse| delays[(synapse.delay as usize).min(299)] += 1);
        let below = |steps: usize| if steps == 0 { 0.0 } else { tails(DELAY, steps as f64 + 0.5)[0] };
        let expected = (0..300).map(|steps| match steps {
            0 => 0.0,
            299 => 1.0 - below(298),
            _ => below(steps) - below(steps - 1),
        });
        check(&format!("delays of {what}"), &delays, &expected.map(|p| p * synapses).collect::<Vec<_>>());
        // Eight classes of delays, about equally likely.
        let late = |synapse: &Synapse| ((below(synapse.delay as usize) * CLASSES as f64) as usize).min(CLASSES - 1);

        let targets = wiring.sides.n_post;
        let first_inlet = built.table.blocks[0].inlet;
        let part = |number: u32, n: u32| number as usize * CLASSES / n as usize;
        let place = |synapse: &Synapse| part(synapse.inlet - first_inlet, targets);
        check_independent::<CLASSES>(&format!("weights and delays of {what}"), all().map(|s| [class(s), late(s)]));
        check_independent::<CLASSES>(&format!("weights and targets of {what}"), all().map(|s| [class(s), place(s)]));
        check_independent::<CLASSES>(&format!("delays and targets of {what}"), all().map(|s| [late(s), place(s)]));
        let sources = rows.iter().zip(0..).flat_map(|(row, source)| row.iter().map(move |synapse| (synapse, source)));
        let sources = sources.map(|(synapse, source)| [class(synapse), part(source, wiring.sides.n_pre)]);
        check_independent::<CLASSES>(&format!("weights and sources of {what}"), sources);
        // Neighbours in a row, and in rows one above the other.
        if wiring.rule != Rule::OneToOne {
            let neighbours = rows.iter().flat_map(|row| row.windows(2)).map(|two| [class(&two[0]), class(&two[1])]);
            check_independent::<CLASSES>(&format!("neighbours of {what}"), neighbours);
        }
        let columns =
            rows.windows(2).flat_map(|two| two[0].iter().zip(&two[1])).map(|(one, other)| [class(one), class(other)]);
        check_independent::<CLASSES>(&format!("rows of {what}"), columns);
    }
}

/// How long a row is, and who is in it, says nothing of the weights: an inlet's count is drawn from words that no weight has.
#[test]
fn weights_say_nothing_of_how_many_there_are() {
    for (rule, classes) in [(Rule::PairwiseBernoulli(0.3), 4), (Rule::FixedTotalNumber(300_000), 4)] {
        let wiring = Wiring { weights: Values::Drawn(WEIGHT), ..wiring(rule, sides(100_000, 10)) };
        let built = built(std::slice::from_ref(&wiring), WHOLE);
        let scale = built.scales[1][0];
        let quantile = |synapse: &Synapse| tails(WEIGHT, scale.weight(synapse.weight))[0];
        let rows = rows(&built, 0, 100_000);
        let firsts = rows.iter().filter(|row| !row.is_empty());
        let first = |row: &Vec<Synapse>| [(quantile(&row[0]) * 4.0) as usize, row.len().min(classes) - 1];
        check_independent::<4>(&format!("the first weight and the length, {:?}", wiring.rule), firsts.map(first));
    }
}
