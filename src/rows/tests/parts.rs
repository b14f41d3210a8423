//! Projections between parts of populations: what is drawn is what would be drawn between populations of that size, moved.

use super::deliver::check_all;
use super::*;
use crate::draw::Law;

/// A wiring between parts of larger populations, and one without synapses that says how large these are.
fn moved(of: &Wiring) -> [Wiring; 2] {
    // The same neurons stay the same.
    let [first_pre, first_post] = if of.sides.same_neurons { [13; 2] } else { [7, 13] };
    let part = Wiring { sides: Sides { first_pre, first_post, ..of.sides }, ..of.clone() };
    let [pre, post] = [part.sides.sources().end, part.sides.targets().end].map(|end| end + 21);
    let same_neurons = of.sides.same_neurons;
    let all = Wiring { index: 9, ..wiring(list(&[]), Sides { same_neurons, ..sides(pre, post) }) };
    [part, all]
}

fn check(of: &Wiring, cut: Cut) {
    let wirings = moved(of);
    let [part, all] = &wirings;
    let (whole, within) = (built(std::slice::from_ref(of), cut), built(&wirings, cut));
    let what = format!("{:?} {:?} {cut:?}", of.rule, part.sides);
    // Where nothing ends, there are no others to count with.
    let scales = |built: &Built| built.scales[of.post][of.port];
    assert_eq!((scales(&within), within.projections[0]), (scales(&whole), whole.projections[0]), "{what}");
    let own = sorted(&whole, 0, of.sides.n_pre);
    for (neuron, found) in (0..).zip(sorted(&within, 0, all.sides.n_pre)) {
        assert!(found.iter().all(|synapse| part.sides.targets().contains(&synapse.inlet)), "{what}");
        let number = part.sides.sources().position(|source| source == neuron);
        let expected = number.map_or(&[][..], |number| &own[number]);
        let moved = |synapse: &Synapse| Synapse { inlet: synapse.inlet + part.sides.first_post, ..*synapse };
        assert!(found == expected.iter().map(moved).collect::<Vec<_>>(), "{what}: row of neuron {neuron}");
    }
    assert_eq!(within.table.count, whole.table.count, "{what}");
}

const CUTS: [Cut; 4] = [
    WHOLE,
    Cut { block_bits: Some(4), ..WHOLE },
    Cut { block_bits: Some(3), binding: 256, ..WHOLE },
    Cut { block_bits: None, ..WHOLE },
];

/// All rules between sides of these sizes.
fn rules(sides: Sides) -> Vec<Rule<Pairs>> {
    let pairs: Vec<[u32; 2]> = (0..90).map(|at| [at * 7 % sides.n_pre, (at * 5 + 1) % sides.n_post]).collect();
    let pairs: Vec<_> = pairs.into_iter().filter(|[pre, post]| !sides.skip_self() || pre != post).collect();
    let mut rules = vec![
        Rule::AllToAll,
        Rule::PairwiseBernoulli(0.3),
        Rule::PairwiseBernoulli(1.0),
        Rule::FixedIndegree(5),
        Rule::FixedOutdegree(9),
        Rule::FixedTotalNumber(400),
    ];
    if sides.multapses {
        rules.push(list(&pairs));
    }
    if sides.n_pre == sides.n_post && !sides.skip_self() {
        rules.push(Rule::OneToOne);
    }
    rules
}

#[test]
fn a_part_draws_what_a_population_of_its_size_would() {
    let law = |law| Values::Drawn(law);
    let all = [sides(40, 33), once(sides(30, 50)), within(37), once(within(37)), sides(29, 29)];
    for sides in all.into_iter().chain([Sides { autapses: true, ..within(25) }]) {
        for rule in rules(sides) {
            let mut values = vec![
                (Values::Constant(0.3), Values::Constant(4)),
                (law(Law::Normal { mean: 0.0, sd: 1.0 }), Values::Drawn(Law::Exponential { mean: 9.0 })),
            ];
            if let Some(synapses) = rule.synapses(sides, |pairs| pairs.len() as u64) {
                let each = (0..synapses).map(|at| at as f64 - 100.5).collect();
                values.push((Values::Each(each), Values::Each((0..synapses as u32).map(|at| 1 + at % 17).collect())));
            }
            for (weights, delays) in values {
                let of = Wiring { weights, delays, precision: None, ..wiring(rule.clone(), sides) };
                CUTS.into_iter().for_each(|cut| check(&of, cut));
            }
        }
    }
}

#[test]
fn rows_of_parts_that_are_not_held_are_those_that_would_be() {
    for sides in [sides(40, 33), within(37)] {
        for rule in [Rule::PairwiseBernoulli(0.3), Rule::PairwiseBernoulli(1.0), Rule::FixedOutdegree(9)] {
            let weights = Values::Drawn(Law::Normal { mean: 0.0, sd: 1.0 });
            let of = Wiring { weights, storage: Storage::Procedural, ..wiring(rule, sides) };
            check(&of, WHOLE);
            check_all(&moved(&of));
        }
    }
}

#[test]
fn synapses_of_parts_are_delivered() {
    for sides in [sides(40, 33), once(within(37))] {
        for rule in rules(sides) {
            let late = Values::Drawn(Law::Uniform { low: 0.6, high: 20.0 });
            // Beside another part of the same rows.
            let [one, all] = moved(&Wiring { delays: late, ..wiring(rule, sides) });
            let others = Sides { first_pre: 0, first_post: 2, same_neurons: false, ..one.sides };
            let other = Wiring { index: 4, sides: others, weights: Values::Constant(-0.7), ..one.clone() };
            check_all(&[one, other, all]);
        }
    }
}

#[test]
fn threads_change_no_part() {
    for rule in rules(sides(400, 300)).into_iter().chain([Rule::FixedIndegree(150), Rule::FixedOutdegree(150)]) {
        let weights = Values::Drawn(Law::Normal { mean: 1.0, sd: 0.3 });
        let wirings = moved(&Wiring { weights, ..wiring(rule, sides(400, 300)) });
        let cut = Cut { block_bits: Some(6), threads: None, binding: 1 << 16 };
        let [one, four] = with_threads(|| built(&wirings, cut));
        assert!(one.table.entries == four.table.entries && one.table.starts == four.table.starts);
        assert_eq!((&one.scales, &one.projections), (&four.scales, &four.projections));
    }
}
